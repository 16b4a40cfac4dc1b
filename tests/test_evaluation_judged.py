"""The three files of a judged collection: what is read, and what is refused with its line."""

import gzip
from collections.abc import Callable
from pathlib import Path

import pytest

from vectorstore import Paper, read_source
from vectorstore.errors import RetrievalEvaluationError
from vectorstore.evaluation.judged import JudgedCollection, JudgedQuery, read_collection

CORPUS = '{"id": "d1", "title": "Owls", "abstract": "They hoot."}\n{"id": "d2", "title": "Larks"}\n'
QUERIES = '{"id": "q1", "text": "hooting"}\n{"id": "q2", "text": "singing"}\n'
QRELS = "query-id\tcorpus-id\tscore\nq1\td1\t2\nq2\td2\t1\nq2\td1\t0\n"

Read = Callable[..., JudgedCollection]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Reads a collection, of whose files a test gives what differs: text, or bytes as they are."""

    def reading(**contents: str | bytes) -> JudgedCollection:
        paths = []
        for name, default in (("corpus", CORPUS), ("queries", QUERIES), ("qrels", QRELS)):
            content = contents.get(name, default)
            paths.append(tmp_path / name)
            paths[-1].write_bytes(content if isinstance(content, bytes) else content.encode())
        return read_collection(*paths)

    return reading


def test_papers_queries_and_gains_are_read(read):
    collection = read()
    assert [(p.paper_id, p.title, p.abstract) for p in collection.papers] == [
        ("d1", "Owls", "They hoot."),
        ("d2", "Larks", ""),
    ]
    assert collection.queries == (
        JudgedQuery("q1", "hooting", {"d1": 2}),
        JudgedQuery("q2", "singing", {"d2": 1}),  # 0 is judged irrelevant
    )
    assert (collection.n_unknown_papers, collection.n_unknown_queries) == (0, 0)


def test_a_gzipped_file_is_read_like_its_content(read):
    gzipped = {
        name: gzip.compress(content.encode())
        for name, content in (("corpus", CORPUS), ("queries", QUERIES), ("qrels", QRELS))
    }
    assert read(**gzipped) == read()


def test_judgements_are_read_with_a_header_or_without(read):
    rows = QRELS.partition("\n")[2]
    assert read(qrels=rows) == read()
    assert read(qrels="qid\tdocid\trelevance\n" + rows) == read()


def test_blank_lines_a_byte_order_mark_and_windows_line_ends_do_no_harm(read):
    def written_on_windows(text: str) -> bytes:
        return ("\ufeff" + text.replace("\n", "\r\n\r\n")).encode()

    assert read() == read(
        corpus=written_on_windows(CORPUS),
        queries=written_on_windows(QUERIES),
        qrels=written_on_windows(QRELS),
    )


def test_a_line_separator_inside_an_abstract_ends_no_line(read):
    collection = read(corpus='{"id": "d1", "title": "Owls", "abstract": "They\u2028hoot."}')
    assert collection.papers[0].abstract == "They\u2028hoot."


def test_papers_without_a_title_or_an_abstract_are_papers(read):
    rows = ('{"id": "d1", "title": "", "abstract": "Text."}', '{"id": 7, "title": null}')
    collection = read(corpus="\n".join(rows))
    assert collection.papers == (Paper("d1", "", "Text."), Paper("7", "", ""))


def test_papers_are_those_that_add_would_store(read, tmp_path):
    row = (
        '{"id": "d1", "title": " On\\n owls ", "abstract": " Text. ", "authors": ["Ada"],'
        ' "year": 2020, "doi": "10.1/x"}'
    )
    [paper] = read(corpus=row).papers
    assert [paper] == read_source(str(tmp_path / "corpus")).papers
    assert (paper.title, paper.authors, paper.year) == ("On owls", ("Ada",), 2020)


def test_a_query_without_a_relevant_paper_is_left_out(read):
    assert [query.query_id for query in read(qrels="q1\td1\t1\nq2\td2\t0\n").queries] == ["q1"]
    assert [query.query_id for query in read(qrels="q1\td1\t-1\nq2\td2\t1\n").queries] == ["q2"]


def test_judgements_of_what_is_in_no_file_are_counted(read):
    collection = read(qrels="q1\td1\t1\nq1\tgone\t2\nq9\td1\t1\nq9\tgone\t1\n")
    assert (collection.n_unknown_papers, collection.n_unknown_queries) == (2, 2)
    # As in trec_eval, what is not there was not found.
    assert collection.queries == (JudgedQuery("q1", "hooting", {"d1": 1, "gone": 2}),)


def test_a_row_that_is_there_twice_counts_once(read):
    assert read(corpus=CORPUS * 2, queries=QUERIES * 2, qrels=f"{QRELS}q1\td1\t2\n") == read()


@pytest.mark.parametrize(
    ("name", "line", "reason"),
    [
        ("corpus", '{"id": "d3", "title": ', "Invalid JSON"),
        ("corpus", '["d3"]', "object"),
        ("corpus", '{"title": "No id"}', "id: Field required"),
        ("corpus", '{"id": "two words", "title": "T"}', "id: String should match"),
        ("corpus", '{"id": "d3", "title": "T", "year": 99999}', "year: "),
        ("corpus", '{"id": "d3", "title": ["T"]}', "title: "),
        ("corpus", '{"id": "d1", "title": "Other"}', "'d1' came before with something else"),
        ("queries", '{"id": "q3"}', "text: Field required"),
        ("queries", '{"id": "q3", "text": " "}', "text: "),
        ("queries", '{"id": "q1", "text": "other"}', "'q1' came before"),
        ("qrels", "q1 d1 1", "'q1 d1 1' is not query-id, corpus-id and score with tabs"),
        ("qrels", "q1\t0\td1\t1", "tabs between"),
        ("qrels", "q1\td2\thigh", "score 'high' is no whole number"),
        ("qrels", "q1\td2\t0.5", "score '0.5'"),
        ("qrels", "q1\td1\t3", "'q1' and 'd1' came before with something else. Keep one."),
    ],
)
def test_a_row_that_cannot_be_used_is_named_with_its_line(read, tmp_path, name, line, reason):
    good = {"corpus": CORPUS, "queries": QUERIES, "qrels": QRELS}[name]
    with pytest.raises(RetrievalEvaluationError) as error:
        read(**{name: f"{good}{line}\n"})
    number = len(good.splitlines()) + 1
    assert str(error.value).startswith(f"{tmp_path / name}, line {number}: ")
    assert reason in str(error.value)
    assert "\n" not in str(error.value)


def test_a_score_in_the_first_line_makes_it_no_header(read):
    with pytest.raises(RetrievalEvaluationError, match=r"line 1: score '0.5'"):
        read(qrels="q1\td1\t0.5\n")


@pytest.mark.parametrize("name", ["corpus", "queries", "qrels"])
@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "holds no row"),
        (b"\n \n", "holds no row"),
        (b"\xff\xfe\x00", "Cannot read"),
        (gzip.compress(b"\n")[:-9], "Cannot read"),
        (b"\x1f\x8bno gzip after all", "Cannot read"),
    ],
    ids=["empty", "blank", "no text", "cut off", "no gzip"],
)
def test_a_file_that_is_empty_or_damaged_is_an_error(read, tmp_path, name, content, reason):
    with pytest.raises(RetrievalEvaluationError, match=reason) as error:
        read(**{name: content})
    assert repr(str(tmp_path / name)) in str(error.value)


def test_a_file_that_is_missing_is_an_error(tmp_path):
    missing = tmp_path / "none.jsonl.gz"
    with pytest.raises(RetrievalEvaluationError, match="Cannot read"):
        read_collection(missing, missing, missing)


def test_files_that_do_not_belong_together_are_an_error(read):
    with pytest.raises(RetrievalEvaluationError, match="belong together"):
        read(qrels="other\td1\t1\n")

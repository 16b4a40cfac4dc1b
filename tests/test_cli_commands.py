"""Every command on a copy of the bundled library: what it prints, and how it ends."""

import importlib.metadata
import re
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import assistant.build
from ui.cli.commands import COMMANDS
from ui.cli.main import build_parser
from vectorstore import Encoder, Library

QUESTION = "How many finetuned models does Pando contain?"
UNANSWERABLE = "What is the capital of France?"

# The contract of `citewise ask --json`: other programs rely on each key and type.
OPTIONAL_INT, OPTIONAL_STR = (int, type(None)), (str, type(None))
ANSWER = {
    "question": str,
    "standalone_question": str,
    "answer": str,
    "abstained": bool,
    "backend": str,
    "sentences": list,
    "citations": list,
    "nearest": list,
    "timings_ms": dict,
    "trace": list,
    "tokens": dict,
    "abstention": OPTIONAL_STR,
    "cut": OPTIONAL_STR,
    "fell_back": OPTIONAL_STR,
}
SENTENCE = {
    "text": str,
    "citations": list,
    "support": str,
    "score": float,
    "attributed": bool,
    "reason": str,
}
PAPER = {
    "paper_id": str,
    "title": str,
    "authors": list,
    "n_authors": OPTIONAL_INT,
    "year": OPTIONAL_INT,
    "published": OPTIONAL_STR,
    "url": str,
}
CITATION = {"number": int, **PAPER, "quote": str, "start": int, "end": int}
NEAREST = {"paper_id": str, "title": str}


Citewise = Callable[..., Any]  # gives the `Ended` of conftest.py


@pytest.fixture
def copied(library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A library of the bundled papers that the test may change, and that the commands use."""
    path = shutil.copytree(library.path, tmp_path / "library")
    monkeypatch.setenv("CITEWISE_LIBRARY", str(path))
    return path


@pytest.fixture
def citewise(encoder: Encoder, monkeypatch: pytest.MonkeyPatch, run_citewise: Citewise) -> Citewise:
    """Runs a command in this process, with the encoder that is loaded already."""
    monkeypatch.setattr(assistant.build, "build_encoder", lambda settings: encoder)

    return run_citewise


def has_shape(value: dict[str, Any], shape: dict[str, Any]) -> bool:
    assert list(value) == list(shape)
    wrong = {key: value[key] for key, kind in shape.items() if not isinstance(value[key], kind)}
    assert not wrong
    return True


# The parser


def test_the_version_is_that_of_the_installation(citewise: Citewise) -> None:
    version = importlib.metadata.version("citewise")
    assert citewise("--version") == (0, f"citewise {version}\n", "")


def test_the_help_names_every_command_and_exit_code(citewise: Citewise) -> None:
    ended = citewise("--help")
    assert (ended.code, ended.err) == (0, "")
    for command in COMMANDS:
        module = command.__name__.rsplit(".", 1)[1]
        name = module.replace("evaluate", "eval").replace("_", "-")
        assert re.search(rf"^    {name}(?: |$)", ended.out, re.MULTILINE)
    assert "0 done, 1 the work failed, 2 bad usage, 3 abstained" in " ".join(ended.out.split())


def test_a_command_must_be_named(citewise: Citewise) -> None:
    assert citewise().code == 2
    assert citewise("eval").code == 2
    with pytest.raises(SystemExit):
        build_parser().parse_args(["fly"])


# ask


def test_an_answer_is_followed_by_the_quotes_it_stands_on(
    citewise: Citewise, copied: Path, library: Library
) -> None:
    ended = citewise("ask", QUESTION)
    assert (ended.code, ended.err) == (0, "")
    answer, sources = ended.out.split("\nSources\n")
    assert "720" in answer
    assert "[1]" in answer
    assert "*" not in answer  # Markdown is for other faces
    assert sources.startswith("[1] Pando: Do Interpretability Methods Work")
    assert "https://arxiv.org/" in sources
    abstracts = [paper.abstract for paper in library.catalogue.papers()]
    quotes = re.findall("“(.*)”$", sources, re.MULTILINE)
    assert len(quotes) == len(re.findall(r"^\[\d+\] ", sources, re.MULTILINE))
    assert all(any(quote in abstract for abstract in abstracts) for quote in quotes)


def test_the_json_of_an_answer_keeps_the_contract_to_the_letter(
    citewise: Citewise, copied: Path, library: Library
) -> None:
    ended = citewise("ask", QUESTION, "--json")
    assert (ended.code, ended.err) == (0, "")
    answer = ended.json
    assert has_shape(answer, ANSWER)
    assert answer["question"] == answer["standalone_question"] == QUESTION
    assert answer["abstained"] is False
    assert answer["backend"] == "extractive"
    assert answer["nearest"] == []
    assert answer["sentences"]
    for sentence in answer["sentences"]:
        assert has_shape(sentence, SENTENCE)
        assert sentence["support"] in ("supported", "partly", "unsupported")
        assert 0 <= sentence["score"] <= 1
    assert list(answer["timings_ms"]) == ["understand", "retrieve", "write", "check"]
    assert all(isinstance(ms, float) and ms >= 0 for ms in answer["timings_ms"].values())
    assert [citation["number"] for citation in answer["citations"]] == list(
        range(1, len(answer["citations"]) + 1)
    )


@pytest.mark.parametrize(
    "question",
    [QUESTION, "Which papers use sparse autoencoders?", "What is the newest paper?"],
)
def test_every_quote_is_the_abstract_between_its_offsets(
    citewise: Citewise, copied: Path, library: Library, question: str
) -> None:
    answer = citewise("ask", question, "--json").json
    assert answer["citations"]
    for citation in answer["citations"]:
        assert has_shape(citation, CITATION)
        assert all(isinstance(name, str) for name in citation["authors"])
        paper = library.catalogue.get([citation["paper_id"]])[citation["paper_id"]]
        assert paper.abstract[citation["start"] : citation["end"]] == citation["quote"] != ""
        assert (citation["title"], citation["year"]) == (paper.title, paper.year)
        assert date.fromisoformat(citation["published"]) == paper.published
        assert f"[{citation['number']}]" in answer["answer"]
    cited = {number for sentence in answer["sentences"] for number in sentence["citations"]}
    assert cited == {citation["number"] for citation in answer["citations"]}


def test_what_the_abstracts_do_not_say_ends_with_3_and_the_nearest_papers(
    citewise: Citewise, copied: Path, library: Library
) -> None:
    ended = citewise("ask", UNANSWERABLE, "--json")
    assert ended.code == 3
    answer = ended.json
    assert has_shape(answer, ANSWER)
    assert answer["abstained"] is True
    assert answer["citations"] == answer["sentences"] == []
    assert answer["nearest"]
    for paper in answer["nearest"]:
        assert has_shape(paper, NEAREST)
        assert library.catalogue.get([paper["paper_id"]])
    assert set(answer["timings_ms"]) <= {"understand", "retrieve", "write", "check"}
    plain = citewise("ask", UNANSWERABLE)
    assert plain.code == 3
    assert "Sources" not in plain.out
    assert plain.out.startswith("The abstracts do not say. Nothing in the collection is about")


def test_an_abstention_on_the_subject_names_the_nearest_papers(
    citewise: Citewise, copied: Path
) -> None:
    question = "What is the best recipe for sourdough interpretability?"
    answer = citewise("ask", question, "--json").json
    assert answer["abstention"] == "not_in_collection"
    plain = citewise("ask", question)
    assert plain.code == 3
    assert all(paper["title"] in plain.out for paper in answer["nearest"])


def test_a_follow_up_is_understood_after_the_questions_before_it(
    citewise: Citewise, copied: Path
) -> None:
    earlier = ("--after", "What is MM-RLHF?")
    answer = citewise("ask", "And how many authors does it have?", *earlier, "--json").json
    assert answer["question"] == "And how many authors does it have?"
    assert "MM-RLHF" in answer["standalone_question"]
    assert re.search(r"\b20 authors", answer["answer"])
    plain = citewise("ask", "And how many authors does it have?", *earlier)
    assert plain.out.startswith(f"({answer['standalone_question']})\n")


@pytest.mark.parametrize(
    ("years", "first", "last"),
    [
        ("2025", 2025, 2025),
        ("2023-2024", 2023, 2024),
        ("2026-", 2026, 9999),
        ("-2024", 0, 2024),
    ],
)
def test_years_bound_what_is_cited(
    citewise: Citewise, copied: Path, years: str, first: int, last: int
) -> None:
    answer = citewise("ask", "Which papers study interpretability?", "--year", years, "--json").json
    found = [citation["year"] for citation in answer["citations"]]
    assert found
    assert all(first <= year <= last for year in found)


def test_years_bound_what_is_counted(citewise: Citewise, copied: Path) -> None:
    n_papers = int(citewise("papers", "--count", "--year", "-2022").out)
    answer = citewise("ask", "How many papers are there?", "--year", "-2022", "--json").json
    assert re.search(rf"\b{n_papers}\b", answer["answer"])


def test_bytes_that_are_no_text_are_asked_as_question_marks(
    citewise: Citewise, copied: Path
) -> None:
    ended = citewise("ask", f"\udcff{QUESTION}", "--json")
    assert (ended.code, ended.json["question"]) == (0, f"?{QUESTION}")
    assert citewise("search", "\udcff owls").code == 0


# search, papers, status


def test_search_ranks_papers_with_their_passages(
    citewise: Citewise, copied: Path, library: Library
) -> None:
    ended = citewise("search", "sparse autoencoders", "--top-k", "3", "--json")
    assert (ended.code, ended.err) == (0, "")
    assert list(ended.json) == ["query", "results"]
    assert ended.json["query"] == "sparse autoencoders"
    results = ended.json["results"]
    assert len(results) == 3
    scores = [result["fused_score"] for result in results]
    assert scores == sorted(scores, reverse=True)
    for result in results:
        assert {*PAPER, "fused_score", "dense_similarity", "bm25_score", "matched_terms"} < {
            *result
        }
        abstract = library.catalogue.get([result["paper_id"]])[result["paper_id"]].abstract
        assert result["passages"]
        for passage in result["passages"]:
            assert passage["text"] == abstract[passage["start"] : passage["end"]]


def test_search_shows_rank_title_and_link(citewise: Citewise, copied: Path) -> None:
    ended = citewise("search", "sparse autoencoders", "--year", "2025", "--top-k", "2")
    assert ended.code == 0
    titles = re.findall(r"^(\d)\. .*\((\d{4})\)$", ended.out, re.MULTILINE)
    assert titles == [("1", "2025"), ("2", "2025")]
    assert ended.out.count("https://") == 2


OWLS = {
    "id": "owls",
    "title": "Counting Owls at Night",
    "abstract": "We count 17 owls in the forest of Tharandt.",
    "authors": ["Ada Strix", "Jörg van der Müller"],
    "date": "2021-03-04",
}
MORE_OWLS = {
    **OWLS,
    "id": "more-owls",
    "abstract": "We counted 17 owls in the forest of Tharandt at noon.",
    "authors": ["Bo Uhu"],
    "date": "2021-03-05",
}


@pytest.fixture
def with_owls(citewise: Citewise, copied: Path, make_jsonl: Callable[..., Path]) -> Citewise:
    """Runs a command on a library that holds two papers on owls too, of nearly one text."""
    assert citewise("add", make_jsonl(OWLS, MORE_OWLS)).code == 0
    return citewise


BOTH = ["more-owls", "owls"]


@pytest.mark.parametrize(
    ("filters", "ids"),
    [
        (["--author", "ada strix"], ["owls"]),
        (["--author", "van der Muller"], ["owls"]),
        (["--author", "Strix", "--author", "Uhu"], BOTH),
        (["--author", "Strix", "--since", "2021-03-05"], []),
        (["--source", "jsonl"], BOTH),
        (["--source", "jsonl", "--until", "2021-03-04"], ["owls"]),
        (["--since", "2021-03-04", "--until", "2021-03-05", "--source", "jsonl"], BOTH),
        (["--paper", "owls"], ["owls"]),
        (["--paper", "owls", "--paper", "more-owls", "--paper", "dodo"], BOTH),
    ],
)
def test_filters_bound_what_is_listed_and_found(
    with_owls: Citewise, filters: list[str], ids: list[str]
) -> None:
    listed = with_owls("papers", *filters, "--json").json
    assert [paper["paper_id"] for paper in listed] == ids
    found = with_owls("search", "owls at night", *filters, "--json").json["results"]
    assert sorted(result["paper_id"] for result in found) == ids
    assert with_owls("papers", "--count", *filters).out == f"{len(ids)}\n"


def test_filters_bound_what_is_answered_from(with_owls: Citewise) -> None:
    question = "How many owls are in the forest of Tharandt?"
    answer = with_owls("ask", question, "--author", "Uhu", "--json").json
    assert {citation["paper_id"] for citation in answer["citations"]} == {"more-owls"}
    assert with_owls("ask", question, "--since", "2021-03-06", "--source", "jsonl").code == 3


def test_a_paper_that_repeats_another_comes_later_where_diverse_ones_are_wanted(
    with_owls: Citewise,
) -> None:
    def found(*options: str) -> list[str]:
        query = ("search", "counting owls at night", "--top-k", "5", "--json")
        return [result["paper_id"] for result in with_owls(*query, *options).json["results"]]

    assert sorted(found()[:2]) == BOTH
    diverse = found("--diverse")
    assert diverse[0] in BOTH
    assert diverse[1] not in BOTH
    assert len(diverse) == 5


class ShortestFirst:
    """Stands in for a cross-encoder: what is read longer is worse."""

    def __init__(self, name: str, *, allow_download: bool) -> None:
        assert (name, allow_download) == ("my-reranker", False)

    def scores(self, query: str, texts: list[str]) -> np.ndarray:
        return np.array([-len(text) for text in texts], dtype=np.float32)


def test_a_reranker_reads_the_best_papers_again(
    with_owls: Citewise, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = with_owls("search", "sparse autoencoders", "--json").json["results"]
    assert {result["rerank_score"] for result in plain} == {None}
    monkeypatch.setattr(assistant.build, "CrossEncoderReranker", ShortestFirst)
    query = ("search", "sparse autoencoders", "--reranker", "my-reranker", "--json")
    scores = [result["rerank_score"] for result in with_owls(*query).json["results"]]
    assert len(scores) == 8
    assert scores == sorted(scores, reverse=True)
    assert scores != sorted(scores)
    shown = with_owls("search", "sparse autoencoders", "--reranker", "my-reranker").out
    assert [f"score {score:.2f}, " in shown for score in scores] == [True] * 8


def test_papers_are_listed_newest_first(citewise: Citewise, copied: Path) -> None:
    papers = citewise("papers", "--json").json
    assert len(papers) == 43
    for paper in papers:
        assert set(PAPER) < set(paper)
        assert paper["abstract"]
    days = [paper["published"] for paper in papers]
    assert days == sorted(days, reverse=True)
    listed = citewise("papers")
    assert (listed.code, listed.err) == (0, "")
    assert all(paper["title"] in listed.out for paper in papers)
    assert all(paper["paper_id"] in listed.out for paper in papers)


@pytest.mark.parametrize(
    ("order", "field", "reverse"),
    [("authors", "n_authors", True), ("comments", "n_comments", True), ("title", "title", False)],
)
def test_papers_are_sorted_and_limited(
    citewise: Citewise, copied: Path, order: str, field: str, *, reverse: bool
) -> None:
    papers = citewise("papers", "--sort", order, "--json").json
    values = [paper[field] for paper in papers]
    assert values == sorted(values, reverse=reverse)
    assert citewise("papers", "--sort", order, "--limit", "2", "--json").json == papers[:2]


def test_papers_are_counted(citewise: Citewise, copied: Path) -> None:
    assert citewise("papers", "--count") == (0, "43\n", "")
    years = [paper["year"] for paper in citewise("papers", "--json").json]
    for year in sorted(set(years)):
        assert int(citewise("papers", "--count", "--year", str(year)).out) == years.count(year)
    assert citewise("papers", "--count", "--limit", "0").out == "0\n"
    assert citewise("papers", "--limit", "-1").code == 2


def test_status_shows_the_library_in_figures(citewise: Citewise, copied: Path) -> None:
    ended = citewise("status", "--json")
    assert (ended.code, ended.err) == (0, "")
    status = ended.json
    assert status.pop("chunks") >= 43
    assert status.pop("generation") >= 1
    assert status == {
        "path": str(copied),
        "papers": 43,
        "rejects": 0,
        "years": [2020, 2026],
        "encoder": "citewise-encoder-2",
        "dimension": 384,
        "indexes_current": True,
        "dense_index": "local",
        "dense_current": True,
        "flagged": [],
    }
    plain = citewise("status").out
    assert re.search(r"^papers +43$", plain, re.MULTILINE)
    assert re.search(r"^years +2020 to 2026$", plain, re.MULTILINE)
    assert re.search(r"^indexes current +yes$", plain, re.MULTILINE)


# eval


@pytest.fixture
def questions(make_jsonl: Callable[..., Path], library: Library) -> Path:
    title = next(p.title for p in library.catalogue.papers() if p.title.startswith("Pando"))
    return make_jsonl(
        {"id": "a", "kind": "fact", "question": QUESTION, "gold": [title], "contains": ["720"]},
        "",
        {"id": "b", "kind": "none", "question": UNANSWERABLE, "answerable": False},
        {"id": "c", "kind": "fact", "question": QUESTION, "contains": ["no such words"]},
    )


def test_eval_gives_scores_over_all_and_by_kind(
    citewise: Citewise, copied: Path, questions: Path
) -> None:
    ended = citewise("eval", "answers", "--questions", questions, "--json")
    assert ended.code == 0
    scores = ended.json
    assert list(scores) == ["overall", "by_kind", "questions"]
    assert list(scores["by_kind"]) == ["fact", "none"]
    overall = scores["overall"]
    assert (overall["n_questions"], overall["gold_cited"], overall["contains"]) == (3, 1, 0.5)
    assert (overall["abstained"], overall["wrongly_abstained"]) == (1, 0)
    assert 0 < overall["citation_precision"] <= 1
    assert 0 < overall["ms_p50"] <= overall["ms_p95"]
    assert scores["by_kind"]["none"]["gold_cited"] is None
    assert [question["id"] for question in scores["questions"]] == ["a", "b", "c"]
    assert [question["failures"] for question in scores["questions"]] == [[], [], ["text lacks"]]
    assert set(ANSWER) < set(scores["questions"][0])


def test_eval_shows_a_table_and_what_went_wrong(
    citewise: Citewise, copied: Path, questions: Path
) -> None:
    ended = citewise("eval", "answers", "--questions", questions)
    assert ended.code == 0
    table, failures = ended.out.split("\nNot as expected:\n")
    header, *rows = table.splitlines()
    assert header.split()[:3] == ["n", "gold", "cited"]
    assert [row.split()[:2] for row in rows] == [["overall", "3"], ["fact", "2"], ["none", "1"]]
    assert len({len(row) for row in (header, *rows)}) == 1
    assert failures == f"- text lacks: {QUESTION}\n"

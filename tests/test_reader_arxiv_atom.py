"""What arXiv's API answers."""

from datetime import date

from tests.mutations import SAMPLES, check_survives, opened, rows_of
from vectorstore.paper import Paper
from vectorstore.readers.arxiv_atom import READER
from vectorstore.readers.report import Reject

SAMPLE = (SAMPLES / "arxiv_atom.xml").read_bytes()


def test_the_sample_is_read_whole_and_the_record_that_is_none_is_rejected():
    assert [
        row.paper_id if isinstance(row, Paper) else f"{row.line} {row.reason}"
        for row in rows_of(READER, SAMPLE)
    ] == ["2409.99901", "cond-mat/0102999", "36 no abstract", "2409.99903"]


def test_no_other_sample_is_taken_for_one():
    taken = [
        path.name for path in SAMPLES.iterdir() if READER.recognises(opened(path.read_bytes()))
    ]
    assert taken == ["arxiv_atom.xml"]


def test_damage_ends_in_papers_and_rejects():
    check_survives(READER, SAMPLE)


def feed(entry: str) -> str:
    return (
        '<feed xmlns="http://www.w3.org/2005/Atom" xmlns:arxiv="http://arxiv.org/schemas/atom">'
        f"<id>http://arxiv.org/api/x</id><entry>{entry}</entry></feed>"
    )


def test_every_field_of_an_entry_reaches_the_paper():
    assert rows_of(READER, SAMPLE)[0] == Paper(
        paper_id="2409.99901",
        title="Owls at Scale: Retrieval by Night",
        abstract="We retrieve owls & other birds at night with $O(n \\log n)$ lamps. It works.",
        authors=("Ada Byron", "Bo Müller"),
        n_authors=2,
        published=date(2024, 9, 20),
        year=2024,
        arxiv_id="2409.99901",
        doi="10.5555/owls.2024.1",
        url="https://arxiv.org/abs/2409.99901v2",
        source="arxiv-api",
    )


def test_an_error_that_arxiv_answered_with_is_told():
    entry = (
        "<id>http://arxiv.org/api/errors#incorrect_id_format_for_1</id><title>Error</title>"
        "<summary>incorrect id format for 1</summary>"
    )
    [reject] = rows_of(READER, feed(entry))
    assert isinstance(reject, Reject)
    assert reject.reason == "arXiv answered with an error: incorrect id format for 1"


def test_an_answer_without_entries_has_no_rows():
    assert rows_of(READER, feed("").replace("<entry></entry>", "")) == []


def test_a_feed_of_another_place_is_not_taken_for_arxivs():
    content = '<feed xmlns="http://www.w3.org/2005/Atom"><id>https://example.org/</id></feed>'
    assert not READER.recognises(opened(content))

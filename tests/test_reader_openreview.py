"""OpenReview's JSON."""

from datetime import date

import pytest

from tests.mutations import SAMPLES, check_survives, opened, rows_of
from vectorstore.paper import Paper
from vectorstore.readers.openreview import READER

SAMPLE = (SAMPLES / "openreview.json").read_bytes()


def test_the_sample_is_read_whole_and_the_record_that_is_none_is_rejected():
    assert [
        row.paper_id if isinstance(row, Paper) else f"{row.line} {row.reason}"
        for row in rows_of(READER, SAMPLE)
    ] == ["owlA1", "owlB2", "4 no abstract", "owlD4"]


def test_no_other_sample_is_taken_for_one():
    taken = [
        path.name for path in SAMPLES.iterdir() if READER.recognises(opened(path.read_bytes()))
    ]
    assert taken == ["openreview.json"]


def test_damage_ends_in_papers_and_rejects():
    check_survives(READER, SAMPLE)


def test_every_field_of_a_note_reaches_the_paper():
    assert rows_of(READER, SAMPLE)[0] == Paper(
        paper_id="owlA1",
        title="Owls at Scale: Retrieval by Night",
        abstract="We retrieve owls and other birds at night.",
        authors=("Ada Byron", "Bo Müller"),
        n_authors=2,
        published=date(2024, 1, 16),
        year=2024,
        url="https://openreview.net/forum?id=owlA1",
        source="openreview",
    )


def test_notes_of_the_first_api_are_read_the_same():
    paper = rows_of(READER, SAMPLE)[1]
    assert isinstance(paper, Paper)
    assert (paper.title, paper.authors) == ("Cold Lamps", ("Cy Day",))
    assert paper.published == date(2020, 9, 28)


def test_an_anonymous_paper_has_no_authors_and_no_count():
    paper = rows_of(READER, SAMPLE)[3]
    assert isinstance(paper, Paper)
    assert (paper.authors, paper.n_authors) == ((), None)


@pytest.mark.parametrize("content", ["null", "[]", '"text"', '{"title": 5}', '{"title": {}}'])
def test_a_note_whose_content_is_another_kind_is_a_reject(content):
    [row] = rows_of(READER, f'{{"notes": [{{"id": "a", "content": {content}}}]}}')
    assert not isinstance(row, Paper)

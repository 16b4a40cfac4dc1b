"""OpenAlex works."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.mutations import SAMPLES, check_survives, opened, papers_of, rows_of
from vectorstore.paper import Paper
from vectorstore.readers.openalex import READER, text_from_index

SAMPLE = (SAMPLES / "openalex.json").read_bytes()


def test_the_sample_is_read_whole_and_the_record_that_is_none_is_rejected():
    assert [
        row.paper_id if isinstance(row, Paper) else f"{row.line} {row.reason}"
        for row in rows_of(READER, SAMPLE)
    ] == ["2409.99901", "3 no abstract", "2301.99903", "W9900000004"]


def test_no_other_sample_is_taken_for_one():
    taken = [
        path.name for path in SAMPLES.iterdir() if READER.recognises(opened(path.read_bytes()))
    ]
    assert taken == ["openalex.json"]


def test_damage_ends_in_papers_and_rejects():
    check_survives(READER, SAMPLE)


def test_every_field_of_a_work_reaches_the_paper():
    assert rows_of(READER, SAMPLE)[0] == Paper(
        paper_id="2409.99901",
        title="Owls at Scale: Retrieval by Night",
        abstract="We retrieve owls at night. We count owls too.",
        authors=("Ada Byron", "Bo Müller"),
        n_authors=2,
        published=date(2024, 9, 20),
        year=2024,
        arxiv_id="2409.99901",
        doi="10.5555/owls.2024.1",
        url="https://doi.org/10.5555/OWLS.2024.1",
        source="openalex",
    )


def test_the_first_of_january_is_only_a_year_and_a_cut_list_of_authors_has_no_count():
    paper = rows_of(READER, SAMPLE)[2]
    assert isinstance(paper, Paper)
    assert (paper.published, paper.year) == (None, 2023)
    assert (paper.authors, paper.n_authors) == (("Cy Day",), None)


@given(st.lists(st.text("abc.é😀", min_size=1, max_size=4), min_size=1, max_size=30))
def test_a_text_comes_back_from_its_index(words):
    index: dict[str, list[int]] = {}
    for position, word in enumerate(words):
        index.setdefault(word, []).append(position)
    assert text_from_index(index) == " ".join(words)


@pytest.mark.parametrize(
    ("index", "text"),
    [
        (None, ""),
        ([], ""),
        ({"a": 1}, ""),
        ({"a": [10**18], "b": [-1]}, "b a"),
        ({"a": ["0", 1.5, None, 2]}, "a"),
    ],
)
def test_an_index_of_another_kind_gives_what_it_can(index, text):
    assert text_from_index(index) == text


def test_lines_of_the_snapshot_are_read():
    line = '{"id":"https://openalex.org/W1","title":"T","authorships":[],"abstract_inverted_index":{"A":[0]}}'
    assert READER.recognises(opened(f"{line}\n{line}"))
    assert [paper.paper_id for paper in papers_of(READER, f"{line}\n{line}")] == ["W1", "W1"]

"""Hugging Face's API of papers."""

from datetime import date

import pytest

from tests.mutations import SAMPLES, check_survives, opened, papers_of, rows_of
from vectorstore.paper import Paper
from vectorstore.readers.hf_api import READER

SAMPLE = (SAMPLES / "hf_api.json").read_bytes()


def test_the_sample_is_read_whole_and_the_record_that_is_none_is_rejected():
    assert [
        row.paper_id if isinstance(row, Paper) else f"{row.line} {row.reason}"
        for row in rows_of(READER, SAMPLE)
    ] == ["2409.99901", "2409.99902", "3 no abstract", "2409.99904"]


def test_no_other_sample_is_taken_for_one():
    taken = [
        path.name for path in SAMPLES.iterdir() if READER.recognises(opened(path.read_bytes()))
    ]
    assert taken == ["hf_api.json"]


def test_damage_ends_in_papers_and_rejects():
    check_survives(READER, SAMPLE)


def test_every_field_of_a_record_reaches_the_paper():
    assert rows_of(READER, SAMPLE)[0] == Paper(
        paper_id="2409.99901",
        title="Owls at Scale: Retrieval by Night",
        abstract="We retrieve owls and other birds at night.",
        authors=("Ada Byron", "Bo Müller"),
        n_authors=2,
        published=date(2024, 9, 20),
        year=2024,
        arxiv_id="2409.99901",
        url="https://arxiv.org/abs/2409.99901",
        n_comments=2,
        source="hf-api",
    )


def test_the_outer_fields_stand_in_for_inner_ones_that_are_missing():
    paper = rows_of(READER, SAMPLE)[1]
    assert isinstance(paper, Paper)
    assert paper.title == "The Outer Title"
    assert (paper.authors, paper.n_authors) == ((), None)


INNER = '{"id":"2409.99901","title":"T","summary":"S","publishedAt":"2024-09-20","upvotes":1}'


@pytest.mark.parametrize(
    "content", [INNER, f"[{INNER}]", f'{{"papers":[{INNER}]}}', f'{{"dailyPapers":[{INNER}]}}']
)
def test_a_paper_alone_and_other_wrappings_are_read(content):
    assert READER.recognises(opened(content))
    [paper] = papers_of(READER, content)
    assert (paper.paper_id, paper.published) == ("2409.99901", date(2024, 9, 20))


def test_a_paper_that_is_not_arxivs_links_to_its_page():
    [paper] = papers_of(READER, '[{"paper":{"id":"owl-1","title":"T","summary":"S"}}]')
    assert (paper.paper_id, paper.arxiv_id) == ("owl-1", "")
    assert paper.url == "https://huggingface.co/papers/owl-1"


@pytest.mark.parametrize("fields", ['"authors": "Ada"', '"authors": [5]', '"authors": null'])
def test_authors_of_another_kind_count_as_absent_or_as_text(fields):
    [paper] = papers_of(READER, f'[{{"paper":{{"id":"o","title":"T","summary":"S",{fields}}}}}]')
    assert len(paper.authors) <= 1

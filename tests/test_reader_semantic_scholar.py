"""Semantic Scholar's JSON."""

from datetime import date

import pytest

from tests.mutations import SAMPLES, check_survives, opened, papers_of, rows_of
from vectorstore.paper import Paper
from vectorstore.readers.report import Reject
from vectorstore.readers.semantic_scholar import READER

SAMPLE = (SAMPLES / "semantic_scholar.json").read_bytes()


def test_the_sample_is_read_whole_and_the_record_that_is_none_is_rejected():
    assert [
        row.paper_id if isinstance(row, Paper) else f"{row.line} {row.reason}"
        for row in rows_of(READER, SAMPLE)
    ] == [
        "2409.99901",
        "3 no abstract",
        f"{0:038}a3",
        f"{0:038}a4",
    ]


def test_no_other_sample_is_taken_for_one():
    taken = [
        path.name for path in SAMPLES.iterdir() if READER.recognises(opened(path.read_bytes()))
    ]
    assert taken == ["semantic_scholar.json"]


def test_damage_ends_in_papers_and_rejects():
    check_survives(READER, SAMPLE)


def test_every_field_of_a_paper_reaches_it():
    assert rows_of(READER, SAMPLE)[0] == Paper(
        paper_id="2409.99901",
        title="Owls at Scale: Retrieval by Night",
        abstract="We retrieve owls and other birds at night.",
        authors=("Ada Byron", "Bo Müller"),
        n_authors=2,
        published=date(2024, 9, 20),
        year=2024,
        arxiv_id="2409.99901",
        doi="10.5555/owls.2024.1",
        url=f"https://www.semanticscholar.org/paper/{0:038}a1",
        source="semantic-scholar",
    )


def test_without_a_page_the_free_pdf_is_linked():
    paper = rows_of(READER, SAMPLE)[2]
    assert isinstance(paper, Paper)
    assert paper.url == "https://example.org/lamps.pdf"
    assert (paper.published, paper.year) == (None, 2018)


@pytest.mark.parametrize(
    "content",
    [
        '{"corpusid":5,"externalids":{"DOI":"10.5555/x"},"title":"T","abstract":"A"}',
        '{"title":"T","paperAbstract":"A","doi":"10.5555/X","authors":[{"name":"B","ids":["1"]}]}',
        '{"data":[{"citedPaper":{"paperId":"a","title":"T","abstract":"A",'
        '"externalIds":{"DOI":"10.5555/x"}}}]}',
        '{"recommendedPapers":[{"paperId":"a","title":"T","abstract":"A",'
        '"externalIds":{"DOI":"10.5555/x"}}]}',
        '[{"paperId":"a","title":"T","abstract":"A","externalIds":{"DOI":"10.5555/x"}}]',
    ],
)
def test_other_answers_and_the_bulk_data_are_read(content):
    assert READER.recognises(opened(content))
    [paper] = papers_of(READER, content)
    assert (paper.title, paper.abstract, paper.doi) == ("T", "A", "10.5555/x")


def test_a_paper_that_a_batch_did_not_find_is_a_reject():
    rows = rows_of(READER, '[{"paperId":"a","title":"T","abstract":"A"}, null]')
    assert isinstance(rows[1], Reject)
    assert rows[1].reason == "null"

"""arXiv's snapshot at Kaggle."""

from datetime import date

import pytest

from tests.mutations import SAMPLES, check_survives, opened, papers_of, rows_of
from vectorstore.paper import Paper
from vectorstore.readers.arxiv_kaggle import READER
from vectorstore.readers.report import Reject

SAMPLE = (SAMPLES / "arxiv_kaggle.jsonl").read_bytes()


def test_the_sample_is_read_whole_and_the_record_that_is_none_is_rejected():
    assert [
        row.paper_id if isinstance(row, Paper) else f"{row.line} {row.reason}"
        for row in rows_of(READER, SAMPLE)
    ] == ["0704.9901", "hep-th/9901001", "3 no abstract", "0704.9903"]


def test_no_other_sample_is_taken_for_one():
    taken = [
        path.name for path in SAMPLES.iterdir() if READER.recognises(opened(path.read_bytes()))
    ]
    assert taken == ["arxiv_kaggle.jsonl"]


def test_damage_ends_in_papers_and_rejects():
    check_survives(READER, SAMPLE)


def test_every_field_of_a_line_reaches_the_paper():
    assert rows_of(READER, SAMPLE)[0] == Paper(
        paper_id="0704.9901",
        title="Owls at Scale: Retrieval by Night",
        abstract="We retrieve owls and other birds at night with $O(n)$ lamps.",
        authors=("Ada Byron", 'Bo M\\"uller', "Cy Day Jr."),
        n_authors=3,
        published=date(2007, 4, 2),
        year=2007,
        arxiv_id="0704.9901",
        doi="10.5555/owls.2007.1",
        url="https://arxiv.org/abs/0704.9901v2",
        source="arxiv-kaggle",
    )


def test_without_parsed_authors_their_text_is_split():
    paper = rows_of(READER, SAMPLE)[3]
    assert isinstance(paper, Paper)
    assert paper.authors == ("Cy Day", "Di Eve")


def test_without_a_first_version_only_the_year_of_the_id_is_known():
    line = '{"id":"0704.9904","title":"T","abstract":"A","authors":"","versions":[]}'
    [paper] = papers_of(READER, line)
    assert (paper.published, paper.year) == (None, 2007)


@pytest.mark.parametrize("versions", ['"v1"', "[null]", "[[]]", '[{"version": 5}]', "{}"])
def test_versions_of_another_kind_count_as_absent(versions):
    line = f'{{"id":"0704.9904","title":"T","abstract":"A","versions":{versions}}}'
    [paper] = papers_of(READER, line)
    assert paper.published is None


def test_a_damaged_line_costs_only_itself():
    rows = rows_of(READER, SAMPLE.replace(b'"hep-th/9901001",', b'"hep-th/9901001,', 1))
    assert [isinstance(row, Paper) for row in rows] == [True, False, False, True]
    assert isinstance(rows[1], Reject)
    assert rows[1].line == 2

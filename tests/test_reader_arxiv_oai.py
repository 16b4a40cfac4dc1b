"""OAI-PMH answers."""

from datetime import date

import pytest

from tests.mutations import SAMPLES, check_survives, opened, papers_of, rows_of
from vectorstore.paper import Paper
from vectorstore.readers.arxiv_oai import READER
from vectorstore.readers.report import Reject

SAMPLE = (SAMPLES / "arxiv_oai.xml").read_bytes()


def test_the_sample_is_read_whole_and_the_record_that_is_none_is_rejected():
    assert [
        row.paper_id if isinstance(row, Paper) else f"{row.line} {row.reason}"
        for row in rows_of(READER, SAMPLE)
    ] == [
        "2409.99901",
        "26 deleted at the source",
        "0704.9903",
        "math/9901004",
    ]


def test_no_other_sample_is_taken_for_one():
    taken = [
        path.name for path in SAMPLES.iterdir() if READER.recognises(opened(path.read_bytes()))
    ]
    assert taken == ["arxiv_oai.xml"]


def test_damage_ends_in_papers_and_rejects():
    check_survives(READER, SAMPLE)


def paper(position: int) -> Paper:
    row = rows_of(READER, SAMPLE)[position]
    assert isinstance(row, Paper)
    return row


def test_every_field_of_arxivs_own_format_reaches_the_paper():
    assert paper(0) == Paper(
        paper_id="2409.99901",
        title="Owls at Scale: Retrieval by Night",
        abstract="We retrieve owls and other birds at night.",
        authors=("Ada Byron", "Cy Day Jr.", "The Lamp Collaboration"),
        n_authors=3,
        published=date(2024, 9, 19),
        year=2024,
        arxiv_id="2409.99901",
        doi="10.5555/owls.2024.1",
        url="https://arxiv.org/abs/2409.99901",
        source="oai-pmh",
    )


def test_the_raw_format_tells_the_first_versions_day_and_the_last_versions_number():
    raw = paper(2)
    assert raw.published == date(2007, 4, 2)
    assert raw.url == "https://arxiv.org/abs/0704.9903v2"
    assert raw.authors == ("C. Day", "E. Fox")


def test_of_dublin_core_the_first_date_and_the_description_that_is_no_comment_are_taken():
    core = paper(3)
    assert core.published == date(1999, 1, 3)
    assert core.abstract == "We count owls with generating functions."
    assert core.authors == ("Eve Fox", "Cy Day")
    assert core.doi == "10.5555/count.1"
    assert core.url == "https://arxiv.org/abs/math/9901004"


def test_another_repositorys_record_keeps_its_own_id_and_address():
    content = (
        "<OAI-PMH><ListRecords><record><header><identifier>oai:zenodo.org:1</identifier></header>"
        "<metadata><dc><title>Owls</title><creator>Owl Society</creator><date>2019</date>"
        "<description>They fly.</description><identifier>https://zenodo.org/record/1</identifier>"
        "</dc></metadata></record></ListRecords></OAI-PMH>"
    )
    [row] = papers_of(READER, content)
    assert (row.paper_id, row.url) == ("oai:zenodo.org:1", "https://zenodo.org/record/1")
    assert (row.published, row.year) == (None, 2019)


def test_an_error_that_the_server_answered_with_is_told():
    content = '<OAI-PMH><error code="noRecordsMatch">Nothing matches.</error></OAI-PMH>'
    [reject] = rows_of(READER, content)
    assert isinstance(reject, Reject)
    assert reject.reason == "the server answered noRecordsMatch"
    assert reject.excerpt == "Nothing matches."


@pytest.mark.parametrize("metadata", ["", "<metadata/>", "<metadata> </metadata>"])
def test_a_record_without_metadata_is_a_reject(metadata):
    content = f"<OAI-PMH><ListRecords><record>{metadata}</record></ListRecords></OAI-PMH>"
    [reject] = rows_of(READER, content)
    assert isinstance(reject, Reject)
    assert reject.reason == "no metadata"

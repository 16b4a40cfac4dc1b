"""The ACL Anthology's XML."""

import pytest

from tests.mutations import SAMPLES, check_survives, opened, papers_of, rows_of
from vectorstore.paper import Paper
from vectorstore.readers.acl_xml import READER

SAMPLE = (SAMPLES / "acl_xml.xml").read_bytes()


def test_the_sample_is_read_whole_and_the_record_that_is_none_is_rejected():
    assert [
        row.paper_id if isinstance(row, Paper) else f"{row.line} {row.reason}"
        for row in rows_of(READER, SAMPLE)
    ] == ["2023.owl-long.1", "24 no abstract", "2023.owl-short.7"]


def test_no_other_sample_is_taken_for_one():
    taken = [
        path.name for path in SAMPLES.iterdir() if READER.recognises(opened(path.read_bytes()))
    ]
    assert taken == ["acl_xml.xml"]


def test_damage_ends_in_papers_and_rejects():
    check_survives(READER, SAMPLE)


def test_every_field_of_a_paper_reaches_it():
    assert rows_of(READER, SAMPLE)[0] == Paper(
        paper_id="2023.owl-long.1",
        title="Owls at Scale: Retrieval by Night",
        abstract=(
            "We retrieve owls with $O(n \\log n)$ lamps, see https://example.org/owls. It works."
        ),
        authors=("Ada Byron", "Plato", "Bo Li"),
        n_authors=3,
        year=2023,
        doi="10.5555/v1/2023.owl-long.1",
        url="https://aclanthology.org/2023.owl-long.1",
        source="acl-anthology",
    )


def test_the_year_is_that_of_the_volume():
    paper = rows_of(READER, SAMPLE)[2]
    assert isinstance(paper, Paper)
    assert (paper.year, paper.published) == (2022, None)


@pytest.mark.parametrize(
    ("collection", "volume", "number", "anthology_id"),
    [
        ("2023.acl", "long", "12", "2023.acl-long.12"),
        ("P18", "1", "1", "P18-1001"),
        ("W06", "1", "2", "W06-0102"),
        ("C69", "1", "2", "C69-0102"),
        ("D19", "1", "2", "D19-1002"),
        ("D19", "50", "2", "D19-5002"),
    ],
)
def test_the_id_is_made_as_the_anthology_makes_it(collection, volume, number, anthology_id):
    content = (
        f"<collection id='{collection}'><volume id='{volume}'><meta><year>2018</year></meta>"
        f"<paper id='{number}'><title>T</title><abstract>A</abstract></paper>"
        "</volume></collection>"
    )
    assert READER.recognises(opened(content))
    [paper] = papers_of(READER, content)
    assert paper.paper_id == anthology_id
    assert paper.url == f"https://aclanthology.org/{anthology_id}"


def test_a_collection_of_library_records_is_not_taken_for_one():
    content = '<collection xmlns="http://www.loc.gov/MARC21/slim"><record/></collection>'
    assert not READER.recognises(opened(content))

"""MEDLINE's tagged text, as PubMed saves it."""

from datetime import date

import pytest

from tests.mutations import SAMPLES, check_survives, opened, papers_of, rows_of
from vectorstore.paper import Paper
from vectorstore.readers.medline import READER

SAMPLE = (SAMPLES / "medline.nbib").read_bytes()


def paper_with(*lines: str) -> Paper:
    [paper] = papers_of(
        READER, "\n".join(("PMID- 7", "TI  - Owls.", "AB  - They fly.", *lines, ""))
    )
    return paper


def test_the_sample_is_recognised_and_each_record_is_accounted_for() -> None:
    assert READER.recognises(opened(SAMPLE))
    paper, short, reject = rows_of(READER, SAMPLE)
    assert paper == Paper(
        paper_id="99000001",
        title="Quiet flight of barn owls.",
        abstract="BACKGROUND: We measure the flight of 12 owls."
        " RESULTS: It is quiet at 5 kHz and above.",
        authors=("Ada B Marsh", "Juan de la Cruz", "Owl Society"),
        n_authors=3,
        published=date(2024, 8, 30),  # of the electronic publication, which came first
        year=2024,
        doi="10.1000/owl.1",
        url="https://pubmed.ncbi.nlm.nih.gov/99000001/",
        source="medline",
    )
    assert isinstance(short, Paper)
    assert short.authors == ("RM Heath",)
    assert (short.published, short.year) == (None, 2020)
    assert str(reject) == "line 27: no abstract: 'A paper without abstract.'"


def test_only_what_is_marked_as_a_doi_is_one() -> None:
    assert paper_with("AID - 10.1000/x [pii]", "AID - 10.1000/Y [doi]").doi == "10.1000/y"


def test_a_record_of_arxiv_has_its_id() -> None:
    assert paper_with("LID - 10.48550/arXiv.2409.00001 [doi]").arxiv_id == "2409.00001"


def test_a_group_keeps_its_name() -> None:
    assert paper_with("AU  - Marsh AB", "CN  - ENIGMA ADHD").authors == ("AB Marsh", "ENIGMA ADHD")


def test_a_title_in_another_language_stands_in_for_a_missing_one() -> None:
    text = "PMID- 7\nTT  - Les hiboux.\nAB  - They fly.\n"
    assert papers_of(READER, text)[0].title == "Les hiboux."


@pytest.mark.parametrize("source", ["PMID: 7\n", "TY  - JOUR\nPMID- 7\n", "PMID- 7", "", "<a/>"])
def test_other_sources_are_not_taken_for_medline(source: str) -> None:
    assert not READER.recognises(opened(source))


def test_bytes_that_are_no_text_cost_only_their_record() -> None:
    text = SAMPLE.replace(b"Ada B", "Ädà B".encode())
    broken = text.replace(b"quiet at", b"qui\xffet at", 1)
    rows = rows_of(READER, broken)
    assert [isinstance(row, Paper) for row in rows] == [False, True, False]


def test_damage_ends_in_papers_and_rejects() -> None:
    check_survives(READER, SAMPLE)

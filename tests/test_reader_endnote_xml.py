"""EndNote's XML, its styled text and its bombs."""

import re
from datetime import date

import pytest

from tests.mutations import SAMPLES, check_survives, opened, papers_of, rows_of
from vectorstore.paper import Paper
from vectorstore.readers.endnote_xml import READER

SAMPLE = (SAMPLES / "endnote_xml.xml").read_bytes()


def document(fields: str, before: str = "") -> str:
    texts = "<titles><title>Owls</title></titles><abstract>They fly.</abstract>"
    record = f"<record>{texts}{fields}</record>"
    return f"<?xml version='1.0'?>{before}<xml><records>\n{record}\n</records></xml>"


def test_the_sample_is_recognised_and_each_record_is_accounted_for() -> None:
    assert READER.recognises(opened(SAMPLE))
    first, second, reject = rows_of(READER, SAMPLE)
    assert first == Paper(
        paper_id="2409.00001",
        title="Quiet Flight of Barn Owls",
        abstract="We measure the flight of 12 owls. It is quiet at 5 kHz & above.",
        authors=("Ada Marsh", "Juan de la Cruz"),
        n_authors=2,
        published=date(2024, 9, 3),
        year=2024,
        arxiv_id="2409.00001",
        doi="10.1000/owl.1",
        url="https://example.org/owls",
        source="endnote-xml",
    )
    assert isinstance(second, Paper)
    assert (second.year, second.published) == (2020, None)
    assert str(reject) == "line 9: no abstract: 'A Paper Without Abstract'"


@pytest.mark.parametrize(
    "source",
    ["<xml/>", "<PubmedArticleSet/>", "<collection><paper/></collection>", "<feed>", "{}", ""],
)
def test_other_sources_are_not_taken_for_endnote(source: str) -> None:
    assert not READER.recognises(opened(source))


def test_a_file_that_begins_with_records_is_endnote_too() -> None:
    text = re.sub("</?xml>", "", document("<rec-number>1</rec-number>"))
    assert READER.recognises(opened(text))
    assert len(papers_of(READER, text)) == 1


def test_an_address_is_taken_only_from_the_web() -> None:
    urls = "<urls><related-urls><url>file:///a</url><url>https://a.org</url></related-urls></urls>"
    assert papers_of(READER, document(urls))[0].url == "https://a.org"


def test_a_damaged_record_costs_only_itself() -> None:
    damaged = SAMPLE.replace(b"<year>2020</year>", b"<year>2020</yea")
    rows = rows_of(READER, damaged)
    assert isinstance(rows[0], Paper)
    assert len([row for row in rows if isinstance(row, Paper)]) == 1


def test_entities_are_neither_resolved_nor_fetched() -> None:
    doctype = '<!DOCTYPE xml [<!ENTITY a SYSTEM "file:///etc/passwd"><!ENTITY b "boom">]>'
    for row in rows_of(READER, document("<notes>&a;&b;</notes>", doctype)):
        assert "root:" not in repr(row)
        assert "boom" not in repr(row)


def test_a_bomb_of_entities_ends_soon() -> None:
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 20}">' for n in range(1, 30))
    doctype = f'<!DOCTYPE xml [<!ENTITY e0 "boom">{entities}]>'
    rows = rows_of(READER, document("<notes>&e29;</notes>", doctype))
    assert sum(len(repr(row)) for row in rows) < 10_000


def test_damage_ends_in_papers_and_rejects() -> None:
    check_survives(READER, SAMPLE)

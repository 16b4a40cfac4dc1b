"""arXiv's daily listings."""

from datetime import date

from tests.mutations import SAMPLES, check_survives, opened, papers_of, rows_of
from vectorstore.paper import Paper
from vectorstore.readers.arxiv_rss import READER

SAMPLE = (SAMPLES / "arxiv_rss.xml").read_bytes()


def test_the_sample_is_read_whole_and_the_record_that_is_none_is_rejected():
    assert [
        row.paper_id if isinstance(row, Paper) else f"{row.line} {row.reason}"
        for row in rows_of(READER, SAMPLE)
    ] == ["2409.99901", "2301.99902", "31 no abstract"]


def test_no_other_sample_is_taken_for_one():
    taken = [
        path.name for path in SAMPLES.iterdir() if READER.recognises(opened(path.read_bytes()))
    ]
    assert taken == ["arxiv_rss.xml"]


def test_damage_ends_in_papers_and_rejects():
    check_survives(READER, SAMPLE)


ATOM = """<?xml version='1.0' encoding='UTF-8'?>
<feed xmlns:arxiv="http://arxiv.org/schemas/atom" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns="http://www.w3.org/2005/Atom"><id>http://rss.arxiv.org/atom/cs.XX</id>
<entry><id>oai:arXiv.org:2409.99901v1</id><title>Owls</title>
<link href="https://arxiv.org/abs/2409.99901" rel="alternate" type="text/html"/>
<summary>arXiv:2409.99901v1 Announce Type: cross
Abstract: They fly.</summary><published>2024-09-20T00:00:00-04:00</published>
<arxiv:announce_type>cross</arxiv:announce_type><dc:creator>Ada Byron, Bo Li</dc:creator>
</entry></feed>"""

OLD = """<?xml version="1.0" encoding="UTF-8"?>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
 xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel rdf:about="http://export.arxiv.org/rss/hep-th"><title>hep-th updates</title></channel>
<item rdf:about="http://arxiv.org/abs/hep-th/0705999">
<title>Cold Lamps. (arXiv:hep-th/0705999v3 [hep-th] UPDATED)</title>
<link>http://arxiv.org/abs/hep-th/0705999</link>
<description>&lt;p&gt;Lamps become cold when x &amp;lt; y.&lt;/p&gt;</description>
<dc:creator>&lt;a href="http://arxiv.org/a/b"&gt;A. Byron&lt;/a&gt;, Bo Li (Bath)</dc:creator>
</item></rdf:RDF>"""


def test_every_field_of_an_item_reaches_the_paper():
    assert rows_of(READER, SAMPLE)[0] == Paper(
        paper_id="2409.99901",
        title="Owls at Scale: Retrieval by Night",
        abstract="We retrieve owls & other birds at night.",
        authors=("Ada Byron", 'Bo M\\"uller'),
        n_authors=2,
        published=date(2024, 9, 20),
        year=2024,
        arxiv_id="2409.99901",
        url="https://arxiv.org/abs/2409.99901v1",
        source="arxiv-listing",
    )


def test_the_day_of_a_replacement_is_not_when_the_paper_appeared():
    paper = rows_of(READER, SAMPLE)[1]
    assert isinstance(paper, Paper)
    assert (paper.published, paper.year) == (None, 2023)
    assert paper.url == "https://arxiv.org/abs/2301.99902v3"
    assert paper.authors == ("Cy Day", "Di Eve Jr.")


def test_the_atom_variant_is_read():
    assert READER.recognises(opened(ATOM))
    [paper] = papers_of(READER, ATOM)
    assert (paper.paper_id, paper.title, paper.abstract) == ("2409.99901", "Owls", "They fly.")
    assert paper.authors == ("Ada Byron", "Bo Li")
    assert (paper.published, paper.year) == (None, 2024)


def test_listings_of_older_years_are_read():
    assert READER.recognises(opened(OLD))
    [paper] = papers_of(READER, OLD)
    assert (paper.paper_id, paper.title) == ("hep-th/0705999", "Cold Lamps")
    assert paper.abstract == "Lamps become cold when x &lt; y."
    assert paper.authors == ("A. Byron", "Bo Li")
    assert paper.url == "https://arxiv.org/abs/hep-th/0705999v3"


def test_a_feed_of_another_place_is_not_taken_for_a_listing():
    content = (
        "<rss><channel><title>On arXiv</title><link>https://example.org</link></channel></rss>"
    )
    assert not READER.recognises(opened(content))

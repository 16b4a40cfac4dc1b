"""PubMed's XML."""

from datetime import date

import pytest

from tests.mutations import SAMPLES, check_survives, opened, papers_of, rows_of
from vectorstore.paper import Paper
from vectorstore.readers.pubmed_xml import READER

SAMPLE = (SAMPLES / "pubmed_xml.xml").read_bytes()


def test_the_sample_is_read_whole_and_the_record_that_is_none_is_rejected():
    assert [
        row.paper_id if isinstance(row, Paper) else f"{row.line} {row.reason}"
        for row in rows_of(READER, SAMPLE)
    ] == ["99000001", "13 no abstract", "99000003", "99000004"]


def test_no_other_sample_is_taken_for_one():
    taken = [
        path.name for path in SAMPLES.iterdir() if READER.recognises(opened(path.read_bytes()))
    ]
    assert taken == ["pubmed_xml.xml"]


def test_damage_ends_in_papers_and_rejects():
    check_survives(READER, SAMPLE)


def article(inside: str) -> Paper:
    [paper] = papers_of(
        READER,
        "<PubmedArticleSet><PubmedArticle><MedlineCitation><PMID>1</PMID><Article>"
        "<ArticleTitle>T</ArticleTitle><Abstract><AbstractText>A</AbstractText></Abstract>"
        f"{inside}</Article></MedlineCitation></PubmedArticle></PubmedArticleSet>",
    )
    return paper


def test_every_field_of_an_article_reaches_the_paper():
    assert rows_of(READER, SAMPLE)[0] == Paper(
        paper_id="99000001",
        title="Effect of H2O on Strix owls.",
        abstract="BACKGROUND: Owls drink water. METHODS: We gave owls < 5 ml. They drank it.",
        authors=("Ada B Byron", "C Day Jr", "Owl Study Group"),
        n_authors=3,
        published=date(2023, 12, 5),
        year=2023,
        doi="10.5555/owl.1",
        url="https://pubmed.ncbi.nlm.nih.gov/99000001/",
        source="pubmed",
    )


def test_the_doi_of_the_list_of_ids_is_the_articles_and_not_of_a_reference():
    paper = rows_of(READER, SAMPLE)[2]
    assert isinstance(paper, Paper)
    assert paper.doi == "10.5555/winter.3"


def test_a_chapter_has_its_own_title_and_authors_and_the_books_day():
    paper = rows_of(READER, SAMPLE)[3]
    assert isinstance(paper, Paper)
    assert (paper.title, paper.authors) == ("How Owls Turn", ("Cy Day",))
    assert paper.published == date(2019, 5, 7)


@pytest.mark.parametrize(
    ("inside", "published", "year"),
    [
        (
            "<PubDate><Year>2024</Year><Month>Feb</Month><Day>29</Day></PubDate>",
            date(2024, 2, 29),
            2024,
        ),
        ("<PubDate><Year>2023</Year><Month>Feb</Month><Day>29</Day></PubDate>", None, 2023),
        ("<PubDate><Year>2024</Year><Month>Feb</Month></PubDate>", None, 2024),
        ("<PubDate><Year>2024</Year><Season>Summer</Season></PubDate>", None, 2024),
        ("<PubDate><MedlineDate>2000 Spring</MedlineDate></PubDate>", None, 2000),
        ("<PubDate><MedlineDate>Spring</MedlineDate></PubDate>", None, None),
        ("", None, None),
    ],
)
def test_the_issues_date_is_told_as_finely_as_it_is_known(inside, published, year):
    paper = article(f"<Journal><JournalIssue>{inside}</JournalIssue></Journal>")
    assert (paper.published, paper.year) == (published, year)


def test_a_doi_that_is_marked_as_wrong_is_left_out():
    wrong = '<ELocationID EIdType="doi" ValidYN="N">10.5555/wrong</ELocationID>'
    assert article(wrong).doi == ""


def test_an_older_set_of_citations_is_read():
    content = (
        "<MedlineCitationSet><MedlineCitation><PMID>7</PMID><Article><ArticleTitle>T</ArticleTitle>"
        "<Abstract><AbstractText>A</AbstractText></Abstract></Article></MedlineCitation>"
        "</MedlineCitationSet>"
    )
    assert READER.recognises(opened(content))
    assert [paper.paper_id for paper in papers_of(READER, content)] == ["7"]

"""Reader of PubMed's XML (PubmedArticleSet), as downloaded, fetched or from the yearly baseline."""

from collections.abc import Iterator
from datetime import date

from vectorstore.readers.building import build_row
from vectorstore.readers.dates import day_or_none, month_number
from vectorstore.readers.fields import year_of
from vectorstore.readers.identifiers import doi_in
from vectorstore.readers.opened import Opened
from vectorstore.readers.reader import Reader, ReadOptions, Row
from vectorstore.readers.xml import Element, Node, children, first_text, inner_text, nodes, root_of

SOURCE = "pubmed"
EXPECTED = "PubMed XML (<PubmedArticleSet>)"
_ROOTS = ("PubmedArticleSet", "PubmedArticle", "MedlineCitationSet", "PubmedBookArticleSet")
_PAGE = "https://pubmed.ncbi.nlm.nih.gov/"
_Children = dict[str, list[Element]]


def is_pubmed(opened: Opened) -> bool:
    """Return whether the first element is one of PubMed's."""
    return root_of(opened).name in _ROOTS


def read(opened: Opened, _: ReadOptions) -> Iterator[Row]:
    """Yield the articles and book chapters."""
    wrapped = root_of(opened).name != "MedlineCitationSet"
    names = ("PubmedArticle", "PubmedBookArticle") if wrapped else ("MedlineCitation",)
    for node in nodes(opened, *names):
        yield _row(node) if isinstance(node, Node) else node


def _row(node: Node) -> Row:
    parts = children(node.element)
    citation = _within(parts, "MedlineCitation", "BookDocument") or parts
    article = _within(citation, "Article") or citation
    book = _within(article, "Book")
    issue = _within(_within(article, "Journal"), "JournalIssue") or book
    pmid = first_text(citation, "PMID")
    published, year = _published(article.get("ArticleDate", []), issue.get("PubDate", []))
    title = first_text(article, "ArticleTitle", "VernacularTitle") or first_text(book, "BookTitle")
    return build_row(
        node.line,
        SOURCE,
        own_id=pmid,
        title=title,
        abstract=_abstract(article),
        authors=_authors(article.get("AuthorList", []) or book.get("AuthorList", [])),
        published=published,
        year=year,
        doi=_doi(article, _within(parts, "PubmedData", "PubmedBookData")),
        url=f"{_PAGE}{pmid}/" if pmid.isdigit() else "",
    )


def _within(found: _Children, *names: str) -> _Children:
    """Return the children of the first of these children; none where there is none."""
    return next((children(element) for name in names for element in found.get(name, ())), {})


def _abstract(article: _Children) -> str:
    """Return the parts of the abstract, each that has a label after it: "METHODS: We ..."."""
    parts = []
    for abstract in article.get("Abstract", ()):
        for element in children(abstract).get("AbstractText", ()):
            label, text = " ".join(element.get("Label", "").split()), inner_text(element)
            has_label = label and label.casefold() != "unlabelled" and text
            parts.append(f"{label.removesuffix(':')}: {text}" if has_label else text)
        if any(parts):
            break
    return " ".join(part for part in parts if part)


def _authors(lists: list[Element]) -> Iterator[str]:
    for author_list in lists:
        if author_list.get("Type", "authors") != "authors":
            continue
        for author in author_list:
            names = children(author)
            given = first_text(names, "ForeName", "FirstName", "Initials")
            parts = (given, first_text(names, "LastName"), first_text(names, "Suffix"))
            yield first_text(names, "CollectiveName") or " ".join(part for part in parts if part)


def _published(*sources: list[Element]) -> tuple[date | None, int | None]:
    """Return the first day told, the electronic one before the issue's, or else the year."""
    years = []
    for element in (element for source in sources for element in source):
        found = children(element)
        year = year_of(first_text(found, "Year", "MedlineDate"))
        month, day = month_number(first_text(found, "Month")), first_text(found, "Day")
        if year and month and day.isdigit() and (known := day_or_none(year, month, int(day[:3]))):
            return known, known.year
        years.append(year)
    return None, next((year for year in years if year), None)


def _doi(article: _Children, data: _Children) -> str:
    """Return the DOI of the article itself; those of its references stand deeper."""
    locations = (
        element
        for element in article.get("ELocationID", ())
        if element.get("EIdType") == "doi" and element.get("ValidYN", "Y") == "Y"
    )
    ids = (
        element
        for element in _within(data, "ArticleIdList").get("ArticleId", ())
        if element.get("IdType") == "doi"
    )
    return doi_in(*(inner_text(element) for element in (*locations, *ids)))


READER = Reader(SOURCE, EXPECTED, is_pubmed, read)

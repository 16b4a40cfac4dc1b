"""Reader of EndNote's XML export, which Zotero and others write too."""

from collections.abc import Iterator

from vectorstore.readers.building import build_row
from vectorstore.readers.dates import dated
from vectorstore.readers.identifiers import doi_in, named_arxiv_id, web_address
from vectorstore.readers.names import natural_order
from vectorstore.readers.opened import Opened
from vectorstore.readers.reader import Reader, ReadOptions, Row
from vectorstore.readers.report import Reject
from vectorstore.readers.xml import Element, Node, children, inner_text, nodes, root_of

NAME = "endnote-xml"

_FIELDS_OF_ENDNOTE = (b"<ref-type", b"<source-app", b"<rec-number", b"<contributors", b"<titles>")


def recognises(opened: Opened) -> bool:
    """Return whether its root is `<xml>` or `<records>` with fields that EndNote uses."""
    is_root = root_of(opened).name in ("xml", "records")
    return is_root and any(name in opened.head for name in _FIELDS_OF_ENDNOTE)


def read(opened: Opened, options: ReadOptions) -> Iterator[Row]:  # noqa: ARG001
    """Yield the papers of the records that are whole, and a reject for each other."""
    for node in nodes(opened, "record"):
        yield node if isinstance(node, Reject) else _row(node)


def _row(node: Node) -> Row:
    record = node.element
    year = _first(record, "dates", "year")
    days = _texts(record, "dates", "pub-dates", "date")
    published, known_year = dated(*days, *(f"{year} {day}" for day in days), year)
    addresses = [
        *_texts(record, "urls", "related-urls", "url"),
        *_texts(record, "urls", "web-urls", "url"),
    ]
    doi = doi_in(_first(record, "electronic-resource-num"))
    named = [*_texts(record, "accession-num"), *_texts(record, "electronic-resource-num")]
    return build_row(
        node.line,
        NAME,
        title=_first(record, "titles", "title"),
        abstract=_first(record, "abstract"),
        arxiv=named_arxiv_id(*named, *addresses, *_texts(record, "notes")),
        doi=doi,
        authors=map(natural_order, _texts(record, "contributors", "authors", "author")),
        published=published,
        year=known_year,
        url=web_address(*addresses),
    )


def _texts(element: Element, *path: str) -> list[str]:
    """Return the texts of all elements at the end of a path of children."""
    level = [element]
    for name in path:
        level = [child for each in level for child in children(each).get(name, ())]
    return [text for text in map(inner_text, level) if text]


def _first(element: Element, *path: str) -> str:
    return next(iter(_texts(element, *path)), "")


READER = Reader(
    NAME,
    "EndNote XML, where each <record> has <titles><title> and <abstract>",
    recognises,
    read,
)

"""Reader of what arXiv's API answers: an Atom feed (export.arxiv.org/api/query)."""

from collections.abc import Iterator

from vectorstore.readers.arxiv_ids import parse_arxiv_id
from vectorstore.readers.arxiv_rss import is_listing
from vectorstore.readers.building import build_row
from vectorstore.readers.fields import day_of
from vectorstore.readers.identifiers import doi_in
from vectorstore.readers.opened import Opened
from vectorstore.readers.reader import Reader, ReadOptions, Row
from vectorstore.readers.report import Reject
from vectorstore.readers.xml import Element, Node, children, first_text, inner_text, nodes, root_of

SOURCE = "arxiv-api"
EXPECTED = "an Atom answer of arXiv's API (http://export.arxiv.org/api/query?...)"
_NAMESPACE = "http://www.w3.org/2005/Atom"
_ERRORS = "arxiv.org/api/errors"


def is_answer(opened: Opened) -> bool:
    """Return whether it is an Atom feed that speaks of arXiv's API rather than of its listings."""
    root = root_of(opened)
    is_feed = (root.name, root.namespace) == ("feed", _NAMESPACE)
    return is_feed and "arxiv.org/" in opened.beginning and not is_listing(opened)


def read(opened: Opened, _: ReadOptions) -> Iterator[Row]:
    """Yield the entries; an error that arXiv answered with becomes a reject."""
    for node in nodes(opened, "entry"):
        yield _row(node) if isinstance(node, Node) else node


def _row(node: Node) -> Row:
    found = children(node.element)
    entry_id, summary = first_text(found, "id"), first_text(found, "summary")
    if _ERRORS in entry_id:
        return Reject(node.line, f"arXiv answered with an error: {summary}", entry_id)
    return build_row(
        node.line,
        SOURCE,
        own_id=entry_id,
        arxiv=parse_arxiv_id(entry_id),
        title=first_text(found, "title"),
        abstract=summary,
        authors=map(_name, found.get("author", ())),
        published=day_of(first_text(found, "published")),
        doi=doi_in(first_text(found, "doi")),
    )


def _name(author: Element) -> str:
    return first_text(children(author), "name") or inner_text(author)


READER = Reader(SOURCE, EXPECTED, is_answer, read)

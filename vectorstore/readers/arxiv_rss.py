"""Reader of arXiv's daily listings: rss.arxiv.org/rss/cs.CL, its Atom variant, and the older RSS.

A listing gives the day on which a paper was announced. For a new one that is when it appeared; for
a replacement or a cross-listing it is not, and only the year, which the id tells, is kept.
"""

import html
import re
from collections.abc import Iterator

from vectorstore.readers.arxiv_authors import split_authors
from vectorstore.readers.arxiv_ids import ArxivId, parse_arxiv_id
from vectorstore.readers.building import build_row
from vectorstore.readers.fields import day_of, mail_day_of
from vectorstore.readers.opened import Opened
from vectorstore.readers.reader import Reader, ReadOptions, Row
from vectorstore.readers.xml import Element, Node, children, first_text, inner_text, nodes, root_of

SOURCE = "arxiv-listing"
EXPECTED = "a listing of arXiv as RSS or Atom (https://rss.arxiv.org/rss/cs.CL)"
_ROOTS = ("rss", "RDF", "feed")

# "arXiv:2409.13740v1 Announce Type: new  Abstract: We ..."
_ANNOUNCED = re.compile(r"(?i)^arxiv:\S+\s+announce type:\s*([\w-]+)\s*(?:abstract:\s*)?")
# "A Title. (arXiv:0705.1234v2 [hep-th] UPDATED)"
_AFTER_TITLE = re.compile(
    r"(?i)\s*\((arxiv:[^()\s]+)\s*(?:\[[^\]]*\])?\s*(updated|cross listed)?\)$"
)
_PARAGRAPH = re.compile(r"(?i)</?p>")


def is_listing(opened: Opened) -> bool:
    """Return whether it is a feed of arXiv's listings."""
    root, beginning = root_of(opened), opened.beginning
    if root.name not in _ROOTS or "arxiv" not in beginning.casefold():
        return False
    if root.name == "feed":
        header = beginning.partition("<entry")[0]
        return "rss.arxiv.org/" in header or "announce_type>" in beginning
    return re.search(r"(?i)oai:arxiv\.org:|[/.]arxiv\.org/", beginning) is not None


def read(opened: Opened, _: ReadOptions) -> Iterator[Row]:
    """Yield the papers that a listing announces."""
    for node in nodes(opened, "item", "entry"):
        yield _row(node) if isinstance(node, Node) else node


def _row(node: Node) -> Row:
    found = children(node.element)
    text = first_text(found, "description", "summary")
    announced = _ANNOUNCED.match(text)
    title = first_text(found, "title")
    suffix = _AFTER_TITLE.search(title)
    kind = first_text(found, "announce_type") or (announced[1] if announced else "")
    is_new = kind.casefold() == "new" if kind else not (suffix and suffix[2])
    day = mail_day_of(first_text(found, "pubDate")) or day_of(
        first_text(found, "published", "date")
    )
    arxiv = _arxiv_id(found, node.element, suffix[1] if suffix else "", text)
    return build_row(
        node.line,
        SOURCE,
        own_id=first_text(found, "guid", "id"),
        arxiv=arxiv,
        title=title[: suffix.start()].removesuffix(".") if suffix else title,
        abstract=_abstract(text[announced.end() :] if announced else text),
        authors=_authors(found),
        published=day if is_new else None,
    )


def _arxiv_id(
    found: dict[str, list[Element]], item: Element, in_title: str, text: str
) -> ArxivId | None:
    """Return the id with its version where any of the places tells one."""
    about = next((value for name, value in item.attrib.items() if name.endswith("about")), "")
    word = text.partition(" ")[0] if text.startswith("arXiv:") else ""
    places = (first_text(found, "guid", "id"), in_title, word, first_text(found, "link"), about)
    parsed = [arxiv for place in places if (arxiv := parse_arxiv_id(place))]
    return next((arxiv for arxiv in parsed if arxiv.version), parsed[0] if parsed else None)


def _abstract(text: str) -> str:
    """Return the abstract without the paragraph marks that older listings put around it."""
    return _PARAGRAPH.sub(" ", text).strip() if text.startswith("<") else text


def _authors(found: dict[str, list[Element]]) -> Iterator[str]:
    """Yield the names: one text for all in listings, an element for each in other feeds."""
    for element in (*found.get("creator", ()), *found.get("author", ())):
        yield from split_authors(html.unescape(_author_text(element)))


def _author_text(element: Element) -> str:
    return first_text(children(element), "name") or inner_text(element)


READER = Reader(SOURCE, EXPECTED, is_listing, read)

"""Reader of the ACL Anthology's XML: a collection of volumes of papers (data/xml/2023.acl.xml)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from vectorstore.readers.building import build_row
from vectorstore.readers.fields import year_of
from vectorstore.readers.identifiers import doi_in, web_address
from vectorstore.readers.opened import Opened
from vectorstore.readers.reader import Reader, ReadOptions, Row
from vectorstore.readers.xml import (
    Element,
    Node,
    children,
    first_text,
    inner_text,
    local_name,
    nodes,
    root_of,
)

SOURCE = "acl-anthology"
EXPECTED = "ACL Anthology XML (<collection> of <volume>s of <paper>s)"
_PAGE = "https://aclanthology.org/"
_NEW_COLLECTION = re.compile(r"\d{4}\.\w+")
_VOLUME = re.compile(r"<volume[\s>]")


@dataclass(frozen=True, slots=True)
class _Volume:
    """What the papers of a volume share."""

    year: int | None = None


def is_collection(opened: Opened) -> bool:
    """Return whether it is a collection with an id, and with volumes (MARC has collections too)."""
    root = root_of(opened)
    is_named = root.name == "collection" and "id" in root.attributes
    return is_named and _VOLUME.search(opened.beginning) is not None


def read(opened: Opened, _: ReadOptions) -> Iterator[Row]:
    """Yield the papers, each with the year that its volume told before."""
    volume = _Volume()
    for node in nodes(opened, "meta", "paper"):
        if not isinstance(node, Node):
            yield node
        elif local_name(node.element) == "meta":
            volume = _Volume(year_of(first_text(children(node.element), "year")))
        else:
            yield _row(node, volume)


def _row(node: Node, volume: _Volume) -> Row:
    found = children(node.element)
    anthology_id = _anthology_id(node.element)
    url = first_text(found, "url")
    page = f"{_PAGE}{anthology_id}" if anthology_id else ""
    return build_row(
        node.line,
        SOURCE,
        own_id=anthology_id,
        title=_marked_up(found.get("title", [])),
        abstract=_marked_up(found.get("abstract", [])),
        authors=map(_name, found.get("author", ())),
        year=volume.year or year_of(first_text(found, "year")) or year_of(anthology_id),
        doi=doi_in(first_text(found, "doi")),
        url=page or web_address(url),
    )


def _anthology_id(paper: Element) -> str:
    """Return the id as the Anthology makes it: "2023.acl-long.1", "P18-1001" or "W06-0102"."""
    number = paper.get("id", "")
    volume = paper.getparent()
    collection = volume.getparent() if volume is not None else None
    if collection is None or not number.isdigit():
        return ""
    name, volume_id = collection.get("id", ""), volume.get("id", "")
    if _NEW_COLLECTION.fullmatch(name):
        return f"{name}-{volume_id}.{number}"
    if not volume_id.isdigit() or not name:
        return ""
    of_workshops = name[0] == "W" or name == "C69" or (name == "D19" and int(volume_id) >= 5)
    width = 2 if of_workshops else 1
    return f"{name}-{int(volume_id):0{width}d}{int(number):0{4 - width}d}"


def _name(author: Element) -> str:
    """Return "First Last" of the name in Latin script; variants in others stand inside."""
    found = children(author)
    parts = (first_text(found, "first"), first_text(found, "last"))
    return " ".join(part for part in parts if part) or inner_text(author)


def _marked_up(elements: list[Element]) -> str:
    """Return the text of the first element, its TeX between dollars as TeX writes it."""
    for element in elements:
        for formula in element.iter("{*}tex-math"):
            formula.text = f"${formula.text or ''}$" if len(formula) == 0 else formula.text
        return inner_text(element)
    return ""


READER = Reader(SOURCE, EXPECTED, is_collection, read)

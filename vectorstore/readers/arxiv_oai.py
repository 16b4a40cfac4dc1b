"""Reader of OAI-PMH answers: arXiv's own formats (arXiv, arXivRaw, arXivOld) and Dublin Core.

Dublin Core is what every repository offers, so other repositories are read as well. A deleted
record and an error that the server answered with are rejects; the resumption token at the end of
an answer is for who fetches.
"""

from collections.abc import Iterator
from datetime import date

from vectorstore.readers.arxiv_authors import split_authors
from vectorstore.readers.arxiv_ids import ArxivId, parse_arxiv_id
from vectorstore.readers.building import build_row
from vectorstore.readers.fields import day_of, mail_day_of, year_of
from vectorstore.readers.identifiers import doi_in, web_address
from vectorstore.readers.names import natural_order
from vectorstore.readers.opened import Opened
from vectorstore.readers.reader import Reader, ReadOptions, Row
from vectorstore.readers.report import Reject
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

SOURCE = "oai-pmh"
EXPECTED = "an OAI-PMH answer (https://oaipmh.arxiv.org/oai?verb=ListRecords&metadataPrefix=arXiv)"
_ROOTS = ("OAI-PMH", "ListRecords", "GetRecord")


def is_answer(opened: Opened) -> bool:
    """Return whether the first element is one of OAI-PMH's."""
    return root_of(opened).name in _ROOTS


def read(opened: Opened, _: ReadOptions) -> Iterator[Row]:
    """Yield the records."""
    for node in nodes(opened, "record", "error"):
        if not isinstance(node, Node):
            yield node
        elif local_name(node.element) == "record":
            yield _row(node)
        else:
            code = node.element.get("code", "error")
            yield Reject(node.line, f"the server answered {code}", inner_text(node.element))


def _row(node: Node) -> Row:
    parts = children(node.element)
    header = parts["header"][0] if "header" in parts else None
    identifier = first_text(children(header), "identifier") if header is not None else ""
    if header is not None and header.get("status") == "deleted":
        return Reject(node.line, "deleted at the source", identifier)
    metadata = next((child for child in parts.get("metadata", ()) if len(child)), None)
    if metadata is None:
        return Reject(node.line, "no metadata", identifier)
    of_arxiv = local_name(metadata[0]).startswith("arXiv")
    return (_arxiv_row if of_arxiv else _dublin_core_row)(node.line, identifier, metadata[0])


def _arxiv_row(line: int, identifier: str, metadata: Element) -> Row:
    """Return the paper of a record in arXiv's formats; the day is that of the first version."""
    found = children(metadata)
    versions = [
        (v.get("version", ""), first_text(children(v), "date")) for v in found.get("version", ())
    ]
    arxiv = parse_arxiv_id(first_text(found, "id") + (versions[-1][0] if versions else ""))
    first = mail_day_of(versions[0][1]) if versions and versions[0][0] in ("v1", "") else None
    return build_row(
        line,
        SOURCE,
        own_id=identifier,
        arxiv=arxiv or parse_arxiv_id(identifier),
        title=first_text(found, "title"),
        abstract=first_text(found, "abstract"),
        authors=_arxiv_authors(found),
        published=first or day_of(first_text(found, "created")),
        doi=doi_in(first_text(found, "doi")),
    )


def _arxiv_authors(found: dict[str, list[Element]]) -> Iterator[str]:
    for authors in found.get("authors", ()):
        if len(authors) == 0:
            yield from split_authors(inner_text(authors))
        for author in authors:
            names = children(author)
            parts = (first_text(names, part) for part in ("forenames", "keyname", "suffix"))
            yield " ".join(part for part in parts if part)


def _dublin_core_row(line: int, identifier: str, metadata: Element) -> Row:
    """Return the paper of a Dublin Core record; its dates are those of its versions."""
    found = children(metadata)
    ids = [inner_text(element) for element in found.get("identifier", ())]
    dates = [inner_text(element) for element in found.get("date", ())]
    descriptions = (inner_text(element) for element in found.get("description", ()))
    arxiv = _first_arxiv_id([identifier, *ids])
    return build_row(
        line,
        SOURCE,
        own_id=identifier,
        arxiv=arxiv,
        title=first_text(found, "title"),
        abstract=next((text for text in descriptions if not text.startswith("Comment:")), ""),
        authors=(natural_order(inner_text(element)) for element in found.get("creator", ())),
        published=_earliest(dates),
        year=min((year for text in dates if (year := year_of(text))), default=None),
        doi=doi_in(*ids),
        url="" if arxiv else web_address(*ids),
    )


def _first_arxiv_id(texts: list[str]) -> ArxivId | None:
    return next((arxiv for text in texts if (arxiv := parse_arxiv_id(text))), None)


def _earliest(dates: list[str]) -> date | None:
    return min((day for text in dates if (day := day_of(text))), default=None)


READER = Reader(SOURCE, EXPECTED, is_answer, read)

"""RIS: one record a paper, of the type GEN, since no source tells us what was published where."""

import json
from collections.abc import Iterable, Iterator

from ui.exports.wording import note_on_authors, one_line
from vectorstore.paper import Paper
from vectorstore.readers.exported import MARK, mark_of
from vectorstore.readers.names import natural_order, split_name
from vectorstore.readers.ris import MARK_TAG


def to_ris(papers: Iterable[Paper]) -> Iterator[str]:
    """Yield a record a paper, each with an empty line behind it.

    Custom field 8 keeps what RIS has no field for, so that the paper comes back as it was.
    """
    for paper in papers:
        yield "".join(f"{tag}  - {value}\n" for tag, value in _fields(paper)) + "\n"


def _fields(paper: Paper) -> Iterator[tuple[str, str]]:
    names = [_surname_first(one_line(name)) for name in paper.authors]
    fields = (
        ("TY", "GEN"),
        ("TI", one_line(paper.title)),
        *(("AU", name) for name in names),
        ("PY", str(paper.year or "")),
        ("DA", f"{paper.published:%Y/%m/%d}/" if paper.published else ""),
        ("AB", one_line(paper.abstract)),
        ("AN", paper.arxiv_id and f"arXiv:{paper.arxiv_id}"),
        ("DO", paper.doi),
        ("UR", paper.url),
        ("N1", note_on_authors(paper)),
        (MARK_TAG, f"{MARK} {json.dumps(_mark(paper, names), ensure_ascii=False)}"),
    )
    yield from ((tag, value) for tag, value in fields if value)
    yield "ER", ""


def _mark(paper: Paper, names: list[str]) -> dict[str, object]:
    """Return the mark, with the names where turning them round would change one."""
    survive = tuple(map(natural_order, names)) == paper.authors
    return mark_of(paper) | ({} if survive else {"authors": paper.authors})


def _surname_first(name: str) -> str:
    """Return "van der Berg, Jan, Jr."; the name of an institution as it is."""
    parts = split_name(name)
    if not parts.given:
        return name
    surname = f"{parts.particle} {parts.family}".strip()
    return ", ".join(filter(None, (surname, parts.given, parts.suffix)))

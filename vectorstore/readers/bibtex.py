"""Reader of BibTeX and biblatex: ACL Anthology, arXiv, Zotero, Better BibTeX, our own exports.

Text is given as it is written, LaTeX included. Of `crossref` the date is taken, where an entry has
none of its own; such an entry comes when its parent is read, or else at the end.
"""

import re
from collections.abc import Iterator
from dataclasses import replace

from vectorstore.paper import Paper
from vectorstore.readers.arxiv_ids import ArxivId, parse_arxiv_id
from vectorstore.readers.bibtex_entries import MONTHS, Entry, read_entries
from vectorstore.readers.bibtex_text import plain_address, unescape
from vectorstore.readers.building import build_row
from vectorstore.readers.dates import Dated, dated, month_number
from vectorstore.readers.exported import MARK, restored
from vectorstore.readers.identifiers import acl_id_in, doi_in, named_arxiv_id, web_address
from vectorstore.readers.names import natural_order, split_outside_braces
from vectorstore.readers.opened import Opened
from vectorstore.readers.reader import Reader, ReadOptions, Row
from vectorstore.readers.report import Reject

NAME = "bibtex"

_OPENING = re.compile(r"^[ \t]*@[ \t]*[A-Za-z]+[ \t]*[{(][^={}\"]{0,500}[,=}]", re.MULTILINE)
_AND = re.compile(r" and ", re.IGNORECASE)
_VOLUMES = frozenset(
    "book collection mvbook mvcollection mvproceedings periodical proceedings reference".split()
)
_MAX_VOLUMES = 100_000
_MAX_WAITING = 10_000
_UNKNOWN: Dated = (None, None)


def recognises(opened: Opened) -> bool:
    """Return whether a line opens an entry, `@type{key,` or `@string{name =`."""
    beginning = opened.beginning
    return not beginning.startswith(("<", "[", "{")) and bool(_OPENING.search(beginning))


def read(opened: Opened, options: ReadOptions) -> Iterator[Row]:  # noqa: ARG001
    """Yield the papers of the entries that are whole, and a reject for each other."""
    for entry in _dated_entries(opened):
        yield entry if isinstance(entry, Reject) else _row(*entry)


def _dated_entries(opened: Opened) -> Iterator[tuple[Entry, Dated] | Reject]:
    """Yield each entry with its date: its own, or that of the volume it names by `crossref`."""
    volumes: dict[str, Dated] = {}
    waiting: dict[str, list[Entry]] = {}
    n_waiting = 0
    for entry in read_entries(opened):
        if isinstance(entry, Reject):
            yield entry
            continue
        date, volume = _date(entry), entry["crossref"].casefold()
        if date == _UNKNOWN and volume and volume not in volumes and n_waiting < _MAX_WAITING:
            waiting.setdefault(volume, []).append(entry)
            n_waiting += 1
            continue
        yield entry, volumes.get(volume, date) if date == _UNKNOWN else date
        key = entry.key.casefold()
        if entry.type in _VOLUMES and len(volumes) < _MAX_VOLUMES:
            volumes[key] = date
        yield from ((child, date) for child in waiting.pop(key, ()))
    yield from ((child, _UNKNOWN) for children in waiting.values() for child in children)


def _row(entry: Entry, date: Dated) -> Row:
    mark = _mark(entry)
    title = ": ".join(filter(None, (entry["title"], entry["subtitle"])))
    authors, is_whole = _authors(entry["author"])
    names = map(natural_order, authors)
    url = web_address(plain_address(entry["url"] or entry["howpublished"]))
    row = build_row(
        entry.line,
        NAME,
        title=unescape(title) if mark else title,
        abstract=unescape(entry["abstract"]) if mark else entry["abstract"],
        own_id=acl_id_in(url),
        arxiv=_arxiv_id(entry),
        doi=doi_in(plain_address(entry["doi"])),
        authors=map(unescape, names) if mark else names,
        published=date[0],
        year=date[1],
        url=url,
    )
    if isinstance(row, Paper) and not is_whole:
        row = replace(row, n_authors=None)
    return restored(row, mark, doi=entry["doi"], url=entry["url"], year=date[1])


def _date(entry: Entry) -> Dated:
    day, year = dated(entry["date"])
    if day:
        return day, year
    months = entry["month"].replace("~", " ").strip("{}")
    month = month_number(months)
    name = MONTHS[month - 1] if month else months
    day, year_of_fields = dated(f"{entry['year']} {name} {entry['day']}")
    return day, year or year_of_fields


def _authors(field: str) -> tuple[list[str], bool]:
    """Return the names as written, and whether they are all: "and others" says that they are not.

    Such a name stands for no author, nor does an empty one.
    """
    names = split_outside_braces(_AND.sub(" and ", field), " and ")
    authors = [name for name in names if name and name.casefold() != "others"]
    return authors, len(names) == len(authors) or names == [""]


def _arxiv_id(entry: Entry) -> ArxivId | None:
    archive = (entry["archiveprefix"] or entry["eprinttype"]).casefold()
    found = parse_arxiv_id(entry["eprint"]) if archive in ("", "arxiv") else None
    if not found and entry["journal"].casefold() == "corr":  # DBLP writes volume = {abs/1706.03762}
        found = parse_arxiv_id(entry["volume"].removeprefix("abs/"))
    if not found and entry["arxivid"]:  # Mendeley
        found = parse_arxiv_id(entry["arxivid"])
    others = ("url", "doi", "journal", "number", "note", "howpublished")
    return found or named_arxiv_id(*(plain_address(entry[name]) for name in others))


def _mark(entry: Entry) -> dict[str, object]:
    """Return the mark of an entry that Citewise exported; empty where it did not."""
    if not entry[f"{MARK}id"]:
        return {}
    counted = entry[f"{MARK}authors"]  # only where the names do not tell it
    return {
        "id": unescape(entry[f"{MARK}id"]),
        "arxiv_id": unescape(entry["eprint"]),
        "n_comments": entry[f"{MARK}comments"],
        **({"n_authors": counted} if counted else {}),
    }


READER = Reader(
    NAME,
    "BibTeX, where each entry has a title and an abstract, such as @misc{key, title = {...},"
    " abstract = {...}}",
    recognises,
    read,
)

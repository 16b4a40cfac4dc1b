"""Reader of a Hugging Face "Daily Papers" page copied as text.

A paper is five parts, one a line, with empty lines between some of them:

    Title
    Abstract
    • 5 authors
    ·
    Mar 10, 2025 1

The number after the date counts comments. A date of the page's own year is written without it.
Everything else on the page (the menu, the newsletter, the page's own date) is furniture.
"""

import re
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from vectorstore.paper import Paper, paper_id_from_title
from vectorstore.readers.report import ReadReport, Reject, lines_of

SOURCE = "hf-daily-papers"
EXPECTED = (
    "a Hugging Face Daily Papers page copied as text, where each paper is a title line, an abstract"
    " line, '• N authors', '·' and a date such as 'Mar 10, 2025'"
)

_AUTHORS = re.compile(r"^[•*\-\s]*(\d{1,5})\s+authors?$")
_SEPARATOR = "·"
_DATE = re.compile(r"^([A-Z][a-z]{2})[a-z]*\.? (\d{1,2})(?:, (\d{4}))?(?: (\d{1,6}))?$")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_FURNITURE = frozenset({"new", "subscribe", "daily papers", "byak and the research community"})

_MAX_TITLE_CHARS = 300
_MIN_ABSTRACT_CHARS = 80
_MIN_TITLE_WORDS = 4


@dataclass(frozen=True, slots=True)
class _Line:
    number: int
    text: str


@dataclass(frozen=True, slots=True)
class _Record:
    """The lines of what should be one paper: prose, then the author count, then perhaps a date."""

    prose: tuple[_Line, ...]
    n_authors: int | None = None
    stamp: str = ""


def looks_like_page(text: str) -> bool:
    """Return whether `text` has at least one line that counts authors, as such a page does."""
    return any(_AUTHORS.match(line.strip()) for line in lines_of(text))


def read_page(text: str, *, page_year: int | None = None) -> ReadReport:
    """Return the papers of a page that are whole, and a reject for each that is not.

    `page_year` is the year of dates written without one. By default it is the year after the
    latest one spelled out, since the page leaves out only its own year; a page that spells out
    none is of this year.
    """
    lines = [_Line(n, raw.strip()) for n, raw in enumerate(lines_of(text), 1) if raw.strip()]
    year = page_year or _page_year(lines)
    report = ReadReport(SOURCE)
    for position, record in enumerate(_records(lines)):
        report.rejects.extend(_orphans(record, is_first=position == 0))
        result = _read_record(record, year)
        if isinstance(result, Paper):
            report.papers.append(result)
        elif result:
            report.rejects.append(result)
    return report


def _page_year(lines: list[_Line]) -> int:
    matches = (_DATE.match(line.text) for line in lines)
    spelled = [int(match[3]) for match in matches if match and match[3]]
    return max(spelled) + 1 if spelled else datetime.now(UTC).year


def _records(lines: list[_Line]) -> list[_Record]:
    """Group the lines; an author count closes the prose before it, a date closes the record."""
    records, open_record = [], _Record(())
    for line in lines:
        authors = _AUTHORS.match(line.text)
        if authors and open_record.n_authors is None:
            open_record = replace(open_record, n_authors=int(authors[1]))
        elif line.text == _SEPARATOR or line.text.casefold() in _FURNITURE:
            continue
        elif _DATE.match(line.text):
            is_paper = open_record.n_authors is not None  # else it is the page's own date
            records.append(replace(open_record, stamp=line.text) if is_paper else open_record)
            open_record = _Record(())
        elif open_record.n_authors is not None:  # prose, and the date has not come
            records.append(open_record)
            open_record = _Record((line,))
        else:
            open_record = replace(open_record, prose=(*open_record.prose, line))
    return [*records, open_record]


def _orphans(record: _Record, *, is_first: bool) -> list[Reject]:
    """Return rejects for prose that belongs to no paper: what is left of one that was cut.

    Short lines above the first paper, or of a few words anywhere, are the page's menus.
    """
    spare = record.prose[:-2] if record.n_authors is not None else record.prose
    rejects: list[Reject] = []
    title: _Line | None = None
    for line in spare:
        if len(line.text) > _MAX_TITLE_CHARS:
            shown = title or line
            rejects.append(Reject(shown.number, "no author count after the abstract", shown.text))
            title = None
        elif not is_first and len(line.text.split()) >= _MIN_TITLE_WORDS:
            title = line
    if title:
        rejects.append(Reject(title.number, "no abstract after the title", title.text))
    return rejects


def _read_record(record: _Record, page_year: int) -> Paper | Reject | None:
    """Return the record's paper, or why it is none; None where nothing claims to be a paper."""
    if record.n_authors is None:
        return None
    if not record.prose:
        return Reject(0, "an author count without title and abstract")
    title, abstract = record.prose[-2:] if len(record.prose) > 1 else (None, record.prose[-1])
    published = _published(record.stamp, page_year)
    reason = _what_is_wrong(title, abstract, record.stamp, published)
    if not reason and len(record.prose) > 2 and _is_continued(title, abstract):
        reason = "the abstract is broken over several lines"
    if reason or title is None or published is None:
        return Reject((title or abstract).number, reason, (title or abstract).text)
    stamp = _DATE.match(record.stamp)
    return Paper(
        paper_id=paper_id_from_title(title.text),
        title=title.text,
        abstract=abstract.text,
        n_authors=record.n_authors,
        published=published,
        year=published.year,
        n_comments=int(stamp[4] or 0) if stamp else None,
        source=SOURCE,
    )


def _what_is_wrong(title: _Line | None, abstract: _Line, stamp: str, published: date | None) -> str:
    """Return what keeps a record from being a whole paper; empty when nothing does."""
    if title is None:
        return "no title before the abstract, or no abstract after the title"
    if len(title.text) > _MAX_TITLE_CHARS:
        return "the title is missing, or longer than a title is"
    if len(abstract.text) < _MIN_ABSTRACT_CHARS:
        return "the abstract is missing or cut"
    if not stamp:
        return "no date after the author count"
    return "" if published else f"no such day: {stamp!r}"


def _is_continued(title: _Line | None, abstract: _Line) -> bool:
    """Return whether the two lines read as pieces of one text rather than as title and abstract."""
    return title is not None and (title.text.endswith((".", ",")) or abstract.text[0].islower())


def _published(stamp: str, page_year: int) -> date | None:
    match = _DATE.match(stamp)
    if not match or match[1] not in _MONTHS:
        return None
    try:
        return date(int(match[3] or page_year), _MONTHS.index(match[1]) + 1, int(match[2]))
    except ValueError:
        return None

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
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from vectorstore.paper import Paper, paper_id_from_title
from vectorstore.readers.opened import Opened
from vectorstore.readers.reader import Reader, ReadOptions, Row
from vectorstore.readers.report import Reject

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
# Not `str.splitlines`: U+2028 and form feeds occur inside abstracts.
_LINE = re.compile(r"[^\n]+")

_MAX_PAGE_BYTES = 16 << 20
_MAX_TITLE_CHARS = 300
_MIN_ABSTRACT_CHARS = 80
_MIN_TITLE_WORDS = 4


@dataclass(frozen=True, slots=True)
class _Line:
    number: int
    text: str


@dataclass(slots=True)
class _Record:
    """The lines of what should be one paper: prose, then the author count, then perhaps a date.

    Of the prose the last two lines may be title and abstract. What came before them is `is_first`
    a menu above the first paper, or else what is left of papers that were cut.
    """

    is_first: bool = False
    prose: list[_Line] = field(default_factory=list)
    is_long: bool = False  # there was prose before the last two lines
    n_authors: int | None = None
    stamp: str = ""
    spare_title: _Line | None = None


def looks_like_page(opened: Opened) -> bool:
    """Return whether a line counts authors, as such a page does."""
    beginning = opened.beginning
    if beginning.startswith(("{", "[", "<", "@")):
        return False
    lines = _lines(beginning.replace("\r", "\n"))
    return any(_AUTHORS.match(line.text) for line in lines)


def read_page(opened: Opened, options: ReadOptions) -> Iterator[Row]:
    """Yield the papers of a page that are whole, and a reject for each that is not.

    `page_year` is the year of dates written without one. By default it is the year after the
    latest one spelled out, since the page leaves out only its own year; a page that spells out
    none is of this year.
    """
    text = opened.text(_MAX_PAGE_BYTES).replace("\r\n", "\n").replace("\r", "\n")
    year = options.page_year or _page_year(_lines(text))
    for result in _results(_lines(text)):
        row = _read_record(result, year) if isinstance(result, _Record) else result
        if row:
            yield row


def _lines(text: str) -> Iterator[_Line]:
    number, end = 1, 0
    for found in _LINE.finditer(text):
        number += text.count("\n", end, found.start())
        end = found.start()
        if line := found[0].strip():
            yield _Line(number, line)


def _page_year(lines: Iterable[_Line]) -> int:
    matches = (_DATE.match(line.text) for line in lines)
    spelled = [int(match[3]) for match in matches if match and match[3]]
    return max(spelled) + 1 if spelled else datetime.now(UTC).year


def _results(lines: Iterable[_Line]) -> Iterator[_Record | Reject]:
    """Group the lines; an author count closes the prose before it, a date closes the record.

    A reject is prose that belongs to no paper: what is left of one that was cut.
    """
    record = _Record(is_first=True)
    for line in lines:
        authors = _AUTHORS.match(line.text)
        if authors and record.n_authors is None:
            record.n_authors = int(authors[1])
        elif line.text == _SEPARATOR or line.text.casefold() in _FURNITURE:
            continue
        elif _DATE.match(line.text):
            if record.n_authors is not None:  # else it is the page's own date
                record.stamp = line.text
            yield from _closed(record)
            record = _Record()
        elif record.n_authors is not None:  # prose, and the date has not come
            yield from _closed(record)
            record = _Record(prose=[line])
        else:
            yield from _with_prose(record, line)
    yield from _closed(record)


def _with_prose(record: _Record, line: _Line) -> Iterator[Reject]:
    """Take a line into a record; the last but two belongs to no paper."""
    record.prose.append(line)
    if len(record.prose) > 2:
        record.is_long = True
        yield from _orphan(record, record.prose.pop(0))


def _closed(record: _Record) -> Iterator[_Record | Reject]:
    if record.n_authors is None:
        for line in record.prose:
            yield from _orphan(record, line)
    if title := record.spare_title:
        yield Reject(title.number, "no abstract after the title", title.text)
    yield record


def _orphan(record: _Record, line: _Line) -> Iterator[Reject]:
    """Yield a reject for an abstract without author count; remember what may be a title.

    Short lines above the first paper, or of a few words anywhere, are the page's menus.
    """
    if len(line.text) > _MAX_TITLE_CHARS:
        shown = record.spare_title or line
        yield Reject(shown.number, "no author count after the abstract", shown.text)
        record.spare_title = None
    elif not record.is_first and len(line.text.split()) >= _MIN_TITLE_WORDS:
        record.spare_title = line


def _read_record(record: _Record, page_year: int) -> Paper | Reject | None:
    """Return the record's paper, or why it is none; None where nothing claims to be a paper."""
    if record.n_authors is None:
        return None
    if not record.prose:
        return Reject(0, "an author count without title and abstract")
    title, abstract = record.prose[-2:] if len(record.prose) > 1 else (None, record.prose[-1])
    published = _published(record.stamp, page_year)
    reason = _what_is_wrong(title, abstract, record.stamp, published)
    if not reason and record.is_long and _is_continued(title, abstract):
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


READER = Reader(SOURCE, EXPECTED, looks_like_page, read_page)

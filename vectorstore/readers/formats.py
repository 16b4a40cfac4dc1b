"""Reading a source: its format is told from its content, and its reader gives the rows."""

import io
from collections.abc import Iterator
from importlib.resources import files

from vectorstore.errors import ReadError
from vectorstore.paper import Paper
from vectorstore.readers.opened import Opened
from vectorstore.readers.reader import Reader, ReadOptions, Row
from vectorstore.readers.report import ReadReport, Reject
from vectorstore.readers.sources import open_source
from vectorstore.readers.storable import what_cannot_be_stored
from vectorstore.readers.table import READERS, reader_names
from vectorstore.readers.third_party import third_party_readers

BUNDLED_PAGE = "daily_papers_interpretability.txt"
_DEFAULT = ReadOptions()


def read(opened: Opened, options: ReadOptions = _DEFAULT) -> Iterator[Row]:
    """Yield the papers and rejects of a source, in its order, by the reader that recognises it.

    Raises ReadError where none does, where the source is damaged as a whole, and at its end where
    it held no whole paper.
    """
    yield from read_with(find_reader(opened, options), opened, options)


def find_reader(opened: Opened, options: ReadOptions = _DEFAULT) -> Reader:
    """Return the reader that the options name, or the first that recognises the source.

    Raises ReadError where there is none.
    """
    if options.format:
        return named_reader(options.format)
    for entry in READERS:
        if entry.may_read(opened) and (reader := entry.load()).recognises(opened):
            return reader
    for reader in third_party_readers():
        if reader.recognises(opened):
            return reader
    kind = "is" if opened.beginning or not opened.head else "is a binary file"
    raise ReadError(
        f"{opened.name!r} {kind} of no format that Citewise reads. Expected"
        f" {', '.join(reader_names())}; --format NAME says which it is."
    )


def named_reader(name: str) -> Reader:
    """Return the reader of this name. Raises ReadError where there is none."""
    for entry in READERS:
        if entry.name == name:
            return entry.load()
    for reader in third_party_readers():
        if reader.name == name:
            return reader
    raise ReadError(f"No format {name!r}. Citewise reads {', '.join(reader_names())}.")


def read_with(reader: Reader, opened: Opened, options: ReadOptions) -> Iterator[Row]:
    """Yield the rows of a source as `read` does, by this reader."""
    has_paper, first_reject = False, None
    for ordinal, row in enumerate(reader.read(opened, options), 1):
        if isinstance(row, Paper) and (problem := what_cannot_be_stored(row)):
            row = Reject(0, f"{problem} (record {ordinal})", row.title)
        if isinstance(row, Paper):
            has_paper = True
        elif first_reject is None:
            first_reject = row
        yield row
    if not has_paper:
        first = f" The first problem: {first_reject}." if first_reject else ""
        raise ReadError(f"{opened.name!r} holds no whole paper. Expected {reader.expected}.{first}")


def read_source(source: str, *, page_year: int | None = None) -> ReadReport:
    """Return the papers of a file, a directory, an archive or an http(s) URL, held in memory.

    Raises ReadError when one cannot be read or holds no whole paper. For what may be large there is
    `vectorstore.importing`.
    """
    return _report(source, open_source(source), ReadOptions(page_year=page_year))


def read_bundled_papers() -> ReadReport:
    """Return the 43 papers that come with the installation."""
    page = files("vectorstore").joinpath("data", BUNDLED_PAGE)
    return read_text(page.read_text(encoding="utf-8"), BUNDLED_PAGE)


def read_text(text: str, source: str, *, page_year: int | None = None) -> ReadReport:
    """Return the papers of `text`; `source` is what messages call it.

    Raises ReadError when no format fits, or the one that does finds no whole paper.
    """
    opened = Opened(source, io.BytesIO(text.encode("utf-8", "replace")))
    return _report(source, iter([opened]), ReadOptions(page_year=page_year))


def _report(source: str, streams: Iterator[Opened], options: ReadOptions) -> ReadReport:
    papers: list[Paper] = []
    rejects: list[Reject] = []
    for opened in streams:
        for row in read(opened, options):
            if isinstance(row, Paper):
                papers.append(row)
            else:
                rejects.append(row)
    return ReadReport(source, papers, rejects)

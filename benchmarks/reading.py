"""How fast each format is read: `python -m benchmarks.reading`.

The samples of the tests, their records repeated until there are some 20,000, are read from memory
as `citewise add` reads them: the format told, every record checked. Papers and rejects count, in
seconds of one core. `--data DIR` reads the shared corpora too, from their files.
"""

import argparse
import io
import json
import re
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.tables import machine, number, table, today
from vectorstore.readers.formats import find_reader, read
from vectorstore.readers.opened import Opened
from vectorstore.readers.report import Reject
from vectorstore.readers.sources import open_source

SAMPLES = Path(__file__).parents[1] / "tests" / "data" / "readers"
CORPORA = (
    "hf_daily/corpus.jsonl.gz",
    "acl_anthology/corpus.jsonl.gz",
    "arxiv_cs/corpus.nlp_ir.jsonl.gz",
)
N_RECORDS = 20_000

# Of the samples in XML, the element that is a record.
_ELEMENTS = {
    "acl_xml": "paper",
    "arxiv_atom": "entry",
    "arxiv_oai": "record",
    "arxiv_rss": "item",
    "endnote_xml": "record",
    "pubmed_xml": "PubmedArticle",
}
_HEADER = ("source", "format", "MB", "records", "rejected", "records/s", "MB/s")


@dataclass(frozen=True, slots=True)
class Figures:
    """What came of one source, and how long it took in seconds of one core."""

    source: str
    format: str
    n_bytes: int
    n_records: int
    n_rejects: int
    seconds: float

    def row(self) -> Sequence[str]:
        """Return the cells of the table."""
        megabytes = self.n_bytes / 1e6
        return (
            self.source,
            self.format,
            number(megabytes),
            f"{self.n_records:,}",
            f"{self.n_rejects:,}",
            f"{self.n_records / self.seconds:,.0f}",
            number(megabytes / self.seconds),
        )


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table."""
    options = _parser().parse_args(arguments)
    found = [measure(path.name, [_many(path)]) for path in sorted(SAMPLES.iterdir())]
    if options.data:
        paths = [options.data / name for name in CORPORA if (options.data / name).is_file()]
        found += [measure_file(str(path), path.parent.name) for path in paths]
    sys.stdout.write(f"{today()}, {machine()}\n\n")
    sys.stdout.write(table(_HEADER, [figures.row() for figures in found]) + "\n")
    return 0


def measure(source: str, contents: Sequence[bytes]) -> Figures:
    """Read bytes that are held in memory."""
    streams = (Opened(source, io.BytesIO(content)) for content in contents)
    return _measured(source, streams, sum(map(len, contents)))


def measure_file(path: str, source: str) -> Figures:
    """Read a file; its size is that of the file, which may be packed."""
    return _measured(source, open_source(path), Path(path).stat().st_size)


def _measured(source: str, streams: Iterable[Opened], n_bytes: int) -> Figures:
    name, n_records, n_rejects = "", 0, 0
    start = time.process_time()
    for opened in streams:
        name = name or find_reader(opened).name
        for row in read(opened):
            n_records += 1
            n_rejects += isinstance(row, Reject)
    return Figures(source, name, n_bytes, n_records, n_rejects, time.process_time() - start)


def _many(sample: Path) -> bytes:
    """Return a sample with its records repeated; as it is where they cannot be."""
    content = sample.read_bytes()
    n_times = N_RECORDS // 3
    if element := _ELEMENTS.get(sample.stem):
        return _repeat_elements(content.decode(), element, n_times).encode()
    if repeat := _REPEAT.get(sample.suffix):
        return repeat(content, n_times)
    return content * n_times


def _repeat_elements(text: str, element: str, n_times: int) -> str:
    start = re.search(rf"<{element}[\s>]", text)
    end = text.rindex(f"</{element}>") + len(f"</{element}>")
    assert start, element  # noqa: S101 (a sample without the element of its format)
    return text[: start.start()] + text[start.start() : end] * n_times + text[end:]


def _repeat_json(content: bytes, n_times: int) -> bytes:
    """Repeat the longest array of the document, its own or one under a key of it."""
    document = json.loads(content)
    if isinstance(document, list):
        return json.dumps(document * n_times).encode()
    key = max(document, key=lambda k: len(document[k]) if isinstance(document[k], list) else -1)
    return json.dumps({**document, key: document[key] * n_times}).encode()


def _repeat_rows(content: bytes, n_times: int) -> bytes:
    header, _, rows = content.partition(b"\n")
    return header + b"\n" + rows * n_times


def _repeat_workbook(content: bytes, n_times: int) -> bytes:
    import openpyxl

    rows = list(openpyxl.load_workbook(io.BytesIO(content)).worksheets[0].values)
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    for row in (*rows[:3], *rows[3:] * n_times):
        sheet.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _repeat_parquet(content: bytes, n_times: int) -> bytes:
    import pyarrow
    import pyarrow.parquet

    rows: Any = pyarrow.parquet.read_table(io.BytesIO(content))
    buffer = io.BytesIO()
    pyarrow.parquet.write_table(pyarrow.concat_tables([rows] * n_times), buffer)
    return buffer.getvalue()


_REPEAT: dict[str, Callable[[bytes, int], bytes]] = {
    ".json": _repeat_json,
    ".csv": _repeat_rows,
    ".tsv": _repeat_rows,
    ".xlsx": _repeat_workbook,
    ".parquet": _repeat_parquet,
    ".html": lambda content, _: content,
}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.reading", description=__doc__)
    parser.add_argument("--data", type=Path, metavar="DIR", help="directory of the shared corpora")
    return parser


if __name__ == "__main__":
    sys.exit(main())

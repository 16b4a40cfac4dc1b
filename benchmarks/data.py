"""Reads the corpora, queries and judgements that are measured on."""

import csv
import gzip
import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice, zip_longest
from pathlib import Path
from typing import Any

from benchmarks.errors import BenchmarkError

Row = dict[str, Any]  # a line of a corpus: id, title, abstract, and more where known
Qrels = dict[str, dict[str, int]]  # by query id, how relevant each paper is


def read_rows(path: Path) -> Iterator[Row]:
    """Yield the objects of a file of JSON lines, packed by gzip or not."""
    if not path.is_file():
        raise BenchmarkError(f"No such file: {str(path)!r}. Name the data directory by --data.")
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rt", encoding="utf-8") as lines:
        yield from (json.loads(line) for line in lines if line.strip())


def read_queries(path: Path) -> dict[str, str]:
    """Return the text of each query by its id."""
    return {str(row["id"]): row["text"] for row in read_rows(path)}


def read_qrels(path: Path) -> Qrels:
    """Return the judgements of a file of tab-separated query, paper and score with a header."""
    if not path.is_file():
        raise BenchmarkError(f"No such file: {str(path)!r}. Name the judgements by --qrels.")
    qrels: Qrels = {}
    with path.open(encoding="utf-8", newline="") as lines:
        for query_id, paper_id, score in islice(csv.reader(lines, delimiter="\t"), 1, None):
            qrels.setdefault(query_id, {})[paper_id] = int(score)
    return qrels


def alternate(*sources: Iterable[Row]) -> Iterator[Row]:
    """Yield the first of each source, then the second of each; a spent source is passed over."""
    for together in zip_longest(*sources):
        yield from (row for row in together if row is not None)


def acl_rows(data: Path) -> Iterator[Row]:
    """Yield the 56,834 papers of the ACL Anthology, in random order of their ids' hashes."""
    return read_rows(data / "acl_anthology" / "corpus.jsonl.gz")


def mixed_rows(data: Path) -> list[Row]:
    """Return all 104,200 papers of the ACL Anthology and arXiv taken in turn."""
    return list(alternate(acl_rows(data), read_rows(data / "arxiv_cs" / "corpus.nlp_ir.jsonl.gz")))


def write_lines(path: Path, rows: Iterable[Any]) -> Path:
    """Write one JSON value a line."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    return path


def closest_year_range(years: Sequence[int | None], share: float) -> tuple[int, int]:
    """Return the first and last of the years in a row whose papers are nearest to `share` of all.

    `share` lies between 0 and 1. Where two are as near, the later years win.
    """
    known = sorted({year for year in years if year is not None}, reverse=True)
    if not known:
        raise BenchmarkError("No paper has a year, so no year filter can be measured.")
    ranges = [(first, last) for i, last in enumerate(known) for first in known[i:]]

    def distance(bounds: tuple[int, int]) -> float:
        inside = sum(year is not None and bounds[0] <= year <= bounds[1] for year in years)
        return abs(inside / len(years) - share)

    return min(ranges, key=distance)

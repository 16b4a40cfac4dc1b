"""A library in PostgreSQL beside the one in a file, and how soon another machine finds papers.

Make an empty database, then `python -m benchmarks.machines --library DIR --database-url URL`. The
library's papers are copied into it with their vectors; two directories stand for two machines.
"""

import argparse
import random
import statistics
import sys
import time
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Connection, Table, func, insert, select, text

from assistant.build import build_encoder
from assistant.settings import load_settings
from benchmarks.measuring import latency_ms, timed
from benchmarks.tables import machine, number, record, table, today
from vectorstore import Library, Paper
from vectorstore.catalogue.tables import METADATA, TABLES
from vectorstore.database import Database, parse_address
from vectorstore.following import following

_PAGE = Path(__file__).parents[1] / "docs" / "scale.md"
_ROWS = 2_000  # copied at a time
_SIZES = (1, 100, 1_000)
_ROUNDS = 5
_WARM_UP = 20


def main() -> None:
    """Measure, and print two tables."""
    parser = argparse.ArgumentParser(prog="benchmarks.machines", description=__doc__)
    parser.add_argument("--library", type=Path, required=True)
    parser.add_argument("--database-url", required=True)
    parser.add_argument("--queries", type=int, default=200)
    parser.add_argument("--record", action="store_true", help="put the tables into docs/scale.md")
    arguments = parser.parse_args()
    found = _run(arguments.library, arguments.database_url, arguments.queries)
    sys.stdout.write(found + "\n")
    if arguments.record:
        record(_PAGE, "machines", found)


def _run(path: Path, address: str, n_queries: int) -> str:
    encoder, url = build_encoder(load_settings()), parse_address(address)
    local = Library.open(path, encoder)
    copy_seconds, _ = timed(lambda: _copy(local, Database(url, TABLES)))
    with TemporaryDirectory(prefix="citewise-") as directory:
        machines = [Path(directory) / name for name in ("one", "two")]
        open_seconds, one = timed(lambda: Library.open(machines[0], encoder, database=url))
        two = Library.open(machines[1], encoder, database=url)
        searches = _searches(local, one, n_queries)
        lags = _lags(one, two)
    n_papers, n_chunks = local.catalogue.n_papers(), local.catalogue.n_chunks()
    return (
        f"{today()}, {machine()}, which others used too; {n_papers:,} papers, {n_chunks:,} chunks;"
        f" {n_queries} queries; PostgreSQL on the same machine.\n\n{searches}\n\n{lags}\n\n"
        f"Copying the catalogue: {copy_seconds:.0f} s. A new machine makes its indexes from it in"
        f" {open_seconds:.1f} s."
    )


def _copy(library: Library, target: Database) -> None:
    """Copy every row of the library's catalogue, and go on with its numbers."""
    with library.catalogue.connected() as source, target.writing() as connection:
        for each in METADATA.sorted_tables:
            rows = source.execute(select(each), execution_options={"yield_per": _ROWS})
            for batch in rows.partitions():
                connection.execute(insert(each), [dict(row._mapping) for row in batch])
            _go_on_counting(connection, each)
    with target.engine.connect() as connection:
        connection.execute(text("ANALYZE"))
        connection.commit()


def _go_on_counting(connection: Connection, each: Table) -> None:
    for column in each.primary_key:
        name = func.pg_get_serial_sequence(each.name, column.name)
        if connection.scalar(select(name)):
            last = func.coalesce(func.max(column), 1)
            connection.execute(select(func.setval(name, last)).select_from(each))


def _searches(local: Library, shared: Library, n_queries: int) -> str:
    titles = [paper.title for paper in local.catalogue.papers()]
    queries = random.Random(7).sample(titles, n_queries)  # noqa: S311 (no secret)
    ways = {"papers in a file": local, "papers in PostgreSQL": shared}
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    n_same = 0
    for query in queries:
        found = []
        for name, library in ways.items():
            library.encode([query])
            began = time.perf_counter()
            hits = library.search(query)
            seconds[name].append(time.perf_counter() - began)
            found.append([hit.paper.paper_id for hit in hits])
        n_same += found[0] == found[1]
    rows = [
        [name, *map(number, latency_ms(spent[_WARM_UP:]).values())]
        for name, spent in seconds.items()
    ]
    shown = table(["search", "p50 ms", "p95 ms"], rows)
    return f"{shown}\n\n{n_same} of {n_queries} searches find the same papers in the same order."


def _lags(one: Library, two: Library) -> str:
    rows = []
    with following(two):
        for size in _SIZES:
            lags = [_lag(one, two, f"{size}-{turn}", size) for turn in range(_ROUNDS)]
            rows.append([f"{size:,}", number(statistics.median(lags)), number(max(lags))])
    return table(["papers added at once", "found by the other after s, median", "longest"], rows)


def _lag(one: Library, two: Library, name: str, size: int) -> float:
    """Return the seconds from when `add` is done on one machine to when the other finds all."""
    example = one.catalogue.papers()[0]
    papers = [
        replace(
            example,
            paper_id=f"lag-{name}-{n}",
            title=f"Lag {name} number {n}",
            abstract=f"The {n}th paper of the round {name}.",
            arxiv_id="",
            doi="",
            url="",
        )
        for n in range(size)
    ]
    one.add(papers)
    began = time.perf_counter()
    while not _has(two, papers[-1]):
        time.sleep(0.02)
    return time.perf_counter() - began


def _has(library: Library, paper: Paper) -> bool:
    return any(hit.paper.paper_id == paper.paper_id for hit in library.search(paper.title, top_k=3))


if __name__ == "__main__":
    main()

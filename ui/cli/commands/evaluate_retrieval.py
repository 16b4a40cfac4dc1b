"""`citewise eval retrieval`: how well search finds the relevant papers of judged queries."""

import argparse
import sys
from contextlib import nullcontext
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ui.cli.exit_codes import ExitCode
from ui.cli.judged import add_judged_files, settings_to_measure
from ui.cli.options import add_command, add_json, whole_number
from ui.cli.progress import progress_bar
from ui.cli.terminal import note, write, write_json

if TYPE_CHECKING:
    from vectorstore.evaluation.judged import JudgedCollection
    from vectorstore.evaluation.retrieval import Ranking

_ROWS = {
    "papers": "n_papers",
    "queries": "n_queries",
    "nDCG@10": "ndcg_at_10",
    "MRR": "mrr",
    "recall@5": "recall_at_5",
    "recall@20": "recall_at_20",
    "recall@100": "recall_at_100",
    "p50 ms": "ms_p50",
    "p95 ms": "ms_p95",
    "abstracts/s": "abstracts_per_second",
    "peak memory MB": "peak_memory_mb",
}


def add_to(measures: Any) -> None:
    """Add the measure's parser."""
    parser = add_command(
        measures, "retrieval", run, summary="how well search finds the relevant papers of queries"
    )
    parser.description = (
        "Indexes the corpus in a directory that is gone afterwards, or in --library DIR (never that"
        " of CITEWISE_LIBRARY), and searches for every query that has a relevant paper."
    )
    add_judged_files(parser)
    parser.add_argument(
        "--run", type=Path, dest="run_file", metavar="FILE", help="TREC run to write"
    )
    parser.add_argument(
        "--top-k",
        type=whole_number(1, 1_000),
        default=100,
        metavar="N",
        help="papers to retrieve for a query (100)",
    )
    add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    """Index the corpus, search for every judged query and print the scores."""
    from vectorstore.evaluation.judged import read_collection
    from vectorstore.evaluation.retrieval import summarise

    collection = read_collection(arguments.corpus, arguments.queries, arguments.qrels)
    _note_unknown(collection, arguments.qrels)
    rankings, abstracts_per_second = _measure(collection, arguments)
    figures = {
        "n_papers": len(collection.papers),
        **asdict(summarise(rankings, top_k=arguments.top_k)),
        "abstracts_per_second": abstracts_per_second,
        "peak_memory_mb": _peak_memory_mb(),
        "n_unknown_papers": collection.n_unknown_papers,
        "n_unknown_queries": collection.n_unknown_queries,
    }
    if arguments.json:
        write_json(figures)
    else:
        for title, name in _ROWS.items():
            write(f"{title:<16}{_shown(figures[name], name):>10}")
    return ExitCode.DONE


def _measure(
    collection: "JudgedCollection", arguments: argparse.Namespace
) -> tuple[list["Ranking"], float | None]:
    """Return the ranking of each query, and how many abstracts a second were indexed."""
    from assistant.build import open_library
    from vectorstore.evaluation.retrieval import index, rank
    from vectorstore.evaluation.trec import new_run, write_run

    # Opened first: a path that cannot be written must not be found out after hours of indexing.
    opening = new_run(arguments.run_file) if arguments.run_file else nullcontext()
    with opening as run_file, settings_to_measure(arguments) as settings:
        library = open_library(settings, create=True)
        with progress_bar("Indexing") as progress:
            abstracts_per_second = index(library, collection.papers, progress=progress)
        rankings = list(rank(library, collection.queries, top_k=arguments.top_k))
        if run_file:
            write_run(run_file, rankings)
    return rankings, abstracts_per_second


def _note_unknown(collection: "JudgedCollection", qrels: Path) -> None:
    n_papers, n_queries = collection.n_unknown_papers, collection.n_unknown_queries
    if n_papers or n_queries:
        note(
            f"{qrels}: judgements that name a paper not in the corpus: {n_papers:,} (counts as not"
            f" found), a query not in the queries: {n_queries:,} (left out)."
        )


def _peak_memory_mb() -> float | None:
    """Return the most memory that this process has held, in 10^6 bytes; None on Windows."""
    if sys.platform == "win32":
        return None
    from resource import RUSAGE_SELF, getrusage

    unit = 1 if sys.platform == "darwin" else 1_024  # getrusage(2): bytes on macOS, KiB elsewhere
    return round(getrusage(RUSAGE_SELF).ru_maxrss * unit / 1e6, 1)


def _shown(value: float | None, name: str) -> str:
    if value is None:
        return "-"
    if name.startswith("n_"):
        return f"{value:,}"
    is_share = name == "mrr" or "_at_" in name
    return f"{value:.3f}" if is_share else f"{value:,.1f}"

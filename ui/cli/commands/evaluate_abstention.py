"""`citewise eval abstention`: does the assistant know when the answering paper is not there?"""

import argparse
import json
from contextlib import nullcontext
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ui.cli.exit_codes import ExitCode
from ui.cli.judged import add_judged_files, settings_to_measure
from ui.cli.options import add_command, add_json
from ui.cli.progress import progress_bar
from ui.cli.terminal import note, write, write_json

if TYPE_CHECKING:
    from assistant.evaluation.abstention import AskedTwice
    from vectorstore.evaluation.judged import JudgedCollection

_ROWS = {
    "questions": "n_questions",
    "answered with gold": "answered",
    "abstained without": "abstained",
    "gold cited": "gold_cited",
    "calibration error": "calibration_error",
    "p50 ms": "ms_p50",
}


def add_to(measures: Any) -> None:
    """Add the measure's parser."""
    parser = add_command(
        measures,
        "abstention",
        run,
        summary="whether questions are answered with the right paper there, and not without it",
        has_llm=True,
    )
    parser.description = (
        "Indexes the corpus in a directory that is gone afterwards, or in --library DIR (never that"
        " of CITEWISE_LIBRARY), and asks every query twice: with its relevant papers in the"
        " library, when an answer is right, and with them removed, when only an abstention is."
    )
    add_judged_files(parser)
    parser.add_argument(
        "--predictions", type=Path, metavar="FILE", help="JSON lines to write, one a query"
    )
    add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    """Index the corpus, ask every query twice and print the scores."""
    from assistant.evaluation.abstention import summarise
    from vectorstore.evaluation.judged import read_collection

    collection = read_collection(arguments.corpus, arguments.queries, arguments.qrels)
    if collection.n_unknown_papers or collection.n_unknown_queries:
        note(
            f"{arguments.qrels}: judgements that name a paper not in the corpus:"
            f" {collection.n_unknown_papers:,}, a query not in the queries:"
            f" {collection.n_unknown_queries:,}."
        )
    figures = asdict(summarise(_measure(collection, arguments)))
    if arguments.json:
        write_json(figures)
    else:
        for title, name in _ROWS.items():
            write(f"{title:<20}{_shown(figures[name], name):>10}")
    return ExitCode.DONE


def _measure(collection: "JudgedCollection", arguments: argparse.Namespace) -> list["AskedTwice"]:
    from assistant.build import build_assistant, open_library
    from assistant.evaluation.abstention import ask_twice, to_json
    from vectorstore.evaluation.retrieval import index

    path = arguments.predictions
    # Opened first: a path that cannot be written must not be found out after an hour of a model.
    with (
        path.open("w", encoding="utf-8") if path else nullcontext() as predictions,
        settings_to_measure(arguments) as settings,
    ):
        assistant = build_assistant(settings, open_library(settings, create=True))
        with progress_bar("Indexing") as progress:
            index(assistant.library, collection.papers, progress=progress)
        asked = []
        for one in ask_twice(assistant, collection, progress=_tell):
            asked.append(one)
            if predictions:
                predictions.write(json.dumps(to_json(one), ensure_ascii=False) + "\n")
    return asked


def _tell(done: int, total: int) -> None:
    note(f"Asked twice: {done:,} of {total:,} questions")


def _shown(value: float | None, name: str) -> str:
    if value is None:
        return "-"
    if isinstance(value, int):
        return f"{value:,}"
    return f"{value:,.1f}" if name.startswith("ms_") else f"{value:.3f}"

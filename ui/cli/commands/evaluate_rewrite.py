"""`citewise eval rewrite`: how well follow-up questions are made to stand alone."""

import argparse
import json
from contextlib import nullcontext
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ui.cli.exit_codes import ExitCode
from ui.cli.options import add_command, add_json, settings_of
from ui.cli.terminal import write, write_json

if TYPE_CHECKING:
    from assistant.evaluation.rewriting import RewritingScores, Rewritten

_COLUMNS = {
    "n": "n",
    "changed": "n_changed",
    "copy F1": "copying_f1",
    "rewriter F1": "rewriter_f1",
    "copy, changed": "copying_f1_changed",
    "rewr., changed": "rewriter_f1_changed",
    "left alone": "left_alone",
}


def add_to(measures: Any) -> None:
    """Add the measure's parser."""
    parser = add_command(
        measures,
        "rewrite",
        run,
        summary="how well follow-up questions are made to stand alone",
        has_llm=True,
    )
    parser.description = (
        "Completes each question from its conversation and compares it with what a person wrote, by"
        " token F1. No library is opened."
    )
    parser.add_argument(
        "--turns",
        type=Path,
        required=True,
        metavar="FILE",
        help="JSON lines: history, text, rewrite, and maybe id and set; gzipped or not",
    )
    parser.add_argument(
        "--predictions", type=Path, metavar="FILE", help="JSON lines to write: id, line, rewrite"
    )
    add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    """Rewrite every question and print the scores."""
    from assistant.build import build_rewriter
    from assistant.evaluation.rewriting import read_follow_ups, rewrite_all, summarise

    follow_ups = read_follow_ups(arguments.turns)
    rewriter = build_rewriter(settings_of(arguments))
    path = arguments.predictions
    # Opened first: a path that cannot be written must not be found out after hours of an LLM.
    with path.open("w", encoding="utf-8") if path else nullcontext() as predictions:
        rewritten = []
        for one in rewrite_all(rewriter, follow_ups):
            rewritten.append(one)
            if predictions:
                predictions.write(json.dumps(_prediction(one)) + "\n")
    scores = summarise(rewritten)
    if arguments.json:
        by_set = {name: asdict(score) for name, score in scores.items()}
        write_json({"overall": by_set.pop("overall"), "by_set": by_set})
    else:
        _show(scores)
    return ExitCode.DONE


def _prediction(rewritten: "Rewritten") -> dict[str, Any]:
    asked = rewritten.follow_up
    return {"id": asked.id, "line": asked.line, "rewrite": rewritten.text}


def _show(scores: dict[str, "RewritingScores"]) -> None:
    write(f"{'':<16}" + "".join(f"{title:>15}" for title in _COLUMNS))
    for name, score in scores.items():
        cells = (getattr(score, field) for field in _COLUMNS.values())
        write(f"{name:<16}" + "".join(f"{_cell(cell):>15}" for cell in cells))


def _cell(value: float | None) -> str:
    if value is None:
        return "-"
    return f"{value:,}" if isinstance(value, int) else f"{value:.3f}"

"""`citewise eval answers`: how well questions with known papers are answered."""

import argparse
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ui.cli.exit_codes import ExitCode
from ui.cli.options import add_answering_options, add_command, add_json, settings_of
from ui.cli.starting import start_assistant
from ui.cli.terminal import write, write_json

if TYPE_CHECKING:
    from assistant.evaluation.answers import Outcome, Scores

_COLUMNS = {
    "n": "n_questions",
    "gold cited": "gold_cited",
    "contains": "contains",
    "abstained": "abstained",
    "wrongly abst.": "wrongly_abstained",
    "precision": "citation_precision",
    "p50 ms": "ms_p50",
    "p95 ms": "ms_p95",
}


def add_to(measures: Any) -> None:
    """Add the measure's parser."""
    parser = add_command(
        measures, "answers", run, summary="how well questions are answered", has_llm=True
    )
    parser.add_argument("--questions", type=Path, required=True, metavar="FILE", help="JSON lines")
    add_answering_options(parser)
    add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    """Ask every question and print the scores."""
    from assistant.evaluation.answers import evaluate, read_questions, summarise

    questions = read_questions(arguments.questions)
    assistant = start_assistant(settings_of(arguments))
    assistant.library.search("warm up the encoder")
    outcomes = list(evaluate(assistant, questions))
    scores = summarise(outcomes)
    if arguments.json:
        write_json(_as_json(scores, outcomes))
    else:
        _show(scores, outcomes)
    return ExitCode.DONE


def _show(scores: dict[str, "Scores"], outcomes: list["Outcome"]) -> None:
    write(f"{'':<14}" + "".join(f"{title:>14}" for title in _COLUMNS))
    for name, score in scores.items():
        cells = (getattr(score, field) for field in _COLUMNS.values())
        write(f"{name:<14}" + "".join(f"{_cell(cell):>14}" for cell in cells))
    failures = [outcome for outcome in outcomes if outcome.failures]
    if failures:
        write("\nNot as expected:")
    for outcome in failures:
        write(f"- {', '.join(outcome.failures)}: {outcome.gold_question.question}")


def _cell(value: float | None) -> str:
    if value is None:
        return "-"
    return (
        str(value) if isinstance(value, int) else f"{value:.3f}" if value <= 1 else f"{value:.1f}"
    )


def _as_json(scores: dict[str, "Scores"], outcomes: list["Outcome"]) -> dict[str, Any]:
    by_kind = {name: asdict(score) for name, score in scores.items()}
    return {
        "overall": by_kind.pop("overall"),
        "by_kind": by_kind,
        "questions": [
            {
                "id": outcome.gold_question.id,
                "kind": outcome.gold_question.kind,
                "failures": outcome.failures,
                "milliseconds": round(outcome.milliseconds, 1),
                **outcome.answer.to_json(),
            }
            for outcome in outcomes
        ],
    }

"""`citewise eval`: measures on questions and queries with known answers."""

from typing import Any

from ui.cli.commands import (
    evaluate_abstention,
    evaluate_answers,
    evaluate_related_work,
    evaluate_retrieval,
    evaluate_rewrite,
    evaluate_support,
)


def add_to(commands: Any) -> None:
    """Add the parsers of the measures."""
    parser = commands.add_parser("eval", help="measure on questions with known answers")
    measures = parser.add_subparsers(title="measures", metavar="MEASURE", required=True)
    for measure in (
        evaluate_abstention,
        evaluate_answers,
        evaluate_related_work,
        evaluate_retrieval,
        evaluate_rewrite,
        evaluate_support,
    ):
        measure.add_to(measures)

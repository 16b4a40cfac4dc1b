"""`citewise eval support`: how well the check tells supported claims from others."""

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
    from assistant.checking.judging import Judge
    from assistant.evaluation.support import Scores
    from assistant.settings import Settings

_COLUMNS = {"macro-F1": "macro_f1", "AUROC": "auroc", "ECE": "ece"}
_NAMES = {"check": "the check", "word_overlap": "word overlap"}


def add_to(measures: Any) -> None:
    """Add the measure's parser."""
    parser = add_command(
        measures, "support", run, summary="how well the check tells supported claims from others"
    )
    parser.description = (
        "Judges whether the evidence of each pair supports its claim, and compares that with the"
        " label. Beside it stands what the share of common words alone tells. No library is opened."
    )
    parser.add_argument(
        "--pairs",
        type=Path,
        required=True,
        metavar="FILE",
        help="JSON lines: claim, evidence (a text or several), label, and maybe id; gzipped or not",
    )
    parser.add_argument(
        "--predictions",
        type=Path,
        metavar="FILE",
        help="JSON lines to write: id, line, score, supported, verdict, reason",
    )
    parser.add_argument("--verifier", metavar="MODEL", help="cross-encoder that is asked too")
    add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    """Judge every pair and print the scores."""
    from assistant.evaluation.support import predict, read_pairs, summarise

    pairs = read_pairs(arguments.pairs)
    judge = _judge(settings_of(arguments))
    path = arguments.predictions
    # Opened first: a path that cannot be written must not be found out at the end.
    with path.open("w", encoding="utf-8") if path else nullcontext() as file:
        predictions = []
        for prediction in predict(judge, pairs):
            predictions.append(prediction)
            if file:
                file.write(json.dumps(prediction.to_json()) + "\n")
    scores = summarise(predictions)
    if arguments.json:
        first = scores["check"]
        figures = {name: asdict(score) for name, score in scores.items()}
        for figure in figures.values():
            del figure["n"], figure["base_rate"]
        write_json({"n": first.n, "base_rate": first.base_rate, **figures})
    else:
        _show(scores)
    return ExitCode.DONE


def _judge(settings: "Settings") -> "Judge":
    from assistant.build import build_encoder
    from assistant.checking.judging import Judge
    from assistant.evaluation.support import similarities_by
    from vectorstore import CrossEncoderEntailment

    verifier = None
    if settings.verifier:
        verifier = CrossEncoderEntailment(settings.verifier, allow_download=settings.allow_download)
    return Judge(similarities_by(build_encoder(settings)), verifier)


def _show(scores: dict[str, "Scores"]) -> None:
    check = scores["check"]
    write(f"{check.n:,} pairs, of which {check.base_rate:.1%} are supported\n")
    write(f"{'':<14}" + "".join(f"{title:>10}" for title in _COLUMNS))
    for name, score in scores.items():
        cells = (getattr(score, field) for field in _COLUMNS.values())
        shown = ("-" if cell is None else f"{cell:.3f}" for cell in cells)
        write(f"{_NAMES[name]:<14}" + "".join(f"{cell:>10}" for cell in shown))

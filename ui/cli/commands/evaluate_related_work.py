"""`citewise eval related-work`: sections beside those that people wrote."""

import argparse
import json
from contextlib import nullcontext
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ui.cli.exit_codes import ExitCode
from ui.cli.options import add_command, add_json, settings_of, whole_number
from ui.cli.terminal import write, write_json

if TYPE_CHECKING:
    from assistant.related_work.evaluation.measuring import Scored, Summary
    from assistant.related_work.writing import ExtractiveSectionWriter
    from assistant.settings import Settings

_COLUMNS = {"ROUGE-1": "rouge1", "ROUGE-2": "rouge2", "ROUGE-Lsum": "rouge_lsum"}


def add_to(measures: Any) -> None:
    """Add the measure's parser."""
    parser = add_command(
        measures, "related-work", run, summary="how near sections come to what people wrote"
    )
    parser.description = (
        "Writes a section on the references of each example and compares it with the section that"
        " people wrote, beside lead, LexRank, TextRank and an oracle at the same length. Citation"
        " marks are left out of both. No library is opened."
    )
    parser.add_argument(
        "--examples",
        type=Path,
        required=True,
        metavar="FILE",
        help="JSON lines: abstract, references (title, abstract), related_work; gzipped or not",
    )
    parser.add_argument(
        "--words",
        type=whole_number(20, 2_000),
        metavar="N",
        help="length of every system's section (default: a quarter over the median)",
    )
    parser.add_argument("--limit", type=whole_number(1, 1_000_000), metavar="N", help="examples")
    parser.add_argument(
        "--predictions", type=Path, metavar="FILE", help="JSON lines to write: texts and scores"
    )
    add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    """Write a section for every example and print the scores."""
    from assistant.related_work.evaluation.examples import read_examples
    from assistant.related_work.evaluation.measuring import (
        measure,
        section_of,
        summarise,
        usual_length,
    )

    examples = read_examples(arguments.examples)[: arguments.limit]
    n_words = arguments.words or usual_length(examples)
    writer = _writer(settings_of(arguments))
    path = arguments.predictions
    with path.open("w", encoding="utf-8") if path else nullcontext() as file:
        scored = []
        for each in measure(examples, n_words, partial(section_of, writer=writer)):
            scored.append(each)
            if file:
                file.write(json.dumps(_row(each), ensure_ascii=False) + "\n")
    summary = summarise(scored, n_words)
    if arguments.json:
        write_json(asdict(summary))
    else:
        _show(summary)
    return ExitCode.DONE


def _writer(settings: "Settings") -> "ExtractiveSectionWriter":
    from assistant.build import build_encoder
    from assistant.checking.checker import Checker
    from assistant.evaluation.support import similarities_by
    from assistant.related_work.writing import ExtractiveSectionWriter

    similarities = similarities_by(build_encoder(settings))
    return ExtractiveSectionWriter(Checker(similarities), similarities)


def _row(scored: "Scored") -> dict[str, Any]:
    return {
        "related_work": scored.example.related_work,
        "texts": scored.texts,
        "scores": {name: asdict(score) for name, score in scored.scores.items()},
        "sentences": scored.section.to_json()["paragraphs"],
    }


def _show(summary: "Summary") -> None:
    write(f"{summary.n_examples:,} examples, {summary.n_words} words each\n")
    write(f"{'':<12}" + "".join(f"{title:>12}" for title in [*_COLUMNS, "words"]))
    for name, row in summary.rows.items():
        cells = [f"{getattr(row.rouge, field):.2f}" for field in _COLUMNS.values()]
        write(f"{name:<12}" + "".join(f"{cell:>12}" for cell in [*cells, f"{row.n_words:.0f}"]))
    write(f"\nreferences cited: {summary.citation_coverage:.1%}")
    write(f"sentences supported: {summary.supported_share:.1%}")

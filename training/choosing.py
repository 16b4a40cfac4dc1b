"""How often the sentence of an abstract that is nearest to a question is one that answers it.

`python -m training.choosing --data DIR [--encoder NAME]... [--held-out FOLD]`

The questions are those that were written about abstracts of the fold (see `training.written`), each
put to the sentences of its own abstract. Prints for each encoder the share that is right, from the
second one on with the 95 % interval of its difference to the first one.
"""

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from assistant.settings import load_settings
from benchmarks.tables import table
from training.corpora import N_FOLDS, in_fold
from training.measuring import Scores, interval
from training.written import Written, read_written
from vectorstore import DEFAULT_ENCODER, Encoder, LocalEncoder


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(prog="training.choosing", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="directory of the open corpora")
    parser.add_argument("--encoder", action="append", help="by name or path; several may be named")
    parser.add_argument("--held-out", type=int, choices=range(N_FOLDS), help="fold of abstracts")
    chosen = parser.parse_args(arguments)
    found = list(read_written(chosen.data))
    if chosen.held_out is not None:
        found = [it for it in found if in_fold(it.row.paper_id, chosen.held_out)]
    models = load_settings().encoder_cache
    names = chosen.encoder or [DEFAULT_ENCODER]
    first, *others = (rightly_chosen(found, LocalEncoder(name, models=models)) for name in names)
    cells = [f"{first.mean():.3f}"]
    for right in others:
        low, high = interval(right - first)
        cells.append(f"{right.mean():.3f} ({low:+.3f} to {high:+.3f})")
    lines = [list(line) for line in zip(names, cells, strict=True)]
    sys.stdout.write(table(["", f"right of {len(first):,}"], lines) + "\n")
    return 0


def rightly_chosen(written: Sequence[Written], encoder: Encoder) -> Scores:
    """Return 1 for each question whose nearest sentence answers it, and 0 for the others."""
    return np.array([right for it in written for right in _of_abstract(it, encoder)], dtype=float)


def _of_abstract(written: Written, encoder: Encoder) -> Iterator[bool]:
    sentences = encoder.encode(written.sentences)
    questions = encoder.encode([question for question, _ in written.row.answered])
    nearest = (questions @ sentences.T).argmax(axis=1).tolist()
    for place, (_, starts) in zip(nearest, written.row.answered, strict=True):
        yield place in written.places(starts)


if __name__ == "__main__":
    sys.exit(main())

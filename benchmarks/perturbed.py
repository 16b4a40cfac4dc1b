"""How many true claims made false are found out: `python -m benchmarks.perturbed --data DIR`.

Counts only claims that were supported before the change.
"""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

from assistant.build import build_encoder
from assistant.checking.judging import Judge
from assistant.checking.names import names_of
from assistant.evaluation.support import similarities_by
from assistant.settings import load_settings
from benchmarks.calibration_data import LabelledPair, read_scifact
from benchmarks.perturbations import PERTURBATIONS
from benchmarks.tables import table

Case = tuple[str, tuple[str, ...]]


def find_out(judge: Judge, cases: list[Case]) -> Iterator[str]:
    """Yield, for each kind of change, the share that is no longer supported, and of how many."""
    names = sorted({name for _, evidence in cases for text in evidence for name in names_of(text)})
    for change in PERTURBATIONS.values():
        n = n_found = 0
        for claim, evidence in cases:
            changed = change(claim, names)
            if not changed or judge.judge(claim, evidence).support != "supported":
                continue
            n += 1
            n_found += judge.judge(changed, evidence).support != "supported"
        yield f"{n_found / n:.2f} of {n}" if n else "none"


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, metavar="DIR")
    pairs = list(read_scifact(parser.parse_args().data / "scifact"))
    judge = Judge(similarities_by(build_encoder(load_settings())))
    supported = [pair for pair in pairs if pair.label and pair.set == "SciFact, sentences"]
    rows = {
        "the deciding sentences themselves": [_repeated(pair) for pair in supported],
        "claims about them": [(pair.claim, pair.evidence) for pair in supported],
    }
    lines = [[name, *find_out(judge, cases)] for name, cases in rows.items()]
    sys.stdout.write(table(["", *PERTURBATIONS], lines) + "\n")
    return 0


def _repeated(pair: LabelledPair) -> Case:
    return pair.evidence[0], pair.evidence


if __name__ == "__main__":
    sys.exit(main())

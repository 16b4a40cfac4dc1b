"""How well a verifier tells claims that are supported, contradicted or not stated.

`python -m training.verifying --data DIR --verifier DIR [--held-out FOLD]`

Prints for each set the macro-F1 of three labels and how well two of them are told from the others
(AUROC). HealthVer's dev set is one to measure on alone: no training reads it. Of SciFact's claims,
beside the sentences that decide them, there are those on abstracts that nothing was written about.
Of these and of the contrasted ones there are those of the fold that a training with the same
`--held-out` has not met; all without it.
"""

import argparse
import random
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from benchmarks.data import read_rows
from benchmarks.scifact import ScientificClaim, scientific_claims
from benchmarks.tables import number, table
from training.claims import OF_SCIFACT
from training.contrasted import contrasted_claims
from training.corpora import N_FOLDS, fold_of
from training.labels import LABELS, Label, LabelledClaim
from training.written import papers_written_about
from vectorstore.cross_encoder import LocalCrossEncoder, probabilities

_OF_HEALTHVER: dict[str, Label] = {
    "Supports": "supported",
    "Refutes": "contradicted",
    "Neutral": "not stated",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(prog="training.verifying", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="directory of the open corpora")
    parser.add_argument("--verifier", required=True, help="cross-encoder, by name or path")
    parser.add_argument("--held-out", type=int, choices=range(N_FOLDS), help="fold to measure on")
    chosen = parser.parse_args(arguments)
    verifier = LocalCrossEncoder(chosen.verifier)
    lines = [
        [name, f"{len(claims):,}", *map(number, scores_of(claims, verifier))]
        for name, claims in measured_claims(chosen.data, chosen.held_out).items()
    ]
    header = ("set", "claims", "macro-F1", "AUROC, supported", "AUROC, contradicted")
    sys.stdout.write(table(header, lines) + "\n")
    return 0


def measured_claims(data: Path, held_out: int | None) -> dict[str, list[LabelledClaim]]:
    """Return the claims of each set."""
    folds = range(N_FOLDS) if held_out is None else (held_out,)
    rng = random.Random(0)  # noqa: S311 (no secret)
    rows = read_rows(data / "healthver" / "dev.jsonl")
    known = papers_written_about("scifact")
    return {
        "contrasted": list(contrasted_claims(data, rng, folds=folds)),
        "SciFact": [
            LabelledClaim(found.text, _deciding(found), OF_SCIFACT[found.label], "scifact")
            for found in scientific_claims(data / "scifact")
            if fold_of(found.claim_id) in folds and found.paper_id not in known
        ],
        "HealthVer": [
            LabelledClaim(row["claim"], row["evidence"], _OF_HEALTHVER[row["label"]], "healthver")
            for row in rows
        ],
    }


def _deciding(found: ScientificClaim) -> str:
    return " ".join(found.sentences[place] for place in found.deciding)


def scores_of(
    claims: Sequence[LabelledClaim], verifier: LocalCrossEncoder
) -> tuple[float, float, float]:
    """Return the macro-F1 of three labels, and the AUROC of "supported" and of "contradicted"."""
    from sklearn.metrics import f1_score, roc_auc_score

    logits = verifier.predict([(claim.evidence, claim.claim) for claim in claims])
    by_label = probabilities(logits)[:, [verifier.labels.index(label) for label in LABELS]]
    labels = np.array([LABELS.index(claim.label) for claim in claims])
    supported, contradicted = (
        float(roc_auc_score(labels == place, by_label[:, place])) for place in (0, 1)
    )
    macro_f1 = float(f1_score(labels, by_label.argmax(axis=1), average="macro"))
    return macro_f1, supported, contradicted


if __name__ == "__main__":
    sys.exit(main())

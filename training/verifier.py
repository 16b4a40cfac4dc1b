"""A verifier: does a text support a claim, contradict it, or not say?

`python -m training.verifier --data DIR --out DIR [--base MODEL] [--config FILE] [--held-out FOLD]
[--resume]`

Continues an encoder (`--base`, the embedded one by default) as a cross-encoder with three labels.
The model is written to DIR/model, checkpoints to DIR/checkpoints, the loss to DIR/curve.json.
"""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from training.claims import labelled_claims
from training.cross_encoders import train_cross_encoder
from training.labels import LABELS, LabelledClaim
from training.running import TrainingConfig, continuing_parser, repeated

CONFIG = Path(__file__).with_name("verifier.toml")


@dataclass(frozen=True, kw_only=True)
class VerifierConfig(TrainingConfig):
    """What `verifier.toml` holds. Claims are made of `papers_per_corpus` of the general ones.

    What has more than `max_chars`, claim and evidence together, is left out: cut evidence may lack
    the words that decide.
    """

    papers_per_corpus: int
    max_chars: int


def main(arguments: Sequence[str] | None = None) -> int:
    """Train, and write the model."""
    parser = continuing_parser("training.verifier", __doc__, CONFIG)
    chosen = parser.parse_args(arguments)
    config = VerifierConfig.read(chosen.config)
    claims = labelled_claims(
        chosen.data,
        seed=config.seed,
        held_out=chosen.held_out,
        papers_per_corpus=config.papers_per_corpus,
    )
    train(claims, config, chosen.base, chosen.out, resume=chosen.resume)
    return 0


def train(
    claims: dict[str, list[LabelledClaim]],
    config: VerifierConfig,
    base: Path | None,
    out: Path,
    *,
    resume: bool = False,
) -> None:
    """Write the model that was trained on the claims of each source to `out`/model."""
    from sentence_transformers.cross_encoder.losses import CrossEntropyLoss

    fit = [it for it in repeated(claims, config) if it.n_chars <= config.max_chars]
    train_cross_encoder(
        columns_of(fit),
        config,
        base,
        out,
        labels=LABELS,
        attention="eager",
        loss_of=CrossEntropyLoss,
        resume=resume,
    )


def columns_of(claims: Sequence[LabelledClaim]) -> dict[str, list[Any]]:
    """Return what the trainer reads: two texts in the order in which the check gives them, labels.

    The order is that of natural-language inference, the evidence first.
    """
    return {
        "evidence": [claim.evidence for claim in claims],
        "claim": [claim.claim for claim in claims],
        "label": [LABELS.index(claim.label) for claim in claims],
    }


if __name__ == "__main__":
    sys.exit(main())

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

from training.claims import LABELS, LabelledClaim, labelled_claims
from training.running import (
    NO_DROPOUT,
    TrainingConfig,
    device,
    run,
    trainer_options,
    training_parser,
)
from vectorstore.encoders.models import embedded_model_path

CONFIG = Path(__file__).with_name("verifier.toml")


@dataclass(frozen=True, kw_only=True)
class VerifierConfig(TrainingConfig):
    """What `verifier.toml` holds. Claims are made of `papers_per_corpus` of the general ones."""

    papers_per_corpus: int


def main(arguments: Sequence[str] | None = None) -> int:
    """Train, and write the model."""
    parser = training_parser("training.verifier", __doc__, CONFIG)
    parser.add_argument("--base", type=Path, help="encoder to continue; the embedded one if none")
    chosen = parser.parse_args(arguments)
    config = VerifierConfig.read(chosen.config)
    claims = labelled_claims(
        chosen.data,
        seed=config.seed,
        held_out=chosen.held_out,
        papers_per_corpus=config.papers_per_corpus,
    )
    base = chosen.base or embedded_model_path()
    train(claims, config, base, chosen.out, resume=chosen.resume)
    return 0


def train(
    claims: dict[str, list[LabelledClaim]],
    config: VerifierConfig,
    base: Path,
    out: Path,
    *,
    resume: bool = False,
) -> None:
    """Write the model that was trained on the claims of each source to `out`/model."""
    from datasets import Dataset
    from sentence_transformers.cross_encoder import (
        CrossEncoder,
        CrossEncoderTrainer,
        CrossEncoderTrainingArguments,
    )
    from sentence_transformers.cross_encoder.losses import CrossEntropyLoss

    named = {
        "id2label": dict(enumerate(LABELS)),
        "label2id": {label: place for place, label in enumerate(LABELS)},
    }
    model = CrossEncoder(
        str(base),
        num_labels=len(LABELS),
        max_length=config.max_tokens,
        device=device(),
        config_kwargs={**NO_DROPOUT, **named},
    )
    chosen = [c for name, found in claims.items() for c in found * config.repeats.get(name, 1)]
    dataset = Dataset.from_dict(
        {
            "claim": [claim.claim for claim in chosen],
            "evidence": [claim.evidence for claim in chosen],
            "label": [LABELS.index(claim.label) for claim in chosen],
        }
    )
    trainer = CrossEncoderTrainer(
        model=model,
        args=CrossEncoderTrainingArguments(**trainer_options(config, out)),
        train_dataset=dataset.shuffle(seed=config.seed),
        loss=CrossEntropyLoss(model),
    )
    run(trainer, out, resume=resume)
    model.save_pretrained(str(out / "model"))


if __name__ == "__main__":
    sys.exit(main())

"""What the reranker and the verifier have in common: an encoder continued to read two texts."""

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from training.running import (
    NO_DROPOUT,
    TrainingConfig,
    device,
    run,
    trainer_options,
    training_parser,
)
from vectorstore.encoders.models import embedded_model_path


def cross_encoder_parser(
    prog: str, description: str | None, config: Path
) -> argparse.ArgumentParser:
    """Return the parser of a command that continues an encoder."""
    parser = training_parser(prog, description, config)
    parser.add_argument("--base", type=Path, help="encoder to continue; the embedded one if none")
    return parser


def train_cross_encoder(
    columns: dict[str, list[Any]],
    config: TrainingConfig,
    base: Path | None,
    out: Path,
    *,
    labels: Sequence[str],
    loss_of: Callable[[Any], Any],
    resume: bool,
) -> None:
    """Write an encoder, the embedded one by default, continued on `columns` to `out`/model.

    It has one output a label. `loss_of` gives the loss of a model, and says what columns it takes.
    """
    from datasets import Dataset
    from sentence_transformers.cross_encoder import (
        CrossEncoder,
        CrossEncoderTrainer,
        CrossEncoderTrainingArguments,
    )

    named = {
        "id2label": dict(enumerate(labels)),
        "label2id": {label: place for place, label in enumerate(labels)},
    }
    model = CrossEncoder(
        str(base or embedded_model_path()),
        num_labels=len(labels),
        max_length=config.max_tokens,
        device=device(),
        config_kwargs={**NO_DROPOUT, **named},
    )
    trainer = CrossEncoderTrainer(
        model=model,
        args=CrossEncoderTrainingArguments(**trainer_options(config, out)),
        train_dataset=Dataset.from_dict(columns).shuffle(seed=config.seed),
        loss=loss_of(model),
    )
    run(trainer, out, resume=resume)
    model.save_pretrained(str(out / "model"))

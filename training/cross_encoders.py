"""What the reranker and the verifier have in common: an encoder continued to read two texts."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from training.running import NO_DROPOUT, TrainingConfig, device, run, trainer_options


def train_cross_encoder(
    columns: dict[str, list[Any]],
    config: TrainingConfig,
    base: Path,
    out: Path,
    *,
    labels: Sequence[str],
    loss_of: Callable[[Any], Any],
    resume: bool,
) -> None:
    """Write the encoder at `base`, continued on the rows of `columns`, to `out`/model.

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
        str(base),
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

"""What the reranker and the verifier have in common: an encoder continued to read two texts."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from training.running import (
    NO_DROPOUT,
    TrainingConfig,
    data_sets,
    device,
    run,
    trainer_options,
)
from vectorstore.encoders.models import embedded_model_path

if TYPE_CHECKING:
    from datasets import DatasetDict

_LENGTH_STEP = 200  # characters of all texts of a row


def train_cross_encoder(
    columns: dict[str, list[Any]],
    config: TrainingConfig,
    base: Path | None,
    out: Path,
    *,
    labels: Sequence[str],
    attention: str,
    loss_of: Callable[[Any], Any],
    resume: bool,
) -> None:
    """Write an encoder, the embedded one by default, continued on `columns` to `out`/model.

    It gives a logit a label. `loss_of` gives the loss of a model, and says what columns it takes.
    `attention` is one of transformers' kinds: on two cores "eager" takes three quarters of the time
    of "sdpa" for texts of 100 word pieces, and half as much again for 170.
    """
    import torch
    from sentence_transformers.cross_encoder import (
        CrossEncoder,
        CrossEncoderTrainer,
        CrossEncoderTrainingArguments,
    )
    from sentence_transformers.sentence_transformer.training_args import MultiDatasetBatchSamplers

    named = {
        "id2label": dict(enumerate(labels)),
        "label2id": {label: place for place, label in enumerate(labels)},
    }
    model = CrossEncoder(
        str(base or embedded_model_path()),
        num_labels=len(labels),
        max_length=config.max_tokens,
        device=device(),
        activation_fn=torch.nn.Identity(),  # else one score would be squashed to a probability
        config_kwargs={**NO_DROPOUT, **named},
        model_kwargs={"attn_implementation": attention},
    )
    trainer = CrossEncoderTrainer(
        model=model,
        args=CrossEncoderTrainingArguments(
            multi_dataset_batch_sampler=MultiDatasetBatchSamplers.PROPORTIONAL,
            **trainer_options(config, out),
        ),
        train_dataset=by_length(columns, seed=config.seed),
        loss=loss_of(model),
    )
    run(trainer, out, resume=resume)
    model.save_pretrained(str(out / "model"))


def by_length(columns: dict[str, list[Any]], *, seed: int) -> "DatasetDict":
    """Return one data set a length, so that little of a batch is padding."""
    of_rows = zip(*columns.values(), strict=True)
    rows = (dict(zip(columns, values, strict=True)) for values in of_rows)
    return data_sets(rows, _length, seed=seed)


def _length(row: dict[str, Any]) -> int:
    return sum(map(_n_chars, row.values())) // _LENGTH_STEP


def _n_chars(value: Any) -> int:
    """Return the characters of a text or of a list of texts; a label has none."""
    if isinstance(value, str):
        return len(value)
    return sum(map(_n_chars, value)) if isinstance(value, list) else 0

"""MiniLM continued on abstracts, with a contrastive loss.

`python -m training.encoder --data DIR --out DIR [--config FILE] [--held-out FOLD] [--resume]`

The general sets give most batches, each of one topic, so that what is told apart is alike. The
model is written to DIR/model, checkpoints to DIR/checkpoints, the loss, a hundred times, to
DIR/curve.json. With `--held-out` a fold of the judged queries is not learnt from: measure on it.
"""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from training.pairs import Pair, encoder_pairs
from training.running import (
    NO_DROPOUT,
    TrainingConfig,
    device,
    run,
    trainer_options,
    training_parser,
)
from training.topics import by_topic
from vectorstore.encoders.models import embedded_model_path

if TYPE_CHECKING:
    from datasets import DatasetDict

CONFIG = Path(__file__).with_name("encoder.toml")
_PUBLISHED_MAX_TOKENS = 256  # of MiniLM


@dataclass(frozen=True, kw_only=True)
class EncoderConfig(TrainingConfig):
    """What `encoder.toml` holds. `dimensions`: of the whole vector and of shorter ones."""

    temperature: float
    dimensions: Sequence[int]
    pairs_per_topic: int


def main(arguments: Sequence[str] | None = None) -> int:
    """Train, and write the model."""
    chosen = training_parser("training.encoder", __doc__, CONFIG).parse_args(arguments)
    config = EncoderConfig.read(chosen.config)
    pairs = encoder_pairs(chosen.data, seed=config.seed, held_out=chosen.held_out)
    for name, of_set in pairs.items():
        sys.stderr.write(f"{name}: {len(of_set):,} pairs, {config.repeats.get(name, 1)} times\n")
    train(pairs, config, chosen.out, resume=chosen.resume)
    return 0


def train(
    pairs: dict[str, list[Pair]], config: EncoderConfig, out: Path, *, resume: bool = False
) -> None:
    """Write the model that was trained on the pairs of each set to `out`/model."""
    from sentence_transformers import (
        SentenceTransformer,
        SentenceTransformerTrainer,
        SentenceTransformerTrainingArguments,
    )
    from sentence_transformers.sentence_transformer.losses import (
        MatryoshkaLoss,
        MultipleNegativesRankingLoss,
    )
    from sentence_transformers.sentence_transformer.training_args import (
        BatchSamplers,
        MultiDatasetBatchSamplers,
    )

    model = SentenceTransformer(
        str(embedded_model_path()), device=device(), config_kwargs=NO_DROPOUT
    )
    model.max_seq_length = config.max_tokens
    contrastive = MultipleNegativesRankingLoss(model, scale=1 / config.temperature)
    trainer = SentenceTransformerTrainer(
        model=model,
        args=SentenceTransformerTrainingArguments(
            batch_sampler=BatchSamplers.NO_DUPLICATES,
            multi_dataset_batch_sampler=MultiDatasetBatchSamplers.PROPORTIONAL,
            **trainer_options(config, out),
        ),
        train_dataset=_dataset(pairs, config),
        loss=MatryoshkaLoss(model, contrastive, list(config.dimensions)),
    )
    run(trainer, out, resume=resume)
    model.max_seq_length = _PUBLISHED_MAX_TOKENS
    model.save(str(out / "model"))


def _dataset(pairs: dict[str, list[Pair]], config: EncoderConfig) -> "DatasetDict":
    """Return one data set a topic: a batch is of one data set."""
    from datasets import Dataset, DatasetDict

    def columns(chosen: Sequence[Pair]) -> dict[str, list[str]]:
        found = {
            "anchor": [pair.query for pair in chosen],
            "positive": [pair.passage for pair in chosen],
            "negative": [next(iter(pair.negatives), "") for pair in chosen],
        }
        return {name: texts for name, texts in found.items() if any(texts)}

    return DatasetDict(
        {
            f"{name} {topic}": Dataset.from_dict(columns(of_topic * config.repeats.get(name, 1)))
            for name, of_set in pairs.items()
            for topic, of_topic in by_topic(
                of_set, pairs_per_topic=config.pairs_per_topic, seed=config.seed
            )
        }
    )


if __name__ == "__main__":
    sys.exit(main())

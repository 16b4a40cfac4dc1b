"""MiniLM continued on abstracts, with a contrastive loss.

`python -m training.encoder --data DIR --out DIR [--config FILE] [--held-out FOLD] [--resume]`

The general sets give most batches, each of one set, so that what is told apart is of one field. The
model is written to DIR/model, checkpoints to DIR/checkpoints, the loss, a hundred times, to
DIR/curve.json. With `--held-out` a fold of the judged queries is not learnt from: measure on it.
"""

import argparse
import json
import sys
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from training.corpora import N_FOLDS
from training.pairs import Pair, encoder_pairs
from vectorstore.encoders.models import embedded_model_path

if TYPE_CHECKING:
    from datasets import DatasetDict
    from sentence_transformers import SentenceTransformerTrainer

CONFIG = Path(__file__).with_name("encoder.toml")
_N_CHECKPOINTS = 10


@dataclass(frozen=True, slots=True)
class EncoderConfig:
    """What `encoder.toml` holds. `repeats`: how often a set is gone through, once by default."""

    seed: int
    steps: int
    batch_size: int
    learning_rate: float
    warmup_share: float
    temperature: float
    dimensions: Sequence[int]
    max_tokens: int
    repeats: dict[str, int]

    @classmethod
    def read(cls, path: Path) -> "EncoderConfig":
        """Return the configuration in a TOML file. Raises TypeError where a setting is amiss."""
        return cls(**tomllib.loads(path.read_text(encoding="utf-8")))


def main(arguments: Sequence[str] | None = None) -> int:
    """Train, and write the model."""
    chosen = _parser().parse_args(arguments)
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
    trainer = _trainer(pairs, config, out)
    trainer.train(resume_from_checkpoint=resume)
    out.mkdir(parents=True, exist_ok=True)
    (out / "curve.json").write_text(json.dumps(trainer.state.log_history), encoding="utf-8")
    trainer.model.max_seq_length = 256  # what MiniLM was published with
    trainer.model.save(str(out / "model"))


def _trainer(
    pairs: dict[str, list[Pair]], config: EncoderConfig, out: Path
) -> "SentenceTransformerTrainer":
    import torch
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

    has_gpu = torch.cuda.is_available()
    model = SentenceTransformer(str(embedded_model_path()), device="cuda" if has_gpu else "cpu")
    model.max_seq_length = config.max_tokens
    contrastive = MultipleNegativesRankingLoss(model, scale=1 / config.temperature)
    options = SentenceTransformerTrainingArguments(
        output_dir=str(out / "checkpoints"),
        max_steps=config.steps,
        per_device_train_batch_size=config.batch_size,
        learning_rate=config.learning_rate,
        warmup_steps=round(config.warmup_share * config.steps),
        seed=config.seed,
        bf16=True,
        use_cpu=not has_gpu,
        batch_sampler=BatchSamplers.NO_DUPLICATES,
        multi_dataset_batch_sampler=MultiDatasetBatchSamplers.PROPORTIONAL,
        save_steps=-(-config.steps // _N_CHECKPOINTS),
        save_total_limit=1,
        logging_steps=max(1, config.steps // 100),
        report_to="none",
    )
    return SentenceTransformerTrainer(
        model=model,
        args=options,
        train_dataset=_dataset(pairs, config.repeats),
        loss=MatryoshkaLoss(model, contrastive, list(config.dimensions)),
    )


def _dataset(pairs: dict[str, list[Pair]], repeats: dict[str, int]) -> "DatasetDict":
    from datasets import Dataset, DatasetDict

    def columns(name: str) -> dict[str, Any]:
        of_set = pairs[name] * repeats.get(name, 1)
        return {
            "anchor": [pair.query for pair in of_set],
            "positive": [pair.passage for pair in of_set],
        }

    return DatasetDict({name: Dataset.from_dict(columns(name)) for name in pairs})


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="training.encoder", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="directory of the open corpora")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--config", type=Path, default=CONFIG)
    parser.add_argument("--held-out", type=int, choices=range(N_FOLDS), help="fold of queries")
    parser.add_argument("--resume", action="store_true", help="from the last checkpoint in --out")
    return parser


if __name__ == "__main__":
    sys.exit(main())

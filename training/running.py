"""What all trainings have in common: a configuration, options, checkpoints, a curve."""

import argparse
import json
import tomllib
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, TypeVar

from training.corpora import N_FOLDS

if TYPE_CHECKING:
    from datasets import DatasetDict

# With it a step on two cores takes 2.8 times as long in bf16 (64 texts of 192 word pieces): random
# numbers are dear, and attention is fused only without them.
NO_DROPOUT = {"hidden_dropout_prob": 0.0, "attention_probs_dropout_prob": 0.0}

T = TypeVar("T")

_N_CHECKPOINTS = 10
_N_LOGGED = 100


@dataclass(frozen=True, kw_only=True)
class TrainingConfig:
    """What each model's TOML file holds.

    `repeats`: how often a set is gone through while the others are once. `max_tokens`: of a text.
    """

    seed: int
    steps: int
    batch_size: int
    learning_rate: float
    warmup_share: float
    max_tokens: int
    repeats: dict[str, int]

    @classmethod
    def read(cls, path: Path) -> Self:
        """Return the configuration in a TOML file. Raises TypeError where a setting is amiss."""
        return cls(**tomllib.loads(path.read_text(encoding="utf-8")))


def training_parser(prog: str, description: str | None, config: Path) -> argparse.ArgumentParser:
    """Return the parser of a command that trains."""
    parser = argparse.ArgumentParser(prog=prog, description=description)
    parser.add_argument("--data", type=Path, required=True, help="directory of the open corpora")
    parser.add_argument("--out", type=Path, required=True, help="directory to write to")
    parser.add_argument("--config", type=Path, default=config)
    parser.add_argument("--held-out", type=int, choices=range(N_FOLDS), help="fold to leave out")
    parser.add_argument("--resume", action="store_true", help="go on from the last checkpoint")
    return parser


def continuing_parser(prog: str, description: str | None, config: Path) -> argparse.ArgumentParser:
    """Return the parser of a command that continues an encoder."""
    parser = training_parser(prog, description, config)
    parser.add_argument("--base", type=Path, help="encoder to continue; the embedded one if none")
    return parser


def repeated(sets: dict[str, list[T]], config: TrainingConfig) -> list[T]:
    """Return the rows of all sets, each set as often as the configuration says."""
    return [row for name, rows in sets.items() for row in rows * config.repeats.get(name, 1)]


def data_sets(
    rows: Iterable[dict[str, Any]], key_of: Callable[[dict[str, Any]], int], *, seed: int
) -> "DatasetDict":
    """Return one data set for all rows of one key, named by it: a batch is of one data set."""
    from datasets import Dataset, DatasetDict

    by_key: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        by_key[key_of(row)].append(row)
    in_order = sorted(by_key.items())
    return DatasetDict(
        {str(key): Dataset.from_list(same).shuffle(seed=seed) for key, same in in_order}
    )


def device() -> str:
    """Return where models are trained: on a GPU where there is one."""
    import torch

    return "cuda" if torch.cuda.is_available() else "cpu"


def trainer_options(config: TrainingConfig, out: Path) -> dict[str, Any]:
    """Return the arguments that both kinds of trainers of sentence-transformers take."""
    return {
        "output_dir": str(out / "checkpoints"),
        "max_steps": config.steps,
        "per_device_train_batch_size": config.batch_size,
        "learning_rate": config.learning_rate,
        "warmup_steps": round(config.warmup_share * config.steps),
        "seed": config.seed,
        "bf16": True,
        "use_cpu": device() == "cpu",
        "save_steps": -(-config.steps // _N_CHECKPOINTS),
        "save_total_limit": 1,
        "logging_steps": max(1, config.steps // _N_LOGGED),
        "report_to": "none",
    }


def run(trainer: Any, out: Path, *, resume: bool) -> None:
    """Train; the loss is then in `out`/curve.json."""
    trainer.train(resume_from_checkpoint=resume)
    out.mkdir(parents=True, exist_ok=True)
    (out / "curve.json").write_text(json.dumps(trainer.state.log_history), encoding="utf-8")

"""A reranker: which of the passages that were found answers a query best?

`python -m training.reranker --data DIR --out DIR [--base MODEL] [--config FILE] [--held-out FOLD]
[--resume]`

Continues an encoder (`--base`, the embedded one by default) as a cross-encoder with one score, by
the order of a passage that answers and of others that our own search finds beside it. The model is
written to DIR/model, checkpoints to DIR/checkpoints, the loss to DIR/curve.json.
"""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from training.cross_encoders import train_cross_encoder
from training.pairs import Pair, reranker_pairs
from training.running import TrainingConfig, continuing_parser, repeated
from vectorstore.cross_encoder import RELEVANCE

CONFIG = Path(__file__).with_name("reranker.toml")
_RELEVANT = 10.0  # ListNet takes the softmax of labels: nearly all of it is to be on the answer


@dataclass(frozen=True, kw_only=True)
class RerankerConfig(TrainingConfig):
    """What `reranker.toml` holds. A batch is of queries, each with `n_negatives` + 1 passages."""

    n_negatives: int
    papers_per_corpus: int


def main(arguments: Sequence[str] | None = None) -> int:
    """Train, and write the model."""
    parser = continuing_parser("training.reranker", __doc__, CONFIG)
    chosen = parser.parse_args(arguments)
    config = RerankerConfig.read(chosen.config)
    pairs = reranker_pairs(
        chosen.data,
        seed=config.seed,
        held_out=chosen.held_out,
        papers_per_corpus=config.papers_per_corpus,
        n_negatives=config.n_negatives,
    )
    train(pairs, config, chosen.base, chosen.out, resume=chosen.resume)
    return 0


def train(
    pairs: dict[str, list[Pair]],
    config: RerankerConfig,
    base: Path | None,
    out: Path,
    *,
    resume: bool = False,
) -> None:
    """Write the model that was trained on the pairs of each set to `out`/model."""
    from sentence_transformers.cross_encoder.losses import ListNetLoss

    chosen = repeated(pairs, config)
    columns: dict[str, list[Any]] = {
        "query": [pair.query for pair in chosen],
        "passages": [[pair.passage, *pair.negatives] for pair in chosen],
        "labels": [[_RELEVANT, *(0.0 for _ in pair.negatives)] for pair in chosen],
    }
    n_at_once = config.batch_size * (config.n_negatives + 1)
    train_cross_encoder(
        columns,
        config,
        base,
        out,
        labels=RELEVANCE,
        attention="sdpa",
        loss_of=lambda model: ListNetLoss(model, mini_batch_size=n_at_once),
        resume=resume,
    )


if __name__ == "__main__":
    sys.exit(main())

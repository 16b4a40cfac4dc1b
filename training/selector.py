"""A selector: which sentence of an abstract answers a question?

`python -m training.selector --data DIR --out DIR [--base MODEL] [--config FILE] [--held-out FOLD]
[--resume]`

Continues an encoder (`--base`, the embedded one by default) so that a question is nearer to the
sentence that answers it than to the others of its abstract. What other abstracts say is never held
against it: "how many took part?" is answered there too. The model is written to DIR/model,
checkpoints to DIR/checkpoints, the loss to DIR/curve.json.
"""

import random
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from training.running import (
    NO_DROPOUT,
    TrainingConfig,
    continuing_parser,
    data_sets,
    device,
    run,
    trainer_options,
)
from training.written import Written, read_written
from vectorstore.encoders.models import embedded_model_path

CONFIG = Path(__file__).with_name("selector.toml")


@dataclass(frozen=True, kw_only=True)
class SelectorConfig(TrainingConfig):
    """What `selector.toml` holds. `max_others`: sentences beside the one that answers."""

    temperature: float
    max_others: int


@dataclass(frozen=True, slots=True)
class Choice:
    """A question, a sentence that answers it, and others of the same abstract, which do not."""

    question: str
    sentence: str
    others: tuple[str, ...]


def main(arguments: Sequence[str] | None = None) -> int:
    """Train, and write the model."""
    parser = continuing_parser("training.selector", __doc__, CONFIG)
    chosen = parser.parse_args(arguments)
    config = SelectorConfig.read(chosen.config)
    rng = random.Random(config.seed)  # noqa: S311 (no secret)
    written = read_written(chosen.data, held_out=chosen.held_out)
    choices = [it for of in written for it in choices_of(of, rng, max_others=config.max_others)]
    train(choices, config, chosen.base, chosen.out, resume=chosen.resume)
    return 0


def choices_of(written: Written, rng: random.Random, *, max_others: int) -> Iterator[Choice]:
    """Yield each question that the abstract answers, where it says anything else."""
    for question, starts in written.row.answered:
        answering = written.places(starts)
        others = [text for n, text in enumerate(written.sentences) if n not in answering]
        if others:
            sentence = written.sentences[rng.choice(answering)]
            some = rng.sample(others, min(max_others, len(others)))
            yield Choice(question, sentence, tuple(some))


def train(
    choices: Sequence[Choice],
    config: SelectorConfig,
    base: Path | None,
    out: Path,
    *,
    resume: bool = False,
) -> None:
    """Write the model that was trained on the choices to `out`/model."""
    from sentence_transformers import (
        SentenceTransformer,
        SentenceTransformerTrainer,
        SentenceTransformerTrainingArguments,
    )
    from sentence_transformers.sentence_transformer.losses import DistillKLDivLoss
    from sentence_transformers.sentence_transformer.training_args import MultiDatasetBatchSamplers

    model = SentenceTransformer(
        str(base or embedded_model_path()), device=device(), config_kwargs=NO_DROPOUT
    )
    published_max_tokens = model.max_seq_length
    model.max_seq_length = config.max_tokens
    trainer = SentenceTransformerTrainer(
        model=model,
        args=SentenceTransformerTrainingArguments(
            multi_dataset_batch_sampler=MultiDatasetBatchSamplers.PROPORTIONAL,
            **trainer_options(config, out),
        ),
        train_dataset=data_sets(map(_row, choices), len, seed=config.seed),
        loss=DistillKLDivLoss(model, temperature=config.temperature),
    )
    run(trainer, out, resume=resume)
    model.max_seq_length = published_max_tokens
    model.save(str(out / "model"))


def _row(choice: Choice) -> dict[str, Any]:
    """Return what the loss reads; the label is before its softmax: all on what answers."""
    others = {f"other {n}": text for n, text in enumerate(choice.others, start=1)}
    label = [1.0] + [0.0] * len(others)
    return {"question": choice.question, "sentence": choice.sentence, **others, "label": label}


if __name__ == "__main__":
    sys.exit(main())

"""Makes an int8 model for CPUs out of a cross-encoder.

`python -m training.compiling --model DIR --out DIR`

The directory that it writes, a new one, may be named wherever a cross-encoder is: `--reranker`,
`--verifier`.
"""

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import numpy as np

from vectorstore.cross_encoder import labels_of
from vectorstore.encoders.compiled import MODEL_NAME, CompiledCrossEncoder, Description
from vectorstore.encoders.compiling import inputs_of, write_description, write_quantised
from vectorstore.readers import read_bundled_papers
from vectorstore.sentences import split_sentences

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder

MIN_EXPLAINED = 0.9  # share of the variance of the original's outputs
_INPUTS = ("input_ids", "attention_mask", "token_type_ids")


def main(arguments: Sequence[str] | None = None) -> int:
    """Compile."""
    parser = argparse.ArgumentParser(prog="training.compiling", description=__doc__)
    parser.add_argument("--model", type=Path, required=True, help="directory of the model")
    parser.add_argument("--out", type=Path, required=True, help="directory to write to")
    chosen = parser.parse_args(arguments)
    if chosen.out.exists():
        parser.error(f"{chosen.out} is there already")
    chosen.out.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=chosen.out.parent) as unfinished:
        made = Path(unfinished) / chosen.out.name
        made.mkdir()
        compile_cross_encoder(chosen.model, made)
        made.rename(chosen.out)
    return 0


def compile_cross_encoder(source: Path, directory: Path) -> None:
    """Write the compiled form of the cross-encoder at `source` into an existing, empty directory.

    It is one of BERT's kind, which is told which of the two texts each word is of.
    Raises ValueError where the compiled form would not stand for the original.
    """
    from sentence_transformers import CrossEncoder

    model = CrossEncoder(str(source), device="cpu")
    pairs = list(_calibration_pairs())
    labels = labels_of(model)
    description = Description(
        dimension=len(labels),
        max_tokens=model.max_seq_length,
        pad_token_id=model.tokenizer.pad_token_id,
        labels=labels,
    )
    write_description(description, model.tokenizer, directory)
    inputs = [
        inputs_of(pair, model.tokenizer, _INPUTS, max_tokens=model.max_seq_length) for pair in pairs
    ]
    write_quantised(_traceable(model), inputs, directory / MODEL_NAME)
    wanted = np.asarray(model.predict(pairs, show_progress_bar=False)).reshape(len(pairs), -1)
    found = CompiledCrossEncoder(source.name, directory).predict(pairs)
    explained = float(1 - ((found - wanted) ** 2).mean() / wanted.var(axis=0).mean())
    if not explained >= MIN_EXPLAINED:
        raise ValueError(f"it would explain {explained:.3f} of the original's outputs")


def _calibration_pairs() -> Iterator[tuple[str, str]]:
    """Yield short texts before and after long ones, of the same paper and of the next."""
    papers = read_bundled_papers().papers
    for paper, other in zip(papers, [*papers[1:], papers[0]], strict=True):
        sentences = [span.of(paper.abstract) for span in split_sentences(paper.abstract)]
        yield paper.title, paper.abstract
        yield paper.title, other.abstract
        yield " ".join(sentences[1:4]) or paper.title, sentences[0]
        yield sentences[-1], other.title


def _traceable(model: "CrossEncoder") -> Any:
    """Return the model as a function of tensors, with what is applied to its logits."""
    import torch

    reads: Any = model.model
    activation: Any = model.activation_fn

    class Traceable(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.reads = reads

        def forward(self, ids: torch.Tensor, mask: torch.Tensor, types: torch.Tensor) -> Any:
            return activation(self.reads(ids, attention_mask=mask, token_type_ids=types).logits)

    return Traceable()


if __name__ == "__main__":
    sys.exit(main())

"""The mean of a trained encoder and MiniLM, weight by weight.

`python -m training.mixing --trained DIR --share SHARE --out DIR`

What MiniLM knew of other kinds of text is kept (Wortsman et al., Robust fine-tuning of zero-shot
models, 2022).
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from vectorstore.encoders.models import embedded_model_path

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer


def main(arguments: Sequence[str] | None = None) -> int:
    """Mix, and write the model."""
    parser = argparse.ArgumentParser(prog="training.mixing", description=__doc__)
    parser.add_argument("--trained", type=Path, required=True, help="directory of the model")
    parser.add_argument("--share", type=float, required=True, help="of the trained one: 0 to 1")
    parser.add_argument("--out", type=Path, required=True, help="directory to write to")
    chosen = parser.parse_args(arguments)
    mixed(chosen.trained, chosen.share).save(str(chosen.out))
    return 0


def mixed(trained: Path, share: float) -> "SentenceTransformer":
    """Return a model whose weights are those of `trained` by `share`, else those of MiniLM."""
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(trained), device="cpu")
    weights = model.state_dict()
    published = SentenceTransformer(str(embedded_model_path()), device="cpu").state_dict()
    model.load_state_dict(
        {
            name: tensor.lerp(published[name], 1 - share) if tensor.is_floating_point() else tensor
            for name, tensor in weights.items()
        }
    )
    return model


if __name__ == "__main__":
    sys.exit(main())

"""Makes an int8 model for CPUs out of a sentence-transformers model, once.

Run as a process of its own, so that torch leaves no memory behind:

    python -m vectorstore.encoders.compiling MODEL DIRECTORY

Quantised after training by NNCF (SmoothQuant, Xiao et al., 2023; fast bias correction), calibrated
on the bundled abstracts.
"""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from vectorstore.chunking import chunk_abstract, text_to_embed
from vectorstore.encoders.compiled import (
    DESCRIPTION_NAME,
    MODEL_NAME,
    TOKENIZER_NAME,
    CompiledEncoder,
    Description,
)
from vectorstore.encoders.compiled_models import UNFIT, UNLUCKY
from vectorstore.encoders.inference import Inputs, import_openvino
from vectorstore.encoders.sentence_transformer import first_line, load_model, pooling_of
from vectorstore.readers import read_bundled_papers
from vectorstore.sentences import split_sentences

if TYPE_CHECKING:
    import torch
    from sentence_transformers import SentenceTransformer

MIN_SIMILARITY = 0.985  # mean cosine of compiled and original vectors; MiniLM reaches 0.997
_CALIBRATION_CHUNK_CHARS = 1_000
_INPUTS = ("input_ids", "attention_mask")


def compile_model(source: str, directory: Path) -> None:
    """Write the compiled form of the model at `source` into an existing, empty directory.

    Raises ValueError where it would not stand for the original, and what torch, OpenVINO and NNCF
    raise where a model cannot be traced or quantised.
    """
    model = load_model(source)
    texts = _calibration_texts()
    description = Description(
        dimension=model.get_embedding_dimension() or 0,
        pooling=pooling_of(model),
        max_tokens=model.max_seq_length or model.tokenizer.model_max_length,
        pad_token_id=model.tokenizer.pad_token_id,
    )
    write_description(description, model.tokenizer, directory)
    _write_quantised(model, texts, directory / MODEL_NAME)
    wanted = model.encode(texts, normalize_embeddings=True, convert_to_numpy=True)
    found = CompiledEncoder(source, directory).encode(texts)
    similarity = float(np.einsum("td,td->t", wanted, found).mean())
    if similarity < MIN_SIMILARITY:
        raise ValueError(f"its vectors would be only {similarity:.3f} similar to the original's")


def _calibration_texts() -> list[str]:
    """Return texts of the lengths that are encoded later: chunks, titles and sentences."""
    texts: list[str] = []
    for paper in read_bundled_papers().papers:
        chunks = chunk_abstract(paper, max_chars=_CALIBRATION_CHUNK_CHARS)
        texts.extend(text_to_embed(paper, chunk) for chunk in chunks)
        sentence = split_sentences(paper.abstract)[0]
        texts.extend((paper.title, paper.abstract[sentence.start : sentence.end]))
    return texts


def write_description(description: Description, tokenizer: Any, directory: Path) -> None:
    """Write what stands beside the compiled model: its tokenizer, and what it does not say."""
    tokenizer.backend_tokenizer.save(str(directory / TOKENIZER_NAME))
    (directory / DESCRIPTION_NAME).write_text(description.model_dump_json(), encoding="utf-8")


def inputs_of(
    text: str | tuple[str, str], tokenizer: Any, names: Sequence[str], *, max_tokens: int | None
) -> Inputs:
    """Return a text or a pair of texts as the arrays of these names, one row each."""
    features = tokenizer([text], truncation=True, max_length=max_tokens)
    return {name: np.array(features[name]) for name in names}


def _write_quantised(model: "SentenceTransformer", texts: Sequence[str], path: Path) -> None:
    import torch

    class Traceable(torch.nn.Module):
        """The whole model, pooling included, as a function of two tensors."""

        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
            features = {"input_ids": input_ids, "attention_mask": attention_mask}
            vectors: torch.Tensor = self.model(features)["sentence_embedding"]
            return vectors

    inputs = [
        inputs_of(text, model.tokenizer, _INPUTS, max_tokens=model.max_seq_length) for text in texts
    ]
    write_quantised(Traceable(), inputs, path)


def write_quantised(traceable: "torch.nn.Module", inputs: Sequence[Inputs], path: Path) -> None:
    """Write a model as OpenVINO's int8 form, calibrated on `inputs`, which name its arguments.

    Raises what torch, OpenVINO and NNCF do where it cannot be traced or quantised.
    """
    import torch

    openvino = import_openvino()
    import nncf

    example = (torch.ones((2, 16), dtype=torch.long),) * len(inputs[0])
    with torch.no_grad():
        traced = openvino.convert_model(traceable.eval(), example_input=example)
    for name, traced_input in zip(inputs[0], traced.inputs, strict=True):
        traced_input.get_tensor().set_names({name})
    quantised = nncf.quantize(
        traced,
        nncf.Dataset(list(inputs)),
        model_type=nncf.ModelType.TRANSFORMER,
        subset_size=len(inputs),
    )
    openvino.save_model(quantised, str(path), compress_to_fp16=False)


def main(arguments: Sequence[str]) -> int:
    """Compile; on failure say why in one line and return whether the model is to blame."""
    source, directory = arguments
    try:
        compile_model(source, Path(directory))
    except Exception as error:  # noqa: BLE001 (four libraries raise what they like)
        sys.stderr.write(f"{first_line(error)}\n")
        return UNLUCKY if _is_passing(error) else UNFIT
    return 0


def _is_passing(error: Exception) -> bool:
    """Return whether the machine is to blame, not the model; torch has no MemoryError."""
    return isinstance(error, MemoryError | OSError | ImportError) or "alloc" in str(error)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""What the plan for many abstracts stands on: each figure with where it is from."""

import sqlite3
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

from benchmarks.errors import BenchmarkError
from benchmarks.growth import part_of
from benchmarks.measuring import disk_mb

_MEASURE = "`benchmarks.scale_plan --library DIR`"
_SETTINGS = "`benchmarks.vectors`, Recall at size"
_GROWING = "`benchmarks.vectors --synthetic`, One million vectors"
_N_TEXTS = 1_000  # encoded to measure how long it takes
_WARM_UP = 64
_MOST_PIECES = 256  # that the encoder reads
# What it reads of a chunk: vectorstore.chunking.text_to_embed.
_TEXTS = """
SELECT title || char(10) || substr(abstract, start + 1, "end" - start)
FROM chunks JOIN papers USING (paper_row) WHERE chunk_row % ? = 0
"""


@dataclass(frozen=True)
class Input:
    """A figure that the plan stands on; `source` is a command, a publication or an assumption."""

    value: float
    what: str
    source: str


INPUTS = {
    "papers": Input(103_076, "papers of the library that was measured", _MEASURE),
    "chunks": Input(192_236, "chunks of them", _MEASURE),
    "catalogue_bytes": Input(451_375_104, "its catalogue, with float16 vectors", _MEASURE),
    "matrix_bytes": Input(299_952_064, "its file of vectors, float32", _MEASURE),
    "lexical_bytes": Input(212_044_805, "its lexical indexes (tantivy, terms)", _MEASURE),
    "chroma_bytes": Input(384_513_854, "its dense index on disk", _MEASURE),
    "encode_ms": Input(9.18, "CPU ms to encode a chunk, compiled to int8", _MEASURE),
    "pieces": Input(137, "word pieces of a chunk, mean", _MEASURE),
    "small_graph": Input(100_000, "vectors of a graph", _GROWING),
    "small_build_ms": Input(1.27, "CPU ms to add each of them", _GROWING),
    "small_search_ms": Input(3.67, "CPU ms of a search of it", _GROWING),
    "large_graph": Input(400_000, "vectors of a larger graph", _GROWING),
    "large_build_ms": Input(1.96, "CPU ms to add each of them", _GROWING),
    "large_search_ms": Input(4.38, "CPU ms of a search of it", _GROWING),
    "graph_bytes": Input(2_162, "bytes of memory a vector of a graph, float32", _SETTINGS),
    "gpu_sentences": Input(
        14_200, "sentences a second of all-MiniLM-L6-v2 on one V100", "published, sbert.net"
    ),
    "sentence_pieces": Input(25, "word pieces of such a sentence", "assumed"),
    "ray_factor": Input(
        1.0, "time of Ray to that of one process", "`benchmarks.engines`, Encoding by Ray"
    ),
    "encode_hours": Input(24, "hours that encoding may take", "chosen"),
    "machine_cores": Input(16, "cores of a machine", "chosen"),
    "machine_gb": Input(64, "its memory, GB", "chosen"),
    "graph_share": Input(0.75, "share of the memory for a graph", "chosen"),
    "machine_dollars": Input(0.80, "dollars an hour of it", "assumed, 2026-11-21, on demand"),
    "gpu_dollars": Input(3.00, "dollars an hour of a V100", "assumed, 2026-11-21, on demand"),
    "gb_month_dollars": Input(0.08, "dollars a GB and month of SSD", "assumed, 2026-11-21"),
}


def values_of(changes: Sequence[str]) -> dict[str, float]:
    """Return the inputs by name, with changes given as `NAME=VALUE`."""
    values = {name: known.value for name, known in INPUTS.items()}
    for change in changes:
        name, _, value = change.partition("=")
        if name not in values:
            raise BenchmarkError(f"No input {name!r}: --set takes one of {', '.join(values)}.")
        try:
            values[name] = float(value)
        except ValueError:
            raise BenchmarkError(f"{change!r} is not NAME=NUMBER, as in pieces=137.") from None
    return values


def measured(library: Path) -> dict[str, float]:
    """Return the inputs that this machine and a library give."""
    sizes = disk_mb(library, part_of)
    file = library / "catalogue.sqlite"
    if not file.is_file():
        raise BenchmarkError(f"No library at {str(library)!r}: give its directory by --library.")
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as catalogue:
        (papers,) = catalogue.execute("SELECT count(*) FROM papers").fetchone()
        (chunks,) = catalogue.execute("SELECT count(*) FROM chunks").fetchone()
        texts = [text for (text,) in catalogue.execute(_TEXTS, (max(1, chunks // _N_TEXTS),))]
    return {
        "papers": papers,
        "chunks": chunks,
        "catalogue_bytes": file.stat().st_size,
        "matrix_bytes": sizes["matrix"] * 1e6,
        "lexical_bytes": (sizes["tantivy"] + sizes["terms"]) * 1e6,
        "chroma_bytes": sizes["chroma"] * 1e6,
        "encode_ms": _encode_ms(texts),
        "pieces": _pieces(texts),
    }


def _encode_ms(texts: Sequence[str]) -> float:
    from assistant.build import build_encoder
    from assistant.settings import load_settings

    encoder = build_encoder(load_settings())
    encoder.encode(texts[:_WARM_UP])
    began = time.process_time()
    encoder.encode(texts)
    return (time.process_time() - began) / len(texts) * 1e3


def _pieces(texts: Sequence[str]) -> float:
    """Return how many word pieces a text has, of those that the embedded encoder reads."""
    from tokenizers import Tokenizer

    from vectorstore.encoders.models import embedded_model_path

    tokenizer = Tokenizer.from_file(str(embedded_model_path() / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(_MOST_PIECES)
    return fmean(len(tokenizer.encode(text).ids) for text in texts)

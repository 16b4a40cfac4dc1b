"""Shards: chunks with their vectors in Parquet files, handed from who encodes to who stores.

A file is named after the digest of what its vectors were made of: texts, and encoder. So a shard
that is there need not be made again, whoever made it. `docs/scale.md` describes the columns.
"""

import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

from vectorstore.chunking import Chunk
from vectorstore.encoders.encoder import Vectors
from vectorstore.errors import EngineError

_FORMAT = "1"
_FORMAT_KEY, _ENCODER_KEY = b"citewise.shard", b"citewise.encoder"


@dataclass(frozen=True, slots=True)
class Shard:
    """A file of `directory` that is there, or is to be made, with the vectors of some texts."""

    path: Path
    encoder: str

    @classmethod
    def of(cls, texts: Sequence[str], *, encoder: str, directory: Path) -> "Shard":
        """Return the shard of these texts; a file of that name holds nothing else."""
        digest = sha256(json.dumps([_FORMAT, encoder, *texts]).encode()).hexdigest()
        return cls(directory / f"{digest[:32]}.parquet", encoder)

    def write(self, chunks: Sequence[Chunk], vectors: Vectors) -> None:
        """Write the shard, all of it or nothing; vectors in half precision, as libraries do."""
        arrow = import_arrow()
        values = arrow.array(vectors.astype(np.float16).ravel())
        columns = {
            "paper_id": arrow.array([chunk.paper_id for chunk in chunks], arrow.string()),
            "position": arrow.array([chunk.position for chunk in chunks], arrow.int32()),
            "start": arrow.array([chunk.start for chunk in chunks], arrow.int32()),
            "end": arrow.array([chunk.end for chunk in chunks], arrow.int32()),
            "vector": arrow.FixedSizeListArray.from_arrays(values, vectors.shape[1]),
        }
        told = {_FORMAT_KEY: _FORMAT.encode(), _ENCODER_KEY: self.encoder.encode()}
        unfinished = self.path.with_name(f"{self.path.name}.{os.getpid()}.new")
        table = arrow.table(columns).replace_schema_metadata(told)
        arrow.parquet.write_table(table, unfinished, write_page_checksum=True)
        unfinished.replace(self.path)

    def read(self, chunks: Sequence[Chunk]) -> Vectors | None:
        """Return the vectors, float32, if the file holds those of just these chunks."""
        arrow = import_arrow()
        try:
            table = arrow.parquet.read_table(self.path, page_checksum_verification=True)
        except (OSError, arrow.ArrowException):  # not there, or damaged
            return None
        if (table.schema.metadata or {}).get(_FORMAT_KEY) != _FORMAT.encode():
            return None
        if table.drop_columns("vector").to_pylist() != [asdict(chunk) for chunk in chunks]:
            return None
        values = table.column("vector").combine_chunks().flatten().to_numpy(zero_copy_only=False)
        vectors: Vectors = values.reshape(len(chunks), -1).astype(np.float32)
        return vectors

    def remove(self) -> None:
        """Forget the shard, which is stored."""
        self.path.unlink(missing_ok=True)


def import_arrow() -> Any:
    """Return the module pyarrow, with pyarrow.parquet in it."""
    try:
        import_module("pyarrow.parquet")
        return import_module("pyarrow")
    except ImportError:
        raise EngineError(
            "Shards are Parquet files: install pyarrow, with pip install 'citewise[ray]'."
        ) from None

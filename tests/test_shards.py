"""Vectors handed over in Parquet files."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow.parquet
import pytest

from vectorstore.chunking import Chunk
from vectorstore.engines.shards import Shard

CHUNKS = [Chunk("a", 0, 0, 10), Chunk("a", 1, 10, 25), Chunk("ü", 0, 0, 7)]
TEXTS = ["one", "two", "three"]
VECTORS = np.random.default_rng(7).normal(size=(3, 8)).astype(np.float32)


@pytest.fixture
def shard(tmp_path: Path) -> Shard:
    found = Shard.of(TEXTS, encoder="hash", directory=tmp_path)
    found.write(CHUNKS, VECTORS)
    return found


def test_vectors_come_back_as_libraries_store_them(shard):
    found = shard.read(CHUNKS)
    assert found.dtype == np.float32
    assert np.array_equal(found, VECTORS.astype(np.float16).astype(np.float32))


def test_other_tools_read_what_is_documented(shard):
    table = pyarrow.parquet.read_table(shard.path)
    assert table.column_names == ["paper_id", "position", "start", "end", "vector"]
    assert table.column("paper_id").to_pylist() == ["a", "a", "ü"]
    assert table.column("end").to_pylist() == [10, 25, 7]
    assert str(table.schema.field("vector").type) == "fixed_size_list<element: halffloat>[8]"
    assert table.schema.metadata[b"citewise.encoder"] == b"hash"


@pytest.mark.parametrize(
    ("texts", "encoder"),
    [(["one", "two"], "hash"), (["one", "twothree"], "hash"), (TEXTS, "other")],
)
def test_what_was_made_of_other_texts_or_by_another_encoder_has_another_name(shard, texts, encoder):
    assert Shard.of(texts, encoder=encoder, directory=shard.path.parent) != shard


def test_a_shard_of_other_chunks_is_not_taken(shard):
    assert shard.read(CHUNKS[:2]) is None
    assert shard.read([*CHUNKS[:2], replace(CHUNKS[2], position=1)]) is None


@pytest.mark.parametrize("damage", [b"", b"PAR1", b"no Parquet at all"])
def test_a_damaged_shard_is_as_good_as_none(shard, damage):
    shard.path.write_bytes(damage)
    assert shard.read(CHUNKS) is None


def test_a_shard_cut_anywhere_is_noticed(shard):
    whole = shard.path.read_bytes()
    for at in range(0, len(whole), 97):
        shard.path.write_bytes(whole[:at])
        assert shard.read(CHUNKS) is None


def test_a_flipped_bit_of_a_vector_is_noticed(shard):
    whole = bytearray(shard.path.read_bytes())
    at = bytes(whole).index(VECTORS[1].astype(np.float16).tobytes()[:6])
    whole[at] ^= 1
    shard.path.write_bytes(whole)
    assert shard.read(CHUNKS) is None


def test_a_file_of_another_kind_is_as_good_as_none(shard):
    pyarrow.parquet.write_table(pyarrow.table({"title": ["a"]}), shard.path)
    assert shard.read(CHUNKS) is None


def test_what_is_stored_is_removed_and_may_be_gone_already(shard):
    shard.remove()
    shard.remove()
    assert list(shard.path.parent.iterdir()) == []

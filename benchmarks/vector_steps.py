"""The steps measured of searching vectors, each in a process of its own; they share a folder."""

import os
import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from functools import partial
from itertools import pairwise
from pathlib import Path
from statistics import fmean
from typing import TYPE_CHECKING, Any, cast

import numpy as np
from numpy.typing import NDArray

from benchmarks.data import read_queries
from benchmarks.errors import BenchmarkError
from benchmarks.measuring import disk_mb, latency_ms, peak_memory_mb, recall, timed
from benchmarks.synthetic_vectors import Rows, Vectors, neighbourhood, synthetic

if TYPE_CHECKING:
    from chromadb import Collection
    from chromadb.api.collection_configuration import CreateHNSWConfiguration

TOP_K = 10
_BATCH = 1_000  # as vectorstore.indexes.dense stores them
_BLOCK = 50_000  # vectors multiplied at a time
_SMALLEST = 1e-6  # of a scale: a dimension may be 0 in every vector
_WARM_UP = 20


def prepare(
    library: str, folder: str, sizes: Sequence[int], n_queries: int, questions: str | None
) -> dict[str, Any]:
    """Write vectors, queries and, for the first vectors of each size, those truly nearest.

    Queries are a chunk of each of some papers, which are left out whole, and questions if there
    are. Vectors are real ones in random order, and synthetic ones where there are no more.
    """
    randomness = np.random.default_rng(7)
    real, held_out = _split(Path(library), n_queries, randomness)
    queries = {"chunks": held_out}
    if questions:
        queries["questions"] = _encoded(list(read_queries(Path(questions)).values())[:n_queries])
    vectors = np.lib.format.open_memmap(
        Path(folder) / "vectors.npy", "w+", np.float32, (sizes[-1], real.shape[1])
    )
    n_real = min(sizes[-1], len(real))
    vectors[:n_real] = real[:n_real]
    for start, block in synthetic(real, sizes[-1] - n_real, randomness):
        vectors[n_real + start : n_real + start + len(block)] = block
    for name, of_kind in queries.items():
        np.save(Path(folder) / f"queries.{name}.npy", of_kind)
        for size, rows in _truly_nearest(vectors, of_kind, sizes):
            np.save(_truth(Path(folder), size, name), rows)
    return {"n_real": n_real}


def likeness(library: str, n_vectors: int, n_queries: int) -> dict[str, Any]:
    """Return how near the nearest are among real vectors, and among as many synthetic ones."""
    randomness = np.random.default_rng(7)
    real, held_out = _split(Path(library), n_queries, randomness)
    made = np.concatenate([block for _, block in synthetic(real, n_vectors, randomness)])
    return {
        "real": neighbourhood(real[:n_vectors], held_out),
        "synthetic": neighbourhood(made, held_out),
    }


def build(
    folder: str,
    directory: str,
    sizes: Sequence[int],
    settings: Mapping[str, int],
    limit_seconds: float,
) -> dict[str, Any]:
    """Add the vectors to a new collection and search it at each of the sizes.

    It ends at the first size reached after `limit_seconds`.
    """
    vectors = np.load(Path(folder) / "vectors.npy", mmap_mode="r")
    collection = _collection(directory, settings)
    started, began_cpu, searching = time.perf_counter(), time.process_time(), 0.0
    steps: list[dict[str, Any]] = []
    for start, end in pairwise((0, *sizes)):
        if time.perf_counter() - started > limit_seconds:
            break
        for row in range(start, end, _BATCH):
            ids = [str(number) for number in range(row, min(row + _BATCH, end))]
            collection.upsert(ids=ids, embeddings=np.array(vectors[row : row + len(ids)]))
        cpu_seconds = time.process_time() - began_cpu - searching
        found = _searched(collection, Path(folder), end)
        searching = time.process_time() - began_cpu - cpu_seconds
        steps.append({"size": end, "cpu_seconds": cpu_seconds, **found})
    return {"steps": steps, "disk_mb": disk_mb(Path(directory))["all"]}


def search(folder: str, directory: str, size: int, ef_search: int) -> dict[str, Any]:
    """Open a collection of `size` vectors and search it; `index_mb` is what it holds in memory."""
    collection = _collection(directory, None)
    collection.modify(configuration={"hnsw": {"ef_search": ef_search}})
    before = peak_memory_mb()
    first = np.load(Path(folder) / "queries.chunks.npy")[0]
    open_seconds, _ = timed(lambda: _nearest(collection, first))
    found = _searched(collection, Path(folder), size)
    return {"open_seconds": open_seconds, "index_mb": peak_memory_mb() - before, **found}


def quantised(folder: str, size: int, rescored: Sequence[int]) -> dict[str, Any]:
    """Return recall@10 where a few are found by short numbers, all compared, then by whole ones.

    int8 has a scale for each dimension, by its largest value, and is turned to floats here; binary
    is the sign, compared by the bits that differ, which takes `binary_cpu_ms` a query.
    """
    vectors = np.load(Path(folder) / "vectors.npy", mmap_mode="r")[:size]
    dimension = vectors.shape[1]
    queries = np.load(Path(folder) / "queries.chunks.npy")
    truth = np.load(_truth(Path(folder), size, "chunks"))
    scale = np.maximum(np.abs(vectors).max(axis=0), _SMALLEST) / 127
    halves = vectors.astype(np.float16).astype(np.float32)
    rounded = np.round(vectors / scale) * scale
    bits = _bits(vectors)
    ways: dict[str, tuple[int, Callable[[Vectors], NDArray[Any]]]] = {
        "float16": (2 * dimension, lambda query: halves @ query),
        "int8": (dimension, lambda query: rounded @ query),
        "binary": (dimension // 8, lambda query: -_differing(bits, _bits(query[np.newaxis])[0])),
    }
    found = {
        name: {"bytes": n_bytes, "recall": _recall_by_depth(compare, queries, truth, rescored)}
        for name, (n_bytes, compare) in ways.items()
    }
    began_cpu = time.process_time()
    for query in queries:
        ways["binary"][1](query)
    return {**found, "binary_cpu_ms": (time.process_time() - began_cpu) / len(queries) * 1e3}


def _recall_by_depth(
    compare: Callable[[Vectors], NDArray[Any]],
    queries: Vectors,
    truth: Rows,
    depths: Sequence[int],
) -> dict[int, float]:
    """Return the share of the true ten among the first few of each depth."""
    shares: dict[int, list[float]] = {depth: [] for depth in depths}
    for query, wanted in zip(queries, truth, strict=True):
        ranked = _first(compare(query), max(depths))
        for depth in depths:
            shares[depth].append(recall(ranked[:depth].tolist(), wanted.tolist()))
    return {depth: fmean(of_depth) for depth, of_depth in shares.items()}


def _first(similarities: NDArray[Any], depth: int) -> Rows:
    """Return the positions of the largest, largest first."""
    depth = min(depth, len(similarities))
    largest = np.argpartition(-similarities, depth - 1)[:depth]
    return np.asarray(largest[np.argsort(-similarities[largest], kind="stable")], dtype=np.int64)


def _bits(vectors: Vectors) -> NDArray[np.uint64]:
    return np.packbits(vectors > 0, axis=1).view(np.uint64)


def _differing(bits: NDArray[np.uint64], query: NDArray[np.uint64]) -> NDArray[np.int16]:
    return np.asarray(np.bitwise_count(bits ^ query).sum(axis=1), dtype=np.int16)


def _split(
    library: Path, n_queries: int, randomness: np.random.Generator
) -> tuple[Vectors, Vectors]:
    """Return a library's vectors in random order, and a chunk of each of some papers left out."""
    file = library / "catalogue.sqlite"
    if not file.is_file():
        raise BenchmarkError(f"No library at {str(library)!r}: give its directory by --library.")
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as catalogue:
        rows = catalogue.execute("SELECT paper_row, vector FROM chunks").fetchall()
    papers = np.array([paper_row for paper_row, _ in rows])
    stored = np.frombuffer(b"".join(vector for _, vector in rows), dtype=np.float16)
    vectors = stored.reshape(len(rows), -1).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    known, first_chunks = np.unique(papers, return_index=True)
    if len(known) <= n_queries:
        raise BenchmarkError(f"The library has {len(known)} papers. Hold out fewer by --queries.")
    held_out = randomness.choice(len(known), n_queries, replace=False)
    others = np.flatnonzero(~np.isin(papers, known[held_out]))
    return vectors[randomness.permutation(others)], vectors[first_chunks[held_out]]


def _encoded(questions: Sequence[str]) -> Vectors:
    from assistant.build import build_encoder
    from assistant.settings import load_settings

    return build_encoder(load_settings()).encode(questions)


def _truly_nearest(
    vectors: Vectors, queries: Vectors, sizes: Sequence[int]
) -> Iterator[tuple[int, Rows]]:
    """Yield, for the first vectors of each size, the ten nearest of each query, nearest first."""
    rows = np.zeros((len(queries), 0), dtype=np.int64)
    similarities = np.zeros((len(queries), 0), dtype=np.float32)
    for start, end in pairwise((0, *sizes)):
        for row in range(start, end, _BLOCK):
            block = vectors[row : min(row + _BLOCK, end)]
            similarities = np.hstack([similarities, queries @ block.T])
            new = np.broadcast_to(np.arange(row, row + len(block)), (len(queries), len(block)))
            rows = np.hstack([rows, new])
            order = np.argsort(-similarities, axis=1, kind="stable")[:, :TOP_K]
            similarities = np.take_along_axis(similarities, order, axis=1)
            rows = np.take_along_axis(rows, order, axis=1)
        yield end, rows


def _collection(directory: str, settings: Mapping[str, int] | None) -> "Collection":
    os.environ.setdefault("ANONYMIZED_TELEMETRY", "False")
    import chromadb
    from chromadb.config import Settings

    client = chromadb.PersistentClient(directory, settings=Settings(anonymized_telemetry=False))
    if settings is None:
        return client.get_collection("chunks", embedding_function=None)
    return client.create_collection(
        "chunks",
        configuration={"hnsw": cast("CreateHNSWConfiguration", {"space": "cosine", **settings})},
        embedding_function=None,
    )


def _nearest(collection: "Collection", query: Vectors) -> list[int]:
    found = collection.query(query_embeddings=query[np.newaxis], n_results=TOP_K, include=[])
    return [int(row) for row in found["ids"][0]]


def _searched(collection: "Collection", folder: Path, size: int) -> dict[str, Any]:
    """Return latency over all queries, one at a time, and recall@10 of each kind of them."""
    files = sorted(folder.glob("queries.*.npy"))
    for query in np.load(files[0])[:_WARM_UP]:
        _nearest(collection, query)
    seconds: list[float] = []
    shares = {}
    began_cpu = time.process_time()
    for file in files:
        name = file.suffixes[0].removeprefix(".")
        found = [timed(partial(_nearest, collection, query)) for query in np.load(file)]
        seconds += [took for took, _ in found]
        truth = np.load(_truth(folder, size, name))
        pairs = zip(found, truth.tolist(), strict=True)
        shares[name] = fmean(recall(rows, wanted) for (_, rows), wanted in pairs)
    cpu_ms = (time.process_time() - began_cpu) / len(seconds) * 1e3
    return {"recall": shares, "cpu_ms": cpu_ms, **latency_ms(seconds)}


def _truth(folder: Path, size: int, name: str) -> Path:
    return folder / f"nearest.{size}.{name}.npy"

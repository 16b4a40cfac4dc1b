"""Encoding by the workers of a Ray cluster; what one of them had done outlives it."""

import os
import socket
from collections import deque
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from vectorstore.chunking import Chunk
from vectorstore.encoders.encoder import Vectors
from vectorstore.encoders.local import EncoderSpec, LocalEncoder
from vectorstore.engines.engine import B
from vectorstore.engines.shards import Shard, import_arrow
from vectorstore.errors import EngineError, one_line

if TYPE_CHECKING:
    from types import TracebackType

_SHARDS_A_WORKER = 4  # on their way at a time: none waits for this process to store the one before
_CONNECT_SECONDS = 10.0
_SILENT = "Ray cluster {!r} does not answer"
_STORE_BYTES = 256 << 20  # of memory for what is sent to workers on this machine


class RayEngine:
    """Workers that encode one batch each, as a Ray task, and write it as a shard.

    A task whose worker is lost is done again by another one. Shards are removed once stored; those
    of a run that was interrupted are there for the next one. Use it in a `with` statement.
    """

    def __init__(
        self,
        encoder: EncoderSpec,
        shards: Path,
        *,
        address: str = "",
        n_workers: int | None = None,
    ) -> None:
        """Take a cluster's address, or start one on this machine that ends with the engine.

        `shards` is a directory that all workers see. Raises EngineError where Ray is not installed
        or does not start.
        """
        import_arrow()
        os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # nothing is reported to its makers
        if not address:  # a cluster of one machine listens on loopback only; told by the import
            os.environ.setdefault("RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER", "0")
        self._ray = _import_ray()
        self._encoder = encoder
        self._shards = shards
        self._connect(address, n_workers)
        resources = self._ray.cluster_resources()
        n_gpus = int(resources.get("GPU", 0)) if encoder.can_use_gpu else 0
        self.n_workers = n_workers or n_gpus or int(resources.get("CPU", 1))
        self._task = self._ray.remote(
            num_cpus=1,
            num_gpus=1 if n_gpus else 0,
            max_calls=0,  # a worker keeps its encoder, on a GPU too
            max_retries=-1,
        )(_write_shard)

    def encode(self, batches: Iterable[B]) -> Generator[tuple[B, Vectors], None, None]:
        """Yield each batch, in order, with one unit-length row a text.

        Raises EngineError when the cluster is lost, and what the encoder raises.
        """
        self._shards.mkdir(parents=True, exist_ok=True)
        waiting: deque[tuple[B, Shard, Any]] = deque()
        for batch in batches:
            waiting.append(self._submitted(batch))
            if len(waiting) > _SHARDS_A_WORKER * self.n_workers:
                yield from self._stored(*waiting.popleft())
        while waiting:
            yield from self._stored(*waiting.popleft())
        with suppress(OSError):  # another run's shards are in it
            self._shards.rmdir()

    def __enter__(self) -> "RayEngine":
        """Return the engine."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: "TracebackType | None",
    ) -> None:
        """Leave the cluster; end it, if it was started here."""
        self._ray.shutdown()

    def _connect(self, address: str, n_workers: int | None) -> None:
        if address:
            _check_answers(address)
        options: dict[str, Any] = {"address": address}
        if not address:
            options = {
                "address": "local",
                "num_cpus": n_workers,
                "include_dashboard": False,
                "object_store_memory": _STORE_BYTES,
            }
        try:
            self._ray.init(log_to_driver=False, configure_logging=False, **options)
        except Exception as error:  # ray raises what it likes
            what = _SILENT.format(address) if address else "Ray cannot start"
            raise EngineError(f"{what}: {one_line(error)}.") from error

    def _submitted(self, batch: B) -> tuple[B, Shard, Any]:
        shard = Shard.of(batch.texts, encoder=self._encoder.name, directory=self._shards)
        if not batch.texts or shard.read(batch.chunks) is not None:
            return batch, shard, None
        reference = self._task.remote(self._encoder, shard, batch.chunks, batch.texts)
        return batch, shard, reference

    def _stored(self, batch: B, shard: Shard, reference: Any) -> Iterator[tuple[B, Vectors]]:
        """Yield a batch when it is encoded; forget its shard when the next one is asked for."""
        if not batch.texts:
            yield batch, np.zeros((0, 0), np.float32)
            return
        if reference is not None:
            self._wait_for(reference)
        vectors = shard.read(batch.chunks)
        if vectors is None:
            raise EngineError(
                f"A worker wrote {str(shard.path)!r}, which is not here. --shards must name a"
                " directory that this machine and all workers share."
            )
        yield batch, vectors
        shard.remove()

    def _wait_for(self, reference: Any) -> None:
        try:
            self._ray.get(reference)
        except self._ray.exceptions.RayTaskError as error:
            raise error.cause from None
        except self._ray.exceptions.RayError as error:
            raise EngineError(f"The Ray cluster is lost: {one_line(error)}.") from error


def _check_answers(address: str) -> None:
    """Raise EngineError where nothing listens; Ray itself tries for minutes."""
    host, _, port = address.removeprefix("ray://").rpartition(":")
    try:
        socket.create_connection((host.strip("[]"), int(port)), _CONNECT_SECONDS).close()
    except (OSError, ValueError) as error:
        raise EngineError(
            f"{_SILENT.format(address)}: {error}. Give HOST:PORT of its head, or ray://HOST:PORT."
        ) from None


@cache
def _encoder_of(spec: EncoderSpec) -> LocalEncoder:
    """Return a worker's encoder, loaded once; it has one core for itself."""
    return spec.encoder(n_cores=1)


def _write_shard(
    spec: EncoderSpec, shard: Shard, chunks: Sequence[Chunk], texts: Sequence[str]
) -> None:
    """Encode a batch: what a worker does."""
    shard.write(chunks, _encoder_of(spec).encode(texts))


def _import_ray() -> Any:
    try:
        import ray
    except ImportError:
        raise EngineError("Ray is not installed. Install it: pip install 'citewise[ray]'") from None
    return ray

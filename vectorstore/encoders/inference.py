"""Runs a compiled model, as many batches at a time as the machine has cores."""

import sys
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vectorstore.cores import usable_cores
from vectorstore.encoders.encoder import Vectors

Inputs = Mapping[str, NDArray[np.int64]]


class InferencePool:
    """A model compiled for this CPU, and one request a core (of all usable ones, by default).

    `input_names` are those of the arrays that a batch consists of. Threads may share one.

    Each batch has one core for itself: two small batches side by side take half the time of the
    same two one after the other on both cores.
    """

    def __init__(self, model: Path, *, n_cores: int | None = None) -> None:
        n_cores = n_cores or usable_cores()
        options = {
            "NUM_STREAMS": n_cores,
            "INFERENCE_NUM_THREADS": n_cores,
            # Each process would count from the first core: two of one thread would share that.
            "ENABLE_CPU_PINNING": False,
        }
        compiled = import_openvino().Core().compile_model(str(model), "CPU", options)
        self.input_names = tuple(str(port.any_name) for port in compiled.inputs)
        self._free: SimpleQueue[Any] = SimpleQueue()
        for _ in range(n_cores):
            self._free.put(_used_once(compiled.create_infer_request()))

    def infer(self, batches: Iterable[Inputs]) -> Iterator[Vectors]:
        """Yield what the model makes of each batch, float32, in order."""
        running: deque[Any] = deque()
        try:
            for inputs in batches:
                # Who waits for a request must hold none: two who both did would wait for ever.
                while (request := self._take(wait=not running)) is None:
                    yield self._result_of(running.popleft())
                running.append(request)
                request.start_async(inputs)
            while running:
                yield self._result_of(running.popleft())
        finally:
            for request in running:
                request.wait()
                self._free.put(request)

    def _take(self, *, wait: bool) -> Any:
        try:
            return self._free.get(block=wait)
        except Empty:
            return None

    def _result_of(self, request: Any) -> Vectors:
        try:
            request.wait()
            return _output_of(request)
        finally:
            self._free.put(request)


def _used_once(request: Any) -> Any:
    """Return a request after a first inference.

    What openvino's Python layer makes at its first use it makes under a lock of C++. Two threads
    that came first together, one with that lock and one with Python's, waited for ever: 2 of 36
    fresh processes did.
    """
    ports = {port.any_name: port.partial_shape.rank.get_length() for port in request.model_inputs}
    request.start_async({name: np.ones([1] * rank, np.int64) for name, rank in ports.items()})
    request.wait()
    _output_of(request)
    return request


def _output_of(request: Any) -> Vectors:
    return np.array(request.get_output_tensor(0).data, dtype=np.float32)


def import_openvino() -> Any:
    """Return the module openvino, kept from reporting its use to its maker.

    It does so when imported, unless its package for that is missing.
    """
    sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]
    import openvino

    return openvino

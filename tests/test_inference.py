"""Running a compiled model on several cores."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path

import numpy as np
import pytest

from vectorstore.encoders.inference import InferencePool, Inputs, import_openvino

N_BATCHES = 200


@pytest.fixture(scope="module")
def pool(tmp_path_factory) -> InferencePool:
    """A model that doubles what it is given: what it makes of a batch tells which one it was."""
    openvino = import_openvino()
    values = openvino.op.Parameter(openvino.Type.i64, openvino.PartialShape([-1]))
    two = openvino.op.Constant(np.array([2], dtype=np.int64))
    doubled = openvino.opset13.multiply(values, two)
    values.get_output_tensor(0).set_names({"values"})
    path = tmp_path_factory.mktemp("model") / "model.xml"
    openvino.save_model(openvino.Model([doubled], [values]), str(path))
    return InferencePool(path)


def batch(first: int) -> Inputs:
    return {"values": np.arange(first, first + 5, dtype=np.int64)}


def firsts_of(pool: InferencePool, start: int) -> list[float]:
    found = pool.infer(batch(start + n) for n in range(N_BATCHES))
    return [float(vector[0]) for vector in found]


def test_results_come_in_the_order_of_the_batches(pool):
    assert firsts_of(pool, 7) == [2.0 * (7 + n) for n in range(N_BATCHES)]


CORES_OF_THREADS = """
import os, sys, threading
from contextlib import suppress
from pathlib import Path
from vectorstore import LocalEncoder

encoder = LocalEncoder(models=Path(sys.argv[1]))
encoder.dimension  # loads it: OpenVINO then binds threads for two milliseconds
working = threading.Thread(target=encoder.encode, args=(["What do owls hunt?"] * 500,))
working.start()
found = {tuple(os.sched_getaffinity(0))}
while working.is_alive():
    for task in os.listdir("/proc/self/task"):
        with suppress(OSError):  # it has ended
            found.add(tuple(os.sched_getaffinity(int(task))))
print(*found, sep="; ")
"""


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="threads are told by Linux only")
def test_no_thread_is_bound_to_a_core_that_another_process_may_be_bound_to(tmp_path: Path) -> None:
    """In a process of its own: what other tests left running here may load a model just then."""
    command = [sys.executable, "-c", CORES_OF_THREADS, tmp_path]
    found = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert found.strip() == str(tuple(os.sched_getaffinity(0)))


def test_many_threads_each_get_their_own(pool):
    starts = [1_000 * thread for thread in range(16)]
    with ThreadPoolExecutor(16) as threads:
        found = list(threads.map(lambda start: firsts_of(pool, start), starts))
    assert found == [[2.0 * (start + n) for n in range(N_BATCHES)] for start in starts]


def test_a_batch_the_model_refuses_is_an_error_and_the_next_ones_run(pool):
    wrong: Inputs = {"values": np.zeros((2, 2), dtype=np.int64)}
    for _ in range(20):
        with pytest.raises(RuntimeError):
            list(pool.infer([batch(1), wrong, batch(2)]))
    assert firsts_of(pool, 0)[:2] == [0.0, 2.0]


def test_who_stops_reading_leaves_the_requests_to_others(pool):
    for _ in range(20):
        found = pool.infer(batch(n) for n in range(N_BATCHES))
        assert len(list(islice(found, 3))) == 3
        found.close()
    assert len(firsts_of(pool, 0)) == N_BATCHES


FIRST_USE = """
import os, sys, threading
from pathlib import Path
from vectorstore import LocalEncoder

encoder = LocalEncoder(models=Path(sys.argv[1]))
encoder.dimension
together = threading.Barrier(8)

def ask():
    together.wait()
    encoder.encode(["What do owls hunt?"])

threads = [threading.Thread(target=ask, daemon=True) for _ in range(8)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join(60)
os._exit(any(thread.is_alive() for thread in threads))
"""


@pytest.mark.slow
def test_threads_that_come_first_together_are_all_answered(encoder_cache: Path) -> None:
    """One of twenty processes hung where two threads made the first inference at once."""
    for _ in range(8):
        assert subprocess.run([sys.executable, "-c", FIRST_USE, encoder_cache]).returncode == 0

"""Damaged input of every format: a report or an error each time; never a crash, a hang, a flood."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

SAMPLES = sorted((Path(__file__).parent / "data" / "readers").iterdir())
MAX_BYTES = 300_000_000  # of a process with all of Python and the libraries in it


def read_copies(n_copies: int, *samples: Path) -> dict[str, int]:
    """Read so many damaged copies of each sample in another process; return its figures."""
    script = Path(__file__).with_name("mutated_inputs.py")
    done = subprocess.run(
        [sys.executable, "-W", "error", str(script), str(n_copies), *map(str, samples)],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parents[1],
        timeout=290,
    )
    assert done.returncode == 0, done.stderr[-4_000:]
    return json.loads(done.stdout.splitlines()[-1])


def test_thirty_damaged_copies_of_each_sample_are_read_or_refused():
    figures = read_copies(30, *SAMPLES)
    assert figures["n_copies"] == 30 * len(SAMPLES)
    assert figures["n_papers"] > 0
    assert figures["n_rejected"] > 0
    assert figures["n_bytes"] < MAX_BYTES


@pytest.mark.slow
@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
def test_three_hundred_damaged_copies_are_read_or_refused_in_300_megabytes(sample):
    figures = read_copies(300, sample)
    assert figures["n_copies"] == 300
    assert figures["n_bytes"] < MAX_BYTES

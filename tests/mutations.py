"""Sources as readers are given them, whole and damaged."""

import io
import random
from collections.abc import Callable, Iterator
from pathlib import Path

from vectorstore.errors import ReadError
from vectorstore.paper import Paper
from vectorstore.readers.opened import Opened
from vectorstore.readers.reader import Reader, ReadOptions, Row
from vectorstore.readers.report import Reject

SAMPLES = Path(__file__).parent / "data" / "readers"


def opened(content: bytes | str, name: str = "source") -> Opened:
    return Opened(name, io.BytesIO(content.encode() if isinstance(content, str) else content))


def rows_of(reader: Reader, content: bytes | str, options: ReadOptions | None = None) -> list[Row]:
    return list(reader.read(opened(content), options or ReadOptions()))


def papers_of(reader: Reader, content: bytes | str) -> list[Paper]:
    """The papers of a source that must not have anything else."""
    rows = rows_of(reader, content)
    assert all(isinstance(row, Paper) for row in rows), rows
    return [row for row in rows if isinstance(row, Paper)]


def rejects_of(reader: Reader, content: bytes | str) -> list[Reject]:
    return [row for row in rows_of(reader, content) if isinstance(row, Reject)]


def mutations(sample: bytes, n: int, seed: int = 0) -> Iterator[bytes]:
    """Yield `n` damaged copies: bits flipped, pieces cut or doubled, other encodings."""
    chance = random.Random(seed)
    kinds = (_flipped, _cut, _without, _doubled, _with_noise, _in_another_encoding)
    for number in range(n):
        yield kinds[number % len(kinds)](sample, chance)


def check_survives(reader: Reader, sample: bytes, n: int = 120) -> None:
    """Assert that damage ends in whole papers, rejects, or one error, and in nothing else."""
    for mutation in mutations(sample, n):
        try:
            rows = rows_of(reader, mutation)
        except ReadError:
            continue
        for row in rows:
            assert isinstance(row, Paper | Reject)
            if isinstance(row, Paper):
                assert row.title
                assert row.abstract
                assert row.paper_id
                assert repr(row).encode()


Chance = random.Random
_Mutation = Callable[[bytes, Chance], bytes]


def _flipped(sample: bytes, chance: Chance) -> bytes:
    damaged = bytearray(sample)
    for _ in range(chance.choice((1, 3, 30))):
        damaged[chance.randrange(len(damaged))] ^= 1 << chance.randrange(8)
    return bytes(damaged)


def _cut(sample: bytes, chance: Chance) -> bytes:
    return sample[: chance.randrange(len(sample))]


def _without(sample: bytes, chance: Chance) -> bytes:
    start, end = _span(sample, chance)
    return sample[:start] + sample[end:]


def _doubled(sample: bytes, chance: Chance) -> bytes:
    start, end = _span(sample, chance)
    return sample[:end] + sample[start:]


def _with_noise(sample: bytes, chance: Chance) -> bytes:
    start, end = _span(sample, chance)
    return sample[:start] + chance.randbytes(end - start) + sample[end:]


def _in_another_encoding(sample: bytes, chance: Chance) -> bytes:
    text = sample.decode("utf-8", "replace")
    return text.encode(
        chance.choice(("utf-16", "utf-16-be", "utf-32", "cp1252", "cp037")), "replace"
    )


def _span(sample: bytes, chance: Chance) -> tuple[int, int]:
    start = chance.randrange(len(sample))
    return start, min(len(sample), start + chance.choice((1, 8, 200)))

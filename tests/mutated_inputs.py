"""Reads damaged copies of a sample, in a process of its own: `python mutated_inputs.py N SAMPLE...`

Every copy is a file that is read as `citewise add` reads it, by the format's own reader or by the
one that recognises it. What is no ReadError ends the process with a traceback that names the copy;
so does, with exit code 1, a copy that takes longer than `MAX_SECONDS`. The last line is a JSON
object with the number of copies, of papers and rejects, and the most memory held.
"""

import bz2
import faulthandler
import gzip
import io
import json
import lzma
import random
import sys
import tempfile
import warnings
import zipfile
from collections.abc import Callable
from functools import cache
from importlib import import_module
from pathlib import Path

from benchmarks.measuring import peak_memory_mb
from vectorstore.importing import ImportReport, Rows
from vectorstore.readers.formats import find_reader
from vectorstore.readers.reader import ReadOptions
from vectorstore.readers.sources import open_source

MAX_SECONDS = 60  # of a machine that has other things to do
LONG = 10_000_000
BOMB = "".join(
    ['<!DOCTYPE r [<!ENTITY a "' + "ha" * 50 + '">']
    + [f'<!ENTITY {b} "{f"&{a};" * 20}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True)]
    + ['<!ENTITY x SYSTEM "file:///etc/passwd">]>']
).encode()
LONG_PIECES = (
    b"a",
    b'"',
    b"{",
    b'{"a":',
    b"[[],",
    b"<a>",
    b"&amp;",
    b"\n",
    b",",
    b";",
    b" ",
    b"\\u00e9",
    "é".encode(),
    "😀".encode(),
    b"TI  - a\n",
    b"@misc{a,\n",
    b"\xff",
    b"\0",
)
NAMES = ("../../../etc/passwd", "/etc/passwd", "a\nb\x1b[31m.bib", "c:\\x.ris", "x" * 300, "..", "")

Mutation = Callable[[bytes, random.Random], bytes]


def flip_bits(data: bytes, dice: random.Random) -> bytes:
    damaged = bytearray(data)
    for _ in range(dice.choice((1, 3, 30))):
        damaged[dice.randrange(len(damaged))] ^= 1 << dice.randrange(8)
    return bytes(damaged)


def cut_end(data: bytes, dice: random.Random) -> bytes:
    return data[: dice.randrange(len(data))]


def cut_out(data: bytes, dice: random.Random) -> bytes:
    start, end = _slice(data, dice)
    return data[:start] + data[end:]


def repeat(data: bytes, dice: random.Random) -> bytes:
    start, end = _slice(data, dice)
    return data[:end] + data[start:end] * dice.choice((1, 2, 50)) + data[end:]


def shuffle(data: bytes, dice: random.Random) -> bytes:
    places = sorted(dice.randrange(len(data)) for _ in range(4))
    pieces = [data[a:b] for a, b in zip([0, *places], [*places, len(data)], strict=True)]
    dice.shuffle(pieces)
    return b"".join(pieces)


def insert_noise(data: bytes, dice: random.Random) -> bytes:
    return _insert(data, dice.randbytes(dice.choice((1, 10, 1_000))), dice)


def change_encoding(data: bytes, dice: random.Random) -> bytes:
    text = data.decode("utf-8", "replace")
    encodings = ("latin-1", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-8-sig", "cp1252")
    return text.encode(dice.choice(encodings), "replace")


def insert_long_line(data: bytes, dice: random.Random) -> bytes:
    piece = dice.choice(LONG_PIECES)
    return _insert(data, piece * (LONG // len(piece)), dice)


def insert_bomb(data: bytes, dice: random.Random) -> bytes:
    """Declare entities before the root, and use one in a place where text may be."""
    head, sign, rest = data.partition(b"?>")
    declared = head + sign + BOMB + rest if sign else BOMB + data
    texts = [n for n in range(len(declared)) if declared[n : n + 1] == b">" and n > len(BOMB)]
    at = dice.choice(texts) + 1 if texts else len(declared)
    return declared[:at] + dice.choice((b"&i;", b"&x;", b"&a;")) + declared[at:]


def pack(data: bytes, dice: random.Random) -> bytes:
    """Pack a damaged copy, and damage what was packed, each more often than not."""
    inner = dice.choice(SMALL)(data, dice) if dice.random() < 0.5 else data
    packed = dice.choice((gzip.compress, bz2.compress, lzma.compress, _zip(dice)))(inner)
    for _ in range(dice.choice((0, 0, 1, 2))):
        packed = dice.choice((gzip.compress, _zip(dice)))(packed)
    return (
        dice.choice((flip_bits, cut_end, repeat))(packed, dice) if dice.random() < 0.7 else packed
    )


def pack_bomb(data: bytes, dice: random.Random) -> bytes:
    """Return a sample, and after it a few kilobytes that expand to a hundred megabytes."""
    name = dice.choice(("gzip", "bz2", "lzma"))
    return import_module(name).compress(data) + _bomb(name, dice.choice((b"\n", b"a,")))


@cache
def _bomb(packer: str, filler: bytes) -> bytes:
    """Return many packed streams one behind the other, which is one packed file."""
    piece = import_module(packer).compress(filler * (10**7 // len(filler)))
    return piece * 10


SMALL: tuple[Mutation, ...] = (
    flip_bits,
    flip_bits,
    cut_end,
    cut_out,
    repeat,
    shuffle,
    insert_noise,
    change_encoding,
    insert_bomb,
)


def mutate(data: bytes, dice: random.Random) -> bytes:
    chance = dice.random()
    if chance < 0.01:
        return insert_long_line(data, dice)
    if chance < 0.013:
        return pack_bomb(data, dice)
    if chance < 0.2:
        return pack(data, dice)
    for _ in range(dice.choice((1, 1, 2, 4))):
        data = dice.choice(SMALL)(data, dice) or b"\n"
    return data


def main(n_copies: int, samples: list[Path]) -> None:
    report = ImportReport(keeps_ids=False)
    with tempfile.TemporaryDirectory() as directory:
        for sample in samples:
            data = sample.read_bytes()
            [opened] = open_source(str(sample))
            name = find_reader(opened).name
            for number in range(n_copies):
                _read(sample, data, number, name, Path(directory), report)
    most = int(peak_memory_mb() * 1e6)
    figures = {"n_papers": report.n_read, "n_rejected": report.n_rejected, "n_bytes": most}
    print(json.dumps({"n_copies": n_copies * len(samples), **figures}))  # noqa: T201


def _read(
    sample: Path, data: bytes, number: int, reader: str, directory: Path, report: ImportReport
) -> None:
    """Read a copy; what is told of each is forgotten, but for the counts."""
    dice = random.Random(f"{sample.name} {number}")
    path = directory / f"copy{sample.suffix if dice.random() < 0.8 else ''}"
    path.write_bytes(mutate(data, dice))
    options = ReadOptions(format=reader if dice.random() < 0.5 else "")
    faulthandler.dump_traceback_later(MAX_SECONDS, exit=True)
    try:
        for paper in Rows([str(path)], report, options):
            assert paper.title, paper
    except BaseException:
        sys.stderr.write(f"{sample.name}, copy {number}, --format {options.format!r}\n")
        raise
    faulthandler.cancel_dump_traceback_later()
    assert report.sources or report.errors or report.skipped, (sample, number)
    for noted in (report.sources, report.errors, report.skipped):
        noted.clear()


def _zip(dice: random.Random) -> Callable[[bytes], bytes]:
    def packed(data: bytes) -> bytes:
        buffer = io.BytesIO()
        with (
            warnings.catch_warnings(action="ignore"),  # of names that are there twice
            zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive,
        ):
            for _ in range(dice.choice((1, 3))):
                archive.writestr(zipfile.ZipInfo(dice.choice(NAMES)), data)
        return buffer.getvalue()

    return packed


def _slice(data: bytes, dice: random.Random) -> tuple[int, int]:
    start = dice.randrange(len(data))
    return start, min(len(data), start + dice.choice((1, 10, 100, 1_000)))


def _insert(data: bytes, piece: bytes, dice: random.Random) -> bytes:
    at = dice.randrange(len(data) + 1)
    return data[:at] + piece + data[at:]


if __name__ == "__main__":
    main(int(sys.argv[1]), [Path(name) for name in sys.argv[2:]])

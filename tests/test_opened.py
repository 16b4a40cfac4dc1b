"""A stream of bytes as text, lines and bytes."""

import io
import random

import pytest

from vectorstore import ReadError
from vectorstore.readers import opened as module
from vectorstore.readers.opened import HEAD_BYTES, MAX_LINE_BYTES, Opened


def opened(content: bytes, name: str = "x.txt") -> Opened:
    return Opened(name, io.BytesIO(content))


def lines(content: bytes) -> list[tuple[int, str, str]]:
    return [(line.number, line.text, line.problem) for line in opened(content).lines()]


class Trickle(io.RawIOBase):
    """A pipe that gives a few bytes at a time, and cannot be rewound."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    def readable(self) -> bool:
        return True

    def readinto(self, buffer) -> int:
        taken = self._content[: min(len(buffer), random.Random(0).randint(1, 999))]
        self._content = self._content[len(taken) :]
        buffer[: len(taken)] = taken
        return len(taken)


@pytest.mark.parametrize("n_bytes", [0, 1, HEAD_BYTES - 1, HEAD_BYTES, HEAD_BYTES + 1, 300_000])
def test_what_was_looked_at_first_is_read_again_however_the_stream_comes(n_bytes):
    content = random.Random(n_bytes).randbytes(n_bytes)
    assert opened(content).whole() == content
    assert Opened("pipe", Trickle(content)).whole() == content
    with Opened("pipe", Trickle(content)).seekable() as stream:
        stream.seek(n_bytes // 2)
        assert stream.read() == content[n_bytes // 2 :]


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le-bom", "utf-16-be-bom", "cp1252"]
)
def test_text_is_read_in_the_encoding_it_is_written_in(encoding):
    text = "Käuzchen – “owls”\n" * 9_000
    if encoding.endswith("-bom"):
        content = ("\ufeff" + text).encode(encoding.removesuffix("-bom"))
    else:
        content = text.encode(encoding)
    assert {line.text for line in opened(content).lines()} == {"Käuzchen – “owls”"}
    assert opened(content).beginning.startswith("Käuzchen – “owls”\nK")
    assert opened(content).text().removeprefix("\ufeff") == text


def test_a_bad_byte_makes_no_other_encoding_but_a_line_with_a_problem():
    content = "Käuzchen\n".encode() * 3 + b"K\xe4uzchen\n" + "Käuzchen\n".encode()
    assert lines(content)[2:] == [
        (3, "Käuzchen", ""),
        (4, "", "not UTF-8 text (byte 2 of the line)"),
        (5, "Käuzchen", ""),
    ]


def test_a_line_in_utf_8_is_read_as_such_in_a_file_of_another_encoding():
    content = b"K\xe4uzchen\n" * 3 + "Käuzchen\n".encode()
    assert {text for _, text, _ in lines(content)} == {"Käuzchen"}


def test_a_line_beyond_the_limit_is_a_problem_and_the_next_is_read(monkeypatch):
    assert MAX_LINE_BYTES >= 1 << 20
    monkeypatch.setattr(module, "MAX_LINE_BYTES", 1 << 20)
    found = lines(b"one\n" + b"x" * 3_000_000 + b"\nthree\n" + b"y" * 1_048_575 + b"\n")
    assert found[:3] == [(1, "one", ""), (2, "", "longer than 1 MiB"), (3, "three", "")]
    assert len(found[3][1]) == 1_048_575
    assert lines(("x" * 3_000_000 + "\nzwei").encode("utf-16"))[1] == (2, "zwei", "")


def test_windows_line_ends_are_no_part_of_a_line():
    assert [text for _, text, _ in lines(b"one\r\ntwo\r\n\r\nfour")] == ["one", "two", "", "four"]


def test_numbers_of_lines_are_right_behind_very_many_empty_ones():
    found = lines(b"one\n" + b"\n" * 500_000 + b"\r\n" * 500_000 + b"last\n")
    assert found[-1] == (1_000_002, "last", "")
    assert len(found) < 1_000


def test_a_whole_that_is_too_large_is_an_error_that_names_it_and_the_limit():
    assert opened(b"x" * 1_048_576).text(1 << 20)
    with pytest.raises(ReadError, match=r"'x\.txt' is larger than 1 MiB"):
        opened(b"x" * 1_048_577).text(1 << 20)


@pytest.mark.parametrize(
    ("name", "suffix"),
    [("a.BIB", ".bib"), ("a.bib.gz", ".bib"), ("z.zip/a.ris.xz", ".ris"), ("a", ""), ("a.gz", "")],
)
def test_the_suffix_is_that_of_what_is_packed(name, suffix):
    assert opened(b"", name).suffix == suffix

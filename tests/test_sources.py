"""What a person names becomes streams: files, directories, patterns, archives, pipes, URLs."""

import bz2
import gzip
import http.server
import io
import lzma
import os
import sys
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from vectorstore import ReadError
from vectorstore.readers import unpacking
from vectorstore.readers.sources import Sources, open_source
from vectorstore.readers.unpacking import NotOpened, printable

TEXT = b"some text\n"
PACKERS = {"gz": gzip.compress, "xz": lzma.compress, "bz2": bz2.compress}


def streams(*names: object) -> dict[str, bytes | str]:
    """Return of each stream its content, or the reason why it was not opened."""
    return {
        found.name: found.reason if isinstance(found, NotOpened) else found.whole()
        for _, streams in Sources([str(name) for name in names])
        for found in streams
    }


def errors(name: object) -> list[str]:
    return [
        found.reason
        for _, streams in Sources([str(name)])
        for found in streams
        if isinstance(found, NotOpened) and found.is_error
    ]


def make_zip(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


# Files, directories, patterns


def test_files_are_read_in_the_order_of_their_names_on_the_command_line_each_once(tmp_path):
    (tmp_path / "b").write_bytes(b"b")
    (tmp_path / "a").write_bytes(b"a")
    names = [f"{tmp_path}/b", f"{tmp_path}/a"]
    assert list(streams(*names, names[0]).items()) == [(names[0], b"b"), (names[1], b"a")]


def test_a_directory_is_read_with_all_below_it_in_order(tmp_path):
    for name in ("z.txt", "b/2.txt", "b/1.txt", "a.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(TEXT)
    found = [name.removeprefix(f"{tmp_path}/") for name in streams(tmp_path)]
    assert found == ["a.txt", "z.txt", "b/1.txt", "b/2.txt"]


def test_hidden_and_foreign_files_of_a_directory_are_passed_over_with_a_note(tmp_path):
    for name in (".hidden", "paper.pdf", "x.tar.gz", "notes.txt", ".git/config"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(TEXT)
    os.mkfifo(tmp_path / "pipe")
    assert {Path(name).name: what for name, what in streams(tmp_path).items()} == {
        ".hidden": "hidden",
        "paper.pdf": "a .pdf file",
        "x.tar.gz": "a .tar file",
        "notes.txt": TEXT,
        "pipe": "no regular file",
    }
    assert errors(tmp_path) == []
    assert streams(tmp_path / "paper.pdf") == {str(tmp_path / "paper.pdf"): TEXT}  # named


def test_a_link_in_a_directory_that_leads_back_is_not_followed(tmp_path):
    (tmp_path / "a.txt").write_bytes(TEXT)
    (tmp_path / "again").symlink_to(tmp_path)
    assert len(streams(tmp_path)) == 1


def test_a_pattern_stands_for_the_files_that_fit_it_in_order(tmp_path):
    for name in ("2.bib", "1.bib", "x.ris", "deep/3.bib"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(TEXT)
    assert [Path(name).name for name in streams(tmp_path / "*.bib")] == ["1.bib", "2.bib"]
    assert len(streams(tmp_path / "**" / "*.bib")) == 3
    assert errors(tmp_path / "*.nbib") == [f"No file matches {str(tmp_path / '*.nbib')!r}."]


def test_a_file_whose_name_looks_like_a_pattern_is_itself(tmp_path):
    (tmp_path / "a[1].bib").write_bytes(TEXT)
    assert streams(tmp_path / "a[1].bib") == {str(tmp_path / "a[1].bib"): TEXT}


@pytest.mark.parametrize("name", ["x" * 5_000, "a\0b"])
def test_a_name_that_no_file_can_have_is_an_error(name):
    assert errors(name)[0].startswith("Cannot read ")


def test_a_file_that_cannot_be_opened_does_not_keep_others_from_being_read(tmp_path):
    (tmp_path / "a").write_bytes(TEXT)
    found = streams(tmp_path / "gone", tmp_path / "a")
    assert list(found.values()) == [f"No such file: {str(tmp_path / 'gone')!r}.", TEXT]


def test_how_much_was_read_is_known_for_files_and_not_for_pipes(tmp_path):
    for name in ("a", "b"):
        (tmp_path / name).write_bytes(b"x" * 1_000_000)
    sources = Sources([str(tmp_path)])
    shares = []
    for _, found in sources:
        for stream in found:
            stream.whole()
            shares.append(sources.share_read())
    assert shares == [0.5, 1.0]
    assert Sources(["-"]).share_read() is None


# Packed


@pytest.mark.parametrize("packer", PACKERS)
@pytest.mark.parametrize("name", ["x.bib", "x.bib.packed"])
def test_a_packed_file_is_told_by_its_content(tmp_path, packer, name):
    (tmp_path / name).write_bytes(PACKERS[packer](TEXT) + PACKERS[packer](b"more"))
    assert list(streams(tmp_path / name).values()) == [TEXT + b"more"]


def test_the_members_of_an_archive_are_read_packed_ones_too(tmp_path):
    path = make_zip(
        tmp_path / "z.zip",
        {"a.bib": TEXT, "d/": b"", "d/b.ris.gz": gzip.compress(TEXT), "__MACOSX/x": b"", ".x": b""},
    )
    assert streams(path) == {
        f"{path}/a.bib": TEXT,
        f"{path}/d/b.ris.gz": TEXT,
        f"{path}/__MACOSX/x": "hidden",
        f"{path}/.x": "hidden",
    }
    [first, *_] = open_source(str(path))
    assert first.is_found


def test_three_layers_are_refused(tmp_path):
    twice = gzip.compress(gzip.compress(TEXT))
    (tmp_path / "x").write_bytes(twice)
    assert list(streams(tmp_path / "x").values()) == [TEXT]
    (tmp_path / "x").write_bytes(gzip.compress(twice))
    assert errors(tmp_path / "x") == [f"{str(tmp_path / 'x')!r} is packed more than twice."]


@pytest.mark.parametrize("packer", PACKERS)
def test_a_packed_file_that_is_cut_is_an_error_when_its_end_is_reached(tmp_path, packer):
    lines = b"".join(b"%d\n" % n for n in range(300_000))
    (tmp_path / "x").write_bytes(PACKERS[packer](lines)[:-1_000])
    streams = open_source(str(tmp_path / "x"))
    stream = next(streams)
    lines_before = []
    with pytest.raises(ReadError, match="is damaged: "):
        lines_before.extend(stream.lines())
    assert len(lines_before) > 1_000


def test_an_encrypted_member_is_a_clear_error_and_the_others_are_read(tmp_path):
    path = make_zip(tmp_path / "z.zip", {"a.bib": TEXT, "b.bib": TEXT})
    packed = bytearray(path.read_bytes())
    for sign, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        packed[packed.find(sign) + offset] |= 1
    path.write_bytes(packed)
    assert errors(path) == [f"{str(path / 'a.bib')!r} is encrypted. Unpack it first."]
    assert streams(path)[f"{path}/b.bib"] == TEXT


def test_a_damaged_archive_in_an_archive_does_not_keep_others_from_being_read(tmp_path):
    inner = make_zip(tmp_path / "inner.zip", {"a.bib": TEXT}).read_bytes()
    path = tmp_path / "outer.zip"
    with zipfile.ZipFile(path, "w") as archive:  # not packed, so that the damage can be placed
        archive.writestr("inner.zip", inner * 5_000)
        archive.writestr("b.bib", TEXT)
    damaged = bytearray(path.read_bytes())
    damaged[400_000] ^= 1
    path.write_bytes(damaged)
    [error] = errors(path)
    assert "Bad CRC-32" in error
    assert streams(path)[f"{path}/b.bib"] == TEXT


def test_names_of_members_are_safe_to_show_whatever_they_are(tmp_path):
    path = make_zip(tmp_path / "z.zip", {"../../etc/pass\nwd\x1b[31m\u202e": TEXT, "/abs": TEXT})
    assert streams(path) == {
        f"{path}/../../etc/pass?wd?[31m?": TEXT,
        f"{path}//abs": TEXT,
    }
    assert printable("owls\udcff") == "owls?"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("packer", ["gz", "xz", "bz2", "zip"])
def test_what_expands_beyond_reason_is_an_error_that_names_the_limits(
    tmp_path, packer, monkeypatch
):
    monkeypatch.setattr(unpacking, "FREE_BYTES", 1 << 20)
    bomb = b"\0" * 30_000_000
    path = tmp_path / "bomb"
    if packer == "zip":
        make_zip(path, {"x": bomb})
    else:
        path.write_bytes(PACKERS[packer](bomb))
    streams = open_source(str(path))
    stream = next(streams)
    with pytest.raises(ReadError, match="unpacks to more than 1 MiB and 200 times its size"):
        stream.whole(1 << 30)


def test_the_members_of_an_archive_share_its_allowance(tmp_path, monkeypatch):
    monkeypatch.setattr(unpacking, "FREE_BYTES", 1 << 20)
    monkeypatch.setattr(unpacking, "MAX_RATIO", 20)
    path = make_zip(tmp_path / "z.zip", {str(n): b"\0" * 500_000 for n in range(20)})
    sizes = []
    with pytest.raises(ReadError, match="unpacks to more than"):
        sizes.extend(len(stream.whole()) for stream in open_source(str(path)))
    assert 1 < len(sizes) < 20


def test_layers_share_an_allowance(tmp_path, monkeypatch):
    monkeypatch.setattr(unpacking, "FREE_BYTES", 1 << 20)
    (tmp_path / "x").write_bytes(gzip.compress(gzip.compress(b"\0" * 50_000_000)))
    streams = open_source(str(tmp_path / "x"))
    stream = next(streams)
    with pytest.raises(ReadError, match="unpacks to more than"):
        stream.whole(1 << 30)


# Pipes


def test_standard_input_is_a_source_packed_or_not(monkeypatch):
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("a.bib", TEXT)
    for content, name in ((TEXT, ""), (gzip.compress(TEXT), ""), (archive.getvalue(), "/a.bib")):
        reading, writing = os.pipe()
        with os.fdopen(writing, "wb") as pipe:
            pipe.write(content)
        with os.fdopen(reading, "r") as stdin:
            monkeypatch.setattr(sys, "stdin", stdin)
            assert streams("-") == {f"standard input{name}": TEXT}


# URLs


@pytest.fixture
def site(tmp_path: Path) -> Iterator[str]:
    """Serve `tmp_path` on loopback; /cut promises more than it gives."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def __init__(self, *args):
            super().__init__(*args, directory=tmp_path)

        def do_GET(self):
            if self.path != "/cut":
                return super().do_GET()
            self.send_response(200)
            self.send_header("Content-Length", "1000000")
            self.end_headers()
            self.wfile.write(TEXT * 20_000)
            return None

        def log_message(self, *args):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Quiet)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_url_is_a_source_packed_or_not(site, tmp_path):
    (tmp_path / "x.bib").write_bytes(TEXT * 50_000)
    (tmp_path / "x.bib.gz").write_bytes(gzip.compress(TEXT))
    make_zip(tmp_path / "z.zip", {"a.bib": TEXT})
    assert streams(f"{site}/x.bib") == {f"{site}/x.bib": TEXT * 50_000}
    assert streams(f"{site}/x.bib.gz", f"{site}/z.zip") == {
        f"{site}/x.bib.gz": TEXT,
        f"{site}/z.zip/a.bib": TEXT,
    }


def test_an_answer_that_breaks_off_is_an_error_after_what_came(site):
    streams = open_source(f"{site}/cut")
    stream = next(streams)
    lines = []
    with pytest.raises(ReadError, match=f"Cannot download '{site}/cut'"):
        lines.extend(stream.lines())
    assert len(lines) > 1_000

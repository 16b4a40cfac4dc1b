"""Telling what a source is, and reading any of them."""

import http.server
import io
import json
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytest_socket import SocketConnectBlockedError

from vectorstore import Paper, ReadError, Reject, read_bundled_papers, read_source, read_text
from vectorstore.readers import formats, sources
from vectorstore.readers.formats import find_reader, named_reader, read
from vectorstore.readers.opened import Opened
from vectorstore.readers.reader import ReadOptions
from vectorstore.readers.storable import what_cannot_be_stored
from vectorstore.readers.table import READERS, reader_names
from vectorstore.readers.third_party import third_party_readers

ROW = '{"id": "p1", "title": "A Title", "abstract": "An abstract."}\n'


@pytest.fixture
def page(tmp_path: Path) -> Path:
    bundled = Path(formats.__file__).parents[1] / "data" / formats.BUNDLED_PAGE
    copy = tmp_path / "saved page.txt"
    copy.write_bytes(bundled.read_bytes())
    return copy


@pytest.fixture
def site(tmp_path: Path) -> Iterator[str]:
    """Serve `tmp_path` on loopback."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def __init__(self, *args):
            super().__init__(*args, directory=tmp_path)

        def log_message(self, *args):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Quiet)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_page_and_json_lines_are_told_apart_by_their_content(page, tmp_path):
    rows = tmp_path / "also.txt"
    rows.write_text(ROW)
    assert len(read_source(str(page)).papers) == 43
    assert read_source(str(rows)).papers[0].paper_id == "p1"


def test_the_report_names_the_source_that_was_asked_for(page):
    assert read_source(str(page)).source == str(page)


def test_the_page_year_reaches_the_reader(page):
    assert max(paper.year for paper in read_source(str(page), page_year=2040).papers) == 2040


def test_a_byte_order_mark_changes_nothing(page):
    page.write_bytes(b"\xef\xbb\xbf" + page.read_bytes())
    assert read_source(str(page)).papers == read_bundled_papers().papers


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "no format that Citewise reads. Expected .*jsonl.*; --format NAME"),
        (b"\n \n", "no format that Citewise reads"),
        (b"A letter to my mother, of no interest.\n", "Expected .*hf-daily-papers"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "is a binary file of no format that"),
        (b"Caf\xe9, the first line in Latin-1", "no format that Citewise reads"),
        (b'{"title": ""}\n', "holds no whole paper. Expected JSON lines .* line 1: no title"),
        (b"  \xe2\x80\xa2 5 authors\n", "holds no whole paper. Expected a Hugging Face"),
    ],
)
def test_a_file_that_holds_no_paper_is_an_error_that_names_it_and_what_was_expected(
    tmp_path, content, message
):
    file = tmp_path / "odd.txt"
    file.write_bytes(content)
    with pytest.raises(ReadError, match=message) as error:
        read_source(str(file))
    assert repr(str(file)) in str(error.value)
    assert "\n" not in str(error.value)


def test_a_missing_file_is_an_error_that_names_it(tmp_path):
    with pytest.raises(ReadError, match=r"No such file: '.*nowhere\.txt'"):
        read_source(str(tmp_path / "nowhere.txt"))


def test_all_files_of_a_directory_are_read_in_order(page, tmp_path):
    (tmp_path / "a.jsonl").write_text(ROW)
    papers = read_source(str(tmp_path)).papers
    assert (papers[0].paper_id, len(papers)) == ("p1", 44)


def test_a_name_too_long_for_a_file_is_an_error():
    with pytest.raises(ReadError, match="File name too long"):
        read_source("x" * 5_000)


def test_a_page_is_read_over_http(page, site):
    report = read_source(f"{site}/saved%20page.txt")
    assert report.papers == read_bundled_papers().papers
    assert report.source == f"{site}/saved%20page.txt"


def test_a_url_that_gives_nothing_is_an_error_that_names_it(site):
    with pytest.raises(ReadError, match=f"Cannot download '{site}/gone': .*404"):
        read_source(f"{site}/gone")


@pytest.mark.parametrize("url", ["http://[::1", "https://", "http://127.0.0.1:1/x"])
def test_a_url_that_leads_nowhere_is_an_error_that_names_it(url):
    with pytest.raises(ReadError, match="Cannot download 'http"):
        read_source(url)


def test_a_download_beyond_the_limit_is_refused(page, site, monkeypatch):
    monkeypatch.setattr(sources, "MAX_DOWNLOAD_BYTES", 1 << 15)
    with pytest.raises(ReadError, match="is larger than"):
        read_source(f"{site}/saved%20page.txt")


@pytest.mark.filterwarnings("ignore:A test tried to use socket.socket.connect")
def test_no_test_reaches_beyond_this_machine():
    with pytest.raises(SocketConnectBlockedError):
        read_source("http://192.0.2.1/page.txt")


# The table


SAMPLES = sorted((Path(__file__).parent / "data" / "readers").iterdir())


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
def test_a_sample_is_recognised_by_its_own_reader_and_by_no_other_but_the_general_one(sample):
    opened = _opened(sample)
    names = [e.name for e in READERS if e.may_read(opened) and e.load().recognises(opened)]
    assert len(names) >= 1
    assert set(names[1:]) <= {"jsonl"}
    assert names[0].split("-")[0] in sample.name.replace("json_array", "jsonl").replace("_", "-")


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
def test_a_sample_holds_papers_under_the_name_of_its_reader_and_a_reject(sample):
    rows = list(read(_opened(sample)))
    papers = [row for row in rows if isinstance(row, Paper)]
    assert {row.source for row in papers} == {find_reader(_opened(sample)).name}
    assert len(papers) >= 2
    assert any(isinstance(row, Reject) for row in rows)


def test_names_of_the_table_are_those_of_the_readers_and_each_has_a_sample():
    assert [entry.load().name for entry in READERS] == list(reader_names())
    assert len(set(reader_names())) == len(READERS)
    assert {find_reader(_opened(sample)).name for sample in SAMPLES} == set(reader_names())


def test_a_format_can_be_forced_and_an_unknown_one_is_an_error_that_lists_them(tmp_path):
    opened = Opened("x", io.BytesIO(ROW.encode()))
    assert find_reader(opened, ReadOptions(format="ris")).name == "ris"
    with pytest.raises(ReadError, match=r"No format 'endnote'\. .*endnote-xml"):
        find_reader(opened, ReadOptions(format="endnote"))


def test_what_no_library_can_hold_is_rejected_whatever_reader_it_comes_from():
    rows = [
        {"title": "T", "abstract": "x" * 100_001},
        {"title": "T" * 3_001, "abstract": "A"},
        {"id": "i" * 1_001, "title": "T", "abstract": "A"},
    ]
    report = read_text("\n".join([ROW.strip(), *map(json.dumps, rows)]), "rows")
    assert [reject.reason for reject in report.rejects] == [
        "abstract: longer than 100,000 characters (record 2)",
        "title: longer than 3,000 characters (record 3)",
        "id: longer than 1,000 characters (record 4)",
    ]


@pytest.mark.parametrize("field", ["title", "abstract", "paper_id", "url", "authors"])
def test_half_a_character_is_found_in_any_field(field, make_paper):
    text = ("Käuz\ud800",) if field == "authors" else "Käuz\ud800"
    assert "U+D800" in what_cannot_be_stored(make_paper(**{field: text}))
    assert what_cannot_be_stored(make_paper(title="Käuzchen", authors=("Bö",))) == ""


# Readers of other packages


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    """Installs a package whose module `owls` holds the code, with an entry point for `READER`."""

    def installing(code: str) -> None:
        (tmp_path / "owls.py").write_text(code)
        about = tmp_path / "owls-1.0.dist-info"
        about.mkdir()
        (about / "METADATA").write_text("Metadata-Version: 2.1\nName: owls\nVersion: 1.0\n")
        (about / "entry_points.txt").write_text("[citewise.readers]\nowls = owls:READER\n")
        monkeypatch.syspath_prepend(tmp_path)
        third_party_readers.cache_clear()

    yield installing
    sys.modules.pop("owls", None)
    third_party_readers.cache_clear()


OWLS = """
from vectorstore.paper import Paper
from vectorstore.readers.reader import Reader

def read(opened, options):
    for line in opened.lines():
        yield Paper(line.text, line.text, "An owl.", source="owls") if line.text != "bat" else 1 / 0

READER = Reader("owls", "owls, one a line", lambda opened: opened.beginning.startswith("OWL"), read)
"""


def test_a_reader_of_another_package_reads_its_own_format(install):
    install(OWLS)
    assert [paper.title for paper in read_text("OWL 1\nOWL 2\n", "owls").papers][1] == "OWL 2"
    assert named_reader("owls").name == "owls"


@pytest.mark.parametrize(
    ("code", "problem"),
    [
        ("import no_such_module", "ModuleNotFoundError"),
        ("READER = 7", "is no vectorstore.readers.reader.Reader"),
        (OWLS.replace("opened.beginning", "opened.nothing"), "no attribute 'nothing'"),
    ],
)
def test_a_broken_reader_of_another_package_is_told_and_keeps_nothing_from_being_read(
    install, code, problem, caplog
):
    install(code)
    with pytest.raises(ReadError, match="of no format"):
        read_text("OWL 1\n", "owls")
    assert problem in caplog.text
    assert "'owls'" in caplog.text
    assert read_text(ROW, "rows").papers


def test_a_reader_of_another_package_that_fails_ends_the_source_with_an_error_that_names_it(
    install,
):
    install(OWLS)
    with pytest.raises(ReadError, match="Reader 'owls' of 'owls' failed at 'x': ZeroDivisionError"):
        read_text("OWL 1\nbat\n", "x")


def _opened(sample: Path) -> Opened:
    return Opened("renamed", io.BytesIO(sample.read_bytes()))

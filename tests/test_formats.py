"""Telling what a source is, and reading any of them."""

import http.server
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_socket import SocketConnectBlockedError

from vectorstore import ReadError, read_bundled_papers, read_source
from vectorstore.readers import formats

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
        (b"", "no format that Citewise reads. Expected JSON lines"),
        (b"\n \n", "no format that Citewise reads"),
        (b"A letter to my mother, of no interest.\n", "or a Hugging Face Daily Papers page"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "is a binary file; Citewise reads text"),
        (b"Caf\xe9, the first line in Latin-1", "is not UTF-8 text .byte 3."),
        (b'{"title": ""}\n', "holds no whole paper. Expected JSON lines .* line 1: title"),
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


def test_a_missing_file_and_a_directory_are_errors_that_name_them(tmp_path):
    with pytest.raises(ReadError, match=r"No such file: '.*nowhere\.txt'"):
        read_source(str(tmp_path / "nowhere.txt"))
    with pytest.raises(ReadError, match=r"Cannot read .*: Is a directory"):
        read_source(str(tmp_path))


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
    monkeypatch.setattr(formats, "MAX_DOWNLOAD_BYTES", 1 << 15)
    with pytest.raises(ReadError, match="is larger than"):
        read_source(f"{site}/saved%20page.txt")


@pytest.mark.filterwarnings("ignore:A test tried to use socket.socket.connect")
def test_no_test_reaches_beyond_this_machine():
    with pytest.raises(SocketConnectBlockedError):
        read_source("http://192.0.2.1/page.txt")

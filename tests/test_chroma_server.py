"""A Chroma server over HTTP: what is asked again, what is an error, and what is never told."""

import json
import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

import assistant.build
from tests.loopback import JSON, Reply, serving
from vectorstore import Library
from vectorstore.indexes import chroma_server
from vectorstore.indexes.chroma_server import (
    HURRIED,
    ChromaServer,
    ChromaServerError,
    CollectionLostError,
    CollectionUnusableError,
    Patience,
    ServerAwayError,
)

TOKEN = "s3cret-token"
BUSY = Reply([b"busy"], status=503)
SOON = Patience(timeout_seconds=5.0, total_seconds=20.0)


def answer(value: object, status: int = 200) -> Reply:
    return Reply([json.dumps(value).encode()], kind=JSON, status=status)


@contextmanager
def listening() -> Iterator[tuple[str, list[dict[str, str]]]]:
    """Serve what a Chroma server says of itself; give its address and the headers it was sent."""
    seen: list[dict[str, str]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            seen.append(dict(self.headers))
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b'{"max_batch_size": 5461, "supports_base64_encoding": true}')

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", seen
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "localhost:8000",
        "ftp://host",
        "http://",
        "http://a b",
        "http://[::1",
        "http://host:port",
    ],
)
def test_what_is_no_address_is_refused_with_an_example_of_one(url):
    with pytest.raises(ChromaServerError, match=r"no address of a Chroma server such as 'http://"):
        ChromaServer(url)


@pytest.mark.parametrize("url", [f"http://me:{TOKEN}@host:8000", f"http://host?token={TOKEN}"])
def test_a_secret_in_an_address_is_refused_and_not_shown(url):
    with pytest.raises(ChromaServerError, match="CITEWISE_CHROMA_TOKEN") as error:
        ChromaServer(url)
    assert TOKEN not in str(error.value)


@pytest.mark.parametrize("token", [f"{TOKEN} ", f"{TOKEN}\n", f"é{TOKEN}"])
def test_a_token_that_no_header_carries_is_refused_and_not_shown(token):
    with pytest.raises(ChromaServerError, match="CITEWISE_CHROMA_TOKEN") as error:
        ChromaServer("http://127.0.0.1:8000", token)
    assert TOKEN not in str(error.value)


def test_the_token_goes_into_the_headers_and_nowhere_else(caplog):
    caplog.set_level(logging.DEBUG)
    with listening() as (url, seen):
        server = ChromaServer(url, TOKEN)
        server.check()
        ChromaServer(url).check()
    assert seen[0]["Authorization"] == f"Bearer {TOKEN}"
    assert seen[0]["X-Chroma-Token"] == TOKEN
    assert "Authorization" not in seen[1]
    assert TOKEN not in caplog.text + repr(server)


def test_a_server_that_is_busy_is_asked_again():
    with serving(BUSY, BUSY, answer([1])) as loopback:
        assert ChromaServer(loopback.address).ask("POST", "/x", {}, patience=SOON) == [1]
        assert len(loopback.asked) == 3


def test_a_connection_that_breaks_off_is_tried_again():
    with serving(Reply([b"["], dies=True), answer([1])) as loopback:
        assert ChromaServer(loopback.address).ask("POST", "/x", {}, patience=SOON) == [1]


def test_a_server_that_stays_away_is_an_error_that_names_it_and_the_remedy():
    with pytest.raises(ServerAwayError) as error:
        ChromaServer("http://127.0.0.1:1", patience_seconds=0).check()
    for words in ("'http://127.0.0.1:1'", "Connection refused", "Start it", "--chroma-url"):
        assert words in str(error.value)


def test_a_server_that_hangs_is_given_up_after_the_time_for_one_request():
    with serving(Reply(hangs=True)) as loopback:
        patience = Patience(timeout_seconds=0.2, total_seconds=0.0)
        with pytest.raises(ServerAwayError, match="timed out"):
            ChromaServer(loopback.address).ask("POST", "/x", {}, patience=patience)


@pytest.mark.parametrize("status", [401, 403])
def test_a_refused_token_is_an_error_at_once_that_does_not_show_it(status):
    with serving(answer({"error": TOKEN}, status)) as loopback:
        with pytest.raises(ChromaServerError, match="refuses the token") as error:
            ChromaServer(loopback.address, TOKEN).ask("POST", "/x", {})
        assert len(loopback.asked) == 1
    assert TOKEN not in str(error.value)


def test_a_lost_collection_is_an_error_at_once():
    reply = answer({"error": "NotFoundError", "message": "no such collection"}, 404)
    with serving(reply) as loopback:
        with pytest.raises(CollectionLostError, match="no such collection"):
            ChromaServer(loopback.address).ask("POST", "/x", {})
        assert len(loopback.asked) == 1


def test_a_server_that_keeps_failing_is_an_error_when_patience_ends():
    with serving(answer({"error": "InternalError"}, 500)) as loopback:
        with pytest.raises(CollectionUnusableError, match="500"):
            ChromaServer(loopback.address).ask("POST", "/x", {}, patience=HURRIED)
        assert len(loopback.asked) > 1


@pytest.mark.parametrize(
    "reply", [Reply([b"<html>"]), Reply([b"gone"], status=404), answer({"error": "Odd"}, 400)]
)
def test_what_is_no_chroma_server_is_an_error_that_says_so(reply):
    with (
        serving(reply) as loopback,
        pytest.raises(ChromaServerError, match=r"Chroma 1\b") as error,
    ):
        ChromaServer(loopback.address).ask("POST", "/x", {})
    assert not isinstance(error.value, ServerAwayError)


def test_a_server_that_is_away_at_the_start_is_an_error_before_anything_is_done(
    make_library, make_paper, tmp_path, hash_encoder
):
    make_library([make_paper()])
    n_texts, away = hash_encoder.n_texts, ChromaServer("http://127.0.0.1:1", patience_seconds=0)
    with pytest.raises(ChromaServerError, match=r"'http://127.0.0.1:1' cannot be reached"):
        Library.open(tmp_path / "library", hash_encoder, server=away)
    with pytest.raises(ChromaServerError, match=r"'http://127.0.0.1:1' cannot be reached"):
        Library(tmp_path / "library", hash_encoder, server=away).reindex()
    assert hash_encoder.n_texts == n_texts


def test_a_command_whose_server_is_away_says_which_and_what_to_do(
    run_citewise, hash_encoder, tmp_path, monkeypatch
):
    monkeypatch.setattr(assistant.build, "build_encoder", lambda settings: hash_encoder)
    monkeypatch.setattr(chroma_server, "_BRIEF", Patience(1.0, 0.0))
    address = "http://127.0.0.1:1"
    ended = run_citewise("search", "owls", "--library", tmp_path / "new", "--chroma-url", address)
    assert ended.code == 1
    assert f"{address!r} cannot be reached" in ended.err
    assert "Start it, or name another with --chroma-url" in ended.err

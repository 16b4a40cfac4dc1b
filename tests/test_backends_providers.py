"""Backends over loopback servers: the real clients of the providers, whole and failing."""

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from functools import partial
from typing import Any

import pytest

from assistant.backends.chat_backend import ChatBackend
from assistant.backends.errors import CutShortError, OutputLimitError, RefusedError
from assistant.backends.loading import load_backend
from assistant.backends.tokens import TokenMeter
from assistant.errors import BackendError
from tests.loopback import (
    NDJSON,
    SSE,
    Loopback,
    Reply,
    anthropic_parts,
    endless,
    error,
    google_parts,
    ollama_parts,
    openai_parts,
    serving,
)

PARTS: dict[str, tuple[Callable[..., Iterator[bytes]], str]] = {
    "openai": (openai_parts, SSE),
    "anthropic": (anthropic_parts, SSE),
    "google_genai": (google_parts, SSE),
    "ollama": (ollama_parts, NDJSON),
}
EVERY_PROVIDER = pytest.mark.parametrize("provider", PARTS)
OPENAI = "openai:tiny"


@pytest.fixture(autouse=True)
def _keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", "secret-of-anthropic")
    monkeypatch.setenv("GOOGLE_API_KEY", "secret-of-google")


@pytest.fixture
def waits() -> list[float]:
    """The seconds that the backend would have slept."""
    return []


@pytest.fixture
def load(monkeypatch: pytest.MonkeyPatch, waits: list[float]) -> Callable[..., ChatBackend]:
    """Load a backend that talks to a loopback server."""

    def loading(server: Loopback, name: str = OPENAI, **options: Any) -> ChatBackend:
        pytest.importorskip(
            f"langchain_{name.partition(':')[0]}", reason="the provider's package is not installed"
        )
        monkeypatch.setenv("OPENAI_BASE_URL", f"{server.address}/v1")
        monkeypatch.setenv("ANTHROPIC_BASE_URL", server.address)
        monkeypatch.setenv("GOOGLE_GEMINI_BASE_URL", server.address)
        monkeypatch.setenv("OLLAMA_HOST", server.address)
        options = {"timeout_seconds": 20.0, **options}
        return load_backend(name, sleep=waits.append, **options)

    return loading


def whole(provider: str, *pieces: str, **end: Any) -> Reply:
    make, kind = PARTS[provider]
    return Reply(list(make(*pieces, **end)), kind)


def say(backend: ChatBackend, meter: TokenMeter | None = None) -> str:
    return backend.complete("Be brief.", "Do zebras run?", meter=meter or TokenMeter())


def hear(
    backend: ChatBackend, meter: TokenMeter | None = None
) -> tuple[list[str], BackendError | None]:
    """Return what came, and the failure after it."""
    came: list[str] = []
    try:
        came.extend(backend.stream("Be brief.", "Why?", meter=meter or TokenMeter()))
    except BackendError as failure:
        return came, failure
    return came, None


def serve_openai(*pieces: str, **end: Any) -> AbstractContextManager[Loopback]:
    return serving(whole("openai", *pieces, **end))


# --- what comes back


@EVERY_PROVIDER
def test_the_text_comes_in_pieces_and_the_tokens_are_counted(provider, load):
    spent = {"openai": (11, 3), "anthropic": (8, 5), "google_genai": (6, 2), "ollama": (9, 4)}
    meter = TokenMeter()
    with serving(whole(provider, "Zebras ", "run [1].")) as server:
        pieces = list(load(server, f"{provider}:tiny").stream("Be brief.", "Why?", meter=meter))
    assert "".join(pieces) == "Zebras run [1]."
    assert len(pieces) == 2
    assert (meter.input_tokens, meter.output_tokens) == spent[provider]
    assert not meter.estimated


@EVERY_PROVIDER
def test_a_provider_is_told_the_limit_and_the_temperature(provider, load):
    with serving(whole(provider, "Yes.")) as server:
        say(load(server, f"{provider}:tiny", max_output_tokens=77))
    asked = str(server.asked[0])
    assert "77" in asked
    assert "'temperature': 0" in asked


def test_a_server_at_openai_base_url_needs_no_key_and_is_asked_for_its_count(load):
    with serve_openai("Yes.") as server:
        assert say(load(server)) == "Yes."
    assert server.asked[0]["_path"] == "/v1/chat/completions"
    assert server.asked[0]["stream_options"] == {"include_usage": True}


def test_ollama_is_told_how_much_it_must_read(load):
    with serving(whole("ollama", "Yes.")) as server:
        say(load(server, "ollama:tiny", context_tokens=5_000))
        say(load(server, "ollama:tiny"))
    assert [asked["options"]["num_ctx"] for asked in server.asked] == [5_000, 8_192]


def test_tokens_are_estimated_where_a_server_counts_none(load):
    meter = TokenMeter()
    with serve_openai("Zebras run and run.", usage=None) as server:
        say(load(server), meter)
    assert meter.estimated
    assert 4 <= meter.output_tokens <= 8
    assert meter.input_tokens >= 5


def test_thoughts_are_no_part_of_the_answer(load):
    with serve_openai("<th", "ink>Hm, [2]?</th", "ink>\n\nZebras", " run.") as server:
        assert say(load(server)) == "Zebras run."


# --- trying again


@EVERY_PROVIDER
def test_a_busy_provider_is_asked_again_after_what_it_asks_for(provider, load, waits):
    busy = error(429, retry_after="7")
    with serving(busy, busy, whole(provider, "Zebras run.")) as server:
        assert say(load(server, f"{provider}:tiny")) == "Zebras run."
    assert len(server.asked) == 3
    assert waits == [7, 7]


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_a_server_in_trouble_is_asked_again_after_growing_waits(status, load, waits):
    with serving(error(status), error(status), whole("openai", "Yes.")) as server:
        assert say(load(server)) == "Yes."
    assert 0.25 <= waits[0] <= 0.5 <= waits[1] <= 1


def test_what_a_failed_request_did_not_spend_is_not_counted(load):
    meter = TokenMeter()
    with serving(error(503), whole("openai", "Yes.")) as server:
        say(load(server), meter)
    assert (meter.input_tokens, meter.output_tokens) == (11, 3)


def test_retries_end(load, waits):
    with serving(error(503, "overloaded")) as server:
        with pytest.raises(BackendError, match=r"'openai:tiny' failed: .*overloaded"):
            say(load(server, retries=2))
        assert len(server.asked) == 3
    assert len(waits) == 2


def test_a_server_that_asks_for_an_hour_is_not_waited_for(load, waits):
    with serving(error(429, retry_after="3600")) as server:
        with pytest.raises(BackendError, match=r"limits requests.*3600"):
            say(load(server))
        assert len(server.asked) == 1
    assert waits == []


@EVERY_PROVIDER
def test_a_refused_key_is_not_tried_again_and_its_variable_is_named(provider, load, waits):
    variable = {"openai": "OPENAI_API_KEY", "anthropic": "ANTHROPIC_API_KEY"}.get(provider, "")
    variable = "GOOGLE_API_KEY" if provider == "google_genai" else variable or "Check the key"
    with serving(error(401, "bad key secret-of-anthropic")) as server:
        with pytest.raises(BackendError, match=variable) as caught:
            say(load(server, f"{provider}:tiny"))
        assert len(server.asked) == 1
    assert waits == []
    if provider == "anthropic":
        assert "secret-of" not in str(caught.value)


def test_a_model_that_ollama_does_not_have_is_an_error_that_says_how_to_fetch_it(load):
    missing = Reply([b'{"error": "model not found"}'], "application/json", 404)
    with serving(missing) as server, pytest.raises(BackendError, match="ollama pull tiny"):
        say(load(server, "ollama:tiny"))


@pytest.mark.parametrize(
    ("name", "remedy"), [(OPENAI, "OPENAI_BASE_URL"), ("ollama:tiny", "ollama serve")]
)
def test_a_server_that_is_not_there_is_tried_again_and_then_named(name, remedy, load, waits):
    with serve_openai() as server:
        pass
    with pytest.raises(BackendError, match=remedy):
        say(load(server, name, retries=2))
    assert len(waits) == 2


# --- failing in the middle


@EVERY_PROVIDER
def test_a_connection_that_breaks_in_the_middle_leaves_what_came_and_says_so(provider, load, waits):
    make, kind = PARTS[provider]
    parts = list(make("Zebras ", "run."))
    until = next(n for n, part in enumerate(parts, 1) if b"run." in part) - 1
    with serving(Reply(parts[:until], kind, dies=True)) as server:
        came, failure = hear(load(server, f"{provider}:tiny"))
        assert len(server.asked) == 1  # what was shown cannot be taken back
    assert came == ["Zebras "]
    assert isinstance(failure, CutShortError)
    assert f"'{provider}:tiny' failed" in str(failure)
    assert waits == []


@pytest.mark.parametrize("provider", ["openai", "ollama"])
def test_a_stream_that_ends_without_a_reason_was_cut(provider, load):
    end = {"done": False} if provider == "ollama" else {"finish": None, "usage": None}
    how = pytest.raises(CutShortError, match="connection ended before the answer")
    with serving(whole(provider, "Zebras ", **end)) as server, how:
        say(load(server, f"{provider}:tiny"))


@pytest.mark.parametrize(
    ("provider", "end"),
    [
        ("openai", {"finish": "length"}),
        ("anthropic", {"reason": "max_tokens"}),
        ("google_genai", {"reason": "MAX_TOKENS"}),
        ("ollama", {"reason": "length"}),
    ],
)
def test_an_answer_that_reached_its_limit_is_told_from_a_whole_one(provider, end, load):
    how = pytest.raises(OutputLimitError, match=r"1,000 tokens.*llm_max_output_tokens")
    with serving(whole(provider, "Zebras", **end)) as server, how:
        say(load(server, f"{provider}:tiny"))


@pytest.mark.parametrize(
    ("provider", "end"),
    [
        ("openai", {"finish": "content_filter"}),
        ("anthropic", {"reason": "refusal"}),
        ("google_genai", {"reason": "SAFETY"}),
    ],
)
def test_an_answer_that_the_filter_ended_is_an_error(provider, end, load):
    with serving(whole(provider, "Zebras", **end)) as server, pytest.raises(RefusedError):
        say(load(server, f"{provider}:tiny"))


@pytest.mark.parametrize("provider", ["openai", "ollama"])
def test_a_model_without_end_is_ended_at_its_limit(provider, load):
    make, kind = PARTS[provider]
    make = partial(
        make, **({"done": False} if provider == "ollama" else {"finish": None, "usage": None})
    )
    meter = TokenMeter()
    with serving(Reply(endless(make), kind)) as server:
        backend = load(server, f"{provider}:tiny", max_output_tokens=50)
        came, failure = hear(backend, meter)
        assert server.hung_up.wait(20)
    assert sum(map(len, came)) == 50 * 8
    assert isinstance(failure, OutputLimitError)
    assert meter.estimated


# --- waiting


@pytest.mark.parametrize("pieces", [(), ("Zebras ",)])
def test_a_server_that_falls_silent_is_not_waited_for(pieces, load, waits):
    parts = list(openai_parts(*pieces, finish=None, usage=None))
    how = pytest.raises(BackendError, match="llm_timeout_seconds")
    with serving(Reply(parts if pieces else (), hangs=True)) as server, how:
        say(load(server, timeout_seconds=0.2))
    assert waits == []


def test_a_model_that_trickles_for_ever_is_ended_when_its_time_is_over(load):
    turn = threading.Event()

    def trickle() -> Iterator[bytes]:
        while not turn.wait(0.02):
            yield from openai_parts("z", finish=None, usage=None)

    with serving(Reply(trickle())) as server:
        with pytest.raises(CutShortError, match="not done after 1 seconds"):
            say(load(server, timeout_seconds=0.1))
        turn.set()


def test_closing_the_stream_hangs_up_on_the_server(load):
    parts = endless(partial(openai_parts, finish=None, usage=None))
    meter = TokenMeter()
    with serving(Reply(parts)) as server:
        stream = load(server).stream("s", "u", meter=meter)
        assert next(stream) == "word "
        stream.close()
        assert server.hung_up.wait(20)
    assert meter.output_tokens > 0
    assert meter.estimated

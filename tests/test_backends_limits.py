"""Waits between retries, and what is read out of a provider's exception."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.backends.failures import Failure, explain, read_failure
from assistant.backends.limits import Retries, parse_retry_after

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
BUSY = Failure("busy", status=429)


# --- Retry-After


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("7", 7),
        ("0.5", 0.5),
        (" 3 ", 3),
        ("-3", 0),
        ("", 0),
        ("soon", 0),
        ("nan", 0),
        ("inf", 0),
        ("1e999", 0),
        ("Fri, 01 May 2026 12:00:30 GMT", 30),
        ("Fri, 01 May 2026 11:00:00 GMT", 0),
        ("Fri, 01 May 2026 14:00:30 +0200", 30),
        ("Fri, 01 May 2026 12:00:30", 30),
    ],
)
def test_retry_after_is_a_number_or_a_date(value, seconds):
    assert parse_retry_after(value, now=NOW) == seconds


@given(st.text(max_size=40))
def test_no_header_breaks_the_reading_of_retry_after(value):
    assert parse_retry_after(value, now=NOW) >= 0


@given(st.integers(0, 10_000_000))
def test_a_date_asks_for_the_seconds_until_it(seconds):
    moment = format_datetime(NOW + timedelta(seconds=seconds), usegmt=True)
    assert parse_retry_after(moment, now=NOW) == seconds


# --- waits


def test_waits_double_and_jitter_takes_at_most_half_of_one():
    for jitter, expected in [(0.0, [0.25, 0.5, 1, 2]), (1.0, [0.5, 1, 2, 4])]:
        retries = Retries(n_retries=4, jitter=lambda jitter=jitter: jitter)
        assert [retries.wait_seconds(n, BUSY) for n in range(1, 6)] == [*expected, None]


def test_a_wait_is_bounded_and_one_asked_for_beyond_the_bound_is_not_begun():
    retries = Retries(n_retries=20, longest_wait_seconds=5)
    assert retries.wait_seconds(20, BUSY) == 5
    assert retries.wait_seconds(1, Failure("", status=429, retry_after="5")) == 5
    assert retries.wait_seconds(1, Failure("", status=429, retry_after="6")) is None


@pytest.mark.parametrize(
    ("failure", "is_retried"),
    [
        (Failure("", status=429), True),
        (Failure("", status=500), True),
        (Failure("", status=503, is_connection=True), True),
        (Failure("", is_connection=True), True),
        (Failure("", is_connection=True, is_timeout=True), False),  # it would take as long again
        (Failure("", status=400), False),
        (Failure("", status=401), False),
        (Failure("", status=404), False),
        (Failure("a defect"), False),
    ],
)
def test_only_what_may_pass_is_tried_again(failure, is_retried):
    assert (Retries().wait_seconds(1, failure) is not None) == is_retried


def test_no_retries_means_none():
    assert Retries(n_retries=0).wait_seconds(1, BUSY) is None


# --- exceptions


def response(status: int, **headers: str) -> httpx.Response:
    return httpx.Response(status, headers=headers, request=httpx.Request("POST", "http://x"))


def wrapped(inner: Exception, outer: Exception) -> Exception:
    """Return `outer` as it is when raised because of `inner`."""
    try:
        raise outer from inner
    except type(outer) as error:
        return error


def test_status_and_header_are_found_on_the_cause_of_a_providers_own_error():
    inner = httpx.HTTPStatusError(
        "x",
        request=httpx.Request("POST", "http://x"),
        response=response(429, **{"Retry-After": "9"}),
    )
    failure = read_failure(wrapped(inner, RuntimeError("the model is busy")))
    assert (failure.status, failure.retry_after) == (429, "9")
    assert failure.text.startswith("the model is busy")


@pytest.mark.parametrize("name", ["status_code", "code", "status", "http_status"])
def test_the_status_is_found_under_any_usual_name(name):
    error = RuntimeError("x")
    setattr(error, name, 503)
    assert read_failure(error).status == 503


@pytest.mark.parametrize("value", ["503", True, 200, -1, None, "UNAVAILABLE"])
def test_what_is_no_status_of_a_failure_is_not_taken_for_one(value):
    error = RuntimeError("x")
    error.code = value  # type: ignore[attr-defined]
    assert read_failure(error).status is None


@pytest.mark.parametrize(
    ("error", "is_connection", "is_timeout"),
    [
        (httpx.ConnectError("x"), True, False),
        (httpx.RemoteProtocolError("x"), True, False),
        (httpx.ReadTimeout("x"), True, True),
        (ConnectionResetError("x"), True, False),
        (TimeoutError("x"), False, True),
        (ValueError("x"), False, False),
    ],
)
def test_connections_and_timeouts_are_told_apart(error, is_connection, is_timeout):
    failure = read_failure(wrapped(error, RuntimeError("x")))
    assert (failure.is_connection, failure.is_timeout) == (is_connection, is_timeout)


def test_an_error_that_is_its_own_cause_is_read_once():
    error = RuntimeError("x")
    error.__cause__ = error
    assert read_failure(error).text == "x"


def test_a_vague_message_is_followed_by_what_caused_it():
    error = wrapped(OSError("no route to host"), RuntimeError("Connection error."))
    assert read_failure(error).text == "Connection error. (no route to host)"


def test_a_message_is_one_bounded_line():
    failure = read_failure(RuntimeError("a\n  b " + "x" * 5_000))
    assert failure.text.startswith("a b x")
    assert len(failure.text) <= 400


def test_a_key_in_a_message_is_not_shown(monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "sk-very-secret")
    said = explain(Failure("bad key sk-very-secret", status=401), "openai:x")
    assert "secret" not in said
    assert said.endswith("Check OPENAI_API_KEY.")

"""How origins are written, and how questions are counted."""

from argparse import ArgumentTypeError

import pytest

from ui.widget import QuestionLimiter, parse_origin
from ui.widget.limits import caller_of


@pytest.mark.parametrize(
    ("written", "origin"),
    [
        ("https://example.org", "https://example.org"),
        (" HTTPS://Example.ORG/ ", "https://example.org"),
        ("https://example.org:443", "https://example.org"),
        ("http://example.org:80", "http://example.org"),
        ("http://localhost:8000", "http://localhost:8000"),
        ("http://[::1]:8000", "http://[::1]:8000"),
        ("https://bücher.example", "https://xn--bcher-kva.example"),
    ],
)
def test_an_origin_is_written_as_browsers_send_it(written: str, origin: str) -> None:
    assert parse_origin(written) == origin
    assert parse_origin(origin) == origin


@pytest.mark.parametrize(
    "written",
    [
        "",
        "*",
        "null",
        "example.org",
        "//example.org",
        "https://",
        "https://*.example.org",
        "https://example.org/page",
        "https://example.org?x",
        "https://example.org#x",
        "https://ada@example.org",
        "https://example.org:port",
        "https://example.org:99999",
        "https://exa mple.org",
        "https://a.example,https://b.example",
        "file:///page.html",
        "ftp://example.org",
        "javascript:alert(1)",
    ],
)
def test_what_is_no_single_origin_is_refused_with_an_example(written: str) -> None:
    with pytest.raises(ArgumentTypeError, match=r"https://example\.org"):
        parse_origin(written)


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_so_many_questions_are_admitted_at_once_and_then_one_by_one() -> None:
    clock = Clock()
    limiter = QuestionLimiter(questions=4, per_seconds=60, clock=clock)
    assert [limiter.seconds_to_wait("ada") for _ in range(4)] == [0, 0, 0, 0]
    assert limiter.seconds_to_wait("ada") == pytest.approx(15)
    assert limiter.seconds_to_wait("ada") == pytest.approx(15), "a refused question is not counted"
    assert limiter.seconds_to_wait("bob") == 0
    clock.now += 15
    assert limiter.seconds_to_wait("ada") == 0
    assert limiter.seconds_to_wait("ada") == pytest.approx(15)
    clock.now += 600
    assert [limiter.seconds_to_wait("ada") > 0 for _ in range(5)] == [False] * 4 + [True]


def test_who_asked_longest_ago_is_forgotten_first() -> None:
    limiter = QuestionLimiter(questions=1, max_callers=2, clock=Clock())
    for caller in ("ada", "bob", "eve"):
        assert limiter.seconds_to_wait(caller) == 0
    assert limiter.seconds_to_wait("bob") > 0
    assert limiter.seconds_to_wait("eve") > 0
    assert limiter.seconds_to_wait("ada") == 0


def test_addresses_of_one_ipv6_network_are_one_caller() -> None:
    page = "https://lab.example"
    assert caller_of(page, "2001:db8::1") == caller_of(page, "2001:db8::ffff:1")
    assert caller_of(page, "2001:db8::1") != caller_of(page, "2001:db8:0:1::1")
    assert caller_of(page, "192.0.2.1") != caller_of(page, "192.0.2.2")
    assert caller_of(page, "192.0.2.1") != caller_of("https://b.example", "192.0.2.1")
    assert caller_of(page, "unix socket") == f"{page} unix socket"

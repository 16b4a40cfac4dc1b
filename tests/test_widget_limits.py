"""How origins are written, and who of a page's visitors are one."""

from argparse import ArgumentTypeError

import pytest

from ui.widget import parse_origin
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


def test_addresses_of_one_ipv6_network_are_one_caller() -> None:
    page = "https://lab.example"
    assert caller_of(page, "2001:db8::1") == caller_of(page, "2001:db8::ffff:1")
    assert caller_of(page, "2001:db8::1") != caller_of(page, "2001:db8:0:1::1")
    assert caller_of(page, "192.0.2.1") != caller_of(page, "192.0.2.2")
    assert caller_of(page, "192.0.2.1") != caller_of("https://b.example", "192.0.2.1")
    assert caller_of(page, "unix socket") == f"{page} unix socket"

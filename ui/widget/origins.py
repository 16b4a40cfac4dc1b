"""Origins of pages: how an operator writes them, and how a browser does."""

from argparse import ArgumentTypeError
from urllib.parse import SplitResult, urlsplit

_DEFAULT_PORTS = {"http": 80, "https": 443}
_REMEDY = "Give scheme and host of the page, such as https://example.org or http://localhost:8000."


def parse_origin(text: str) -> str:
    """Return an origin as browsers send it: in lower case, in ASCII, without a default port.

    Raises ArgumentTypeError for what is no single origin: a path, a pattern, "null".
    """
    try:
        parts = urlsplit(text.strip())
        host, port = _ascii_host(parts), parts.port
    except ValueError:
        raise ArgumentTypeError(f"{text!r} is not an origin. {_REMEDY}") from None
    is_bare = parts.path in ("", "/") and not (parts.query or parts.fragment or "@" in parts.netloc)
    if parts.scheme not in _DEFAULT_PORTS or not host or "*" in host or not is_bare:
        raise ArgumentTypeError(f"{text!r} is not one origin. {_REMEDY}")
    return f"{parts.scheme}://{host}{_port(parts.scheme, port)}"


def is_own_on_loopback(origin: str, scheme: str, host: str) -> bool:
    """Return whether a page of ours, opened on this machine, has `origin`.

    `host` is the request's header. A site that makes its own name point here names itself in both,
    and is no loopback.
    """
    from ui.security import is_loopback

    if origin != f"{scheme}://{host}":
        return False
    return is_loopback(urlsplit(origin).hostname or "")


def _ascii_host(parts: SplitResult) -> str:
    host = parts.hostname or ""
    if ":" in host:
        return f"[{host}]"
    if any(character.isspace() for character in host):
        raise ValueError(host)
    return host.encode("idna").decode("ascii")


def _port(scheme: str, port: int | None) -> str:
    return "" if port in (None, _DEFAULT_PORTS[scheme]) else f":{port}"

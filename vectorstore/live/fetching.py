"""One request over the network: bounded in time, size and where it may lead."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from vectorstore.errors import one_line
from vectorstore.live.errors import LiveError, TryAgainError
from vectorstore.live.services import Service, is_loopback, may_redirect
from vectorstore.readers.opened import HEAD_BYTES

if TYPE_CHECKING:
    import httpx

MAX_ANSWER_BYTES = 64 << 20
MAX_REDIRECTS = 5
_CONNECT_SECONDS = 10.0
_TRIES_TO_CONNECT = 3  # a machine without network should say so soon
_REDIRECTS = (301, 302, 303, 307, 308)
_BUSY = (429, 500, 502, 503, 504)
_ANSWER_TIMEOUTS = 10  # an answer may take so many times the wait for its next bytes


@dataclass(frozen=True, slots=True)
class Response:
    """An answer, read to its end; the names of headers are in lower case."""

    status: int
    headers: Mapping[str, str]
    content: bytes


class Fetcher:
    """Sends requests, one at a time and far apart, each over a connection of its own.

    Proxies of the environment (HTTPS_PROXY) are used for the services, and never on this machine.
    """

    def __init__(self, user_agent: str, timeout_seconds: float) -> None:
        self._user_agent = user_agent
        self._timeout_seconds = timeout_seconds

    def get(self, url: str, headers: Mapping[str, str]) -> Response:
        """Return the answer, whatever its status; redirects are not followed.

        Raises TryAgainError where none came, LiveError where none will or it is too large.
        """
        import httpx

        host = urlsplit(url).hostname
        try:
            with self._client(url) as client, client.stream("GET", url, headers=headers) as answer:
                return Response(answer.status_code, dict(answer.headers), self._body(answer))
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.ProxyError) as error:
            reason = f"Cannot reach {host} ({one_line(error) or 'no answer'})"
            raise TryAgainError(reason, max_tries=_TRIES_TO_CONNECT) from None
        except httpx.TimeoutException:
            reason = f"{host} does not answer within {self._timeout_seconds:g} s"
            raise TryAgainError(reason) from None
        except httpx.DecodingError as error:
            raise TryAgainError(f"{host} sent what cannot be unpacked ({error})") from None
        except httpx.TransportError as error:
            reason = f"{host} broke the connection off ({one_line(error) or type(error).__name__})"
            raise TryAgainError(reason) from None

    def _body(self, response: "httpx.Response") -> bytes:
        ends_at = time.monotonic() + _ANSWER_TIMEOUTS * self._timeout_seconds
        pieces, n_bytes = [], 0
        host = response.url.host
        for piece in response.iter_bytes(HEAD_BYTES):
            n_bytes += len(piece)
            if n_bytes > MAX_ANSWER_BYTES:
                raise LiveError(f"{host} sent more than {MAX_ANSWER_BYTES >> 20} MiB at once.")
            if time.monotonic() > ends_at:
                raise TryAgainError(f"{host} sends too slowly")
            pieces.append(piece)
        return b"".join(pieces)

    def _client(self, url: str) -> "httpx.Client":
        import httpx

        timeout = httpx.Timeout(self._timeout_seconds, connect=_CONNECT_SECONDS)
        agent = {"User-Agent": self._user_agent}
        try:
            return httpx.Client(timeout=timeout, headers=agent, trust_env=not is_loopback(url))
        except (httpx.InvalidURL, ValueError, ImportError, OSError) as error:
            raise LiveError(
                f"The proxy or certificates of the environment cannot be used: {error}."
                " Mend or unset HTTPS_PROXY, ALL_PROXY and SSL_CERT_FILE."
            ) from None


def redirect_target(service: Service, base_url: str, url: str, response: Response) -> str | None:
    """Return where an answer sends us on to; None where it does not.

    Raises LiveError where that is not a place of the service.
    """
    if response.status not in _REDIRECTS:
        return None
    try:
        target = urljoin(url, response.headers.get("location", ""))
        is_allowed = may_redirect(service, base_url, target)
    except ValueError:
        target, is_allowed = response.headers.get("location", ""), False
    if not is_allowed:
        raise LiveError(
            f"{service.name} sends on to {target[:200]!r}, which is no place of its metadata."
            " Save the record from there as RIS or BibTeX: citewise add FILE"
        )
    return target


def check_is_not_busy(host: str, response: Response) -> None:
    """Raise TryAgainError where a service has no time for us now."""
    if response.status in _BUSY:
        what = "asks for fewer requests" if response.status == 429 else "is in trouble"
        raise TryAgainError(
            f"{host} {what} (HTTP {response.status})",
            wait_seconds=_retry_after(response.headers.get("retry-after", "")),
        )


def _retry_after(text: str) -> float | None:
    """Return the seconds of a Retry-After header, which may give a moment instead."""
    if text.strip().isdecimal() and len(text) < 10:
        return float(text)
    try:
        moment = parsedate_to_datetime(text)
    except (TypeError, ValueError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())

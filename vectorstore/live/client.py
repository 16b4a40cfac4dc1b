"""A polite client: slow on purpose, patient with trouble, and it asks for nothing twice."""

import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from urllib.parse import urlencode, urlsplit

from vectorstore.live.cache import AnswerCache, CachedAnswer
from vectorstore.live.errors import LiveError, TryAgainError
from vectorstore.live.fetching import (
    MAX_REDIRECTS,
    Fetcher,
    Response,
    check_is_not_busy,
    redirect_target,
)
from vectorstore.live.services import Service, base_urls_of_environment, checked_base_urls

MAX_WAIT_SECONDS = 120.0  # a service that asks for more is left alone
_FIRST_WAIT_SECONDS = 1.0
_NO_NETWORK = "Files need no network: citewise add FILE"

Check = Callable[[Response], None]


@dataclass(frozen=True, slots=True)
class Clock:
    """The time, how to let it pass, and chance from 0 to 1: tests bring their own."""

    now: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    chance: Callable[[], float] = random.random


class LiveClient:
    """Asks services, one request at a time.

    `contact` is an e-mail address for the User-Agent, by which a service can write to who asks too
    much; `base_urls` are other addresses of services by their names, None for those of the
    environment. Raises LiveError for an address that cannot be used.
    """

    def __init__(
        self,
        *,
        contact: str = "",
        cache: AnswerCache | None = None,
        base_urls: Mapping[str, str] | None = None,
        timeout_seconds: float = 30.0,
        clock: Clock | None = None,
    ) -> None:
        given = base_urls_of_environment() if base_urls is None else base_urls
        self._base_urls = checked_base_urls(given)
        self._cache = cache
        self._clock = clock or Clock()
        self._fetcher = Fetcher(user_agent(contact), timeout_seconds)
        self._free_at: dict[str, float] = {}  # by host
        self._unreachable: dict[str, str] = {}  # by host, what to say

    def get(
        self, service: Service, path: str, params: Mapping[str, str], accept: str, check: Check
    ) -> bytes:
        """Return the body of an answer that `check` takes.

        `check` raises TryAgainError for one that may be better the next time, and LiveError for one
        that is none; only what it takes is kept. Raises LiveError where there is no such answer.
        """
        base_url = self._base_urls[service.name]
        url = f"{base_url}{path}" + (f"?{urlencode(params)}" if params else "")
        host = urlsplit(url).netloc
        if host in self._unreachable:
            raise LiveError(self._unreachable[host])
        n_tries = 0
        while True:
            n_tries += 1
            try:
                return self._answer(service, url, accept, check, is_first=n_tries == 1)
            except TryAgainError as trouble:
                self._wait_after(trouble, n_tries, host)

    def _answer(
        self, service: Service, url: str, accept: str, check: Check, *, is_first: bool
    ) -> bytes:
        kept = self._cache.get(url, accept) if self._cache and is_first else None
        headers = {"Accept": accept, **(kept.conditions if kept else {})}
        response = self._followed(service, url, headers)
        if kept and response.status == 304:
            response = Response(200, response.headers, kept.content)
        check_is_not_busy(urlsplit(url).hostname or "", response)
        check(response)
        if self._cache and response.status == 200:
            etag, date = (response.headers.get(name, "") for name in ("etag", "last-modified"))
            if not kept or kept.content is not response.content:
                self._cache.put(url, accept, CachedAnswer(etag, date, response.content))
        return response.content

    def _followed(self, service: Service, url: str, headers: Mapping[str, str]) -> Response:
        base_url, at = self._base_urls[service.name], url
        for _ in range(MAX_REDIRECTS + 1):
            response = self._in_turn(service, at, headers)
            target = redirect_target(service, base_url, at, response)
            if target is None:
                return response
            at = target
        raise LiveError(f"{service.name} sends {url!r} on more than {MAX_REDIRECTS} times.")

    def _in_turn(self, service: Service, url: str, headers: Mapping[str, str]) -> Response:
        """Return the answer to a request that is sent when its host may be asked again."""
        host = urlsplit(url).netloc
        wait = self._free_at.get(host, 0.0) - self._clock.now()
        if wait > 0:
            self._clock.sleep(wait)
        try:
            return self._fetcher.get(url, headers)
        finally:
            self._free_at[host] = self._clock.now() + service.interval_seconds

    def _wait_after(self, trouble: TryAgainError, n_tries: int, host: str) -> None:
        """Wait until it makes sense to ask again. Raises LiveError where it makes none."""
        asked = trouble.wait_seconds or 0.0
        if asked > MAX_WAIT_SECONDS:
            raise LiveError(f"{trouble}, and to wait {asked:,.0f} s. Try again then.")
        if n_tries >= trouble.max_tries:
            message = f"{trouble}; asked {n_tries} times. Try again later."
            if trouble.is_of_host:
                message = self._unreachable[host] = f"{message} {_NO_NETWORK}"
            raise LiveError(message)
        backoff = _FIRST_WAIT_SECONDS * 2 ** (n_tries - 1) * (1 + self._clock.chance())
        self._clock.sleep(max(asked, backoff))


def user_agent(contact: str) -> str:
    """Return what the client calls itself, with the address to write to where there is one."""
    name = f"citewise/{version('citewise')}"
    return f"{name} (mailto:{contact})" if contact else name

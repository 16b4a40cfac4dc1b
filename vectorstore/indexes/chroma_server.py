"""A Chroma server, asked over its HTTP interface (version 2), and again while it is away.

Not by chromadb's own client: that waits for an answer without end, does not tell a refusal from a
failure, and takes a second to import.
"""

import logging
import re
import time
import weakref
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from vectorstore.errors import VectorStoreError, one_line

if TYPE_CHECKING:
    from httpx import Response

logger = logging.getLogger(__name__)

_URL = re.compile(r"https?://[^/\s@?#]+(/[^\s?#]*)?")  # a name and password would be shown
_TOKEN = re.compile(r"[!-~]*")  # what a header may hold
_PATIENCE_SECONDS = 60.0
_FIRST_PAUSE_SECONDS, _LONGEST_PAUSE_SECONDS = 0.1, 3.0
_BUSY = {429, 502, 503, 504}
_REFUSED = {401, 403}
_NOT_FOUND = 404
_SETTING = "--chroma-url (CITEWISE_CHROMA_URL)"


@dataclass(frozen=True, slots=True)
class Patience:
    """How long one request may take, and for how long one that failed is sent again."""

    timeout_seconds: float
    total_seconds: float


HURRIED = Patience(timeout_seconds=2.0, total_seconds=0.5)  # a reader waits, and can do without
_BRIEF = Patience(timeout_seconds=5.0, total_seconds=5.0)  # a server that restarts is back by then


class ChromaServerError(VectorStoreError):
    """The Chroma server refuses what is asked of it, or is none."""


class ServerAwayError(ChromaServerError):
    """The Chroma server cannot be reached, or is too busy to answer."""


class CollectionUnusableError(ChromaServerError):
    """The server fails over the collection."""


class CollectionLostError(CollectionUnusableError):
    """The server does not have the collection."""


class ChromaServer:
    """One server. Threads may share it. The token goes into its requests, and nowhere else.

    What cannot be delivered is asked again for `patience_seconds`. All that is asked may be asked
    twice without harm.
    """

    def __init__(
        self, url: str, token: str = "", *, patience_seconds: float = _PATIENCE_SECONDS
    ) -> None:
        import httpx

        self.url = _checked_url(url)
        self._patience = Patience(timeout_seconds=60.0, total_seconds=patience_seconds)
        self._failures = httpx.HTTPError
        try:
            self._client = httpx.Client(base_url=f"{self.url}/api/v2", headers=_headers(token))
        except httpx.InvalidURL:
            raise ChromaServerError(_is_no_address(url)) from None
        weakref.finalize(self, self._client.close)

    def check(self) -> None:
        """Raise ServerAwayError, or ChromaServerError where another program answers.

        Sooner than other requests: nothing has been done yet that would be lost.
        """
        patience = min(self._patience, _BRIEF, key=lambda each: each.total_seconds)
        found = self.ask("GET", "/pre-flight-checks", patience=patience)
        if not (isinstance(found, dict) and found.get("supports_base64_encoding")):
            raise ChromaServerError(self._is_no_server())

    def ask(
        self, method: str, path: str, body: object = None, *, patience: Patience | None = None
    ) -> Any:
        """Return what the server answers, parsed.

        Raises ServerAwayError when it does not answer within the patience, that of this object
        where none is given, CollectionUnusableError when it only fails, and CollectionLostError at
        once.
        """
        patience = patience or self._patience
        end, pause = time.monotonic() + patience.total_seconds, _FIRST_PAUSE_SECONDS
        while True:
            try:
                return self._ask_once(method, path, body, patience.timeout_seconds)
            except (ServerAwayError, CollectionUnusableError) as error:
                if isinstance(error, CollectionLostError) or time.monotonic() + pause > end:
                    raise
                if patience is self._patience and pause == _FIRST_PAUSE_SECONDS:
                    logger.warning("%s Trying for %.0f s.", error, patience.total_seconds)
            time.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE_SECONDS)

    def _ask_once(self, method: str, path: str, body: object, timeout_seconds: float) -> Any:
        try:
            response = self._client.request(method, path, json=body, timeout=timeout_seconds)
        except self._failures as error:
            raise ServerAwayError(
                f"The Chroma server at {self.url!r} cannot be reached"
                f" ({one_line(error) or type(error).__name__}). Start it, or name another with"
                f" {_SETTING}."
            ) from None
        self._check_status(response)
        try:
            return response.json()
        except ValueError:
            raise ChromaServerError(self._is_no_server()) from None

    def _check_status(self, response: "Response") -> None:
        status, said = response.status_code, one_line(Exception(response.text))
        if response.is_success:
            return
        answer = f"The Chroma server at {self.url!r} answers {status} ({said})."
        if status in _REFUSED:
            raise ChromaServerError(
                f"The Chroma server at {self.url!r} refuses the token ({status})."
                " Set the right one in CITEWISE_CHROMA_TOKEN."
            )
        if status in _BUSY:
            raise ServerAwayError(f"{answer} Try again later, or name another with {_SETTING}.")
        if "NotFoundError" in said:
            raise CollectionLostError(f"{answer} It is made anew when the library is next opened.")
        if response.is_server_error:
            raise CollectionUnusableError(f"{answer} Its log says why.")
        if status == _NOT_FOUND:
            raise ChromaServerError(self._is_no_server())
        raise ChromaServerError(f"{answer} Is it a server of Chroma 1?")

    def _is_no_server(self) -> str:
        return (
            f"What answers at {self.url!r} is no server of Chroma 1. Start one"
            f" (chroma run --path DIR), and name it with {_SETTING}."
        )


def _headers(token: str) -> dict[str, str]:
    """Return what shows the token to Chroma, and to a proxy before it."""
    if not _TOKEN.fullmatch(token):
        raise ChromaServerError(
            "The token for the Chroma server has a space or another character that HTTP does not"
            " carry. Set it again: CITEWISE_CHROMA_TOKEN"
        )
    return {"Authorization": f"Bearer {token}", "X-Chroma-Token": token} if token else {}


def _checked_url(url: str) -> str:
    if not _URL.fullmatch(url):
        raise ChromaServerError(_is_no_address(url))
    return url.rstrip("/")


def _is_no_address(url: str) -> str:
    harmless = re.split("[?#]", url.rpartition("@")[2])[0]  # the rest may be a secret
    return (
        f"{harmless!r} is no address of a Chroma server such as"
        f" 'http://127.0.0.1:8000', given with {_SETTING}. A token goes into CITEWISE_CHROMA_TOKEN."
    )

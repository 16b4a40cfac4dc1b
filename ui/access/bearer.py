"""The key of a request: in the Authorization header, and nowhere else."""

from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from ui.access.keys import without_keys

if TYPE_CHECKING:
    from starlette.datastructures import Headers

NO_KEY = ""
# What clients of other services name it. Addresses end up in logs, histories and Referer headers.
_NAMES = frozenset(
    {"access_token", "api-key", "api_key", "apikey", "auth", "authorization", "bearer", "key"}
    | {"password", "token", "x-api-key"}
)


class AmbiguousError(ValueError):
    """A request with two keys, of which proxies and servers may each take another."""


def bearer_token(headers: "Headers") -> str:
    """Return the key that a request brings, NO_KEY where there is none.

    Raises AmbiguousError for two of them.
    """
    given = headers.getlist("authorization")
    if len(given) > 1:
        raise AmbiguousError("Send one Authorization header, not several.")
    scheme, _, token = (given[0] if given else "").strip().partition(" ")
    return token.strip() if scheme.casefold() == "bearer" else NO_KEY


def has_key(query: bytes, *, names_count: bool) -> bool:
    """Return whether a query string brings a key, by its looks or, where that counts, by name."""
    text = query.decode("latin-1")
    if without_keys(text) != text:
        return True
    pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=None)
    return any(
        without_keys(value) != value or (names_count and name.casefold() in _NAMES)
        for name, value in pairs
    )

"""Publishable keys: they stand in a page's source, and can do nothing but ask."""

import hmac
from collections.abc import Mapping
from hashlib import sha256


class NoKeyAsked:
    """Lets every listed page ask: for a server on which no key exists."""

    def allows(self, key: str, origin: str) -> bool:  # noqa: ARG002 (the protocol's)
        """Return True."""
        return True


class PublishableKeys:
    """Keys in memory, each with the origins that may use it; an empty set stands for all listed.

    Kept as digests, and compared in constant time with every one of them.
    """

    def __init__(self, origins_of: Mapping[str, frozenset[str]] | None = None) -> None:
        """Take the keys, which begin with "pk_". Without any nobody may ask."""
        for key in origins_of or {}:
            if not key.startswith("pk_"):
                raise ValueError(
                    f"{key[:3]!r}... does not begin a publishable key; those begin with 'pk_'."
                    " A secret key must not stand in a page."
                )
        self._origins = {_digest(key): origins for key, origins in (origins_of or {}).items()}

    def allows(self, key: str, origin: str) -> bool:
        """Return whether the key is known and `origin` may use it."""
        given = _digest(key)
        matches = [
            not origins or origin in origins
            for digest, origins in self._origins.items()
            if hmac.compare_digest(digest, given)
        ]
        return any(matches)


def _digest(key: str) -> bytes:
    return sha256(key.encode("utf-8", "surrogatepass")).digest()

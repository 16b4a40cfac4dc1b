"""Publishable keys, as the widget's routes ask for them."""

from ui.access.ring import KeyRing
from ui.access.settings import AccessSettings


class RingOfPublishableKeys:
    """The widget's `Authoriser` over the library's keys.

    As with the API, any key will do on this machine until one was made; and with `--no-auth`.
    """

    def __init__(self, ring: KeyRing, settings: AccessSettings) -> None:
        self._ring = ring
        self._settings = settings

    def allows(self, key: str, origin: str) -> bool:  # noqa: ARG002 (every listed origin may)
        """Return whether `key` is a publishable one in use, or none is wanted."""
        verdict = self._ring.judge(key)
        if verdict.key is not None and verdict.key.publishable and verdict.fault is None:
            return True
        is_wanted = self._settings.is_exposed or not self._ring.is_empty
        return self._settings.no_auth or not is_wanted

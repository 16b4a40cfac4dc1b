"""Who may use the chat: names and passwords, as an operator gives them."""

import argparse
import hmac
from collections.abc import Iterable, Mapping
from hashlib import sha256
from pathlib import Path

from ui.access.errors import AccessError

_SHORTEST_PASSWORD = 8
_OPEN_TO_OTHERS = 0o007  # a group may be the service's own: systemd hands credentials over so
_NOBODY = bytes(32)


class Logins:
    """Users and the digests of their passwords, in memory only."""

    def __init__(self, passwords: Mapping[str, str] | None = None) -> None:
        self._digests = {user: _digest(word) for user, word in (passwords or {}).items()}

    def __bool__(self) -> bool:
        return bool(self._digests)

    def are_right(self, user: str, password: str) -> bool:
        """Return whether the password is the user's, in a time that tells neither of them."""
        known = self._digests.get(user)
        is_right = hmac.compare_digest(known or _NOBODY, _digest(password))
        return is_right and known is not None

    def fingerprint(self, user: str) -> bytes | None:
        """Return what changes with the user's password; None for nobody."""
        return self._digests.get(user)


def parse_login(text: str) -> tuple[str, str]:
    """Return user and password of `USER:PASSWORD`; raises ArgumentTypeError."""
    user, colon, password = text.partition(":")
    if not user or not colon or not user.isprintable():
        raise argparse.ArgumentTypeError("a login is written USER:PASSWORD")
    if len(password) < _SHORTEST_PASSWORD:
        raise argparse.ArgumentTypeError(
            f"the password of {user!r} is too short: give {_SHORTEST_PASSWORD} characters or more"
        )
    return user, password


def logins_of(given: Iterable[tuple[str, str]], file: Path | None) -> Logins:
    """Return the logins given by flag and in a file of lines `USER:PASSWORD`.

    Raises AccessError where the file cannot be used.
    """
    return Logins({**dict(given), **dict(_read(file) if file else ())})


def _read(file: Path) -> list[tuple[str, str]]:
    try:
        if file.stat().st_mode & _OPEN_TO_OTHERS:
            raise AccessError(
                f"Others can read the passwords in {str(file)!r}. Close it: chmod 600 {file}"
            )
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise AccessError(f"Cannot read the logins in {str(file)!r}: {error}.") from None
    found = []
    for number, line in enumerate(lines, 1):
        if line.strip() and not line.startswith("#"):
            try:
                found.append(parse_login(line))
            except argparse.ArgumentTypeError as error:
                raise AccessError(f"{file}, line {number}: {error}.") from None
    if not found:
        raise AccessError(f"{str(file)!r} holds no login. Write one a line: USER:PASSWORD")
    return found


def _digest(password: str) -> bytes:
    return sha256(password.encode("utf-8", "surrogatepass")).digest()

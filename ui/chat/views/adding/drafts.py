"""What readers have sent and not imported yet, in temporary directories."""

import secrets
import shutil
import tempfile
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock

from ui.chat.features import MEGABYTE
from ui.chat.views.adding.pasted import live_names_in

MAX_DRAFTS = 8
MAX_FILES = 200
_SECONDS_KEPT = 3_600.0
_MAX_NAME_CHARS = 100
PASTED = "pasted text"


class UploadError(Exception):
    """Something sent cannot be taken; `status` is the HTTP status that says so."""

    def __init__(self, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.status = status


@dataclass(slots=True)
class Draft:
    """Files and live sources that are to be imported together."""

    token: str
    directory: Path
    files: list[Path] = field(default_factory=list)
    live: list[str] = field(default_factory=list)
    n_bytes: int = 0
    begun_at: float = field(default_factory=time.monotonic)

    @property
    def sources(self) -> list[str]:
        """Return what `vectorstore.importing` is to read."""
        return [*map(str, self.files), *self.live]

    def shown(self, text: str) -> str:
        """Return a message with files under the names that the reader knows them by."""
        for number in range(len(self.files)):
            text = text.replace(f"{self.directory / str(number)}/", "")
        return text


class Drafts:
    """The drafts of all readers. The oldest goes when there are too many, or after an hour."""

    def __init__(self, max_bytes: int) -> None:
        self.max_bytes = max_bytes
        self._drafts: dict[str, Draft] = {}
        self._lock = Lock()

    def begin(self) -> Draft:
        """Return a new draft under a token that nobody can guess."""
        directory = Path(tempfile.mkdtemp(prefix="citewise-upload-"))
        draft = Draft(secrets.token_urlsafe(16), directory)
        with self._lock:
            self._drafts[draft.token] = draft
            old = [d for d in self._drafts.values() if draft.begun_at - d.begun_at > _SECONDS_KEPT]
            many = list(self._drafts.values())[:-MAX_DRAFTS]
        for each in (*old, *many):
            self.drop(each.token)
        return draft

    def get(self, token: str) -> Draft:
        """Return the draft of this token. Raises UploadError where there is none, or no longer."""
        with self._lock:
            draft = self._drafts.get(token)
        if draft is None:
            raise UploadError("What was sent is no longer here. Send it again.", 404)
        return draft

    def drop(self, token: str) -> None:
        """Forget a draft, and delete its files."""
        with self._lock:
            draft = self._drafts.pop(token, None)
        if draft:
            shutil.rmtree(draft.directory, ignore_errors=True)

    def drop_all(self) -> None:
        """Forget all, at the server's end."""
        for token in list(self._drafts):
            self.drop(token)

    async def take(self, draft: Draft, name: str, pieces: AsyncIterator[bytes]) -> None:
        """Add a file as its bytes come. Raises UploadError where they are too many."""
        if len(draft.files) >= MAX_FILES:
            raise UploadError(f"These are more than {MAX_FILES} files. Send them as one .zip.")
        path = draft.directory / str(len(draft.files)) / safe_name(name)
        path.parent.mkdir()
        draft.files.append(path)
        with path.open("wb") as file:
            async for piece in pieces:
                draft.n_bytes += len(piece)
                if draft.n_bytes > self.max_bytes:
                    raise UploadError(too_large(self.max_bytes), 413)
                file.write(piece)

    async def take_text(self, draft: Draft, pieces: AsyncIterator[bytes]) -> None:
        """Add pasted text: the papers that it names, or it itself as a file.

        Raises LiveNameError where it names a live source in the wrong form.
        """
        await self.take(draft, PASTED, pieces)
        path = draft.files[-1]
        names = live_names_in(path.read_text(encoding="utf-8", errors="replace"))
        if names:
            draft.live += names
            draft.files.pop()
            shutil.rmtree(path.parent)


def too_large(max_bytes: int) -> str:
    """Return what to say of too much at once."""
    return (
        f"This is more than {max_bytes // MEGABYTE} MB at once. Send it in parts, compressed,"
        " or add it on the server: citewise add FILE"
    )


def safe_name(name: str) -> str:
    """Return a file's name that leads nowhere else and hides nothing."""
    last = name.replace("\\", "/").rpartition("/")[2]
    plain = "".join(c if c.isprintable() else "_" for c in last).strip(" .")
    stem, dot, suffix = plain.rpartition(".")
    if len(plain) > _MAX_NAME_CHARS and dot:
        plain = f"{stem[: _MAX_NAME_CHARS - len(suffix[:20]) - 1]}.{suffix[:20]}"
    return plain[:_MAX_NAME_CHARS] or "file"

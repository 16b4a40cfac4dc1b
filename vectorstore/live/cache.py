"""Answers kept on disk with their ETag or date, so that what did not change is not sent again."""

import json
import os
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

MAX_CACHE_BYTES = 128 << 20
_SUFFIX = ".answer"
_UNFINISHED_SUFFIX = ".part"
_MAX_HEADER_BYTES = 64 << 10


@dataclass(frozen=True, slots=True)
class CachedAnswer:
    """The body of an answer and what the service calls this state of it."""

    etag: str
    last_modified: str
    content: bytes

    @property
    def conditions(self) -> dict[str, str]:
        """Return the headers that ask for the answer only where it changed."""
        headers = {"If-None-Match": self.etag, "If-Modified-Since": self.last_modified}
        return {name: value for name, value in headers.items() if value}


class AnswerCache:
    """A directory of answers, the least recently used of which go when it is full.

    A damaged entry is a miss. A directory that cannot be written keeps nothing, and is no error.
    """

    def __init__(self, directory: Path, *, max_bytes: int = MAX_CACHE_BYTES) -> None:
        self._directory = directory
        self._max_bytes = max_bytes

    def get(self, url: str, accept: str) -> CachedAnswer | None:
        """Return the answer that is kept for a request; None where there is none."""
        path = self._path(url, accept)
        try:
            with path.open("rb") as file:
                header = json.loads(file.readline(_MAX_HEADER_BYTES))
                content = file.read()
            if header["url"] != url or header["sha256"] != sha256(content).hexdigest():
                raise ValueError("damaged")
            answer = CachedAnswer(str(header["etag"]), str(header["last_modified"]), content)
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, TypeError):
            self._drop(path)
            return None
        with suppress(OSError):
            os.utime(path)  # the latest use
        return answer

    def put(self, url: str, accept: str, answer: CachedAnswer) -> None:
        """Keep an answer, unless the service named no state by which to ask for it again."""
        if not answer.conditions or len(answer.content) > self._max_bytes // 4:
            return
        path = self._path(url, accept)
        header = {
            "url": url,
            "etag": answer.etag,
            "last_modified": answer.last_modified,
            "sha256": sha256(answer.content).hexdigest(),
        }
        unfinished = path.with_name(f"{path.name}.{os.getpid()}{_UNFINISHED_SUFFIX}")
        with suppress(OSError):
            self._directory.mkdir(parents=True, exist_ok=True)
            unfinished.write_bytes(json.dumps(header).encode() + b"\n" + answer.content)
            unfinished.replace(path)
            self._make_room()

    def _make_room(self) -> None:
        files = [(file.stat(), file) for file in self._directory.iterdir() if _is_ours(file)]
        n_bytes = sum(stat.st_size for stat, _ in files)
        for stat, file in sorted(files, key=lambda pair: pair[0].st_mtime_ns):
            if n_bytes <= self._max_bytes:
                break
            self._drop(file)
            n_bytes -= stat.st_size

    def _path(self, url: str, accept: str) -> Path:
        return self._directory / (sha256(f"{accept}\n{url}".encode()).hexdigest() + _SUFFIX)

    @staticmethod
    def _drop(path: Path) -> None:
        with suppress(OSError):
            path.unlink()


def user_cache() -> AnswerCache:
    """Return the cache in the user's cache directory, beside those of the encoders."""
    import platformdirs

    return AnswerCache(platformdirs.user_cache_path("citewise") / "answers")


def _is_ours(file: Path) -> bool:
    return file.suffix in (_SUFFIX, _UNFINISHED_SUFFIX)

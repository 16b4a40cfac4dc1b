"""The map for the browser: drawn by a thread, so that nobody waits for it."""

import gzip
import logging
from threading import Lock, Thread
from typing import TYPE_CHECKING

from ui.papers import map_payload

if TYPE_CHECKING:
    from vectorstore import Library

logger = logging.getLogger(__name__)


class MapKeeper:
    """The map of one library, kept in step with its papers. Threads may share it."""

    def __init__(self, library: "Library") -> None:
        self._library = library
        self._lock = Lock()
        self._generation = -1
        self._content = b""
        self._failed_at = -1
        self._thread: Thread | None = None

    def compressed(self) -> bytes | None:
        """Return the payload under gzip; None while it is being drawn, b"" if that failed."""
        generation = self._library.catalogue.generation
        with self._lock:
            if generation == self._generation:
                return self._content
            if generation == self._failed_at:
                return b""
            if self._thread is None or not self._thread.is_alive():
                self._thread = Thread(target=self._draw, name="map of the papers", daemon=True)
                self._thread.start()
            return None

    def _draw(self) -> None:
        before = self._library.catalogue.generation
        try:
            generation, content = self._drawn()
        except Exception:
            logger.exception("The map of %r could not be drawn", str(self._library.path))
            self._failed_at = before
            return
        with self._lock:
            self._generation, self._content = generation, content

    def _drawn(self) -> tuple[int, bytes]:
        drawn = self._library.collection_map()
        with self._library.catalogue.at_one_moment() as own:
            papers = {paper.paper_id: paper for paper in own.papers()}
        content = map_payload(drawn, papers).encode(errors="replace")
        return drawn.generation, gzip.compress(content, 5)

"""Live sources as streams, page by page, and what a library is to remember of them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from vectorstore.live.client import LiveClient
from vectorstore.live.errors import LiveError, LiveNameError
from vectorstore.live.names import live_query
from vectorstore.live.query import Asked, LiveQuery, Page
from vectorstore.live.state import LiveState
from vectorstore.readers.opened import Opened
from vectorstore.readers.unpacking import Found, NotOpened

if TYPE_CHECKING:
    from vectorstore.catalogue import Catalogue
    from vectorstore.database import Place

MAX_NAME_CHARS = 120


@dataclass(slots=True)
class _Reading:
    """How far the reading of a source has come.

    `at` is the token of the first page not all of whose papers were taken. `n_found` counts what
    its pages held.
    """

    query: LiveQuery
    started_at: str
    start: str
    at: str = ""
    n_found: int = 0
    has_papers: bool = False
    has_failed: bool = False
    is_done: bool = False


class LiveSources:
    """Opens live sources by name, and knows how far each was read.

    A source of `states` that was interrupted goes on where it stopped, or at the token that
    `starts` has for its name. `max_pages` ends the reading of each after so many pages; a source
    that is read page by page may have no paper on one, and its reader keeps the states.
    """

    def __init__(
        self,
        client: LiveClient,
        *,
        states: Sequence[LiveState] = (),
        asked: Asked | None = None,
        starts: Mapping[str, str] | None = None,
        max_pages: int | None = None,
    ) -> None:
        self._client = client
        self._states = {state.name: state for state in states}
        self._starts = {s.name: s.resume for s in states} if starts is None else starts
        self._asked = asked or Asked()
        self._max_pages = max_pages
        self._readings: dict[str, _Reading] = {}

    def found(self, name: str) -> Iterator[Found]:
        """Yield the answers of one source, each fetched when the one before was read.

        What goes wrong is yielded as an error, and ends the source.
        """
        try:
            query = live_query(name)
        except LiveNameError as error:
            yield NotOpened(name, str(error), is_error=True)
            return
        if query is None:
            yield NotOpened(name, f"{name!r} is no live source.", is_error=True)
            return
        reading = self._begin(query)
        try:
            for page in self._pages(reading):
                yield from self._taken(reading, page)
                reading.at = page.next
        except LiveError as error:
            reading.has_failed = True
            yield NotOpened(query.name, f"{shown_name(query.name)}: {error}", is_error=True)
        else:
            if not reading.n_found and self._max_pages is None:
                name = shown_name(query.name)
                yield NotOpened(query.name, f"{name!r} has no papers.", is_error=True)

    def end(self) -> None:
        """Note that all was read that is wanted: what was begun is done, unless it failed."""
        for reading in self._readings.values():
            reading.is_done = not reading.has_failed

    def remember(self, catalogue: "Catalogue") -> None:
        """Keep in a library how far its sources were read; all papers so far are stored in it."""
        if self._max_pages is not None:
            return
        for reading in self._readings.values():
            state = self._state_after(reading)
            if reading.has_papers and state != self._states.get(state.name):
                catalogue.put_live(state)
                self._states[state.name] = state

    def left_over(self) -> dict[str, str]:
        """Return by name where the next reading of a source that failed goes on, in words."""
        return {
            r.query.name: r.query.place(r.at)
            for r in self._readings.values()
            if r.has_failed and r.at and r.at != r.start
        }

    def next_token(self, name: str) -> str | None:
        """Return the token behind what was read of a source, "" at its end; None if it failed."""
        reading = self._readings[name]
        return None if reading.has_failed else reading.at

    def _begin(self, query: LiveQuery) -> _Reading:
        start = self._starts.get(query.name, "")
        reading = _Reading(query, utc_now(), start)
        self._readings[query.name] = reading
        return reading

    def _pages(self, reading: _Reading) -> Iterator[Page]:
        asked = replace(self._asked, start=reading.start)
        n_pages = 0
        for page in reading.query.pages(self._client, asked):
            yield page
            n_pages += page.next != page.start  # a day may take several answers
            if n_pages == self._max_pages:
                return

    def _taken(self, reading: _Reading, page: Page) -> Iterator[Found]:
        reading.at = page.start
        for found in page.found:
            reading.n_found += isinstance(found, Opened) or found.is_error
            reading.has_papers = reading.has_papers or isinstance(found, Opened)
            yield found

    def _state_after(self, reading: _Reading) -> LiveState:
        query, old = reading.query, self._states.get(reading.query.name)
        added_at = old.added_at if old else reading.started_at
        read_at = old.read_at if old else None
        if reading.is_done:
            # Of one that went on somewhere, the newest papers are as old as its first reading.
            read_at = (read_at or added_at) if reading.start else reading.started_at
        return LiveState(
            query.name,
            self._asked.max_papers if query.is_search else None,
            added_at,
            read_at,
            "" if reading.is_done else reading.at,
        )


def shown_name(name: str) -> str:
    """Return a name as messages show it: of many ids only the first."""
    return name if len(name) <= MAX_NAME_CHARS else f"{name[: MAX_NAME_CHARS - 3]}..."


def remembered(catalogue: "Place") -> list[LiveState]:
    """Return the live sources that a catalogue remembers, none where there is no catalogue.

    Nothing is written: one that an earlier Citewise made has none.
    """
    from contextlib import closing

    from vectorstore.catalogue import Catalogue
    from vectorstore.manifest import LIBRARY_FORMAT

    if not Catalogue.exists(catalogue):
        return []
    with closing(Catalogue(catalogue)) as opened:
        return opened.live() if opened.manifest.format >= LIBRARY_FORMAT else []


def utc_now() -> str:
    """Return the moment in ISO 8601, UTC, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")

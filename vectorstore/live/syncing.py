"""Live sources asked again: what is new since the last time is stored.

A source is read page by page, each stored before the next is asked for. The newest part comes
first; of a source whose first reading was interrupted, what was left over comes after it.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime

from vectorstore.importing import ImportReport, Rows, TakeReject
from vectorstore.live.client import LiveClient
from vectorstore.live.errors import LiveNameError
from vectorstore.live.names import live_query
from vectorstore.live.query import Asked, LiveQuery, utc_today
from vectorstore.live.sources import LiveSources, utc_now
from vectorstore.live.state import LiveState


@dataclass(frozen=True, slots=True)
class Sync:
    """How sources are asked again.

    `store` stores rows, or only notes what would become of them; `keep` keeps a state in the
    library, or does nothing.
    """

    client: LiveClient
    store: Callable[[Rows], object]
    keep: Callable[[LiveState], None]
    take_reject: TakeReject = lambda *_: None

    def run(self, state: LiveState, report: ImportReport, *, today: date | None = None) -> None:
        """Read what is new in one source, and note in `report` what became of it."""
        query = known_query(state.name)
        if query is None:
            report.errors[state.name] = (
                f"{state.name!r} is no live source of this Citewise. Update it, or:"
                f" citewise sync --forget {state.name!r}"
            )
            return
        started_at = utc_now()
        asked = Asked(max_papers=state.max_papers, today=today or utc_today())
        since = datetime.fromisoformat(state.read_at or state.added_at).date()
        token = self._read(query, report, replace(asked, since=since), state, begins_at="")
        if token is None:
            return
        is_whole = not token and not query.is_dated
        state = replace(state, read_at=started_at, resume="" if is_whole else state.resume)
        self.keep(state)
        if state.resume:
            self._read(query, report, asked, state, begins_at=state.resume)

    def _read(
        self,
        query: LiveQuery,
        report: ImportReport,
        asked: Asked,
        state: LiveState,
        *,
        begins_at: str,
    ) -> str | None:
        """Read a source to its end, or until a page of the newest part holds nothing new.

        Returns the token behind what was read, None where it failed. What is read from `begins_at`
        on is left over, and how far that came is kept.
        """
        token = begins_at
        while True:
            n_before = _n_new(report)
            live = LiveSources(self.client, asked=asked, starts={query.name: token}, max_pages=1)
            self.store(Rows([query.name], report, take_reject=self.take_reject, live=live))
            behind = live.next_token(query.name)
            if behind is None:
                return None
            if begins_at:
                self.keep(replace(state, resume=behind))
            is_all_known = query.is_newest_first and _n_new(report) == n_before
            if not behind or (is_all_known and not begins_at):
                return behind
            token = behind


def known_query(name: str) -> LiveQuery | None:
    """Return what a source that is remembered asks; None for one of a later Citewise."""
    try:
        return live_query(name)
    except LiveNameError:
        return None


def _n_new(report: ImportReport) -> int:
    return report.n_added + report.n_updated + report.n_merged

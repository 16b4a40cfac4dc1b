"""The one place where imports are begun, watched and taken back: one at a time."""

import logging
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from threading import Lock, Thread
from typing import TYPE_CHECKING, Any

from ui.chat.sidebar import library_facts
from ui.chat.views.adding.drafts import Draft, Drafts
from ui.chat.views.adding.telling import NotedRows, told
from vectorstore import VectorStoreError
from vectorstore.importing import ImportReport, add_rows, plan_rows
from vectorstore.undoing import Change, remembering, undo

if TYPE_CHECKING:
    from ui.chat.features import Features
    from vectorstore import Library
    from vectorstore.live.sources import LiveSources

logger = logging.getLogger(__name__)

UNEXPECTED = "Something went wrong on the server. Its log says what; trying again may help."
_MAX_JOBS = 16  # remembered, for pages that ask how theirs ended

Result = dict[str, Any]


class BusyError(Exception):
    """Another import is under way."""


@dataclass(slots=True)
class Job:
    """One preview, import or undo: how far it is and what came of it.

    `result` is None until it ended well; `error` says why it ended otherwise.
    """

    kind: str
    job_id: str = field(default_factory=lambda: secrets.token_urlsafe(12))
    n_done: int = 0
    n_total: int | None = None
    result: Result | None = None
    error: str = ""

    @property
    def is_running(self) -> bool:
        """Return whether it has not ended."""
        return self.result is None and not self.error

    def as_json(self) -> Result:
        """Return it for the page."""
        return {
            "job": self.job_id,
            "kind": self.kind,
            "running": self.is_running,
            "done": self.n_done,
            "total": self.n_total,
            "result": self.result,
            "error": self.error,
        }


@dataclass(frozen=True, slots=True)
class _LastImport:
    """What the undo button takes back."""

    change: Change
    ended_at: str
    job_id: str

    def as_json(self) -> Result:
        return {
            "job": self.job_id,
            "ended_at": self.ended_at,
            "n_added": len(self.change.added),
            "n_changed": len(self.change.before),
        }


class Desk:
    """Imports into one library. Threads may share it."""

    def __init__(self, library: "Library", features: "Features") -> None:
        self.drafts = Drafts(features.max_upload_bytes)
        self._library = library
        self._contact = features.contact
        self._lock = Lock()
        self._jobs: dict[str, Job] = {}
        self._last: _LastImport | None = None

    def job(self, job_id: str) -> Job | None:
        """Return a job; None where there is none of this id, or it is long over."""
        return self._jobs.get(job_id)

    def last_import(self) -> Result | None:
        """Return what can be taken back; None where there is nothing."""
        return self._last.as_json() if self._last else None

    def preview(self, draft: Draft) -> Job:
        """Begin to find out what an import would do. Raises BusyError."""
        return self._begin("preview", lambda job: self._preview(draft, job))

    def add(self, draft: Draft) -> Job:
        """Begin an import. Raises BusyError."""
        return self._begin("add", lambda job: self._add(draft, job))

    def undo(self, job_id: str) -> Job | None:
        """Begin to take the last import back, if it is this one, else return None.

        Raises BusyError.
        """
        last = self._last
        if last is None or last.job_id != job_id:
            return None
        return self._begin("undo", lambda job: self._undo(last, job))

    def _begin(self, kind: str, work: Callable[[Job], Result]) -> Job:
        job = Job(kind)
        with self._lock:
            running = next((each for each in self._jobs.values() if each.is_running), None)
            if running:
                raise BusyError(
                    f"{_BUSY_WITH[running.kind]}{_how_far(running)}. Try again when it is done."
                )
            self._jobs[job.job_id] = job
            for job_id in list(self._jobs)[:-_MAX_JOBS]:
                del self._jobs[job_id]
        Thread(target=self._work, args=(job, work), name=f"import: {kind}", daemon=True).start()
        return job

    def _work(self, job: Job, work: Callable[[Job], Result]) -> None:
        try:
            job.result = work(job)
        except VectorStoreError as error:
            job.error = str(error)
        except Exception:
            logger.exception("%s of papers failed", job.kind)
            job.error = UNEXPECTED

    def _preview(self, draft: Draft, job: Job) -> Result:
        rows = self._rows(draft)
        n_papers = plan_rows(self._library.catalogue.place, rows, _progress(job))
        return told(rows, draft, self._library, n_papers)

    def _add(self, draft: Draft, job: Job) -> Result:
        library, rows = self._library, self._rows(draft)
        with library.writing(), remembering(library) as before:
            try:
                add_rows(lambda: library, rows, _progress(job))
            finally:  # what was stored before an error can be taken back too
                change = before.change(rows.report.papers)
                if change:
                    ended_at = datetime.now(UTC).isoformat(timespec="seconds")
                    self._last = _LastImport(change, ended_at, job.job_id)
        status = library.status()
        result = told(rows, draft, library, status.n_papers)
        self.drafts.drop(draft.token)
        return {
            **result,
            "facts": library_facts(status),
            "undo": self._last.as_json() if change and self._last else None,
        }

    def _undo(self, last: _LastImport, job: Job) -> Result:
        job.n_total = len(last.change.left)
        undone = undo(self._library, last.change)
        if self._last is last:
            self._last = None
        status = self._library.status()
        return {
            "n_removed": len(undone.removed),
            "n_restored": len(undone.restored),
            "n_kept": len(undone.kept),
            "n_papers": status.n_papers,
            "facts": library_facts(status),
        }

    def _rows(self, draft: Draft) -> NotedRows:
        return NotedRows(
            draft.sources, ImportReport(), live=self._live_sources(draft), shown=draft.shown
        )

    def _live_sources(self, draft: Draft) -> "LiveSources | None":
        if not draft.live:
            return None
        from vectorstore.live.cache import user_cache
        from vectorstore.live.client import LiveClient
        from vectorstore.live.sources import LiveSources, remembered

        client = LiveClient(contact=self._contact, cache=user_cache())
        return LiveSources(client, states=remembered(self._library.catalogue.place))


_BUSY_WITH = {
    "preview": "Something else is being looked through",
    "add": "Other papers are being added",
    "undo": "An import is being taken back",
}


def _how_far(job: Job) -> str:
    return f" ({job.n_done:,} of {job.n_total:,} papers)" if job.n_done and job.n_total else ""


def _progress(job: Job) -> Callable[[int, int | None], None]:
    def tell(n_done: int, n_total: int | None) -> None:
        job.n_done, job.n_total = n_done, n_total

    return tell

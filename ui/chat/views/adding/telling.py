"""What an import did, or would do, as JSON for the page. All of it is plain text."""

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from vectorstore.importing import ImportReport, Rows
from vectorstore.paper import Paper

if TYPE_CHECKING:
    from ui.chat.views.adding.drafts import Draft
    from vectorstore import Library

MAX_TOLD = 200  # papers of a kind, and rejects
_MAX_TITLE_CHARS = 300
_KINDS = ("added", "updated", "merged", "unchanged")


class NotedRows(Rows):
    """Rows that remember the titles of the first papers of each id."""

    titles: dict[str, str]

    def __iter__(self) -> Iterator[Paper]:
        """Yield the papers, noting them on the way."""
        self.titles = {}
        for paper in super().__iter__():
            if len(self.titles) < 4 * MAX_TOLD:
                self.titles.setdefault(paper.paper_id, paper.title[:_MAX_TITLE_CHARS])
            yield paper


def told(rows: NotedRows, draft: "Draft", library: "Library", n_papers: int) -> dict[str, Any]:
    """Return counts, papers by what becomes of them, and what is wrong; the first 200 of each."""
    report = rows.report
    return {
        "counts": report.counts,
        "n_papers": n_papers,
        "papers": {
            kind: _titled(getattr(report.papers, kind), rows.titles, library) for kind in _KINDS
        },
        "rejects": list(_rejects(report, draft)),
        "errors": [
            {"source": draft.shown(source), "reason": draft.shown(reason)}
            for source, reason in report.errors.items()
        ],
        "skipped": [
            {"source": draft.shown(source), "reason": draft.shown(reason)}
            for source, reason in list(report.skipped.items())[:MAX_TOLD]
            if reason != "hidden"
        ],
        "sources": [
            {"source": draft.shown(source.source), "format": source.format}
            for source in report.sources[:MAX_TOLD]
        ],
    }


def _titled(
    paper_ids: Sequence[str], titles: dict[str, str], library: "Library"
) -> list[dict[str, str]]:
    shown = list(dict.fromkeys(paper_ids))[:MAX_TOLD]
    known = library.catalogue.get(shown)
    return [
        {"id": each, "title": known[each].title if each in known else titles.get(each, each)}
        for each in shown
    ]


def _rejects(report: ImportReport, draft: "Draft") -> Iterable[dict[str, Any]]:
    n_told = 0
    for source in report.sources:
        for reject in source.rejects[: MAX_TOLD - n_told]:
            yield {
                "source": draft.shown(source.source),
                "line": reject.line,
                "reason": draft.shown(reject.reason),
                "excerpt": reject.excerpt,
            }
            n_told += 1

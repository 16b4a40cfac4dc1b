"""What clients may attach: a paper by its id, and the library in figures."""

import json
import re
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

from ui.mcp.failures import RequestError, shown
from ui.mcp.threads import Workers

if TYPE_CHECKING:
    from collections.abc import Callable

    from assistant.assistant import Assistant
    from ui.mcp.tools import PaperTools
    from vectorstore import Paper

PAPER = "paper://{id}"
LIBRARY = "citewise://library"


def check_uri(uri: str) -> None:
    """Raise RequestError for what no resource can have."""
    if uri != LIBRARY and not re.fullmatch("paper://[^/]+", uri):
        raise RequestError(
            f"There is no resource {shown(uri)}. There are {LIBRARY} and {PAPER}, where '/' and ':'"
            " of an id are written as '%2F' and '%3A'."
        )


def paper_uri(paper_id: str) -> str:
    """Return the resource of a paper: ids hold slashes and colons, which URIs read otherwise."""
    return PAPER.replace("{id}", quote(paper_id, safe=""))


class PaperResources:
    """The resources, as functions that the server registers."""

    def __init__(
        self, assistant: "Callable[[], Assistant]", tools: "PaperTools", workers: Workers
    ) -> None:
        self._assistant = assistant
        self._tools = tools
        self._workers = workers

    async def paper(self, id: str) -> str:  # noqa: A002 (the name in the URI)
        """Return a paper as text."""
        return _as_text(await self._workers.run(self._tools.paper, unquote(id)))

    async def library(self) -> str:
        """Return the library in figures, as JSON."""
        return await self._workers.run(self._figures)

    def _figures(self) -> str:
        status = self._assistant().library.status()
        first, last = status.year_range or (None, None)
        figures = {"n_papers": status.n_papers, "first_year": first, "last_year": last}
        return json.dumps(figures)


def _as_text(paper: "Paper") -> str:
    who = ", ".join(paper.authors) or (f"{paper.n_authors} authors" if paper.n_authors else "")
    when = paper.published.isoformat() if paper.published else str(paper.year or "")
    about = "\n".join(filter(None, [who, when, paper.link]))
    return f"{paper.title}\n{about}\n\n{paper.abstract}"

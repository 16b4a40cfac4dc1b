"""Citewise as `citewise add` and `citewise search` run it."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.data import Row

if TYPE_CHECKING:
    from vectorstore import Library, Paper


class Citewise:
    """A library with MiniLM, as all systems have: its own encoder learnt from SciFact's claims."""

    _library: "Library"

    def open(self, directory: Path) -> None:
        """Open the library in `directory`, or make one."""
        from vectorstore import EMBEDDED_ENCODER

        self._library = open_library(directory, encoder=EMBEDDED_ENCODER)

    def index(self, rows: Sequence[Row]) -> None:
        """Add the papers."""
        self._library.add(papers_of(rows))

    def search(self, query: str, *, top_k: int) -> list[str]:
        """Return the ids of the best papers, best first."""
        return [hit.paper.paper_id for hit in self._library.search(query, top_k=top_k)]


def open_library(directory: Path, *, encoder: str | None = None) -> "Library":
    """Return the library in `directory` as every face of Citewise opens it, made if need be."""
    from assistant import build, settings

    chosen = settings.load_settings(library=directory, encoder=encoder)
    return build.open_library(chosen, create=True)


def papers_of(rows: Sequence[Row]) -> list["Paper"]:
    """Return the papers as Citewise's own reader makes them of JSON lines."""
    from vectorstore import read_text

    return read_text("\n".join(json.dumps(row) for row in rows), "rows").papers

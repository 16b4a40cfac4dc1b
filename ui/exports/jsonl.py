"""JSON lines: all that Citewise knows of a paper, one object a line."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import fields

from vectorstore.paper import Paper

# The names that the reader of JSON lines knows, where they are not the paper's own.
_NAMES = {"paper_id": "id", "published": "date"}


def to_jsonl(papers: Iterable[Paper]) -> Iterator[str]:
    """Yield a line a paper; what is not known is left out."""
    return (json.dumps(_row(paper), ensure_ascii=False) + "\n" for paper in papers)


def _row(paper: Paper) -> dict[str, object]:
    values = {
        _NAMES.get(field.name, field.name): getattr(paper, field.name) for field in fields(paper)
    }
    if paper.published:
        values["date"] = paper.published.isoformat()
    return {name: value for name, value in values.items() if value not in (None, "", ())}

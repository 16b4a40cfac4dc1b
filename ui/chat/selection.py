"""The papers that a reader has restricted the chat to."""

import json

from vectorstore import SearchFilter

_MAX_CHARS = 4 << 20


def selected(selection: str) -> SearchFilter:
    """Return the filter of a JSON list of paper ids; of all papers where it is empty or none."""
    try:
        ids = json.loads(selection) if 0 < len(selection) <= _MAX_CHARS else []
    except (ValueError, RecursionError):
        ids = []
    names = frozenset(each for each in ids if isinstance(each, str)) if type(ids) is list else None
    return SearchFilter(paper_ids=names or None)

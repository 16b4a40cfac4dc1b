"""What a pasted text means: names of papers to be fetched, or papers as they are."""

import re

from vectorstore.live.names import is_live, live_query
from vectorstore.readers.arxiv_ids import parse_arxiv_id
from vectorstore.readers.identifiers import doi_in

MAX_IDS = 500
_MAX_CHARS = 50_000  # of a text that may be ids and nothing else
_LOOSE_PREFIX = re.compile(r"\b(arxiv|doi):\s+", re.IGNORECASE)
_BETWEEN = re.compile(r"[\s,;]+")
_AROUND = "\"'()[]<>{}."
_DOI = re.compile(r"(?i)(?:https?://(?:dx\.|www\.)?doi\.org/|doi:)?10\.\d{4,9}/\S+")


def live_names_in(text: str) -> list[str]:
    """Return the live sources that a text names, if it is nothing else; else none.

    arXiv ids and DOIs in any spelling, separated by spaces, commas or lines, and names such as
    "hf-daily:2026-05-19" on lines of their own. Other addresses are never fetched: the server would
    ask its own network for whatever a reader types.
    """
    if len(text) > _MAX_CHARS:
        return []
    names: list[str] = []
    arxiv_ids: list[str] = []
    for line in filter(None, map(str.strip, text.splitlines())):
        found = _of_words(line)
        if found is None:
            name = _whole_line(line)
            if not name:
                return []
            names.append(name)
        else:
            arxiv_ids += found[0]
            names += found[1]
    if arxiv_ids:
        names.insert(0, f"arxiv:{','.join(dict.fromkeys(arxiv_ids))}")
    is_few = len(names) + len(arxiv_ids) <= MAX_IDS
    return list(dict.fromkeys(names)) if is_few else []


def _of_words(line: str) -> tuple[list[str], list[str]] | None:
    """Return the arXiv ids and the DOIs that a line consists of; None where it has other words."""
    arxiv_ids: list[str] = []
    dois: list[str] = []
    for word in _BETWEEN.split(_LOOSE_PREFIX.sub(r"\1:", line)):
        word = word.strip(_AROUND)
        if found := parse_arxiv_id(word):
            version = f"v{found.version}" if found.version else ""
            arxiv_ids.append(f"{found.id}{version}")
        elif _DOI.fullmatch(word):
            dois.append(f"doi:{doi_in(word)}")
        elif word:
            return None
    return arxiv_ids, dois


def _whole_line(line: str) -> str:
    """Return the one form of a live source's name; "" for all else. Raises LiveNameError."""
    if not is_live(line):
        return ""
    query = live_query(line)
    return query.name if query else ""

"""The names of live sources: a prefix and what is asked."""

from collections.abc import Callable, Mapping

from vectorstore.live.arxiv import arxiv_ids, arxiv_page, arxiv_search
from vectorstore.live.doi import doi_page, doi_record
from vectorstore.live.errors import LiveNameError
from vectorstore.live.hf import daily_papers, paper_search
from vectorstore.live.query import LiveQuery

PREFIXES: Mapping[str, Callable[[str], LiveQuery]] = {
    "hf-daily": daily_papers,
    "hf-search": paper_search,
    "arxiv-search": arxiv_search,
    "arxiv": arxiv_ids,
    "doi": doi_record,
}
_PAGES: tuple[Callable[[str], LiveQuery | None], ...] = (arxiv_page, doi_page)


def live_query(name: str) -> LiveQuery | None:
    """Return what the name of a live source asks; None for the name of anything else.

    Raises LiveNameError, which shows the right form, for a known prefix with what does not fit it.
    """
    prefix, colon, text = name.partition(":")
    parse = PREFIXES.get(prefix.strip().casefold()) if colon else None
    if parse:
        return parse(text)
    if name.casefold().startswith(("http://", "https://")):
        try:
            return next((query for page in _PAGES if (query := page(name))), None)
        except ValueError:  # no address at all
            return None
    return None


def is_live(name: str) -> bool:
    """Return whether a name is meant as that of a live source, well formed or not."""
    prefix, colon, _ = name.partition(":")
    if colon and prefix.strip().casefold() in PREFIXES:
        return True
    try:
        return live_query(name) is not None
    except LiveNameError:
        return True

"""Live sources at arXiv's API: searches, newest first, and papers by id.

https://info.arxiv.org/help/api/user-manual.html: at most 2,000 papers an answer and 30,000 a query.
"""

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from vectorstore.live.client import LiveClient
from vectorstore.live.errors import LiveNameError, TryAgainError
from vectorstore.live.feed import Feed, parse_feed
from vectorstore.live.fetching import Response
from vectorstore.live.query import Asked, Page, Rejected, number_of
from vectorstore.live.services import ARXIV
from vectorstore.readers.arxiv_ids import ArxivId, parse_arxiv_id
from vectorstore.readers.opened import Opened
from vectorstore.readers.report import Reject
from vectorstore.readers.unpacking import Found

PAGE_PAPERS = 200
DEFAULT_MAX_PAPERS = 200
IDS_A_REQUEST = 100
_MAX_RESULTS = 30_000
_MAX_QUERY_CHARS = 1_000
_MAX_IDS = 2_000
_MAX_NAME_CHARS = 80
_PATH, _ATOM = "/api/query", "application/atom+xml"
_FORMAT = "arxiv-api"


@dataclass(frozen=True, slots=True)
class ArxivSearch:
    """A search in the syntax of arXiv's API, such as `cat:cs.CL AND abs:retrieval`."""

    query: str
    is_search: bool = True
    is_newest_first: bool = True
    is_dated: bool = False

    @property
    def name(self) -> str:
        """Return the name in its one form."""
        return f"arxiv-search:{self.query}"

    def place(self, token: str) -> str:
        """Return where a token stands, for a person."""
        return f"paper {number_of(token) + 1:,}"

    def pages(self, client: LiveClient, asked: Asked) -> Iterator[Page]:
        """Yield the answers, newest papers first, until there are no more or enough."""
        bound = min(asked.max_papers or DEFAULT_MAX_PAPERS, _MAX_RESULTS)
        start = number_of(asked.start)
        start = start if start < bound else 0
        n_total = 0
        while True:
            content, feed = self._answer(client, start, min(PAGE_PAPERS, bound - start), n_total)
            end, n_total = start + len(feed.ids), max(feed.n_total, n_total)
            is_last = not feed.ids or end >= min(n_total, bound)
            name = f"{self.name} ({start + 1:,}-{end:,})"
            found = [Opened(name, io.BytesIO(content))] if feed.ids else []
            yield Page(found, str(start), "" if is_last else str(end))
            if is_last:
                return
            start = end

    def _answer(
        self, client: LiveClient, start: int, n_papers: int, n_total: int
    ) -> tuple[bytes, Feed]:
        check = _NotEmpty(start, n_total)
        params = {
            "search_query": self.query,
            "start": str(start),
            "max_results": str(n_papers),
            "sortBy": "submittedDate",
            "sortOrder": "descending",
        }
        content = client.get(ARXIV, _PATH, params, _ATOM, check)
        return content, check.feed


class _NotEmpty:
    """A check that asks again for an empty page where there should be papers.

    arXiv sends such pages now and then. One that says that there are no papers at all is asked for
    once more.
    """

    def __init__(self, start: int, n_total: int) -> None:
        self.feed = Feed(0, ())
        self._start = start
        self._n_total = n_total

    def __call__(self, response: Response) -> None:
        self.feed = parse_feed(response)
        n_total = max(self.feed.n_total, self._n_total)
        if self.feed.ids or (self._start and self._start >= n_total):
            return
        if n_total > self._start:
            reason = f"arXiv sent an empty page where paper {self._start + 1:,} of {n_total:,} is"
            raise TryAgainError(reason, is_of_host=False)
        if self._n_total == 0 and self._start == 0:
            self._n_total = -1  # so that the second time counts
            raise TryAgainError("arXiv found no paper", is_of_host=False)


@dataclass(frozen=True, slots=True)
class ArxivIds:
    """Papers by their ids; one with a version is of that version."""

    ids: tuple[ArxivId, ...]
    is_search: bool = False
    is_newest_first: bool = False
    is_dated: bool = False

    @property
    def name(self) -> str:
        """Return the name in its one form."""
        return f"arxiv:{','.join(map(_spelled, self.ids))}"

    def place(self, token: str) -> str:
        """Return where a token stands, for a person."""
        return f"id {number_of(token) + 1:,} of {len(self.ids):,}"

    def pages(self, client: LiveClient, asked: Asked) -> Iterator[Page]:
        """Yield the papers, a hundred an answer; those that arXiv does not have as rejected."""
        start = number_of(asked.start)
        start = start if start < len(self.ids) else 0
        while start < len(self.ids):
            ids = self.ids[start : start + IDS_A_REQUEST]
            end = start + len(ids)
            yield Page(
                self._found(client, ids, self._name_of(start, end)),
                str(start),
                str(end) if end < len(self.ids) else "",
            )
            start = end

    def _name_of(self, start: int, end: int) -> str:
        if len(self.ids) <= IDS_A_REQUEST and len(self.name) <= _MAX_NAME_CHARS:
            return self.name
        return f"arxiv:{_spelled(self.ids[0])},... ({start + 1:,}-{end:,} of {len(self.ids):,})"

    def _found(self, client: LiveClient, ids: Sequence[ArxivId], name: str) -> list[Found]:
        feeds = []
        params = {"id_list": ",".join(map(_spelled, ids)), "max_results": str(len(ids))}
        content = client.get(
            ARXIV, _PATH, params, _ATOM, lambda response: feeds.append(parse_feed(response))
        )
        known = {found.id for found in feeds[-1].ids if found}
        missing = [_missing(each) for each in ids if each.id not in known]
        return [*([Opened(name, io.BytesIO(content))] if known else []), *missing]


def arxiv_search(text: str) -> ArxivSearch:
    """Return the query of a name. Raises LiveNameError for what is none."""
    query = " ".join(text.split())
    if not query or len(query) > _MAX_QUERY_CHARS or not query.isprintable():
        raise LiveNameError(
            f"'arxiv-search:{query[:80]}' needs a search of 1 to {_MAX_QUERY_CHARS:,} characters,"
            " such as arxiv-search:'cat:cs.CL AND abs:retrieval'."
        )
    return ArxivSearch(query)


def arxiv_ids(text: str) -> ArxivIds:
    """Return the query of ids that commas separate. Raises LiveNameError where one is none."""
    ids = {}
    for part in text.split(","):
        found = parse_arxiv_id(part)
        if not found:
            raise LiveNameError(
                f"{part.strip()[:80]!r} in 'arxiv:...' is no arXiv id. Write"
                " arxiv:2409.13740, arxiv:2409.13740v2, arxiv:math/0309136, or several:"
                " arxiv:2409.13740,2301.00001"
            )
        ids[_spelled(found)] = found
    if len(ids) > _MAX_IDS:
        raise LiveNameError(f"'arxiv:...' takes up to {_MAX_IDS:,} ids, and here are {len(ids):,}.")
    return ArxivIds(tuple(ids.values()))


def arxiv_page(url: str) -> ArxivIds | None:
    """Return the query for the address of a paper's page or file at arxiv.org; else None."""
    host = urlsplit(url).hostname or ""
    found = parse_arxiv_id(url) if host == "arxiv.org" or host.endswith(".arxiv.org") else None
    return ArxivIds((found,)) if found else None


def _spelled(arxiv: ArxivId) -> str:
    return f"{arxiv.id}v{arxiv.version}" if arxiv.version else arxiv.id


def _missing(arxiv: ArxivId) -> Rejected:
    name = f"arxiv:{_spelled(arxiv)}"
    reason = f"arXiv has no paper {_spelled(arxiv)!r}; look at {replace(arxiv, version=None).url}"
    reject = Reject(0, "no such paper at arXiv", _spelled(arxiv))
    return Rejected(name, reason, format=_FORMAT, reject=reject)

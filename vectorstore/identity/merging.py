"""Several records of one paper into one: which belong together, and what the record keeps."""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from vectorstore.identity.comparing import Reason, compare
from vectorstore.identity.keys import (
    doi_of,
    identity_keys,
    is_preprint_doi,
    registered_ids,
    split_arxiv_id,
)
from vectorstore.paper import Paper

Find = Callable[[Collection[str]], Mapping[str, Sequence[Paper]]]
# A key that more papers share says nothing ("Introduction", the DOI of a template), and would cost
# time with each of them.
MAX_PAPERS_PER_KEY = 20

_MARKUP = re.compile(r"\\[a-zA-Z]+|[${}]|</?[a-zA-Z][^<>]*>|&#?\w+;|this https? URL|\ufffd")
_MARKUP_CHARS = 30  # so many characters more make up for one piece of markup
_CUT_OFF = ("...", "…")


@dataclass(frozen=True, slots=True)
class Resolution:
    """What one paper of a batch turned out to be.

    `target_id` is the id of the record that it belongs to: its own where it is new. `reason` is
    None for a new paper and for one whose id is known. `also` names other records that it shows to
    be the same paper as the target: they may be taken into it.
    """

    paper: Paper
    target_id: str
    reason: Reason | None = None
    known_id: bool = False
    also: tuple[str, ...] = ()

    @property
    def new(self) -> bool:
        """Return whether nothing known, nor earlier in the batch, is this paper."""
        return not self.known_id and self.reason is None


def resolve(papers: Iterable[Paper], find: Find) -> list[Resolution]:
    """Decide for each paper of a batch whether its id is known, it is a known paper, or is new.

    `find` is asked once: it returns by key the records that have it, and may leave out keys other
    than "id:" that none or over MAX_PAPERS_PER_KEY have. A record has the keys of all its origins.
    Papers are compared with those before them in the batch too. Time grows with the papers, not
    with their pairs. What is to be stored is `merge_origins` of the target's origins, this paper
    among them.
    """
    batch = list(papers)
    keys = [identity_keys(paper) for paper in batch]
    records = _Records(find({key for several in keys for key in several}))
    return [records.resolve(paper, its) for paper, its in zip(batch, keys, strict=True)]


@dataclass(slots=True)
class _Records:
    """What is known so far: what `find` found, and the batch up to here."""

    found: Mapping[str, Sequence[Paper]]
    current: dict[str, Paper] = field(default_factory=dict)  # by id, where the batch changed it
    by_key: dict[str, list[str]] = field(default_factory=dict)  # ids that the batch added

    def resolve(self, paper: Paper, keys: Sequence[str]) -> Resolution:
        candidates = self._candidates(keys)
        known = candidates.pop(paper.paper_id, None)
        same = _same_as(paper, candidates.values())
        resolution = Resolution(paper, paper.paper_id, known_id=known is not None)
        record = merged(known, paper) if known else paper
        if known is None and same:
            (reason, target), *same = same
            resolution = replace(resolution, target_id=target.paper_id, reason=reason)
            record = merged(target, paper)
        also = tuple(other.paper_id for _, other in same if compare(record, other).same)
        self._note(record, keys)
        return replace(resolution, also=also)

    def _candidates(self, keys: Sequence[str]) -> dict[str, Paper]:
        """Return by id the records that share a key, each as the batch has left it."""
        candidates: dict[str, Paper] = {}
        for key in keys:
            sharing = {paper.paper_id: paper for paper in self.found.get(key, ())}
            sharing |= {name: self.current[name] for name in self.by_key.get(key, ())}
            if len(sharing) <= MAX_PAPERS_PER_KEY or key.startswith("id:"):
                candidates |= {n: self.current.get(n, paper) for n, paper in sharing.items()}
        return candidates

    def _note(self, record: Paper, keys: Sequence[str]) -> None:
        self.current[record.paper_id] = record
        for key in keys:
            self.by_key.setdefault(key, []).append(record.paper_id)


def _same_as(paper: Paper, candidates: Iterable[Paper]) -> list[tuple[Reason, Paper]]:
    """Return the candidates that are the same paper, the surest first."""
    compared = [(compare(paper, other), other) for other in candidates]
    same = [(reason, other) for reason, other in compared if reason.same]
    return sorted(same, key=lambda pair: (pair[0].sureness, pair[1].paper_id))


def merged(one: Paper, other: Paper) -> Paper:
    """Return the record of two papers that are one, under the id and source of the first."""
    return merge_origins((one, other))


def merge_origins(origins: Sequence[Paper]) -> Paper:
    """Return the record of all origins of one paper, under the id and source of the first.

    In all else their order does not matter:
    - title: whole before cut off, then without markup, of a publication before a preprint, long
    - abstract: whole before cut off, then long, a piece of markup counting against 30 characters
    - authors: the longest list, then names in full; their number is that list's
    - year: the earliest known, and the earliest day in it
    - DOI: a publisher's before a preprint server's; arXiv id: without its version
    - URL: of a registry, then any that the ids do not give, then an arXiv or DOI page
    An older arXiv version gives no words where a later one has them.
    """
    first = origins[0]
    if len(origins) == 1:
        return first
    texts = _without_superseded(origins)
    authors, n_authors = _authors(texts, origins)
    published, year = _first_appeared(origins)
    return Paper(
        paper_id=first.paper_id,
        title=max(texts, key=_title_rank).title or max(origins, key=_title_rank).title,
        abstract=_abstract(texts) or _abstract(origins),
        authors=authors,
        n_authors=n_authors,
        published=published,
        year=year,
        arxiv_id=_arxiv_id(origins),
        doi=max(map(doi_of, origins), key=lambda doi: (bool(doi), not is_preprint_doi(doi), doi)),
        url=max((paper.url for paper in origins), key=_url_rank),
        n_comments=max(_comments(origins), default=None),
        source=first.source,
    )


def _without_superseded(origins: Sequence[Paper]) -> list[Paper]:
    """Return all but the arXiv versions of which a later one is among the origins."""
    latest: dict[str, int] = {}
    for paper in origins:
        name, version = split_arxiv_id(paper)
        latest[name] = max(latest.get(name, 0), version or 0)
    return [paper for paper in origins if not _is_superseded(paper, latest)]


def _is_superseded(paper: Paper, latest: Mapping[str, int]) -> bool:
    name, version = split_arxiv_id(paper)
    return version is not None and version < latest[name] and not _is_publication(paper)


def _is_publication(paper: Paper) -> bool:
    return not registered_ids(paper).keys().isdisjoint(("acl", "doi", "pubmed"))


def _title_rank(paper: Paper) -> tuple[bool, bool, bool, bool, int, str]:
    title = paper.title
    clean = not _MARKUP.search(title)
    return _is_whole(title), clean, _is_publication(paper), not title.isupper(), len(title), title


def _is_whole(text: str) -> bool:
    return bool(text) and not text.rstrip(" )]\"'").endswith(_CUT_OFF)


def _abstract(papers: Iterable[Paper]) -> str:
    return max((paper.abstract for paper in papers), key=_abstract_rank)


def _abstract_rank(abstract: str) -> tuple[bool, int, str]:
    cost = _MARKUP_CHARS * len(_MARKUP.findall(abstract))
    return _is_whole(abstract), len(abstract) - cost, abstract


def _authors(
    texts: Sequence[Paper], origins: Sequence[Paper]
) -> tuple[tuple[str, ...], int | None]:
    """Return the best list of names, and the number of authors that goes with it."""
    named = [paper for paper in texts if paper.authors] or [p for p in origins if p.authors]
    if not named:
        return (), max((n for paper in origins if (n := paper.n_authors) is not None), default=None)
    best = max(named, key=_authors_rank)
    return best.authors, best.n_authors or len(best.authors)


def _authors_rank(paper: Paper) -> tuple[int, int, int, tuple[str, ...]]:
    names = "".join(paper.authors)
    accents = sum(not sign.isascii() for sign in names)
    return len(paper.authors), paper.n_authors or 0, len(names) + accents, paper.authors


def _first_appeared(origins: Sequence[Paper]) -> tuple[date | None, int | None]:
    """Return the earliest day, None where only a year before it is known, and the earliest year."""
    days = [paper.published for paper in origins if paper.published]
    years = [paper.year for paper in origins if paper.year is not None]
    year = min([*years, *(day.year for day in days)], default=None)
    return min((day for day in days if day.year == year), default=None), year


def _arxiv_id(origins: Iterable[Paper]) -> str:
    name, _ = max((name, version or 0) for name, version in map(split_arxiv_id, origins))
    return name


def _url_rank(url: str) -> tuple[int, int, str]:
    """Return how much a URL tells beside the ids: pages of arXiv and DOIs follow from these."""
    page = Paper("", "", "", url=url)
    ids = registered_ids(page)
    if not ids.keys().isdisjoint(("acl", "openreview", "pubmed")):
        rank = 3
    else:
        rank = bool(url) + (bool(url) and not ids)
    return rank, -len(url), url


def _comments(origins: Iterable[Paper]) -> Iterator[int]:
    return (paper.n_comments for paper in origins if paper.n_comments is not None)

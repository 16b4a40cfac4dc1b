"""A paper as a library keeps it: the record that is shown, and what each source said of it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from vectorstore.cleaning import clean_text, clean_title, language_of
from vectorstore.identity import identity_keys, merge_origins, version_of
from vectorstore.paper import Paper
from vectorstore.suspicion import Suspicion, suspicions

OriginName = tuple[str, str]  # a source, and what the paper's id is there

_KEPT = ("arxiv_id", "doi", "url")
_LANGUAGE_CHARS = 300  # of an abstract; for all but one in a thousand they are enough


@dataclass(frozen=True)
class Origin:
    """What one source said of a paper, word for word.

    `paper.source` and `paper.paper_id` are the source and the id it knows the paper by. `read_at`
    is a time in ISO 8601, "" where it is not known.
    """

    paper: Paper
    read_at: str = ""

    @property
    def name(self) -> OriginName:
        """Return what no two origins of a library share."""
        return name_of(self.paper)

    @cached_property
    def cleaned(self) -> Paper:
        """Return what it said in clean text."""
        return cleaned(self.paper)


@dataclass(frozen=True)
class Record:
    """One paper in clean text, merged of its origins, of which the first names it.

    `language` is an ISO 639-1 code, "" where unsure; `flags` are the kinds of suspicion that any
    origin raises (see `vectorstore.suspicion`).
    """

    paper: Paper
    origins: tuple[Origin, ...]
    language: str = ""
    flags: tuple[str, ...] = ()

    @cached_property
    def keys(self) -> tuple[str, ...]:
        """Return what it is found by when a paper comes that may be the same."""
        if len(self.origins) == 1:
            found = [f"id:{self.origins[0].paper.paper_id}", *identity_keys(self.paper)]
        else:
            found = [f"id:{self.paper.paper_id}"]
            found += [key for origin in self.origins for key in identity_keys(origin.cleaned)]
        return tuple(dict.fromkeys(found))

    def suspicions(self) -> list[Suspicion]:
        """Return what looks like an attack, one a kind and field.

        Cleaning removes hidden text, so every origin is looked at, and the clean text too.
        """
        found: dict[tuple[str, str], Suspicion] = {}
        for paper in self._texts():
            for suspicion in suspicions(paper):
                found.setdefault((suspicion.kind, suspicion.field), suspicion)
        return list(found.values())

    def _texts(self) -> list[Paper]:
        papers = [origin.paper for origin in self.origins]
        is_among_them = any(_same_words(self.paper, paper) for paper in papers)
        return papers if is_among_them else [*papers, self.paper]


def build_record(paper_id: str, origins: Sequence[Origin]) -> Record:
    """Return the record of all origins of one paper, under the id that the library knows it by."""
    paper = merge_origins([origin.cleaned for origin in origins])
    if paper.paper_id != paper_id:
        paper = replace(paper, paper_id=paper_id)
    return record_of(paper, origins)


def record_of(paper: Paper, origins: Sequence[Origin]) -> Record:
    """Return a record of which the language and what looks suspicious are noted."""
    abstract = paper.abstract
    language = language_of(abstract[:_LANGUAGE_CHARS]) or language_of(abstract)
    record = Record(paper, tuple(origins), language)
    flags = tuple(sorted({found.kind for found in record.suspicions()}))
    return replace(record, flags=flags) if flags else record


def told_now(before: Paper, paper: Paper) -> Paper:
    """Return what a source says of a paper in all, after it has said something before.

    What it is silent about now stays. Of an older version nothing is taken.
    """
    version, newer = version_of(before), version_of(paper)
    if version is not None and newer is not None and newer < version:
        return before
    kept = {name: getattr(before, name) for name in _KEPT if not getattr(paper, name)}
    if paper.n_comments is None:
        kept["n_comments"] = before.n_comments
    if not paper.authors and paper.n_authors in (None, before.n_authors):
        kept |= {"authors": before.authors, "n_authors": before.n_authors}
    if not paper.published and paper.year in (None, before.year):
        kept |= {"published": before.published, "year": before.year}
    return replace(paper, **kept)


def name_of(paper: Paper) -> OriginName:
    """Return the name of the origin that a paper is, as its source gave it."""
    return paper.source, paper.paper_id


def cleaned(paper: Paper) -> Paper:
    """Return a paper with clean title, abstract and authors; itself where they are clean.

    A title or a name of which nothing would be left stays.
    """
    title = clean_title(paper.title) or paper.title
    abstract = clean_text(paper.abstract)
    authors = tuple(clean_title(author) or author for author in paper.authors)
    if (title, abstract, authors) == (paper.title, paper.abstract, paper.authors):
        return paper
    return replace(paper, title=title, abstract=abstract, authors=authors)


def _same_words(one: Paper, other: Paper) -> bool:
    return (one.title, one.abstract, one.authors) == (other.title, other.abstract, other.authors)

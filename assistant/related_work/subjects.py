"""Who a sentence speaks of: the authors, the name of what they made, or "a 2024 study"."""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from assistant.suggesting.subjects import own_name, takes_do
from vectorstore import Paper
from vectorstore.readers.names import split_name

Kind = Literal["authors", "name", "study"]

_SURVEY = re.compile(
    r"\b(?:survey|overview"
    r"|(?:a|brief|comprehensive|critical|literature|scoping|systematic) review)\b",
    re.IGNORECASE,
)
_MAKES_NO_SUBJECT = re.compile(r"[?!“”\"$\\{}@]|^[a-z]")


@dataclass(frozen=True, slots=True)
class Subject:
    """Words that name who did a work, and whether a plural verb follows them.

    Of kind `authors` they are what `\\citet` prints: "Doe and Roe", "Doe et al."; of kind `name`
    what the paper calls its own: "Pando".
    """

    text: str
    kind: Kind
    is_plural: bool = False


@lru_cache(maxsize=4_000)
def subject_of(paper: Paper) -> Subject:
    """Return the authors' surnames; where no source names them, the name of what they made.

    Where it has no name it is "A 2024 study" or "A 2024 survey", and where not even the year is
    known it is empty: the citation's number speaks for itself.
    """
    if paper.authors:
        return _authors(paper)
    name = product_of(paper)
    return Subject(name, "name") if name else study_of(paper)


def study_of(paper: Paper) -> Subject:
    """Return "A 2024 study" or "A 2024 survey"; empty where the year is unknown."""
    noun = "survey" if is_survey(paper) else "study"
    return Subject(f"A {paper.year} {noun}" if paper.year else "", "study")


def is_survey(paper: Paper) -> bool:
    """Return whether the title says that it is a survey."""
    return _SURVEY.search(paper.title) is not None


def product_of(paper: Paper) -> str:
    """Return the name that a paper gives what it brings; empty where it has none to speak of."""
    name = own_name(paper)
    return "" if _MAKES_NO_SUBJECT.search(name) or takes_do(name) else name


def _authors(paper: Paper) -> Subject:
    n_authors = max(paper.n_authors or 0, len(paper.authors))
    families = [_family(name) for name in paper.authors]
    if n_authors == 1:
        return Subject(families[0], "authors")
    if n_authors == 2 and len(families) == 2:
        return Subject(f"{families[0]} and {families[1]}", "authors", is_plural=True)
    return Subject(f"{families[0]} et al.", "authors", is_plural=True)


def _family(name: str) -> str:
    parts = split_name(" ".join(name.split()))
    if len(parts.family.rstrip(".")) == 1:  # "Suhasini S"
        return " ".join(name.split())
    return f"{parts.particle} {parts.family}".strip()

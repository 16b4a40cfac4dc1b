"""Whether two records are of one paper: precision first, since a wrong merge hides a paper.

The limits are measured: docs/decisions/0011-one-paper-once.md.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from vectorstore.identity.keys import folded, head_of, plain_letters, registered_ids, without_markup
from vectorstore.paper import Paper

_WORD = re.compile(r"[^\W_]+")
_NUMERAL = re.compile(
    r"\d+|first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|[ivx]+"
)
# A title that says what kind of text it is: yearly editions share it.
_SERIES = re.compile(
    r"\b(?:editorial|findings|foreword|introduction|keynote|overview|preface|proceedings|project"
    r"|report|shared task|tutorial|workshop)\b"
)
# What begins the title of another document about the same paper.
_ABOUT_ANOTHER = re.compile(
    r"\W*(addendum|authors?\W* (?:reply|response)|comments? (?:on|to)|correction|corrigend|errat"
    r"|publisher\W* correction|rebuttal|reply|response to|retract|withdrawn)"
)
_DISTINCTIVE_WORDS = 4
_MIN_PAIRS = 8  # of words in an abstract; fewer say nothing
_TITLES_ALIKE = 0.5
_AUTHORS_ALIKE, _AUTHORS_CLOSE = 0.5, 0.75
_ABSTRACTS_UNLIKE, _AKIN, _ALIKE, _CLOSE, _EQUAL = 0.2, 0.4, 0.6, 0.7, 0.9


class Reason(StrEnum):
    """Why two records are one paper, the surest first, or why they are not."""

    SAME_RECORD = "same id and title"
    SAME_REGISTERED_ID = "same registered id"
    SAME_TITLE_AND_ABSTRACT = "same title and abstract"
    SAME_TITLE_AND_AUTHORS = "same title and authors"
    SAME_ABSTRACT_AND_AUTHORS = "same abstract and authors"
    SAME_ABSTRACT = "same abstract, authors not known"
    WRONG_ID = "same registered id, all else contradicts"
    OTHER_ID = "other ids at one registry"
    OTHER_EDITION = "another part, edition or document"
    OTHER_AUTHORS = "other authors"
    OTHER_ABSTRACT = "other abstract"
    TOO_LITTLE_KNOWN = "too little known"

    @property
    def same(self) -> bool:
        """Return whether it makes the two records one paper."""
        return self in _SURENESS

    @property
    def sureness(self) -> int:
        """Return a rank among the reasons that make one paper, 0 the surest."""
        return _SURENESS[self]


_SURENESS = {reason: rank for rank, reason in enumerate(tuple(Reason)[:6])}


@dataclass(frozen=True, slots=True)
class _Evidence:
    """How like two records are; shares lie from 0 to 1, None where one record does not tell.

    `abstract` is the share of the shorter one, `both_abstracts` that of both.
    """

    authors: float | None
    abstract: float | None
    both_abstracts: float | None
    years_apart: int | None


def same_paper(one: Paper, other: Paper) -> bool:
    """Return whether two records are of one paper. See `compare` for the reason."""
    return compare(one, other).same


def compare(one: Paper, other: Paper) -> Reason:
    """Return why two records are one paper, or why not; their order does not matter.

    Meant for records that share a key of `identity_keys`, and right for any. It is not transitive:
    a preprint may be the same paper as two publications that are not the same as each other.
    """
    if one.paper_id == other.paper_id and one.title == other.title:
        return Reason.SAME_RECORD
    ids, others = registered_ids(one), registered_ids(other)
    shared = set(ids.values()) & set(others.values())
    if not shared and any(others.get(registry, name) != name for registry, name in ids.items()):
        return Reason.OTHER_ID
    evidence = _evidence(one, other)
    if shared:
        alike = _titles_alike(one.title, other.title)
        wrong = not alike and _contradicts(evidence, shared)
        return Reason.WRONG_ID if wrong else Reason.SAME_REGISTERED_ID
    title = folded(one.title)
    if title and title == folded(other.title):
        return _of_one_title(one.title, evidence)
    return _of_two_titles(one.title, other.title, evidence)


def _of_one_title(title: str, evidence: _Evidence) -> Reason:
    authors, abstract = evidence.authors, evidence.abstract
    series = bool(_SERIES.search(plain_letters(title)))
    distinctive = not series and len(_words(title)) >= _DISTINCTIVE_WORDS
    if authors is None:
        if abstract is None:
            return Reason.TOO_LITTLE_KNOWN
        alike = abstract >= (_AKIN if distinctive else _EQUAL)
        return Reason.SAME_TITLE_AND_ABSTRACT if alike else Reason.OTHER_ABSTRACT
    # Names in two scripts have nothing in common, so an equal abstract does without them. Editions
    # repeat most of an abstract.
    needed = _ALIKE if authors and not (series and evidence.years_apart) else _EQUAL
    if abstract is not None and abstract >= needed:
        return Reason.SAME_TITLE_AND_ABSTRACT
    if authors < _AUTHORS_ALIKE:
        return Reason.OTHER_AUTHORS
    if abstract is not None and abstract >= _ABSTRACTS_UNLIKE and needed == _ALIKE:
        return Reason.SAME_TITLE_AND_AUTHORS
    if series or not _of_one_time(evidence, distinctive=distinctive):
        return Reason.OTHER_EDITION
    return Reason.SAME_TITLE_AND_AUTHORS


def _of_one_time(evidence: _Evidence, *, distinctive: bool) -> bool:
    """Return whether title and authors may do where no abstract confirms them.

    Abstracts of preprint and publication are at times written anew, but within a year.
    """
    if distinctive and evidence.abstract is None and (evidence.authors or 0) >= _AUTHORS_CLOSE:
        return True
    if evidence.years_apart is None:
        return distinctive and evidence.abstract is None
    return evidence.years_apart <= (1 if distinctive else 0)


def _of_two_titles(one: str, other: str, evidence: _Evidence) -> Reason:
    """Return the reason where the title was changed; papers of one group can be as like as that."""
    authors, abstract = evidence.authors, evidence.both_abstracts
    if abstract is None:
        return Reason.TOO_LITTLE_KNOWN
    ours, theirs = _numerals(one), _numerals(other)
    if (ours - theirs and theirs - ours) or _document(one) != _document(other):
        return Reason.OTHER_EDITION
    sure = ours == theirs and authors is not None and _titles_alike(one, other)
    if abstract < (_CLOSE if sure else _EQUAL):
        return Reason.OTHER_ABSTRACT
    if authors is None:
        return Reason.SAME_ABSTRACT
    alike = authors >= (_AUTHORS_ALIKE if sure else _AUTHORS_CLOSE)
    return Reason.SAME_ABSTRACT_AND_AUTHORS if alike else Reason.OTHER_AUTHORS


def _contradicts(evidence: _Evidence, shared: Collection[str]) -> bool:
    """Return whether shared ids of unlike titles must be a slip: all else is known to differ.

    A DOI can be that of a whole volume, or a template's ("10.1145/nnnnnnn.nnnnnnn"): common
    authors do not confirm it where the abstracts differ.
    """
    if evidence.abstract is None:
        return evidence.authors == 0
    only_doi = all(key.startswith("doi:") for key in shared)
    return evidence.abstract < _ABSTRACTS_UNLIKE and (only_doi or not evidence.authors)


def _evidence(one: Paper, other: Paper) -> _Evidence:
    years = _year(one), _year(other)
    abstract, both_abstracts = abstracts_in_common(one.abstract, other.abstract)
    return _Evidence(
        authors=authors_in_common(one, other),
        abstract=abstract,
        both_abstracts=both_abstracts,
        years_apart=None if years[0] is None or years[1] is None else abs(years[0] - years[1]),
    )


def abstracts_in_common(one: str, other: str) -> tuple[float, float] | tuple[None, None]:
    """Return the share of pairs of neighbouring words in common: of the shorter's, and of all.

    The former is 1 for an abstract that was cut off, the latter is Dice's. None where one of the
    two says too little.
    """
    ours, theirs = _word_pairs(one), _word_pairs(other)
    fewer = min(len(ours), len(theirs))
    if fewer < _MIN_PAIRS:
        return None, None
    common = len(ours & theirs)
    return common / fewer, 2 * common / (len(ours) + len(theirs))


def authors_in_common(one: Paper, other: Paper) -> float | None:
    """Return the share of names in common: twice the matches over all names (Dice 1945).

    Where a list is known to be cut off, the share of the shorter list. None without both lists.
    """
    if not (one.authors and other.authors):
        return None
    ours, theirs = _name_forms(one.authors), _name_forms(other.authors)
    matches = min(_n_matches(ours, theirs), _n_matches(theirs, ours))
    if _is_cut(one) or _is_cut(other):
        return matches / min(len(ours), len(theirs))
    return 2 * matches / (len(ours) + len(theirs))


_Form = tuple[str, str]  # a surname and the initial of what else is in the name


@dataclass(frozen=True, slots=True)
class _Name:
    """The forms a name may have elsewhere: as it is written, and with the surname first."""

    forms: frozenset[_Form]
    turned: frozenset[_Form]


def _name_forms(authors: Sequence[str]) -> list[_Name]:
    return [_name(author) for author in authors]


def _name(author: str) -> _Name:
    """Return the forms of one name; any part but the first may be the surname.

    "Miguel Romero Calvo" is romero-m or calvo-m, turned miguel-r or miguel-c.
    """
    first, *rest = _WORD.findall(_transliterated(author)) or [""]
    if not rest:
        return _Name(frozenset({(first, first[:1])}), frozenset())
    turned = frozenset((first, part[0]) for part in rest)
    return _Name(frozenset((part, first[0]) for part in rest if len(part) > 1) or turned, turned)


def _transliterated(author: str) -> str:
    """Return a name in plain letters, German umlauts as one letter: "Schuetze" is "schutze"."""
    letters = plain_letters(without_markup(author)).replace("'", "").replace("’", "")
    return re.sub(r"(?<=[aou])e(?=[bcdfghjklmnpqrstvwxz])", "", letters.replace("ß", "ss"))


def _n_matches(ours: Sequence[_Name], theirs: Sequence[_Name]) -> int:
    """Return how many of our names are in their list; turned forms meet only those as written.

    Otherwise "Wei Li" and "Wei Liu" would meet as wei-l.
    """
    forms = frozenset[_Form]().union(*(name.forms for name in theirs))
    turned = frozenset[_Form]().union(*(name.turned for name in theirs))
    return sum(bool(name.forms & (forms | turned) or name.turned & forms) for name in ours)


def _is_cut(paper: Paper) -> bool:
    return paper.n_authors is not None and paper.n_authors > len(paper.authors)


def _word_pairs(text: str) -> set[tuple[str, str]]:
    return set(pairwise(_words(text)))


def _words(text: str) -> list[str]:
    return _WORD.findall(plain_letters(without_markup(text)))


def _titles_alike(one: str, other: str) -> bool:
    """Return whether two titles share what stands before the colon, or half of their words."""
    head = folded(head_of(one) or one)
    if head and head == folded(head_of(other) or other):
        return True
    ours, theirs = set(_words(one)), set(_words(other))
    return len(ours & theirs) >= _TITLES_ALIKE * len(ours | theirs) > 0


def _numerals(title: str) -> set[str]:
    return set(_NUMERAL.findall(" ".join(_words(title)))) - {"a", "s", "t"}


def _document(title: str) -> str:
    found = _ABOUT_ANOTHER.match(plain_letters(title))
    return found[1] if found else ""


def _year(paper: Paper) -> int | None:
    return paper.published.year if paper.published else paper.year

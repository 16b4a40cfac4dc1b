"""Two things side by side: for each, its paper and what it says."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise

from assistant.reading.matching import coverage, paper_terms
from assistant.reading.naming import missing_names
from assistant.reading.scoring import Candidate, score_sentences, term_weights
from assistant.reading.selecting import select_sentences
from assistant.understanding.comparison import compared_sides
from assistant.understanding.question import Form, Question, analyse, name_phrases
from assistant.wording import phrase
from vectorstore import Hit, Library, Paper, SearchFilter

Search = Callable[[str], list[Hit]]

_TOP_K = 8
_MIN_IN_PAPER = 0.6
_SENTENCES_A_SIDE = 2
_MAX_SIDES = 3
_MAX_WORDS_MENTIONED = 4
_AND = phrase(r"\b(?:and|or|versus|vs)\b|[,&/]")


@dataclass(frozen=True, slots=True)
class Side:
    """One of the things compared: sentences of one paper."""

    sentences: tuple[Candidate, ...]

    @property
    def paper_id(self) -> str:
        """Return the paper that the sentences are of."""
        return self.sentences[0].hit.paper.paper_id


def read_sides(
    question: Question, library: Library, where: SearchFilter | None = None
) -> list[Side]:
    """Return a side for each thing compared that some paper is about; empty where none is.

    `where` bounds the papers.

    A question that compares nothing but puts names side by side ("Where do X and Y get ...?") is
    read so too. Where one paper speaks of all, it is one side, read with the whole question.
    """
    named = compared_sides(question.text) or _names_side_by_side(question.text)
    if not 2 <= len(named) <= _MAX_SIDES:
        return []
    aspect = _aspect(question, named)
    is_comparison = question.form is Form.COMPARISON
    search = partial(library.search, top_k=_TOP_K, where=where)
    hits = [_hits_about(name, aspect, search, library) for name in named]
    shared = _paper_of_all(question, named, hits, search) if is_comparison else None
    if shared:
        hits = [[shared]] * len(named)
    found = [
        _side(_question_of(name, aspect), of_name, library)
        for name, of_name in zip(named, hits, strict=True)
    ]
    sides = [side for side in found if side]
    n_papers = len({side.paper_id for side in sides})
    if not is_comparison and n_papers < len(named):
        return []
    if n_papers == len(sides):
        return sides
    whole = _side(question, [sides[0].sentences[0].hit], library)
    return [whole] if whole else []


def unmentioned_sides(question: Question, papers: Sequence[Paper], library: Library) -> list[str]:
    """Return the things compared that none of the papers mentions; long descriptions are none."""
    if question.form is not Form.COMPARISON:
        return []
    sides = {name: _subject(name) for name in compared_sides(question.text) or ()}
    return [
        name
        for name, subject in sides.items()
        if len(name.split()) <= _MAX_WORDS_MENTIONED
        and not any(_is_about(paper, subject, library) for paper in papers)
    ]


def _names_side_by_side(text: str) -> tuple[str, ...]:
    """Return the names between which "and" or the like stands; none in "How fast is X on Y?"."""
    phrases = list(name_phrases(text))
    between = (text[one.end() : other.start()] for one, other in pairwise(phrases))
    if not all(_AND.search(words_between) for words_between in between):
        return ()
    return tuple(dict.fromkeys(found.group() for found in phrases))


def _aspect(question: Question, named: Sequence[str]) -> str:
    """Return the terms that belong to neither side: in what respect they are compared."""
    of_sides = {term for name in named for term in analyse(name).terms}
    asking = {"compar", "differ", "differenc", "contrast", "versus", "vs", "similar"}
    return " ".join(term for term in question.terms if term not in of_sides | asking)


def _question_of(name: str, aspect: str) -> Question:
    return analyse(f"the {name} {aspect}" if aspect else f"What is {name}?")


def _hits_about(name: str, aspect: str, search: Search, library: Library) -> list[Hit]:
    subject = _subject(name)
    hits = search(_question_of(name, aspect).text)
    return [hit for hit in hits if _is_about(hit.paper, subject, library)]


def _paper_of_all(
    question: Question, named: Sequence[str], hits: Sequence[Sequence[Hit]], search: Search
) -> Hit | None:
    """Return the paper that speaks of all things compared, unless one has a paper of its own.

    A thing in the title of its best paper is what that paper is on; others are mentioned in many.
    """
    for name, of_name in zip(named, hits, strict=True):
        if not of_name or name.casefold() in of_name[0].paper.title.casefold():
            return None
    shared = set.intersection(*({hit.paper.paper_id for hit in of_name} for of_name in hits))
    return next((hit for hit in search(question.text) if hit.paper.paper_id in shared), None)


def _subject(name: str) -> Question:
    return analyse(f"the {name}")  # behind an article a capital is a name's


def _is_about(paper: Paper, subject: Question, library: Library) -> bool:
    share = coverage(term_weights(subject, library), paper_terms(paper))
    return share >= _MIN_IN_PAPER and not missing_names(subject, paper)


def _side(question: Question, hits: Sequence[Hit], library: Library) -> Side | None:
    candidates = score_sentences(question, hits, term_weights(question, library), library)
    if not candidates:
        return None
    selected = select_sentences(question, candidates[0], candidates)
    in_order = sorted(selected[:_SENTENCES_A_SIDE], key=lambda candidate: candidate.position)
    return Side(tuple(in_order))

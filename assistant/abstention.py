"""How Citewise says that it does not know: one wording for prompts, code and tests."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from assistant.answer import AbstentionKind
from assistant.markdown import dated_title
from assistant.reading.contribution import contribution_span, is_contribution
from assistant.reading.matching import SAME_WORD, expanded_terms, term_match
from assistant.reading.naming import missing_names, names_to_find
from assistant.reading.untold import listed, untold
from assistant.understanding.question import Form, Question
from vectorstore import Hit, Paper, words

ABSTENTION = "The abstracts do not say."
N_NEAREST = 3

# Similarity of the nearest passage plus a quarter of the share of the question's words that its
# paper holds. Of 833 answerable questions whose paper was found it stops none but those on dates,
# which are answered elsewhere; how far bread and football are depends on the encoder, and one whose
# similarities are higher finds everything near.
_MIN_NEARNESS = 0.28
_WORDS_COUNT = 0.25
# A question is on a paper whose title has so many of its words, and this share of them.
_MIN_WORDS_IN_TITLE = 3
_MIN_SHARE_IN_TITLE = 0.5


@dataclass(frozen=True, slots=True)
class Abstention:
    """Why there is no answer. `text` is Markdown that begins with ABSTENTION.

    `nearest` are the papers found, the nearest first; in "not_in_abstract" the first is the paper
    that the question is on.
    """

    kind: AbstentionKind
    text: str
    nearest: tuple[Paper, ...] = ()


def abstain(question: Question, hits: Sequence[Hit]) -> Abstention:
    """Return the abstention for a question that the papers found do not answer.

    They are on something else altogether, or none of them is the right one, or the one that the
    question is on does not tell this.
    """
    papers = tuple(hit.paper for hit in hits)
    if is_off_topic(question, hits):
        text = f"{ABSTENTION} Nothing in the collection is about this."
        return Abstention("off_topic", text, papers[:N_NEAREST])
    subject = next((paper for paper in papers if _is_on(question, paper)), None)
    if subject:
        others = tuple(paper for paper in papers if paper is not subject)
        text = (
            f"{ABSTENTION} {_named(subject)} is in the collection, but its"
            f" abstract {untold(question, subject)}."
        )
        return Abstention("not_in_abstract", text, (subject, *others)[:N_NEAREST])
    nearest = papers[:N_NEAREST]
    return Abstention("not_in_collection", _not_in_collection(question, papers), nearest)


def is_off_topic(question: Question, hits: Sequence[Hit]) -> bool:
    """Return whether nothing found has anything to do with the question.

    Sure of it or False: a paper that holds a name of the question, or is a little near in words or
    in meaning, may be what was meant. So is every paper where none was found.
    """
    if not hits or max(map(_nearness, hits)) >= _MIN_NEARNESS:
        return False
    names = names_to_find(question)
    return all(len(missing_names(question, hit.paper)) == len(names) for hit in hits)


def abstention_text(nearest: Sequence[Paper]) -> str:
    """Return the answer that abstains and names the nearest papers, as Markdown."""
    return f"{ABSTENTION} The nearest papers are:{_lines(nearest)}" if nearest else ABSTENTION


def _nearness(hit: Hit) -> float:
    share = len(set(hit.matched_terms)) / max(1, len(set(hit.query_terms)))
    return hit.dense_similarity + _WORDS_COUNT * share


def _is_on(question: Question, paper: Paper) -> bool:
    """Return whether the question is put about this one paper.

    Its title has a name of the question, letter for letter ("Transformer" is not "Transformers"),
    or many of the question's words, or the paper introduces what is named.
    """
    if question.form is Form.LIST:
        return False
    introducing = contribution_span(paper).of(paper.abstract)
    introduced = introducing if is_contribution(introducing) else ""
    known = {word.group() for text in (paper.title, introduced) for word in words(text)}
    if any(name in known for name in names_to_find(question) if not name.isdigit()):
        return True
    of_title = expanded_terms(paper.title, paper)
    n_in_title = sum(term_match(term, of_title) >= SAME_WORD for term in question.terms)
    return n_in_title >= max(_MIN_WORDS_IN_TITLE, _MIN_SHARE_IN_TITLE * len(question.terms))


def _not_in_collection(question: Question, papers: Sequence[Paper]) -> str:
    unheld = [set(missing_names(question, paper)) for paper in papers]
    missing = [name for name in names_to_find(question) if all(name in of for of in unheld)]
    if not missing or not papers:
        return abstention_text(papers[:N_NEAREST])
    return (
        f"{ABSTENTION} No paper found mentions {listed(question, missing)}. The nearest papers are:"
        f"{_lines(papers[:N_NEAREST])}"
    )


def _lines(papers: Iterable[Paper]) -> str:
    return "\n\n" + "\n".join(f"- {_named(paper)}" for paper in papers)


def _named(paper: Paper) -> str:
    return dated_title(paper.title or paper.paper_id, paper.year)

"""What a question leaves out: "What are the symptoms?", "Which is best?", "And in 2024?"."""

import re

from assistant.understanding.focus import things
from assistant.understanding.grammar import ASKED_NOUNS, MODALS, PREPOSITIONS, PRONOUNS, RANKING
from assistant.understanding.lexicon import PAPER_NOUNS
from assistant.understanding.noun_phrases import NounPhrase, noun_phrases
from assistant.understanding.question import Form, analyse, name_phrases
from assistant.understanding.references import references, word_before
from assistant.wording import folded, phrase
from vectorstore import words

WHAT_ABOUT = phrase(
    r"^(?:(?:and )?(?:what|how) about|and(?: what about)?) (?P<rest>\S.{0,200}?)\W*$"
)
_BARE = phrase(r"^(?:why|why not|how|how so|when|where)\W*$")
_COMPLETED = phrase(
    r"^(?:['’]s\b|['’] |(?:(?:in|on|for|with|by) which|of|between|to|that|which|who|whose|where"
    rf"|when|about|from|by|than|behind|used|called|{'|'.join(sorted(PRONOUNS))})\b)"
)
# There is one of each, or one knows which is meant.
_KNOWN = frozenset(
    """
    others same rest future past present summer winter spring autumn fall morning evening night
    end beginning world earth sun moon internet web market government economy environment public
    literature field us uk eu usa country weekend meantime president police law media sky sea ocean
    body brain heart university
    """.split()
)
_RANKS = (
    "(?:first|best|worst|biggest|cheapest|deadliest|easiest|fastest|hardest|healthiest|highest"
    "|largest|longest|lowest|oldest|richest|safest|shortest|slowest|smallest|strongest|tallest"
    "|youngest)"
)
_SUPERLATIVE = phrase(  # but not "performs the best"
    rf"\b(?:is|are|was|were|about|what['’]s|who['’]s) the (?:\w+ )?{_RANKS}"
    r"(?=\s*[?.!]*$| (?:in|on|for|of all|to|ever|and|or)\b| (?!\w+ed\s+\w)\w+ed\b)"
)
_ONES = phrase(  # but not "the one on pruning", "one layer", "how does one train"
    r"\b(?P<the>the )?(?:ones|one(?=\s*[?.!,]*$| (?:in|on|for|is|was|has|does|to)\b))"
    r"(?!['’-]| of\b)(?(the)(?! (?:on|about|that|which|who|from|by|with|in)\b))"
)
_NO_NOUN_AFTER = MODALS | PREPOSITIONS | {"any", "each", "every", "no", "one", "only", "least"}
_CHOICE = phrase(
    r"^(?:which(?: ones?)?|who(?= \w+ the (?:most|least|best|\w+est)\b))"
    r"(?= (?:is|are|was|were|has|have|do|does|did)\b)"
)
_SOME_OF = phrase(r"\b(?:any|each|many|most|one|some) of $")
_WHICH_KIND = phrase(
    r"^(?:what|which) (?:kinds?|sorts?|types?|variet(?:y|ies)|versions?)"
    r"(?= (?:is|are|was|were|should|would|can|do|does|did|has|have)\b)"
)
_RELATION = phrase(
    r"^what(?:['’]s| is| are| was| were) (?:the )?(?:\w+ )?(?P<noun>comparison|connection"
    r"|differences?|relation|relationship|similarit(?:y|ies)) (?:with|to|from) (?=\w)"
)
_COMPARED = phrase(
    r"\bhow (?:is|are|was|were|do|does|did) .+ (?P<verb>different|differ|compare)\W*$"
)
_THERE = phrase(r"\b(?:is|are|were|was) there (?:(?:any|some|other)(?: other)? )?$")


def bare(question: str) -> re.Match[str] | None:
    """Return the question word that is all there is: "Why?"."""
    return _BARE.match(question)


def one_side(question: str) -> re.Match[str] | None:
    """Return the relation of which one side is left out: "the differences with X"."""
    return _RELATION.search(question)


def compared_alone(question: str) -> str:
    """Return "from" or "to" where a question compares one thing with nothing; else ""."""
    match, named = _COMPARED.search(question), things(question)
    if not match or len(named) != 1 or named[0].is_plural or references(question):
        return ""
    return "to" if folded(match["verb"]) == "compare" else "from"


def missing_noun(question: str) -> int | None:
    """Return where a superlative lacks its noun: after "the largest" of "the largest on land"."""
    match = _SUPERLATIVE.search(question)
    if match is None or any(p.start < match.end() < p.end for p in noun_phrases(question)):
        return None
    return match.end()


def one_of_a_kind(question: str) -> tuple[int, int] | None:
    """Return where the "one" or "ones" is that stands for a noun: "the most important ones"."""
    match = _ONES.search(question)
    if match is None or word_before(question, match.start()) in _NO_NOUN_AFTER:
        return None
    return match.end() - len(match.group().split()[-1]), match.end()


def choice(question: str) -> re.Match[str] | None:
    """Return the "which" that does not say of what: "Which is best?"."""
    match = _CHOICE.match(question)
    return match if match and not things(question) else None


def open_phrase(question: str) -> NounPhrase | None:
    """Return the noun phrase that wants an "of ...": "the symptoms", "common types"."""
    asks_of_papers = any(word.group().casefold() in PAPER_NOUNS for word in words(question))
    if asks_of_papers or analyse(question).form is Form.LIST or name_phrases(question):
        return None
    named = things(question)
    return next((p for p in noun_phrases(question) if _is_open(question, p, named)), None)


def _is_open(question: str, candidate: NounPhrase, named: list[NounPhrase]) -> bool:
    before, after = question[: candidate.start], question[candidate.end :].lstrip()
    if _COMPLETED.match(after) or candidate.head in _KNOWN or _names(candidate):
        return False
    is_object = word_before(question, candidate.start) in PREPOSITIONS - {"about"}
    if is_object and not _SOME_OF.search(before):
        return False
    kept = [word for word in candidate.words if word not in RANKING]
    is_asked = candidate.head in ASKED_NOUNS
    kind = _WHICH_KIND.match(question)
    if kind and candidate.end <= kind.end():
        return True
    if any(t.start < candidate.start or t.end > candidate.end for t in named):
        return False
    if _THERE.search(before):
        return not after.strip(" ?.!")
    if candidate.article == "the":
        return len(kept) <= (2 if is_asked else 1)
    is_bare = not candidate.article or candidate.head == "example"
    return is_asked and len(kept) <= 1 and is_bare


def _names(candidate: NounPhrase) -> bool:
    return any(not word.islower() for word in candidate.core.split())

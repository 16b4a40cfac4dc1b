"""Whether a sentence holds the kind of thing that a question asks for."""

import re
from collections.abc import Collection, Sequence

from assistant.reading.contribution import is_contribution
from assistant.reading.matching import term_match
from assistant.understanding.grammar import FINITE_VERBS
from assistant.understanding.question import Expects, Question
from assistant.wording import NUMBERS, phrase
from vectorstore import STOPWORDS, stem, terms, words

_LINK_PENALTY = 0.3

_URL = re.compile(r"https?://\S+|\b[\w-]+\.(?:com|org|io)/\S+")
_NUMBER_WORDS = "|".join(
    [*(word for word, value in NUMBERS.items() if value), "dozen", "hundreds?", "thousands?"]
)
_NUMBER = re.compile(rf"(?<![\w-])\d[\d,.]*\s?[%kKmMbB]?|\b(?:{_NUMBER_WORDS})\b", re.IGNORECASE)
_RELATIVE = re.compile(r"%|\b(?:percent|fewer|less|more|times|larger|smaller)\b", re.IGNORECASE)
_MAX_WORDS_BEFORE = 8
_NO_ADJECTIVE = STOPWORDS | FINITE_VERBS
_PARAMETER = stem("parameters")
_MODEL_SIZE = re.compile(r"\d+(?:\.\d+)?[BM]")
_TRIED = re.compile(r"\b(?:experiment|evaluat|test|benchmark|conduct|appl(?:y|ied)|train)", re.I)
_REASON = re.compile(
    r"\b(?:because|due to|since|as they|thus|therefore|consequently|lead(?:s|ing)? to|so that"
    r"|cannot|fail|however|limits?|lack)\b",
    re.IGNORECASE,
)
_MEANS = re.compile(
    r"\b(?:by|via|using|through|uses?|based on|employ|leverag\w+|first|then|with)\b", re.IGNORECASE
)
_DEFINING_VERB = phrase(
    r"\b(?:aims? to|refers? to|seeks? to|means|denotes?|is (?:an?|the)|are an?)\b"
)
_EXPLAINS = phrase(r"\b(?:called|termed|is an?|are|refers? to|we call|defined as)\b|[(—-]")


def expectation_bonus(question: Question, text: str, sentence_terms: frozenset[str]) -> float:
    """Return what the sentence gains or loses by holding, or not, what the question asks for."""
    if question.expects is not Expects.LINK and _URL.search(text):
        return -_LINK_PENALTY
    if question.wants_name and not _holds_new_name(question, text):
        return -0.1
    if question.wants_name:
        return 0.15 + 0.1 * bool(_TRIED.search(text))
    if question.expects is Expects.LINK:
        return 0.6 if _URL.search(text) else -0.1
    if question.expects is Expects.NUMBER:
        return _number_bonus(question, text)
    if question.expects is Expects.DEFINITION:
        return _definition_bonus(question, text, sentence_terms)
    if question.expects is Expects.REASON:
        return 0.1 if _REASON.search(text) else 0.0
    if question.expects is Expects.METHOD:
        return 0.1 if _MEANS.search(text) else 0.0
    return 0.0


def _definition_bonus(question: Question, text: str, sentence_terms: frozenset[str]) -> float:
    """Prefer "X aims to ...", then the sentence that introduces X, then one that explains it."""
    if not any(term_match(term, sentence_terms) == 1.0 for term in question.terms):
        return 0.0
    verb = _DEFINING_VERB.search(text)
    before = set(terms(text[: verb.start()])) if verb else set()
    if before and all(term in before for term in question.terms):
        return 0.5
    return 0.25 * is_contribution(text) + 0.1 * bool(_EXPLAINS.search(text))


def _number_bonus(question: Question, text: str) -> float:
    numbers = [match.group() for match in _NUMBER.finditer(text)]
    if not numbers:
        return -0.25
    if question.counts and question.asked:
        return 0.35 if counts_of(question.asked[-1], text, question.names) else -0.1
    return 0.25 if any(char.isdigit() for number in numbers for char in number) else 0.1


def counts_of(noun: str, text: str, names: Collection[str] = ()) -> bool:
    """Return whether a number of the noun is given: "720 models", but not "3 % more models".

    A model's size ("70B") counts parameters, of what stands beside it; see `states_size`.
    """
    if stem(noun) == _PARAMETER and states_size(text, names):
        return True
    found = words(text)
    for index, word in enumerate(found):
        if term_match(stem(noun), {stem(word.group())}):
            before = text[found[_start_of_phrase(found, index)].start() : word.start()]
            if _NUMBER.search(before) and not _RELATIVE.search(before):
                return True
    return False


def _start_of_phrase(found: Sequence[re.Match[str]], noun: int) -> int:
    """Return from which word on the number of a noun is looked for: the fourth before, or earlier.

    As far as its adjectives go: "120k fine-grained, human-annotated preference comparison pairs".
    """
    earliest = max(0, noun - _MAX_WORDS_BEFORE)
    start = noun
    while start > earliest and found[start - 1].group().casefold() not in _NO_ADJECTIVE:
        start -= 1
    return max(0, min(start, noun - 4))


def states_size(text: str, names: Collection[str]) -> bool:
    """Return whether the size of a model stands beside one of the names; of any, if there is none.

    "The 70B Chinchilla model" tells Chinchilla's size, and nothing of a model named elsewhere.
    """
    wanted = {stem(name) for name in names}
    found = [word.group() for word in words(text)]
    for index, word in enumerate(found):
        if _MODEL_SIZE.fullmatch(word):
            beside = {stem(other) for other in found[max(0, index - 2) : index + 3]}
            if not wanted or not wanted.isdisjoint(beside):
                return True
    return False


def _holds_new_name(question: Question, text: str) -> bool:
    """Return whether a word inside the sentence is written like a name the question has not."""
    return any(
        word.group()[0].isupper() and stem(word.group()) not in question.terms
        for word in words(text)[1:]
        if len(word.group()) > 1
    )

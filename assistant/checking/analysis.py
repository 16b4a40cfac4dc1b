"""A text as the check compares it: stems of its words, sentence by sentence."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from vectorstore import STOPWORDS, split_sentences, stem

# Who speaks makes no difference to what is said: "we show" is reported as "the authors show".
_PERSONS = frozenset("author authors i my our ours ourselves their theirs them they us we".split())
_MARK = re.compile(r"\s*\[\^?\d+(?:\s*[,–-]\s*\d+)*\]")
_LIST_NUMBER = re.compile(r"^\s*(?:[-*•]|\d{1,2}[.)])\s+")
_PART = re.compile(r"n['’]t\b|[^\W_]+")
_BREAK = re.compile(r"\n+")


@dataclass(frozen=True, slots=True)
class Analysed:
    """The stems of a sentence, in order: of all words but persons, and of its content words."""

    text: str
    words: tuple[str, ...]
    content: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Pair:
    """A claim and the sentences of its evidence."""

    claim: Analysed
    sentences: tuple[Analysed, ...]

    @property
    def text(self) -> str:
        """Return the whole evidence, a sentence a line."""
        return "\n".join(sentence.text for sentence in self.sentences)


def analyse_pair(claim: str, evidence: Sequence[str]) -> Pair:
    """Return a claim and the texts that it stands on, analysed."""
    sentences = (sentence for text in evidence for sentence in sentences_of(text))
    return Pair(analyse(without_marks(claim)), tuple(map(analyse, sentences)))


def without_marks(claim: str) -> str:
    """Return the claim without citation marks and the bullet or number of a list."""
    return _LIST_NUMBER.sub("", _MARK.sub("", claim)).strip()


def sentences_of(text: str) -> list[str]:
    """Return the sentences of a text; the end of a line ends one."""
    lines = _BREAK.split(text)
    return [span.of(line) for line in lines for span in split_sentences(line)]


@lru_cache(maxsize=4_096)
def analyse(text: str) -> Analysed:
    """Return the stems of a sentence. Compounds count as their parts."""
    words = [word for word in _PART.findall(text) if word.casefold() not in _PERSONS]
    content = [word for word in words if word.casefold() not in STOPWORDS]
    return Analysed(text, tuple(map(stem, words)), tuple(map(stem, content)))

"""Noun phrases, found by word classes and position: no parser, no model."""

import re
from dataclasses import dataclass
from functools import lru_cache

from assistant.understanding.grammar import (
    ADJECTIVES,
    ADVERBS,
    ASKED_NOUNS,
    BASE_VERBS,
    BE,
    CONJUNCTIONS,
    DETERMINERS,
    EMPTY_NOUNS,
    FINITE_VERBS,
    HAVE,
    IMPERATIVES,
    IRREGULAR_PLURALS,
    MODALS,
    PAST_FORMS,
    PREPOSITIONS,
    PRONOUNS,
    QUESTION_WORDS,
    RANKING,
)

_TOKEN = re.compile(r"[^\W_]+(?:[-'’./&][^\W_]+)*(?:s['’](?=\s))?|[^\w\s'’\"“”]")
_CLOSED = PREPOSITIONS | MODALS | BE | HAVE | QUESTION_WORDS | CONJUNCTIONS | PRONOUNS | ADVERBS
_NO_ADVERBS = ("anomaly", "assembly", "family", "italy", "supply")
_HOW = re.compile(r"\bhow\s+$", re.IGNORECASE)
_OWNER = re.compile(r"(?:['’]s|s['’])$")
_MODIFIER_ENDINGS = ("able", "al", "ful", "ible", "ic", "ive", "ous")
_SINGULAR_ENDINGS = ("ss", "us", "is", "ics", "'s", "’s")
_SINGULAR = frozenset("atlas bias canvas christmas gas lens news".split())
_PREDICATE_ENDINGS = ("able", "ible", "ful", "ous")


@dataclass(frozen=True, slots=True)
class NounPhrase:
    """A noun phrase: `text[start:end]`, its article included.

    `article` is "the", "a" or ""; `core` is the phrase without its determiners.
    """

    core: str
    article: str
    start: int
    end: int

    @property
    def text(self) -> str:
        """Return it as one would put it into a question."""
        return f"{self.article} {self.core}" if self.article else self.core

    @property
    def words(self) -> list[str]:
        """Return the words of the core, in lower case."""
        return self.core.casefold().split()

    @property
    def head(self) -> str:
        """Return its last word, in lower case."""
        return self.words[-1]

    @property
    def is_plural(self) -> bool:
        """Return whether "they" can stand for it."""
        return is_plural(self.head)

    @property
    def is_named(self) -> bool:
        """Return whether each of its words is capitalised."""
        parts = [word for word in self.core.split() if word[0].isalpha()]
        return bool(parts) and all(word[0].isupper() for word in parts)

    @property
    def says_nothing(self) -> bool:
        """Return whether it is no topic: "things", "the main types"."""
        return all(word in ASKED_NOUNS | EMPTY_NOUNS | RANKING for word in self.words)


def is_plural(noun: str) -> bool:
    """Return whether a noun is written like a plural."""
    ends_so = noun.endswith("s") and not noun.endswith(_SINGULAR_ENDINGS)
    return noun in IRREGULAR_PLURALS or (ends_so and len(noun) > 2 and noun not in _SINGULAR)


@lru_cache(maxsize=2_000)
def noun_phrases(text: str) -> tuple[NounPhrase, ...]:
    """Return the noun phrases of a question or sentence, in order, "X of Y" as two."""
    return tuple(_Finder(text).found)


class _Finder:
    """Reads a text word by word; `needs_verb` says that the clause still lacks its verb."""

    def __init__(self, text: str) -> None:
        self._text = text
        self.found: list[NounPhrase] = []
        self._run: list[re.Match[str]] = []
        self._determiner: re.Match[str] | None = None
        self._previous = ""
        self._needs_verb = True
        self._after_be = False
        self._asks_what = False  # "what is": what follows is a noun, be it "pruning"
        for token in _TOKEN.finditer(text):
            self._read(token)
            self._previous = _plain(token.group())
        self._close()

    def _read(self, token: re.Match[str]) -> None:
        word = _plain(token.group())
        is_name = token.group()[0].isupper() and bool(self._previous) and word != "i"
        if not word[0].isalnum():
            self._close()
            self._needs_verb, self._after_be = True, False
        elif word in DETERMINERS and not is_name:
            self._close(keep=self._determiner if not self._run else None)
            self._determiner = self._determiner or token
        elif word in RANKING and self._determiner and not self._run:
            self._run.append(token)
        elif word in _CLOSED and not is_name:
            if word in BE and self._is_degree():
                self._run = []
            self._close()
            self._note(word)
        elif word.endswith("ly") and not is_name and word not in _NO_ADVERBS:
            self._close()
        elif not is_name and self._is_verb(word):
            self._close()
            self._needs_verb = False
        else:
            self._run.append(token)

    def _is_degree(self) -> bool:
        """Return whether the open phrase is the adjective of "how accurate is ..."."""
        one = self._run[0] if len(self._run) == 1 else None
        return one is not None and _HOW.search(self._text[: one.start()]) is not None

    def _note(self, word: str) -> None:
        if word in BE:
            self._needs_verb, self._after_be = False, True
            self._asks_what = self._previous in QUESTION_WORDS
        elif word in MODALS | CONJUNCTIONS | QUESTION_WORDS:
            self._needs_verb, self._after_be = True, False

    def _is_verb(self, word: str) -> bool:
        if not self._previous:
            return word in IMPERATIVES
        if self._determiner and not self._run:
            return False
        if self._previous == "to":
            return word in BASE_VERBS
        starts = not self._run and self._previous not in PREPOSITIONS
        if (self._run or starts) and len(word) > 3 and word.endswith("ed"):
            return True
        if word.endswith("ing") and self._previous in BE and not self._asks_what:
            return True
        is_subject = bool(self._run) and not _is_modifier(self._run[-1].group())
        return self._needs_verb and (is_subject or starts) and word in BASE_VERBS | FINITE_VERBS

    def _close(self, keep: re.Match[str] | None = None) -> None:
        run, determiner = self._run, self._determiner
        self._run, self._determiner = [], keep
        if self._after_be and len(run) > 1 and _is_predicate(run[-1].group()):
            run = run[:-1]
        for part in _split_at_owner(run):
            if not all(_is_no_noun(token.group()) for token in part):
                self.found.append(self._phrase(part, determiner))
            determiner = None

    def _phrase(self, run: list[re.Match[str]], determiner: re.Match[str] | None) -> NounPhrase:
        article = determiner.group().casefold() if determiner else ""
        start, end = (determiner or run[0]).start(), run[-1].end()
        core = re.sub(r"(?:['’]s|(?<=s)['’])$", "", self._text[run[0].start() : end])
        shown = article if article in ("the", "a", "an") else ""
        return NounPhrase(" ".join(core.split()), shown, start, end)


def _plain(word: str) -> str:
    return word.casefold().replace("’", "'")


def _is_modifier(word: str) -> bool:
    """Return whether a word wants a noun after it: "the environmental impact"."""
    ends_so = word.islower() and word.endswith(_MODIFIER_ENDINGS)
    return word.isdigit() or _is_adjective(word) or ends_so


def _is_no_noun(word: str) -> bool:
    return word.isdigit() or _is_adjective(word) or word.endswith(_PREDICATE_ENDINGS)


def _split_at_owner(run: list[re.Match[str]]) -> list[list[re.Match[str]]]:
    """Return "lung cancer's" and "symptoms" apart, "a physician's assistant" in one."""
    for n, token in enumerate(run[:-1], 1):
        if _OWNER.search(token.group()) and _plain(run[-1].group()) in ASKED_NOUNS:
            return [run[:n], run[n:]]
    return [run] if run else []


def _is_predicate(word: str) -> bool:
    is_known = word in ADJECTIVES | PAST_FORMS
    return word.islower() and (is_known or word.endswith(_PREDICATE_ENDINGS))


def _is_adjective(word: str) -> bool:
    return word in ADJECTIVES or (word in RANKING and word not in ASKED_NOUNS)

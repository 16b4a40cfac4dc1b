"""What a paper can be asked about: the name it gives its work, and the terms it defines."""

import re
from dataclasses import dataclass
from functools import lru_cache

from assistant.reading.abbreviations import abbreviations
from assistant.reading.contribution import contribution_span
from assistant.suggesting.wording import in_sentence, is_mass, with_article
from assistant.understanding.noun_phrases import is_plural
from vectorstore import STOPWORDS, Paper, words
from vectorstore.cleaning.language import language_of
from vectorstore.suspicion import suspicions

_NAMED = re.compile(
    r"\b(?:introduc|present|propos|releas|call|dub|nam|term)\w*,? (?:the |a |an |as |it |our )?"
    r"(?P<name>[A-Z][\w.+-]+)(?= [^A-Z]|[,.;:])"
)
_WRITTEN_LIKE_A_NAME = re.compile(r"[a-z][A-Z]|[A-Z]{2}|\w-[A-Z0-9]|\d")
_NO_NAME = re.compile(r"[A-Z]s$|-[a-z]+$|^..$")  # LLMs, RAG-based, FC
_ARTICLE = re.compile(r"\b(the|an?) $", re.IGNORECASE)
_CHARS_TOLD_BY = 500
_MAX_WORDS_OF_NAME = 2
_MAX_WORDS_OF_TERM = 5
_TERM = re.compile(r"(?!.*(?:[a-z][A-Z]|[A-Z]{2}[a-z]))[A-Za-z][\w’' -]+")
# What any paper of the field may be said to be about.
_TOO_COMMON = frozenset(
    "artificial intelligence|deep learning|language model|large language model|machine learning"
    "|natural language|natural language processing|neural network|state of the art"
    "|state-of-the-art".split("|")
)


@lru_cache(maxsize=2_000)
def is_usable(paper: Paper) -> bool:
    """Return whether questions can be made of the paper's own words.

    They are English, and do not look written to steer a language model, which would be asked them.
    """
    start = f"{paper.title}. {paper.abstract[:_CHARS_TOLD_BY]}"
    return language_of(start) == "en" and not suspicions(paper)


@lru_cache(maxsize=2_000)
def own_name(paper: Paper) -> str:
    """Return the name that a paper gives to what it brings; empty where it gives none.

    It stands before the title's colon and again in the abstract, or where that introduces it.
    """
    before, colon, _ = paper.title.partition(":")
    before = before.strip()
    if colon and len(before.split()) <= _MAX_WORDS_OF_NAME and _holds(before, paper.abstract):
        return before
    for match in _NAMED.finditer(paper.abstract):
        name = match["name"].rstrip(".")
        is_name = _WRITTEN_LIKE_A_NAME.search(name) and not _NO_NAME.search(name)
        if is_name and f"{paper.title} {paper.abstract}".count(name) > 1:
            return name
    return ""


@dataclass(frozen=True, slots=True)
class Term:
    """A term of which an abstract defines the abbreviation `short`: "sparse autoencoders".

    `article` is what stands before it there; `is_own` says that the paper is about it.
    """

    text: str
    short: str
    article: str
    is_own: bool

    @property
    def said(self) -> str:
        """Return it as one asks about it: "a reward model", "the local interaction basis"."""
        return f"{self.article} {self.text}".strip() if self.article else with_article(self.text)

    @property
    def many(self) -> str:
        """Return it as papers study it: "reward models", "knowledge distillation"; "" if unsure."""
        if takes_do(self.text):
            return self.text
        if self.article in ("a", "an") or (not self.article and self.said != self.text):
            return f"{self.text}s"
        return self.text if is_mass(self.text) and not self.article else ""


@lru_cache(maxsize=2_000)
def defined_terms(paper: Paper) -> tuple[Term, ...]:
    """Return the terms of which the abstract defines an abbreviation, in its order."""
    found = (
        _term(short, " ".join(long_form.split()), paper)
        for short, long_form in abbreviations(paper.abstract).items()
    )
    return tuple(term for term in found if _is_topic(term.text))


def _term(short: str, long_form: str, paper: Paper) -> Term:
    about = f"{paper.title} {contribution_span(paper).of(paper.abstract)}".casefold()
    before, _, _ = paper.abstract.partition(long_form)
    article = _ARTICLE.search(before)
    return Term(
        in_sentence(long_form, paper),
        short,
        article[1].lower() if article else "",
        is_own=long_form.casefold() in about,
    )


def _is_topic(term: str) -> bool:
    parts = term.split()
    is_phrase = 2 <= len(parts) <= _MAX_WORDS_OF_TERM and parts[0] not in STOPWORDS
    is_noun = _TERM.fullmatch(term) is not None and not parts[-1].endswith(("ed", "and"))
    return is_phrase and is_noun and term.removesuffix("s") not in _TOO_COMMON


def takes_do(name: str) -> bool:
    """Return whether "do" goes with a name or term: "Concept Transformers", not "NeuroPrompts"."""
    last = re.split(r"[ -]", name)[-1]
    return last[1:] == last[1:].lower() and is_plural(last.casefold())


def _holds(name: str, text: str) -> bool:
    """Return whether the name stands in the text as words of its own."""
    if name not in text:
        return False
    found = (m.start() for m in words(text) if text.startswith(name, m.start()))
    return any(not text[start + len(name) : start + len(name) + 1].isalnum() for start in found)

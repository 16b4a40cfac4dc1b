"""What a question asks for that an abstract does not tell, in words."""

import re
from collections.abc import Iterable

from assistant.markdown import escape
from assistant.reading.answerability import (
    has_asked_kind,
    has_count,
    has_person,
    has_unit,
)
from assistant.reading.naming import missing_names
from assistant.understanding.question import Question, name_phrases
from assistant.wording import phrase
from vectorstore import Paper

_HOW_LONG = phrase(r"\bhow long\b|\btimes?\b")
_PLURAL = re.compile(r"[^s]s$|children$|people$|data$", re.IGNORECASE)


def untold(question: Question, paper: Paper) -> str:
    """Return what follows on "its abstract": "does not mention a GPU", as Markdown.

    Where no rule knows what is missing it is "does not answer this".
    """
    if not has_asked_kind(question, paper):
        return f"does not mention {_with_article(_asked(question))}"
    if not has_count(question, paper):
        return f"does not say how many {_asked(question)}"
    missing = missing_names(question, paper)
    if missing:
        return f"does not mention {listed(question, missing)}"
    if not has_unit(question, paper):
        return f"does not say how {'long' if _HOW_LONG.search(question.text) else 'much'}"
    if not has_person(question, paper):
        return "does not say who"
    return "does not answer this"


def listed(question: Question, names: Iterable[str]) -> str:
    """Return names of the question as Markdown, each in the phrase that it stands in there.

    "War" is "Second World War".
    """
    phrases = [match.group() for match in name_phrases(question.text)]
    whole = [next((p for p in phrases if name in p), name) for name in names]
    *others, last = (escape(name) for name in dict.fromkeys(whole))
    return f"{', '.join(others)} or {last}" if others else last


def _asked(question: Question) -> str:
    """Return the noun phrase that is asked for, in the question's own capitals."""
    words = r"\W+".join(map(re.escape, question.asked))
    match = re.search(words, question.text, re.IGNORECASE)
    return escape(match.group() if match else " ".join(question.asked))


def _with_article(noun: str) -> str:
    if _PLURAL.search(noun):
        return noun
    return f"an {noun}" if noun[0] in "aeioAEIO" else f"a {noun}"

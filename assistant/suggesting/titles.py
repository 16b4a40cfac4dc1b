"""Questions made of a title: "Probe: Decoding X via Y" is asked "How does Probe decode X?"."""

import re
from collections.abc import Iterator
from functools import lru_cache

from assistant.suggesting.subjects import own_name, takes_do
from assistant.suggesting.wording import deed, head_of, in_sentence, looked_at, with_article
from assistant.understanding.noun_phrases import is_plural
from assistant.wording import phrase
from vectorstore import STOPWORDS, Paper

_ASIDE = re.compile(r"\s*\([^)]*\)|\s+[–—-]{1,3}\s.*$")
_LEADING = phrase(r"^(?:towards?|on|the case for|rethinking|revisiting) ")
_MEANS = phrase(r" (?:via|using|through|with|by|based on) ")
_TAKES_WITH = phrase(r"^(?:align|bridg|combin|connect|ground|integrat|link|unify)ing ")
_NOT_WITH = phrase(r" (?:via|using|through) ")
_USES = phrase(r" (?:via|using) ")
_AIM = phrase(r" for ")
# A title with one of these is a sentence or a joke, not a noun phrase.
_NO_PHRASE = phrase(
    r"\b(?:am|are|but|can|could|did|do|does|goes|has|have|helps?|how|improves?|is|it|its|makes?"
    r"|matters|may|meets?|need|not|our|outperforms?|poses|remains?|requires?|reveals?|should"
    r"|shows?|that|their|these|this|we|what|when|where|which|who|why|will|without|you|your)\b"
    r"|[?!…:;,/&\"“”$\\{}]"
)
# A question that refers to what only its reader sees.
_POINTS = phrase(r"\b(?:i|it|its|me|my|our|that|these|they|this|those|you|your)\b|[$\\{}…]")
_ASKS = phrase(
    r"^(?:(?:to )?what|how|why|when|which|is|are|was|do|does|did|can|could|should|will) "
)
_SURVEY = phrase(
    r"^(?:an? |the )?(?:[\w-]+ ){0,3}?(?:analysis|assessment|comparison|evaluation|exploration"
    r"|investigation|overview|report|review|study|survey) (?:about|for|into|of|on) "
)
_PERSONS = frozenset("children experts learners patients people speakers students users".split())
_SAYS_LITTLE = frozenset(
    """
    a an approach baseline baselines better case comprehensive corpus dataset effective efficient
    framework general improved library look method methods model multimodal new novel plea scalable
    simple strategy stronger study surrogate system the tool tools towards unified
    """.split()
)
_MIN_WORDS_OF_QUESTION = 5
_MAX_WORDS_OF_THING = 7
_MAX_WORDS_OF_PHRASE = 14


@lru_cache(maxsize=2_000)
def title_questions(paper: Paper) -> tuple[str, ...]:
    """Return what the title promises an answer to, the most telling first; often nothing."""
    return tuple(_questions(paper))


def _questions(paper: Paper) -> Iterator[str]:
    name = own_name(paper)
    before, colon, after = paper.title.partition(":")
    for part in (paper.title, after):
        yield from _asked(part.strip(), paper)
    rest = _plain(after, paper)
    if name and name == before.strip():
        yield from _of_named(name, rest)
        return
    yield from _of_phrase(rest)
    first = _plain(before, paper)
    yield from _of_phrase(first)
    if not colon and _is_many(first):
        yield f"What are {first}?"


def _plain(text: str, paper: Paper) -> str:
    """Return a part of the title as a phrase of a sentence, asides and "Towards" left out."""
    return _LEADING.sub("", in_sentence(_ASIDE.sub("", text.strip()), paper))


def _asked(text: str, paper: Paper) -> Iterator[str]:
    """Yield the question that a title is: "Does Circuit Analysis Scale? Evidence from ..."."""
    question, mark, _ = text.partition("?")
    question = in_sentence(question, paper)
    is_whole = _ASKS.match(question) and len(question.split()) >= _MIN_WORDS_OF_QUESTION
    if mark and is_whole and not _POINTS.search(question):
        yield f"{question[0].upper()}{question[1:]}?"


def _of_named(name: str, rest: str) -> Iterator[str]:
    aim = _last(_AIM.split(rest))
    verb = "do" if takes_do(name) else "does"
    for does in _deeds(rest):
        yield f"How {verb} {name} {does}?"
    if aim and not deed(rest) and _is_phrase(aim):
        yield f"How {verb} {name} {_helping(aim)}?"


def _of_phrase(text: str) -> Iterator[str]:
    if not _is_phrase(text):
        return
    survey = _SURVEY.match(text)
    topic = text[survey.end() :] if survey else looked_at(text)
    what, *means = _split_at_means(text, maxsplit=1)
    thing, *aims = _AIM.split(text, maxsplit=1)
    used = _USES.split(text, maxsplit=1)
    if topic:
        yield from _of_topic(topic)
    elif means and deed(what) and _is_thing(means[0]):
        yield f"How can {with_article(means[0])} help {deed(what)}?"
    elif deed(text):
        yield from (f"How can one {does}?" for does in _deeds(text))
    elif aims and _is_thing(thing):
        yield f"How can {with_article(thing)} help {_helping(aims[0]).removeprefix('help ')}?"
    elif aims and deed(aims[0]):
        yield from (f"How can one {does}?" for does in _deeds(aims[0]))
    elif len(used) > 1 and _is_thing(used[0]) and _is_thing(used[1]):
        verb = "do" if is_plural(head_of(used[0])) else "does"
        yield f"How {verb} {with_article(used[0])} use {with_article(used[1])}?"


def _of_topic(topic: str) -> Iterator[str]:
    bare = _MEANS.split(topic)[0]
    if len(bare.split()) > 2:
        yield f"What is known about {with_article(bare)}?"


def _deeds(text: str) -> Iterator[str]:
    """Yield what a phrase says is done, whole and then without the means; nothing if it is none."""
    for part in dict.fromkeys((_NOT_WITH.split(text)[0], _split_at_means(text)[0])):
        if deed(part) and _is_phrase(part):
            yield deed(part)


def _split_at_means(text: str, maxsplit: int = 0) -> list[str]:
    """Return what is done and by what means; "aligning X with Y" has none."""
    return (_NOT_WITH if _TAKES_WITH.match(text) else _MEANS).split(text, maxsplit)


def _helping(aim: str) -> str:
    """Return what is done for an aim: "decode speech", "help with speech", "help speakers"."""
    bare = _split_at_means(aim)[0]
    if deed(bare):
        return deed(bare)
    return f"help {'' if head_of(bare) in _PERSONS else 'with '}{with_article(bare)}"


def _is_phrase(text: str) -> bool:
    return 1 < len(text.split()) <= _MAX_WORDS_OF_PHRASE and not _NO_PHRASE.search(text)


def _is_thing(text: str) -> bool:
    """Return whether a phrase names one thing, not just any: no gerund before it, no "X and Y"."""
    words = text.casefold().split()
    telling = [word for word in words if word not in _SAYS_LITTLE]
    is_short = len(telling) > 1 and len(words) <= _MAX_WORDS_OF_THING
    return is_short and not words[0].endswith("ing") and not {"and", "for", "attack"} & {*words}


def _is_many(text: str) -> bool:
    """Return whether a phrase names several things of a kind: "attacks on recommender systems"."""
    content = [word for word in text.casefold().split() if word not in STOPWORDS]
    has_gerund = any(word.endswith("ing") for word in content)
    return len(content) > 2 and _is_thing(text) and is_plural(head_of(text)) and not has_gerund


def _last(parts: list[str]) -> str:
    return parts[-1] if len(parts) > 1 else ""

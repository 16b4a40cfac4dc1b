"""Follow-ups completed from the questions of the conversation alone."""

import re
from collections.abc import Sequence
from datetime import date

from assistant.abstention import ABSTENTION
from assistant.answer import Turn
from assistant.understanding.ellipsis import (
    WHAT_ABOUT,
    bare,
    choice,
    compared_alone,
    missing_noun,
    one_of_a_kind,
    one_side,
    open_phrase,
)
from assistant.understanding.focus import Focus, things
from assistant.understanding.followups import replace_subject
from assistant.understanding.grammar import ASKED_NOUNS, BE, HAVE, MODALS, PREPOSITIONS
from assistant.understanding.noun_phrases import NounPhrase, is_plural, noun_phrases
from assistant.understanding.question import name_phrases
from assistant.understanding.references import Reference, references
from assistant.understanding.timespan import find_timespan
from assistant.wording import folded, phrase

_MAX_TURNS = 12  # what a follow-up can still refer to
_MAX_CHARS = 600
_BOTH = phrase(r"\b(?:differ\w*|common|compare\w*|similar\w*|between|both)\b")
_KIND_NOUNS = frozenset(
    """
    algorithm approach architecture article benchmark dataset framework method model one paper
    publication study survey system technique thing tool work
    """.split()
)

Completed = tuple[str, NounPhrase | None]


def complete(question: str, history: Sequence[Turn]) -> str:
    """Return the question with what it refers back to filled in; as it is where that is nothing."""
    return _complete(question, focus_of(history))[0]


def focus_of(history: Sequence[Turn]) -> Focus:
    """Return what a conversation is about."""
    focus = Focus()
    for turn in history[-_MAX_TURNS:]:
        asked = turn.question[:_MAX_CHARS]
        unanswered = turn.answer.startswith(ABSTENTION)
        focus.add(*_complete(asked, focus), names_only=unanswered)
    return focus


def _complete(question: str, focus: Focus) -> Completed:
    """Return the question standing alone, and what it is about if that was said before."""
    if not focus.topics:
        return question, None
    for step in (_refer, _ask_instead, _choose, _relate, _name_kind, _name_in_full, _open):
        text, kept = step(question, focus)
        if kept:
            return text, kept
    return question, None


def _refer(question: str, focus: Focus) -> Completed:
    """Put what each pronoun stands for in its place; the second of one thing may stay."""
    pieces: list[str] = []
    at, kept = 0, None
    for reference in references(question):
        thing = _thing_of(reference, focus)
        if thing is None or thing == kept:
            continue
        pieces += [question[at : reference.start], _said(question, reference, thing, focus)]
        at = reference.end
        kept = thing if kept is None or not reference.is_person else kept
    return "".join(pieces) + question[at:], kept


def _thing_of(reference: Reference, focus: Focus) -> NounPhrase | None:
    if reference.is_person:
        name = next((thing for thing in focus.things if thing.is_named), None)
        return focus.full_name(name) if name else None
    if reference.noun and reference.noun not in _KIND_NOUNS:
        named = (t for t in focus.things if t.head == reference.noun)
        return next(named, focus.topics[0])
    first, *rest = focus.topics
    if reference.is_plural and first.article in ("a", "an"):
        return first
    agreeing = (t for t in (first, *rest[:1]) if t.is_plural == reference.is_plural)
    return first if reference.kind == "this" else next(agreeing, first)


def _said(question: str, reference: Reference, thing: NounPhrase, focus: Focus) -> str:
    """Return what is put in a reference's place."""
    said = thing.text
    if reference.noun and reference.noun not in {*_KIND_NOUNS, thing.head}:
        noun = question[reference.start : reference.end].split(None, 1)[1]
        said = f"the {noun} of {said}"
    elif reference.is_plural and len(focus.topics) > 1 and _BOTH.search(question):
        said = f"{focus.topics[1].text} and {said}"
    elif reference.is_plural and thing.article in ("a", "an"):
        said = _in_number(thing, plural=True)
    if reference.start == 0:
        said = said[:1].upper() + said[1:]
    return possessive(said) if reference.owns else said


def possessive(name: str) -> str:
    """Return "ZebraNet's" or "Stripes'"."""
    return f"{name}'" if name.endswith("s") else f"{name}'s"


def _ask_instead(question: str, focus: Focus) -> Completed:
    """Ask the question before of something else: "What about in the UK?"."""
    match = WHAT_ABOUT.match(question)
    if not match:
        return question, None
    rest, topic = match["rest"], focus.topics[0]
    first = folded(rest.split()[0])
    if first in PREPOSITIONS:
        return _instead(focus.latest, rest, first), topic
    asked = noun_phrases(rest)
    if asked and asked[-1].head in ASKED_NOUNS and not things(rest)[1:]:
        return f"{question.rstrip(' ?.!')} of {topic.text}?", topic
    is_name = len(name_phrases(focus.latest)) == 1 and rest[0].isupper()
    if is_name or find_timespan(rest, today=date.max):
        return replace_subject(focus.latest, rest), next(iter(things(rest)), topic)
    return question, None


def _instead(previous: str, rest: str, preposition: str) -> str:
    """Return the question before with its phrase of the same preposition, or time, changed."""
    old, new = (find_timespan(text, today=date.max) for text in (previous, rest))
    if old and new:
        return previous.replace(old.words, rest)
    kept = re.split(rf"\s{re.escape(preposition)}\s", previous.rstrip(" ?.!"), flags=re.I)[0]
    return f"{kept} {rest}?"


def _choose(question: str, focus: Focus) -> Completed:
    match = choice(question)
    if not match:
        return question, None
    topic = focus.topics[0]
    return f"{match.group().split()[0]} of {topic.text}{question[match.end() :]}", topic


def _relate(question: str, focus: Focus) -> Completed:
    """Name both sides: "the difference with Y" is that between X and Y."""
    topic = focus.topics[0]
    side = one_side(question)
    if side:
        between = f"{side['noun']} between {topic.text} and "
        return question[: side.start("noun")] + between + question[side.end() :], topic
    link = compared_alone(question)
    if link:
        return f"{question.rstrip(' ?.!')} {link} {topic.text}?", topic
    return question, None


def _name_kind(question: str, focus: Focus) -> Completed:
    """Say the noun for "one", and after a superlative: "the largest mammal in the world"."""
    topic = focus.topics[0]
    one = one_of_a_kind(question)
    if one:
        start, end = one
        said = _in_number(topic, plural=folded(question[start:end]) == "ones")
        return question[:start] + said + question[end:], topic
    at = missing_noun(question)
    if at is not None:
        return f"{question[:at]} {_in_number(topic, plural=False)}{question[at:]}", topic
    return question, None


def _in_number(thing: NounPhrase, *, plural: bool) -> str:
    if plural == is_plural(thing.head):
        return thing.core
    return f"{thing.core}s" if plural else thing.core.removesuffix("s")


def _name_in_full(question: str, focus: Focus) -> Completed:
    """Say "the Milgram experiment" for "the experiment"."""
    for named in noun_phrases(question):
        is_short = named.article == "the" and len(named.words) == 1
        if is_short and not question[named.end :].lstrip().startswith("of "):
            for thing in focus.things:
                if thing.head == named.head and len(thing.words) > 1:
                    return question[: named.start] + thing.text + question[named.end :], thing
    return question, None


def _open(question: str, focus: Focus) -> Completed:
    topic = focus.topics[0]
    named = open_phrase(question)
    if named:
        return f"{question[: named.end]} of {topic.text}{question[named.end :]}", topic
    if noun_phrases(question):
        return question, None
    return _repeat(question, focus), topic


def _repeat(question: str, focus: Focus) -> str:
    """Complete a question that names nothing: "Why?" after "Is it safe?" asks why it is."""
    asked = question.rstrip(" ?.!")
    before = focus.latest
    if bare(question) and folded(before.split()[0]) in BE | HAVE | MODALS:
        return f"{asked.split()[0]} {before[:1].lower()}{before[1:]}"
    return f"{asked} of {focus.topics[0].text}?"

"""What a conversation is about: the things its questions named, the latest first."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from assistant.understanding.grammar import ASKED_NOUNS, EMPTY_NOUNS, PRAISE
from assistant.understanding.noun_phrases import NounPhrase, noun_phrases

_MAX_WORDS = 8  # a longer phrase is a mistake of the finder's


@dataclass(frozen=True, slots=True)
class Mentions:
    """What one question is about, and all that it names."""

    topic: NounPhrase | None
    things: tuple[NounPhrase, ...]


@dataclass(slots=True)
class Focus:
    """The questions so far, oldest first; `latest` is the last one, standing alone."""

    latest: str = ""
    _questions: list[Mentions] = field(default_factory=list)

    def add(self, question: str, kept: NounPhrase | None, *, names_only: bool) -> None:
        """Note a question that stands alone.

        `kept` is what it referred back to, and so is still about. `names_only` notes no other
        things: the question found no answer.
        """
        named = [thing for thing in things(question) if thing.is_named or not names_only]
        topic = kept or next(iter(named), None)
        self._questions.append(Mentions(topic, tuple(named)))
        self.latest = question

    @property
    def topics(self) -> list[NounPhrase]:
        """Return what the questions were about, the latest first, each once."""
        return _unique(q.topic for q in reversed(self._questions) if q.topic)

    @property
    def things(self) -> list[NounPhrase]:
        """Return all that was named, the latest question first, its topic before the rest."""
        latest_first = reversed(self._questions)
        return _unique(thing for q in latest_first for thing in (q.topic, *q.things) if thing)

    def full_name(self, name: NounPhrase) -> NounPhrase:
        """Return the longest name that was given and holds a name's words: "Curie", Marie Curie."""
        own = set(name.words)
        longer = (t for t in self.things if t.is_named and own <= set(t.words))
        return max(longer, key=lambda thing: len(thing.words), default=name)


def things(question: str) -> list[NounPhrase]:
    """Return what a question is about, in order: of "the cost of solar power", the power.

    Phrases that only say what is asked of something are left out.
    """
    return [_bare(phrase) for phrase in _joined(question) if not phrase.says_nothing]


def _bare(phrase: NounPhrase) -> NounPhrase:
    """Return "literary elements" for "important literary elements"."""
    first, _, rest = phrase.core.partition(" ")
    if phrase.article == "the" or not rest or first not in PRAISE:
        return phrase
    return _bare(replace(phrase, core=rest))


def _joined(question: str) -> list[NounPhrase]:
    """Return the phrases with "X of Y" as one, or as Y where X is what is asked of Y."""
    found: list[NounPhrase] = []
    for phrase in noun_phrases(question):
        joined = phrase
        if found and question[found[-1].end : phrase.start].strip() == "of":
            first = found.pop()
            if first.head not in ASKED_NOUNS | EMPTY_NOUNS:
                core = f"{first.core} of {question[phrase.start : phrase.end]}"
                joined = NounPhrase(core, first.article, first.start, phrase.end)
        if len(joined.words) <= _MAX_WORDS:
            found.append(joined)
    return found


def _unique(phrases: Iterable[NounPhrase]) -> list[NounPhrase]:
    found: dict[str, NounPhrase] = {}
    for phrase in phrases:
        found.setdefault(phrase.core.casefold(), phrase)
    return list(found.values())

"""A model's text, read as it comes: the words that are certain, and each finished sentence."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from assistant.abstention import ABSTENTION
from assistant.citing.blocks import BlockReader
from assistant.citing.inline import InlineReader, MarkJoiner
from assistant.citing.marks import MarkStyle
from assistant.citing.phrases import (
    is_abstention,
    is_chatter,
    may_be_abstention,
    may_be_chatter,
    may_say_nothing_is_said,
    says_nothing_is_said,
)
from assistant.citing.sentences import CitedSentence, SentenceReader
from assistant.citing.unwrapping import JsonFilter, TagFilter
from assistant.markdown import escape

_MAX_REPEATS = 3  # a model that repeats itself so often does not come back
_CLOSING = ".!?…)]\"'”’»"  # marks are set before the stop at a sentence's end
_ENTITY_BEGUN = re.compile(r"&#?\w*")  # escaped once it is whole, as is
_LINK_BEGUN = re.compile(r"https?:|ftp:|github\.com/", re.IGNORECASE)


class AnswerReader:
    """Turns tokens into pieces of Markdown and sentences that say which excerpts they cite.

    The pieces of a sentence, joined, begin its lead and escaped text. How the text is cut into
    tokens changes the pieces, never the sentences. None come where the model abstains; then the
    pieces, joined, begin the agreed abstention.
    """

    def __init__(
        self, titles: Sequence[str], *, marks: MarkStyle = "square", urls_of: str = ""
    ) -> None:
        """Take the titles of the excerpts in their order, and the text whose URLs may be links."""
        self._sentences = SentenceReader(titles)
        self._stages: tuple[Any, ...] = (
            TagFilter(),
            JsonFilter(),
            BlockReader(),
            InlineReader(marks),
            MarkJoiner(),
            self._sentences,
        )
        words = urls_of.split()
        self._urls = " ".join(word for word in words if "://" in word or "github.com/" in word)
        self._is_over = False
        self._given = ""  # of the sentence that is being written
        self._seen: dict[str, tuple[int, ...]] = {}  # what it cites, by a sentence's text
        self._n_repeats = 0
        self._waiting: list[CitedSentence] = []  # first ones that only tell what is not told

    @property
    def is_done(self) -> bool:
        """Return whether nothing that may still come belongs to the answer."""
        return self._is_over or any(getattr(stage, "is_done", False) for stage in self._stages)

    def shown(self, text: str) -> str:
        """Return the Markdown of a sentence's text."""
        return escape(text, urls_of=self._urls)

    def read(self, token: str) -> Iterator[str | CitedSentence]:
        """Yield what the token settles."""
        yield from self._finish_all(self._settled(token))
        yield from self._grow()

    def end(self) -> Iterator[CitedSentence]:
        """Yield what was held back, also a sentence that the model did not finish."""
        yield from self._finish_all(self._settled("", is_end=True))

    def _settled(self, token: str, *, is_end: bool = False) -> list[CitedSentence]:
        """Send characters through all stages; return the sentences that come out."""
        items: list[Any] = list(token)
        for stage in self._stages:
            items = [made for item in items for made in stage.feed(item)]
            if is_end:
                items += stage.end()
        return items

    def _finish_all(self, sentences: Iterable[CitedSentence]) -> Iterator[CitedSentence]:
        for sentence in sentences:
            yield from self._finish(sentence)

    def _grow(self) -> Iterator[str | CitedSentence]:
        """Yield what can be shown of the unfinished sentence and was not yet."""
        certain = self._certain(*self._sentences.growing)
        if len(certain) > len(self._given) and not self._is_over:
            yield from self._released()
            yield certain[len(self._given) :]
            self._given = certain

    def _certain(self, lead: str, text: str) -> str:
        """Return the Markdown of an unfinished sentence that whatever follows will not change."""
        text = _without_uncertain_end(text)
        if not any(map(str.isalnum, text)) or self._may_be_dropped(text):
            return ""
        markdown = self._placed(lead) + self.shown(text)
        if self._seen or not may_say_nothing_is_said(text):
            return markdown
        return "" if self._waiting else _shared_start(markdown, ABSTENTION)

    def _may_be_dropped(self, text: str) -> bool:
        if not self._seen:
            return may_be_chatter(text)
        return may_be_abstention(text) or any(key.startswith(_key(text)) for key in self._seen)

    def _finish(self, sentence: CitedSentence) -> Iterator[CitedSentence]:
        self._given = ""
        sentence = replace(sentence, lead=self._placed(sentence.lead))
        if self._is_over or (not self._seen and is_chatter(sentence.text)):
            return
        if is_abstention(sentence.text):
            self._is_over = not self._seen and not self._waiting
        elif self._is_repeated(sentence):
            self._n_repeats += 1
            self._is_over = self._n_repeats == _MAX_REPEATS
        elif not self._seen and says_nothing_is_said(sentence.text):
            self._waiting.append(sentence)
        else:
            self._waiting.append(sentence)
            yield from self._released()

    def _is_repeated(self, sentence: CitedSentence) -> bool:
        waiting = {_key(other.text): other.numbers for other in self._waiting}
        cited = (self._seen | waiting).get(_key(sentence.text))
        return cited is not None and set(sentence.numbers) <= set(cited)

    def _released(self) -> Iterator[CitedSentence]:
        """Yield the sentences that waited for another one to follow."""
        for sentence in self._waiting:
            self._seen[_key(sentence.text)] = sentence.numbers
        waiting, self._waiting = self._waiting, []
        yield from waiting

    def _placed(self, lead: str) -> str:
        return lead if self._seen or self._waiting else lead.lstrip()


def _key(text: str) -> str:
    return text.casefold()


def _without_uncertain_end(text: str) -> str:
    """Return the text that is shown the same whatever follows it."""
    text = text.rstrip(_CLOSING)
    last_word = text.rfind(" ") + 1
    link = _LINK_BEGUN.search(text, last_word)
    entity = text.rfind("&", last_word)
    if link:
        return text[: link.start()].rstrip()
    return text[:entity] if entity >= 0 and _ENTITY_BEGUN.fullmatch(text, entity) else text


def _shared_start(one: str, other: str) -> str:
    n_equal = next(
        (n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b),
        min(len(one), len(other)),
    )
    return one[:n_equal]

"""`stop` and `max_tokens`: where an answer's text ends for this client."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from assistant.answer import Answer
from assistant.backends.tokens import estimate_tokens
from assistant.events import Event, SentenceChecked, TextDelta
from assistant.page import MARKER

FinishReason = Literal["stop", "length"]

# While this many tokens are left, words are sent as they come: the sentence will fit.
_TOKENS_OF_A_SENTENCE = 128


@dataclass(frozen=True, slots=True)
class TextBounds:
    """`stop` are texts before the first of which the answer ends; `max_tokens` are estimated."""

    stop: tuple[str, ...] = ()
    max_tokens: int | None = None

    def __bool__(self) -> bool:
        """Return whether anything is bounded at all."""
        return bool(self.stop) or self.max_tokens is not None


@dataclass(frozen=True, slots=True)
class Ending:
    """The answer as the client gets it, the text of it that was not given yet, and why it ends."""

    answer: Answer
    rest: str
    finish_reason: FinishReason
    is_shortened: bool


class Shortener:
    """Takes one answer's events and gives the text that may be sent.

    With `max_tokens` the answer ends with the last sentence that fits, so that what it says keeps
    its markers; where not even the first one does, or one is very long, with a word.
    """

    def __init__(self, bounds: TextBounds) -> None:
        self._bounds = bounds
        self._text = ""
        self._ends: list[int] = []  # where sentences end
        self._n_given = 0

    def take(self, event: Event) -> str:
        """Return what may be sent now, "" where that is nothing."""
        if isinstance(event, SentenceChecked):
            self._ends.append(len(self._text))
        elif isinstance(event, TextDelta):
            self._text += event.text
        else:
            return ""
        return self._give(self._place_to_send())

    def end(self, answer: Answer) -> Ending:
        """Return the end of the answer, of which all events were taken."""
        self._text = answer.text
        at_stop = first_stop(answer.text, self._bounds.stop)
        end = self._fitting(at_stop, is_whole=True)
        rest = self._give(end)
        text = answer.text[: self._n_given]
        is_shortened = len(text) < len(answer.text)
        return Ending(
            answer=self._shortened(answer, text) if is_shortened else answer,
            rest=rest,
            finish_reason="length" if len(text) < at_stop else "stop",
            is_shortened=is_shortened,
        )

    def _shortened(self, answer: Answer, text: str) -> Answer:
        """Return an answer that ends earlier, with what it has marks of.

        So it has what the sentence stands on of which only the beginning is left.
        """
        left = {int(mark["number"]) for mark in MARKER.finditer(text)}
        n_whole = sum(end <= len(text) for end in self._ends)
        last_end = max((end for end in self._ends if end <= len(text)), default=0)
        if text[last_end:].strip():
            left.update(n for s in answer.sentences[n_whole : n_whole + 1] for n in s.citations)
        kept = tuple(citation for citation in answer.citations if citation.number in left)
        return replace(answer, text=text, citations=kept)

    def _give(self, end: int) -> str:
        begin, self._n_given = self._n_given, max(self._n_given, end)
        return self._text[begin : self._n_given]

    def _place_to_send(self) -> int:
        if not self._bounds:
            return len(self._text)
        at_stop = first_stop(self._text, self._bounds.stop)
        if at_stop == len(self._text):
            at_stop -= _may_begin_a_stop(self._text, self._bounds.stop)
        return self._fitting(at_stop, is_whole=False)

    def _fitting(self, end: int, *, is_whole: bool) -> int:
        """Return how much of the text up to `end` the tokens allow, never less than was given."""
        most = self._bounds.max_tokens
        if most is None:
            return end
        ahead = 0 if is_whole else _TOKENS_OF_A_SENTENCE
        if estimate_tokens(self._text[:end]) + ahead <= most:
            return end
        ends = [place for place in self._ends if place <= end and self._fits(place, most)]
        if ends:
            return max(ends[-1], self._n_given)
        return max(self._last_word(end, most), self._n_given)

    def _fits(self, place: int, most: int) -> bool:
        return estimate_tokens(self._text[:place]) <= most

    def _last_word(self, end: int, most: int) -> int:
        """Return where the last whole word that fits ends."""
        places = [n for n in range(1, end) if self._text[n].isspace() > self._text[n - 1].isspace()]
        return max((place for place in places if self._fits(place, most)), default=0)


def first_stop(text: str, stop: Sequence[str]) -> int:
    """Return where the first of these begins, or the length of the text."""
    return min((at for one in stop if (at := text.find(one)) >= 0), default=len(text))


def _may_begin_a_stop(text: str, stop: Sequence[str]) -> int:
    """Return how many characters at the end may yet turn out to begin one of these."""
    longest = max(map(len, stop), default=0)
    lengths = range(min(longest - 1, len(text)), 0, -1)
    return next((n for n in lengths if any(one.startswith(text[-n:]) for one in stop)), 0)

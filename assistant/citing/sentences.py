"""Sentences out of text and marks: where one ends, and whose the marks between two are."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from assistant.citing.blocks import Break
from assistant.citing.marks import Mark
from vectorstore import split_sentences

_MAX_CHARS = 1_500  # a sentence that never ends is cut between words; at twice that, in one
_STOP = re.compile(r"[.!?]+[)\"'\]”’»]*$")
_TAIL_CHARS = 80  # enough of a text to tell a full stop from an abbreviation's
_OPENERS = "(\"'[“‘«"
_CLOSERS = ".,;:!?…)]}\"'”’»%"
_LIST_NUMBER = re.compile(r"\(?\d{1,3}[.)]")
# After these words a mark is one of the sentence's own words: "According to [1], zebras run".
_NOUN_NEXT = re.compile(
    r"\b(?:according to|based on|in|by|from|per|see|unlike|excerpts?)$", re.IGNORECASE
)

_Gap = list[str | Mark | Break]


@dataclass(frozen=True, slots=True)
class CitedSentence:
    """A finished sentence as plain text, and the excerpts that it cites, in order.

    `lead` is Markdown before it.
    """

    text: str
    numbers: tuple[int, ...]
    lead: str


@dataclass(slots=True)
class _Growing:
    """The sentence that is being written."""

    lead: str = ""
    text: str = ""
    numbers: list[int] = field(default_factory=list)


class SentenceReader:
    """Turns text, marks and breaks into sentences.

    `titles` are those of the excerpts, in the order of their numbers: a mark that is a word of its
    sentence becomes the title.
    """

    def __init__(self, titles: Sequence[str]) -> None:
        self._titles = titles
        self._now = _Growing()
        self._gap: _Gap = []  # what came since the last character of text
        self._has_begun = False
        self._do_marks_lead = False  # the model writes each mark before its sentence

    @property
    def growing(self) -> tuple[str, str]:
        """Return lead and text of the sentence that is being written; its text only grows."""
        return self._now.lead, self._now.text

    def feed(self, token: str | Mark | Break) -> Iterator[CitedSentence]:
        """Yield the sentence that the token ends, if any."""
        if isinstance(token, Mark) and self._is_noun(token):
            yield from self._close_gap("X")
            self._name([token])
        elif not isinstance(token, str) or token.isspace():
            if not self._gap or token != self._gap[-1]:
                self._gap.append(token)
        elif token in _OPENERS and self._gap and _STOP.search(self._now.text[-_TAIL_CHARS:]):
            self._gap.append(token)  # what it opens may be the next sentence
        else:
            yield from self._close_gap(token)
            yield from self._cut_if_endless()
            self._now.text += token

    def end(self) -> Iterator[CitedSentence]:
        """Yield the sentence that was not finished; marks at the very end are its own."""
        self._cite([token for token in self._gap if isinstance(token, Mark)])
        yield from self._finished()

    def _close_gap(self, first: str) -> Iterator[CitedSentence]:
        """Decide what the gap before the character `first` is: a space, or a sentence's end."""
        gap, self._gap = self._gap, []
        if not gap:
            return
        opening = "".join(token for token in gap if isinstance(token, str) and token in _OPENERS)
        if self._now.text and not self._is_end(gap, first):
            self._cite(_marks(gap))
            self._now.text += _space(gap, first, self._now.text) + opening
            return
        own, following = self._shared_out(gap, first)
        self._cite(own)
        leads = [token.lead for token in gap if isinstance(token, Break)]
        lead = leads[-1] if leads else " " if self._now.text else self._now.lead
        yield from self._finished()
        self._now = _Growing(lead)
        self._begin(following, first)
        self._now.text += opening

    def _cut_if_endless(self) -> Iterator[CitedSentence]:
        if len(self._now.text) >= 2 * _MAX_CHARS:
            yield from self._finished()
            self._now = _Growing()

    def _begin(self, marks: list[Mark], first: str) -> None:
        """Begin a sentence that marks stand before."""
        if not self._has_begun:
            self._do_marks_lead = bool(marks) and not first.islower()
            self._has_begun = True
        if marks and first.islower():  # "[1] shows that zebras run"
            self._name(marks)
            self._now.text += " " if self._now.text else ""
        else:
            self._cite(marks)

    def _is_end(self, gap: _Gap, first: str) -> bool:
        text, has_space = self._now.text, _has_space(gap)
        if any(isinstance(token, Break) for token in gap):
            return True
        if "\n" in gap and (text.endswith(":") or _marks(gap[: gap.index("\n")])):
            return True
        if _ends_sentence(text):
            if _marks(gap) or "\n" in gap:
                return has_space or first.isupper()
            return has_space and bool(re.match(r"[^\W_a-z]", first))
        return has_space and len(text) > _MAX_CHARS

    def _shared_out(self, gap: _Gap, first: str) -> tuple[list[Mark], list[Mark]]:
        """Return the marks that are the ended sentence's, and those of the one that follows."""
        if not self._now.text:
            return [], _marks(gap)
        line_ends = [n for n, item in enumerate(gap) if isinstance(item, Break) or item == "\n"]
        if line_ends:
            return _marks(gap[: line_ends[-1]]), _marks(gap[line_ends[-1] :])
        is_next = self._do_marks_lead or (first.islower() and self._now.numbers)
        n_own = next((n for n, item in enumerate(gap) if item == " "), len(gap))
        n_own = n_own if is_next else len(gap)
        return _marks(gap[:n_own]), _marks(gap[n_own:])

    def _finished(self) -> Iterator[CitedSentence]:
        now = self._now
        if any(map(str.isalnum, now.text)):
            yield CitedSentence(now.text, tuple(dict.fromkeys(now.numbers)), now.lead)

    def _cite(self, marks: list[Mark]) -> None:
        for mark in marks:
            self._now.numbers += mark.among(len(self._titles))

    def _is_noun(self, mark: Mark) -> bool:
        if not mark.among(len(self._titles)):
            return False
        follows_word = all(item == " " for item in self._gap)
        tail = self._now.text[-_TAIL_CHARS:]
        return mark.is_noun or (follows_word and bool(_NOUN_NEXT.search(tail)))

    def _name(self, marks: list[Mark]) -> None:
        """Cite the marks, and put the titles of their papers in their place."""
        named = [number for mark in marks for number in mark.among(len(self._titles))]
        self._now.numbers += named
        titles = (f"“{self._titles[number - 1]}”" for number in dict.fromkeys(named))
        self._now.text += " and ".join(titles)


def _marks(gap: _Gap) -> list[Mark]:
    return [token for token in gap if isinstance(token, Mark)]


def _has_space(gap: _Gap) -> bool:
    return any(isinstance(token, str) and token.isspace() for token in gap)


def _space(gap: _Gap, first: str, text: str) -> str:
    """Return what is left of a gap in the middle of a sentence."""
    if _marks(gap) and first in _CLOSERS:
        return ""
    joins_words = bool(_marks(gap)) and first.isalnum() and text[-1].isalnum()
    return " " if _has_space(gap) or joins_words else ""


def _ends_sentence(text: str) -> bool:
    """Return whether a text's last full stop is no abbreviation's and no list number's."""
    tail = f"{text[-_TAIL_CHARS:]} X"
    if not _STOP.search(tail[:-2]) or _LIST_NUMBER.fullmatch(text):
        return False
    return split_sentences(tail)[-1].of(tail) == "X"

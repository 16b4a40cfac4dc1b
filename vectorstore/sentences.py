"""Sentence boundaries in scientific English, as character offsets."""

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Characters `start` (included) to `end` (excluded) of a text."""

    start: int
    end: int

    def of(self, text: str) -> str:
        """Return the characters of `text` that the span covers."""
        return text[self.start : self.end]


# A full stop after one of these does not end a sentence.
ABBREVIATIONS = frozenset(
    """
    e.g i.e et.al al etc vs cf fig figs eq eqs sec secs tab ref refs no nos vol pp approx resp dr
    prof mr mrs ms st jr sr inc ltd dept univ a.k.a w.r.t u.s u.k ph.d
    """.split()
)

_BOUNDARY = re.compile(
    # Possessive, and begun at a first stop only: a run of 100,000 stops takes no quadratic time.
    r"""(?<![.!?]) [.!?]++ [)"'\]”’»*]*+      # the stop and what closes with it
        (?=\s+ [("'\[“‘«*$\\]* [^\W_a-z])   # then space, and a capital or a digit
      | \n\s*\n                  # or an empty line
    """,
    re.VERBOSE,
)
_LAST_WORD = re.compile(r"[\w.]*$")


def split_sentences(text: str) -> list[Span]:
    """Return the spans of the sentences of `text`, in order, without the white space between them.

    Abbreviations ("e.g.", "et al."), initials ("J. Smith") and numbers ("Llama 3.1") do not end a
    sentence. Nothing but white space lies outside the spans.
    """
    spans, start = [], 0
    for boundary in _BOUNDARY.finditer(text):
        if _ends_sentence(text, boundary):
            spans.append(_trim(text, start, boundary.end()))
            start = boundary.end()
    spans.append(_trim(text, start, len(text)))
    return [span for span in spans if span.start < span.end]


def _ends_sentence(text: str, boundary: re.Match[str]) -> bool:
    if not boundary.group().startswith(".") or boundary.group().startswith(".."):
        return True
    match = _LAST_WORD.search(text, max(0, boundary.start() - 40), boundary.start())
    word = match.group() if match else ""
    is_initial = len(word) == 1 and word.isupper() and word != "I"
    return not is_initial and word.casefold() not in ABBREVIATIONS


def _trim(text: str, start: int, end: int) -> Span:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return Span(start, end)

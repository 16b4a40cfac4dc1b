"""Sentences that the check doubts, marked in the text of an answer."""

from collections.abc import Iterable

from assistant.answer import AnswerSentence
from ui.chat.escaping import html_text

# They stand for the beginning and the end of a doubtful sentence until the Markdown is HTML.
# Punctuation, so that emphasis beside them is read as it would be without them.
OPENING, CLOSING = "\u2e1c", "\u2e1d"
_CLOSING_SIGNS = ".!?…"

_WORDING = {
    "partly": ("Only partly supported", "The cited words support only a part of this."),
    "unsupported": ("Not supported", "Nothing in the abstracts found supports this."),
}


def doubtful(sentences: Iterable[AnswerSentence]) -> list[AnswerSentence]:
    """Return the sentences that are not wholly supported."""
    return [sentence for sentence in sentences if sentence.support in _WORDING]


def with_doubts(markdown: str, sentences: Iterable[AnswerSentence]) -> str:
    """Return an answer's Markdown, each doubtful sentence between OPENING and CLOSING.

    The sentences are in the order of the text. One that is not found there is passed over, and so
    are those behind it: a mark on the wrong words is worse than none.
    """
    pieces: list[str] = []
    end = 0
    for sentence in sentences:
        body = sentence.text.rstrip(_CLOSING_SIGNS)
        start = markdown.find(body, end) if body else -1
        if start < 0:
            break
        if sentence.support in _WORDING:
            pieces += [markdown[end:start], OPENING, body, CLOSING]
        else:
            pieces.append(markdown[end : start + len(body)])
        end = start + len(body)
    return "".join([*pieces, markdown[end:]])


def opening_html(sentence: AnswerSentence) -> str:
    """Return the beginning of the element that underlines a doubtful sentence."""
    return f'<span class="doubt {sentence.support}">'


def closing_html(sentence: AnswerSentence) -> str:
    """Return its end: a button that tells the reason where it is pointed at or focused."""
    title, reason = _WORDING[sentence.support]
    return (
        f'</span><button type="button" class="doubt-mark {sentence.support}"'
        f' data-verdict="{title}" data-reason="{html_text(sentence.reason or reason)}"'
        f' aria-label="{title}: why?"></button>'
    )

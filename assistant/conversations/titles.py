"""What a conversation is called, and text on one line."""

from vectorstore.invisible import without_invisible

MAX_TITLE_CHARS = 120
_MAX_CHARS_FROM_QUESTION = 60
UNTITLED = "Untitled"


def flat(text: str) -> str:
    """Return `text` on one line as any file can hold it: nothing invisible, no lone surrogate."""
    return " ".join(without_invisible(" ".join(text.split())).split())


def shortened(text: str, max_chars: int) -> str:
    """Return `text` on one line, cut at a word where it is longer than `max_chars`."""
    whole = flat(text)
    if len(whole) <= max_chars:
        return whole
    cut = whole[: max_chars - 1]
    at_word = cut if whole[max_chars - 1] == " " else cut.rpartition(" ")[0]
    return f"{(at_word or cut).rstrip(' ,;:.-')}…"


def title_of(question: str) -> str:
    """Return a title made of the first question."""
    return shortened(question, _MAX_CHARS_FROM_QUESTION) or UNTITLED

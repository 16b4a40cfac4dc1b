"""Characters that a reader does not see, removed from what readers and models are shown.

One definition for the page, the terminal, Markdown and prompts. What is stored keeps them: the
spans of citations count on it.
"""

import re

# Arabic, Syriac, Indic, Tibetan, Myanmar, Khmer, Mongolian: scripts whose words are spelled with
# the joiners U+200C and U+200D (Unicode Standard 16, chapter 23.2).
_JOINED_SCRIPTS = (
    "\u0600-\u109f\u1780-\u18af\ua8e0-\ua8ff\ufb50-\ufdff\ufe70-\ufefc\U00011000-\U00011fff"
)
_EMOJI = "\u00a9\u00ae\u203c\u2049\u2122-\u2bff\u3030\u303d\u3297\u3299\U0001f000-\U0001faff"

# U+200C, U+200D, U+FE0E and U+FE0F have cases of their own below.
_ALWAYS = (
    "\x00-\x08\x0b-\x1f\x7f-\x9f"  # controls, but for tab and newline
    "\u00ad\u034f\u061c"  # soft hyphen, grapheme joiner, Arabic letter mark
    "\u115f\u1160\u3164\uffa0\u17b4\u17b5"  # letters that have no shape
    "\u180b-\u180f"  # Mongolian variation selectors
    "\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f"  # zero width, and marks that reorder text
    "\ud800-\udfff"  # halves of characters, which cannot be written at all
    "\ufe00-\ufe0d\ufeff\ufff0-\ufffb"  # variation selectors, byte order mark, annotations
    "\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"  # controls of notations
    "\U000e0000-\U000e0fff"  # tags, and the supplement of variation selectors
)
# One such character. Each branch begins with a character: one that began by looking back would be
# tried everywhere.
INVISIBLE = re.compile(
    f"[{_ALWAYS}]"
    f"|\u200c(?<![{_JOINED_SCRIPTS}]\u200c)"
    # A zero width joiner stays after a letter of those scripts, and between two emoji.
    f"|\u200d(?<![{_JOINED_SCRIPTS}]\u200d)"
    f"(?:(?<![{_EMOJI}]\u200d)(?<![{_EMOJI}]\ufe0f\u200d)|(?![{_EMOJI}]))"
    # A choice between text and emoji shape stays after an emoji, and in keycaps such as 1️⃣.
    f"|[\ufe0e\ufe0f](?<![{_EMOJI}].)(?:(?<![0-9#*].)|(?!\u20e3))"
)
_RUNS = re.compile(f"(?:{INVISIBLE.pattern})+")


def without_invisible(text: str) -> str:
    """Return `text` without the characters that hide text or command a terminal.

    Removed are controls except tab and newline, marks that reorder text, zero width characters,
    soft hyphens, tag characters, variation selectors, blank letters and lone surrogates. Joiners
    stay where they spell: after an Arabic or Indic letter, and inside an emoji. Lost are flags of
    regions (a black flag is left) and the rare shapes of ideographs. Nothing is added or moved.
    """
    if text.isascii() and text.isprintable():  # the common case, at the speed of C
        return text
    return INVISIBLE.sub("", text)


def invisible_runs(text: str) -> list[str]:
    """Return the runs of neighbouring characters that `without_invisible` removes, in order."""
    if text.isascii() and text.isprintable():
        return []
    return [found[0] for found in _RUNS.finditer(text)]

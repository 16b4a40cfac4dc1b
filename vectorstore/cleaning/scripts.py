"""Raised and lowered text in Unicode, where it has the characters."""

_PLAIN = "0123456789+-=()"
_RAISED = str.maketrans(_PLAIN + "−–", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾⁻⁻")
_LOWERED = str.maketrans(_PLAIN + "−–", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎₋₋")
_MAPPED = frozenset(_PLAIN + "−–")


def raised(text: str) -> str:
    """Return superscript `text`: "2" is "²", "th" stays "th", "2.5" is "^2.5".

    Letters stay plain even where Unicode raises them: nobody searches for "10ᵗʰ".
    """
    return _moved(text, _RAISED, "^")


def lowered(text: str) -> str:
    """Return subscript `text`: "2" is "₂", "max" stays "max", "1,2" is "_1,2"."""
    return _moved(text, _LOWERED, "_")


def _moved(text: str, table: dict[int, int], mark: str) -> str:
    text = text.strip()
    if not text or _MAPPED.issuperset(text):
        return text.translate(table)
    # "10<sup>2.5</sup>" is not 102.5.
    return f"{mark}{text}" if any(char.isdigit() for char in text) else text

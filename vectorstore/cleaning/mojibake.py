"""UTF-8 that was once read as Latin-1 or Windows-1252, and comes as "FranÃ§ois".

Only what can hardly be meant is repaired: a lead byte of two or three (à to ß stand for Latin and
Greek letters and signs, â for punctuation) and continuation bytes that together are valid UTF-8.
"""

import re

_LEADS = "ÃÂâ"  # C3, C2, E2: nearly all of Latin text and of its punctuation


def _windows_1252(byte: int) -> str:
    """Return the character of a byte; the five that Windows-1252 leaves open are as in Latin-1."""
    try:
        return bytes([byte]).decode("cp1252")
    except UnicodeDecodeError:
        return chr(byte)


# Each continuation byte 80 to BF as either encoding shows it.
_BYTES = {chr(byte): byte for byte in range(0x80, 0x100)}
_BYTES |= {_windows_1252(byte): byte for byte in range(0x80, 0x100)}
_TAIL = "".join(re.escape(char) for char, byte in _BYTES.items() if byte < 0xC0)
_RUN = re.compile(f"[ÃÂ][{_TAIL}]|â[{_TAIL}]{{2}}")


def repair_mojibake(text: str) -> str:
    """Return `text` with such pairs and triples read as UTF-8; other characters stay."""
    if not any(lead in text for lead in _LEADS):
        return text
    return _RUN.sub(_repaired, text)


def _repaired(found: re.Match[str]) -> str:
    try:
        return bytes(_BYTES[char] for char in found[0]).decode("utf-8")
    except UnicodeDecodeError:
        return found[0]

"""What publishers put around an abstract: its label, the copyright, a note on the pages."""

import re

# "Abstract Meaning Representation" begins 30 abstracts of the ACL Anthology: the label needs a mark
# behind it, a line of its own, or capitals before a capitalised word.
_LABEL = re.compile(
    r"\s*(?:(?i:abstract|zusammenfassung|résumé|resumen|resumo|摘要)\s*[:：]\s*"
    r"|(?i:abstract)(?:\.\s+|\s?[—–]\s?)(?=[A-Z\"“])|ABSTRACT\s+(?=[A-Z][a-z])"
    r"|(?i:abstract)[ \t]*\r?\n\s*)"
)
# Only behind the end of a sentence, with a year, to the end of the text.
_COPYRIGHT = re.compile(
    r"(?<=[.!?])\s*(?:©|\([cC]\)|[Cc]opyright(?:\s*(?:©|\([cC]\)))?)\s*"
    r"(?:(?:18|19|20)\d\d\b|[A-Z][^.!?]{0,60}\b(?:18|19|20)\d\d\b)[^?!]{0,150}$"
)
_COMMENT = re.compile(
    r"(?:(?<=[.!?])\s+|\n\s*)Comments?:\s(?=[^.]{0,80}\b\d+ (?:pages?|pp\b|figures?|tables?))"
    r"[^\n]{0,250}$"
)
_LONGEST_END = 400


def has_label(text: str) -> bool:
    """Return whether `text` begins with a label such as "Abstract:"."""
    return _LABEL.match(text) is not None


def without_boilerplate(text: str) -> str:
    """Return an abstract without a label before it, and a copyright or comment line behind it."""
    label = _LABEL.match(text)
    if label and label.end() < len(text):
        text = text[label.end() :]
    start = max(0, len(text) - _LONGEST_END)
    for pattern in (_COMMENT, _COPYRIGHT):
        found = pattern.search(text, start)
        if found and found.start() > len(text) // 2:
            text = text[: found.start()].rstrip()
    return text

"""What kind of line a line of a model's Markdown is, or may yet become."""

import re

_MAX_HEADING_WORDS = 8
_ANSWERS = ("answer", "final answer", "short answer", "response", "output")
_REFERENCES = (
    "references", "reference", "reference list", "sources", "source", "citations", "bibliography",
    "works cited", "excerpts", "excerpts used", "excerpts cited", "cited excerpts",
)  # fmt: skip

MARKER = re.compile(r"[ \t>]*(?:[-*+•‣◦·–—]|(\d{1,2})[.)])[ \t]+(?=\S)")
FENCE = re.compile(r"\s*(?:```+|~~~+)\s*(\w*)")
NO_CONTENT = re.compile(r"[\s>]*(?:[-*_=][-*_= \t]*)?(?:[•‣◦·–—+]|\d{1,2}[.)])?\s*")
QUOTE_OR_HEADING = re.compile(r"^[\s>]*(?:#{1,6}[ \t]+)?")
ANSWER_LABEL = re.compile(
    rf"[\s*_#>]*(?:{'|'.join(_ANSWERS)})\s*[*_]*\s*[:：][*_\s]*", re.IGNORECASE
)

_FENCE_BEGUN = re.compile(r"\s*(?:`{1,2}|~{1,2}|(?:```|~~~).*)")
_MARKER_BEGUN = re.compile(r"[ \t>]*(?:[-*+•‣◦·–—]|\d{1,2}[.)]?)?[ \t]*")
_RULE_BEGUN = re.compile(r"[ \t]*[-*_=][-*_= \t]*")
_LABEL = re.compile(r"[\s*_#>]*([A-Za-z ]*)[*_\s]*([:：]?)[*_\s]*")
_DEFINITION = re.compile(r"\s*\[\^?\d{1,3}\]:")  # "[^1]: Zebras (2024)"
_DEFINITION_BEGUN = re.compile(r"\s*\[(?:\^?\d{0,3})?\]?")
_BEGUN = (_FENCE_BEGUN, _MARKER_BEGUN, _RULE_BEGUN, _DEFINITION_BEGUN)
_HEADING = re.compile(r"\s*#{1,6}[ \t]+(.*?)[\s#]*")
_BOLD_LINE = re.compile(r"\s*\*\*([^*]+)\*\*\s*:?\s*")
_HEADING_BEGUN = re.compile(r"\s*(?:#{1,6}|#{1,6}[ \t].*|\*\*[^*]*\*{0,2}\s*:?\s*)")


def may_be_special(line: str, *, is_first: bool) -> bool:
    """Return whether a line's start must be held back: it may be no plain text, or a marker."""
    if is_first:
        may_be_label = _may_be_label(line, _ANSWERS) or bool(ANSWER_LABEL.fullmatch(line))
    else:
        may_be_label = _may_be_label(line, _REFERENCES)
    return (
        may_be_label
        or line.startswith("|")
        or any(begun.fullmatch(line) for begun in _BEGUN)
        or (bool(_HEADING_BEGUN.fullmatch(line)) and len(line.split()) <= _MAX_HEADING_WORDS + 1)
    )


def is_answer_label(line: str) -> bool:
    """Return whether a whole line says no more than "Answer:", with or without its colon."""
    return any(ANSWER_LABEL.fullmatch(form) for form in (line, f"{line}:"))


def is_references(line: str, *, is_whole: bool) -> bool:
    """Return whether a list of references begins here; a line that is not whole needs its colon."""
    label = _LABEL.fullmatch(line)
    if label and label[1].strip().lower() in _REFERENCES:
        return is_whole or bool(label[2])
    return bool(_DEFINITION.match(line))


def heading_of(line: str) -> str:
    """Return the heading that a line is, without its marks; an empty string where it is text.

    Text is what is long, ends as a sentence does, or cites.
    """
    match = _HEADING.fullmatch(line) or _BOLD_LINE.fullmatch(line)
    text = match[1].strip(" \t*_:`") if match else ""
    is_text = re.search(r"[.!?]$|[\[【]", text) or len(text.split()) > _MAX_HEADING_WORDS
    return "" if is_text else text


def _may_be_label(line: str, labels: tuple[str, ...]) -> bool:
    match = _LABEL.fullmatch(line)
    if not match or match[2]:
        return False
    return any(label.startswith(match[1].strip().lower()) for label in labels)

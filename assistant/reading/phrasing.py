"""An abstract's own sentence made to stand in an answer: third person, no loose connectives."""

import re

from assistant.markdown import dated_title, escape
from vectorstore import STOPWORDS, Paper

# Openers that refer to a sentence before, which is not quoted, or to "this paper".
_OPENER = re.compile(
    r"""^(?:furthermore|moreover|additionally|in\ addition|however|nevertheless|nonetheless|thus
        |hence|therefore|consequently|as\ a\ result|notably|importantly|crucially|remarkably
        |specifically|in\ particular|in\ this\ (?:paper|work|study|article|thesis)|here|finally
        |lastly|then|next|first|second|third|firstly|secondly|also|besides|indeed|overall
        |meanwhile|subsequently|accordingly|similarly|likewise|unfortunately|interestingly
        |counterintuitively|intuitively|conversely|on\ the\ other\ hand|in\ contrast
        |for\ (?:instance|example)|inspired\ by\ this|based\ on\ this|to\ this\ end
        |(?:to|in\ order\ to)\ (?:address|tackle|overcome|fill|bridge|answer|mitigate|solve)
         \ (?:this|these|such|the\ above)[^,\d]{0,40})
        \s*,\s+""",
    re.IGNORECASE | re.VERBOSE,
)
_PERSONS = (
    (re.compile(r"\b[Ww]e\b(?!\w)"), "the authors"),
    (re.compile(r"\b[Oo]ur\b"), "their"),
    (re.compile(r"\b[Oo]urs\b"), "theirs"),
    (re.compile(r"\bus\b"), "them"),
    (re.compile(r"\b[Oo]urselves\b"), "themselves"),
    (re.compile(r"\b[Tt]his (paper|work|study|article|thesis|survey|review)\b"), r"the \1"),
)
_THEIR_FIRST = re.compile(r"^their\b")


def reported(sentence: str) -> str:
    """Return the sentence as somebody else would report it, on one line, ending in a full stop.

    "However, we show that our method ..." becomes "The authors show that their method ...". Its
    facts, numbers and names stay as they are.
    """
    text = " ".join(sentence.split())
    text = _OPENER.sub("", text)
    for pattern, replacement in _PERSONS:
        text = pattern.sub(replacement, text)
    text = _THEIR_FIRST.sub("the authors'", text)
    text = _vary_subject(text)
    text = text[0].upper() + text[1:] if text else text
    return text if text.endswith((".", "!", "?")) else f"{text.rstrip(':;,')}."


def _vary_subject(text: str) -> str:
    """Return the text with "the authors" once; after that they are "they"."""
    first, found, rest = text.partition("the authors")
    if not found or rest.startswith("'"):
        return text
    return first + found + re.sub(r"\bthe authors\b(?!')", "they", rest)


def with_lead_in(sentence: str, paper: Paper) -> str:
    """Return a reported sentence as Markdown that says whose it is."""
    source = dated_title(paper.short_title or paper.paper_id, paper.year)
    return f"According to {source}, {escape(_uncapitalised(sentence, paper))}"


def _uncapitalised(sentence: str, paper: Paper) -> str:
    """Return the sentence without its first capital, unless the first word is a name.

    It is one where it is written like one, a capital follows it, or the paper writes it with a
    capital inside a sentence.
    """
    first, *rest = re.split(r"[\s,]+", sentence, maxsplit=2)
    inside = rf"(?:[\w,;:)]\s+\(?|-){re.escape(first)}(?!\w)"
    is_name = (
        first[1:] != first[1:].lower()
        or (first.casefold() not in STOPWORDS and bool(rest) and rest[0][:1].isupper())
        or (
            first.casefold() not in STOPWORDS
            and re.search(inside, f"{paper.title}. {paper.abstract}")
        )
    )
    return sentence if is_name else sentence[0].lower() + sentence[1:]

"""First persons made third: "our" is "their", "we" is "they" or "the authors"."""

import re

from assistant.related_work.subjects import Subject

FIRST_PERSON = re.compile(r"\b(?:[Ww]e|[Oo]urs?|us|[Oo]urselves|I(?!\s*[).:]|-)|[Mm]y|me)\b")


def in_third_person(text: str, subject: Subject | None) -> str:
    """Return the text without first person: "our" is "their", "we" is "they" or "the authors"."""
    is_named = subject is not None and subject.is_plural
    we = "they" if is_named else "the authors"
    our = "its" if subject is not None and subject.kind != "authors" else "their"
    if re.search(r"\b(?:we|I)\b", text):
        our = "their"
    words = {"we": we, "i": we, "our": our, "my": our, "ours": "theirs"}
    words |= {"us": "them" if is_named else "the authors", "me": "them", "ourselves": "themselves"}

    text = FIRST_PERSON.sub(lambda found: words[found[0].lower()], text)
    text = re.sub(r"\b[Tt]his (paper|work|study|article|thesis|survey|review)\b", r"the \1", text)
    first, found, rest = text.partition("the authors")
    return first + found + re.sub(r"\bthe authors\b(?!['’])", "they", rest) if found else text


def capital(text: str) -> str:
    """Return the text with a capital first letter; names such as "iTransformer" keep theirs."""
    first = text.split(" ", 1)[0]
    if any(letter.isupper() for letter in first[1:]):
        return text
    return text[:1].upper() + text[1:]

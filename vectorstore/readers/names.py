"""Author names in the order they are said: "Vaswani, Ashish" is "Ashish Vaswani"."""

import re
from dataclasses import dataclass

_GENERATIONS = frozenset(("jr", "sr", "ii", "iii", "iv"))
_COMPANIES = frozenset(("inc", "ltd", "llc", "co", "corp", "gmbh", "plc"))
# Words that a person's name does not end with or begin with.
_INSTITUTION = re.compile(
    r"\b(?:academy|association|center|centre|collaboration|college|committee|company|consortium"
    r"|corporation|council|department|foundation|group|inc|initiative|institute|institut|lab|labs"
    r"|laboratory|ltd|network|organi[sz]ation|partnership|project|society|team|universit[a-z]+)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class NameParts:
    """A person's name, its parts in the order they are said; an institution's is all `family`."""

    given: str
    particle: str
    family: str
    suffix: str


def split_name(name: str) -> NameParts:
    """Return the parts of a name as BibTeX would tell them: by lower case and by the last word.

    "Jan van der Berg Jr." is Jan, van der, Berg, Jr. A name with a comma, or with a word such as
    "Consortium", is an institution's. Joined by blanks, the parts are the name again.
    """
    words = name.split(" ")
    if len(words) == 1 or "," in name or _INSTITUTION.search(name):
        return NameParts("", "", name, "")
    suffix = words.pop() if len(words) > 2 and _plain(words[-1]) in _GENERATIONS else ""
    family = words.pop()
    end = len(words)
    while end > 1 and words[end - 1].islower():
        end -= 1
    return NameParts(" ".join(words[:end]), " ".join(words[end:]), family, suffix)


def natural_order(name: str) -> str:
    """Return a name with the given names first.

    Understood are "Last, First", BibTeX's "Last, Jr, First" and RIS's "Last, First, Jr". Commas in
    braces do not count. A name without comma, or with more, is kept: it may be an institution's.
    """
    name = " ".join(name.split())
    if "," not in name:
        return name
    parts = split_outside_braces(name)
    if len(parts) > 3 or _plain(parts[-1]) in _COMPANIES:
        return name
    generation = [part for part in parts[1:] if _plain(part) in _GENERATIONS]
    given = [part for part in parts[1:] if part not in generation]
    if len(given) > 1:
        return name
    return " ".join(part for part in (*given, parts[0], *generation) if part)


def initials_last(name: str) -> str:
    """Return PubMed's short form "Smith JA" as "JA Smith"; any other name as it is."""
    surname, _, initials = name.rpartition(" ")
    is_short = surname and len(initials) <= 4 and initials.isalpha() and initials.isupper()
    return f"{initials} {surname}" if is_short else name


def split_outside_braces(text: str, separator: str = ",") -> list[str]:
    """Return what stands between the separators that no braces enclose, stripped."""
    if "{" not in text:
        return [part.strip() for part in text.split(separator)]
    parts, depth, start = [], 0, 0
    for position, sign in enumerate(text):
        depth += (sign == "{") - (sign == "}")
        if depth <= 0 and sign == separator[0] and text.startswith(separator, position):
            if position < start:
                continue
            parts.append(text[start:position].strip())
            start = position + len(separator)
    return [*parts, text[start:].strip()]


def _plain(part: str) -> str:
    return part.strip("{}. ").casefold()

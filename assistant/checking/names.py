"""Names of a claim that its evidence does not hold."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise

from vectorstore import STOPWORDS

_WORD = re.compile(r"[^\W_]+(?:[-'’.+][^\W_]+)*")
_NO_SIGN = re.compile(r"[\W_]+")
_HEADING = 0.6  # from this share of capitals on, a capital says nothing
_LONGEST_ACRONYM = 6
_SHORTEST_ROOT, _LONGEST_ENDING = 4, 3  # letters


def missing_names(claim: str, evidence: str) -> list[str]:
    """Return the names of `claim`, in order, that stand nowhere in `evidence`.

    A name is written with a capital inside a sentence, with one inside the word, or with letters
    and digits. "GPT4" is the same as "GPT-4" and "GPT 4"; an acronym is held by words that it
    stands for, and those by it.
    """
    names = names_of(claim)
    if not names:
        return []
    known, initials = _forms(evidence), _initials(evidence)
    spelled = _spelled_by(claim, known)
    return [name for name in names if not _is_held(name, known, initials, spelled)]


def names_of(text: str) -> list[str]:
    """Return the names in a text, each once."""
    words = list(_WORD.finditer(text))
    n_capitals = sum(word.group()[0].isupper() for word in words)
    is_heading = n_capitals > _HEADING * len(words)
    names = (w.group() for w in words if _is_name(w, text, is_heading=is_heading))
    return list(dict.fromkeys(name for name in names if name.casefold() not in STOPWORDS))


def _is_name(word: re.Match[str], text: str, *, is_heading: bool) -> bool:
    name = word.group()
    if any(part[1:] != part[1:].lower() for part in re.split(r"[-'’.+]", name)):
        return True
    if any(map(str.isdigit, name)) and name[0].isalpha():
        return True
    before = text[: word.start()].rstrip(" \"'“‘(*[")
    begins = not before or before[-1] in ".!?:;\n"
    return name[0].isupper() and len(name) > 1 and not begins and not is_heading


def _is_held(name: str, known: frozenset[str], initials: str, spelled: frozenset[str]) -> bool:
    head, *rest = re.split(r"[-'’.+]", name)
    forms = [_folded(name)]
    if not any(character.isdigit() for part in rest for character in part):
        forms.append(_folded(head))  # "BERT-based" is about BERT; "GPT-4" is not "GPT-3"
    if any(form in known for form in forms) or forms[0] in spelled:
        return True
    letters = name.removesuffix("s") if name[:-1].isupper() else name
    is_acronym = letters.isalpha() and letters.isupper() and 1 < len(letters) <= _LONGEST_ACRONYM
    return (is_acronym and letters.casefold() in initials) or _has_derived(forms[0], known)


def _has_derived(name: str, known: frozenset[str]) -> bool:
    """Return whether a word goes on where the name ends: "Africa", "African"."""
    if len(name) < _SHORTEST_ROOT or not name.isalpha():
        return False
    endings = (form[len(name) :] for form in known if form.startswith(name))
    return any(ending.isalpha() and len(ending) <= _LONGEST_ENDING for ending in endings)


def _folded(word: str) -> str:
    folded = _NO_SIGN.sub("", word.casefold())
    return folded.removesuffix("s") if len(folded) > 3 else folded


@lru_cache(maxsize=512)
def _forms(text: str) -> frozenset[str]:
    """Return every word, its parts, and each two neighbours as one."""
    words = _WORD.findall(text)
    forms = {_folded(word) for word in words}
    forms.update(_folded(part) for word in words for part in _NO_SIGN.split(word))
    forms.update(_folded(a + b) for a, b in pairwise(words))
    return frozenset(forms)


@lru_cache(maxsize=512)
def _initials(text: str) -> str:
    return "".join(part[0].casefold() for part in _NO_SIGN.split(text) if part)


def _spelled_by(claim: str, known: frozenset[str]) -> frozenset[str]:
    """Return the words of the claim that stand together for an acronym of the evidence."""
    parts = [part for part in _NO_SIGN.split(claim) if part]
    found = (
        parts[start:end]
        for start, end in _runs(parts)
        if "".join(part[0] for part in parts[start:end]).casefold() in known
    )
    return frozenset(_folded(part) for run in found for part in run)


def _runs(parts: Sequence[str]) -> Iterator[tuple[int, int]]:
    for start in range(len(parts)):
        for length in range(3, _LONGEST_ACRONYM + 1):
            if start + length <= len(parts):
                yield start, start + length

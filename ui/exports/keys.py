"""The keys that papers are cited by in LaTeX and pandoc: "marsh2024quiet"."""

import re
import unicodedata
from collections.abc import Iterable
from itertools import count
from string import ascii_lowercase

from vectorstore.paper import Paper
from vectorstore.readers.names import split_name

_WORD = re.compile(r"[a-z0-9]+")
_NO_WORDS = frozenset("a an and at by for from in is on of or the to with".split())
_NOT_DECOMPOSED = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th", "ß": "ss"}
)
_MAX_PART_CHARS = 30


class KeyMaker:
    """Gives each paper a key that no other has, in the order in which they are asked for."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def key_of(self, paper: Paper) -> str:
        """Return the first author's surname, the year and the title's first word, in ASCII.

        Where no author is known, the word comes first: "quiet2024". A key that is taken gets a
        suffix: a, b, ..., z, aa. It begins with a letter always.
        """
        key = _plain_key(paper)
        free = next(each for each in (key + end for end in _suffixes()) if each not in self._taken)
        self._taken.add(free)
        return free


def citation_keys(papers: Iterable[Paper]) -> dict[str, str]:
    """Return the key of each paper by its id, as the exporters give them to the same papers."""
    maker = KeyMaker()
    return {paper.paper_id: maker.key_of(paper) for paper in papers}


def _plain_key(paper: Paper) -> str:
    surname = "".join(_words(split_name(paper.authors[0]).family)) if paper.authors else ""
    words = _words(paper.title)
    word = next((word for word in words if word not in _NO_WORDS), "")
    surname, word = surname[:_MAX_PART_CHARS], word[:_MAX_PART_CHARS]
    year = str(paper.year) if paper.year else ""
    key = f"{surname}{year}{word}" if surname else f"{word}{year}"
    return key if key[:1].isalpha() else f"paper{key}"


def _words(text: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", text).casefold().translate(_NOT_DECOMPOSED)
    without_accents = "".join(sign for sign in plain if not unicodedata.combining(sign))
    return _WORD.findall(without_accents)


def _suffixes() -> Iterable[str]:
    yield ""
    for n in count():
        repeated, letter = divmod(n, len(ascii_lowercase))
        yield "a" * repeated + ascii_lowercase[letter]

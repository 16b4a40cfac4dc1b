"""BibTeX: one @misc a paper, since no source tells us the journal that @article needs."""

import re
import string
from collections.abc import Iterable, Iterator

from ui.exports.keys import KeyMaker
from ui.exports.wording import note_on_authors, one_line
from vectorstore.paper import Paper
from vectorstore.readers.bibtex_entries import MONTHS
from vectorstore.readers.bibtex_text import escape
from vectorstore.readers.exported import MARK
from vectorstore.readers.names import split_name

_AND = re.compile(r"\band\b", re.IGNORECASE)
_LETTERS = re.compile(r"[^\W\d_]+")
_SIGNS = string.punctuation + "\u2018\u2019\u201c\u201d"
# URLs and DOIs are not escaped: biblatex and \url take them as they are.
_IN_ADDRESS = str.maketrans({"{": "%7B", "}": "%7D", "\\": "%5C"})


def to_bibtex(papers: Iterable[Paper]) -> Iterator[str]:
    """Yield an entry a paper, each with an empty line behind it.

    `citation_keys` of the same papers tells the keys. `author` is left out where only the number
    of authors is known, and a note says so. The fields `citewise...` keep what BibTeX has no field
    for, so that the paper comes back as it was.
    """
    keys = KeyMaker()
    return (bibtex_entry(paper, keys.key_of(paper)) for paper in papers)


def bibtex_entry(paper: Paper, key: str) -> str:
    """Return the entry of a paper under this key."""
    fields = "".join(f"  {name:<13} = {value},\n" for name, value in _fields(paper))
    return f"@misc{{{key},\n{fields}}}\n\n"


def _fields(paper: Paper) -> Iterator[tuple[str, str]]:
    yield "title", f"{{{_title(one_line(paper.title))}}}"
    if paper.authors:
        yield "author", f"{{{_authors(paper)}}}"
    if paper.year:
        yield "year", f"{{{paper.year}}}"
    if paper.published:
        yield "month", MONTHS[paper.published.month - 1]
        yield "day", f"{{{paper.published.day}}}"
    if paper.arxiv_id:
        yield "eprint", f"{{{escape(paper.arxiv_id)}}}"
        yield "archiveprefix", "{arXiv}"
    for name, address in (("doi", paper.doi), ("url", paper.url)):
        if address:
            yield name, f"{{{address.translate(_IN_ADDRESS)}}}"
    yield from _texts(paper)


def _texts(paper: Paper) -> Iterator[tuple[str, str]]:
    counted = paper.n_authors if paper.n_authors != (len(paper.authors) or None) else None
    texts = (
        ("abstract", one_line(paper.abstract)),
        ("note", note_on_authors(paper)),
        (f"{MARK}id", paper.paper_id),
        (f"{MARK}authors", "" if counted is None else str(counted)),
        (f"{MARK}comments", "" if paper.n_comments is None else str(paper.n_comments)),
    )
    return ((name, f"{{{escape(text)}}}") for name, text in texts if text)


def _authors(paper: Paper) -> str:
    """Return the names; "others" stand for those that the source left out."""
    is_cut = paper.n_authors is None or paper.n_authors > len(paper.authors)
    names = [_name(one_line(name)) for name in paper.authors]
    return " and ".join([*names, "others"] if is_cut else names)


def _name(name: str) -> str:
    """Return a name that BibTeX takes for one, in braces where it is an institution's."""
    parts = split_name(name)
    if parts.suffix:
        surname = f"{parts.particle} {parts.family}".strip()
        return escape(f"{surname}, {parts.suffix}, {parts.given}")
    is_institution = not parts.given and (" " in name or "," in name)
    must_be_whole = is_institution or _AND.search(name) or name.casefold() == "others"
    return f"{{{escape(name)}}}" if must_be_whole else escape(name)


def _title(title: str) -> str:
    """Return the title with braces around the words that styles must not put in lower case.

    These are words with a capital beyond their first letter ("BERT"), or that are one letter
    ("C++", "X-ray"). A title that does not capitalise most words capitalises names alone, so that
    all its capitals are kept.
    """
    first, *others = title.split(" ")
    longer = [word for word in others if len(word) > 3 and word[0].isalpha()]
    keeps_all = 2 * sum(word[0].isupper() for word in longer) < len(longer)
    words = [_word(first, keeps_all=False), *(_word(word, keeps_all=keeps_all) for word in others)]
    return " ".join(words)


def _word(word: str, *, keeps_all: bool) -> str:
    """Return a word, in braces if it is kept; signs stay outside: styles heed a colon."""
    runs = _LETTERS.findall(word)
    letters = "".join(runs)
    is_letter = bool(runs) and len(runs[0]) == 1 and word != "A"
    within = letters if keeps_all or is_letter else letters[1:]
    if not any(map(str.isupper, within)):
        return escape(word)
    core = word.strip(_SIGNS)
    before, _, after = word.partition(core)
    return f"{escape(before)}{{{escape(core)}}}{escape(after)}"

"""Columns of tables, found by the names that programs give them, and the paper of a row."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from vectorstore.errors import ReadError
from vectorstore.paper import Paper, paper_id_from_title
from vectorstore.readers.cells import (
    authors_of,
    count_of,
    day_of,
    text_of,
    year_of,
    year_of_date,
)
from vectorstore.readers.identifiers import bare_arxiv_id, doi_in, web_address

# Of each field the names of its column, the best first, without case and signs: "Author(s)" is
# "authors". Among them those of Zotero, Scopus, Web of Science (also its two-letter tags), PubMed,
# IEEE Xplore, Dimensions, Lens and arXiv's metadata.
NAMES: Mapping[str, tuple[str, ...]] = {
    field: tuple(names.split())
    for field, names in {
        "title": "title articletitle documenttitle papertitle ti",
        "abstract": "abstract abstractnote abstracttext ab summary",
        "authors": "authors author authorfullnames authornames authorlist creators af au",
        "n_authors": "nauthors authorcount numberofauthors",
        "date": "date published publishdate publicationdate publicationdateonline coverdate"
        " datepublished",
        "year": "year publicationyear pubyear publishedyear py",
        "id": "id paperid eid ut utuniquewosid uniquewosid accessionnumber pmid lensid"
        " publicationid corpusid",
        "arxiv_id": "arxivid arxiv eprint",
        "doi": "doi di doilink",
        "url": "url link links pdfurl pdflink abstracturl sourceurl sourceurls",
        "n_comments": "ncomments",
    }.items()
}
# A full name is better than initials, where a table has both.
_BETTER_AUTHORS = ("authorfullnames", "af")
_MAX_SHOWN_COLUMNS = 20
_NONE: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True)
class Columns:
    """Which key of a row holds which field."""

    pairs: tuple[tuple[str, Any], ...]

    def values_of(self, row: Any) -> dict[str, Any]:
        """Return the fields of a row, by name."""
        return {field: row[key] for field, key in self.pairs}

    @property
    def has_title(self) -> bool:
        """Return whether there is a column that the title is read from."""
        return any(field == "title" for field, _ in self.pairs)

    def __len__(self) -> int:
        """Return how many fields were found."""
        return len(self.pairs)


def find_columns(
    names: Sequence[object], keys: Sequence[Any], given: Mapping[str, str] = _NONE
) -> Columns:
    """Return the columns of a header; `keys[i]` is what a row knows column `names[i]` by.

    `given` names the column of a field, and goes before what is found; "" says that it has none.
    Raises ReadError where the header has no such column.
    """
    exact = {str(name).strip(): key for name, key in zip(names, keys, strict=True)}
    folded: dict[str, Any] = {}
    for name, key in zip(names, keys, strict=True):
        folded.setdefault(fold(name), key)
    found = {}
    for field, synonyms in NAMES.items():
        if field in given:
            if given[field]:
                found[field] = _given(given[field], exact, folded)
            continue
        choices = (*_BETTER_AUTHORS, *synonyms) if field == "authors" else synonyms
        key = next((folded[name] for name in choices if name in folded), None)
        if key is not None:
            found[field] = key
    return Columns(tuple(found.items()))


def check_title(columns: Columns, names: Sequence[object], source: str) -> None:
    """Raise ReadError, which lists the columns, where none is the title's."""
    if columns.has_title:
        return
    shown = ", ".join(repr(str(name)) for name in names[:_MAX_SHOWN_COLUMNS] if name is not None)
    more = ", ..." if len(names) > _MAX_SHOWN_COLUMNS else ""
    raise ReadError(
        f"{source!r} has no column for the title. Its columns are {shown[:600]}{more}."
        " Name it: --map title=COLUMN"
    )


def fold(name: object) -> str:
    """Return the name of a column without case, spaces and signs."""
    return "".join(filter(str.isalnum, str(name))).casefold()


def paper_of(values: Mapping[str, Any], source: str, *, needs_abstract: bool = True) -> Paper:
    """Return the paper of a row's fields. Raises ValueError, which says what is wrong with it."""
    get = values.get
    title = _read("title", text_of, get("title"))
    if not title:
        raise ValueError("no title")
    title = " ".join(title.split())
    abstract = _read("abstract", text_of, get("abstract"))
    if needs_abstract and not abstract:
        raise ValueError("no abstract")
    authors = _read("authors", authors_of, get("authors"))
    published, year = _dated(get("date"), get("year"))
    arxiv_id = bare_arxiv_id(text_of(get("arxiv_id"))) if get("arxiv_id") else ""
    doi = _doi(text_of(get("doi"))) if get("doi") else ""
    url = text_of(get("url")) if get("url") else ""
    return Paper(
        paper_id=_read("id", text_of, get("id")) or arxiv_id or doi or paper_id_from_title(title),
        title=title,
        abstract=abstract,
        authors=authors,
        n_authors=max(len(authors), _read("n_authors", count_of, get("n_authors")) or 0) or None,
        published=published,
        year=year,
        arxiv_id=arxiv_id,
        doi=doi,
        url=web_address(url),
        n_comments=_read("n_comments", count_of, get("n_comments")),
        source=source,
    )


def _read(field: str, read: Callable[[Any], Any], value: Any) -> Any:
    """Return what `read` makes of a value, its errors under the name of the field."""
    try:
        return read(value)
    except ValueError as error:
        raise ValueError(f"{field}: {error}") from None


def _dated(dated: Any, year: Any) -> tuple[date | None, int | None]:
    published = _read("date", day_of, dated)
    if published:
        return published, published.year
    return None, _read("year", year_of, year) or year_of_date(dated)


def _doi(text: str) -> str:
    """Return a DOI, bare and in lower case; registrants of fewer than four digits count too."""
    return doi_in(text) or (text.lower() if text.startswith("10.") and "/" in text else "")


def _given(name: str, exact: Mapping[str, Any], folded: Mapping[str, Any]) -> Any:
    key = exact.get(name.strip(), folded.get(fold(name)))
    if key is None:
        shown = ", ".join(map(repr, list(exact)[:_MAX_SHOWN_COLUMNS]))
        raise ReadError(f"No column {name!r} (--map). The columns are {shown[:600]}.")
    return key

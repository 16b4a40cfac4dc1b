"""A paper as the library knows it."""

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from urllib.parse import quote_plus


@dataclass(frozen=True, slots=True)
class Paper:
    """One paper: what its source said of it, and nothing guessed.

    `authors` is empty where a source gives only their number; `n_authors` is None where it gives
    neither. `published` is None where only a year, or nothing, is known.
    """

    paper_id: str
    title: str
    abstract: str
    authors: tuple[str, ...] = ()
    n_authors: int | None = None
    published: date | None = None
    year: int | None = None
    arxiv_id: str = ""
    doi: str = ""
    url: str = ""
    n_comments: int | None = None
    source: str = ""

    @property
    def link(self) -> str:
        """Return where to read it: its own URL, arXiv, DOI, or else a search for its title."""
        if self.url:
            return self.url
        if self.arxiv_id:
            return f"https://arxiv.org/abs/{self.arxiv_id}"
        if self.doi:
            return f"https://doi.org/{self.doi}"
        return f"https://arxiv.org/search/?searchtype=title&query={quote_plus(self.title)}"

    @property
    def short_title(self) -> str:
        """Return the name before the colon ("Pando: Do ..." is "Pando"), or the whole title."""
        name, colon, rest = self.title.partition(": ")
        return name if colon and rest and len(name.split()) <= 2 else self.title


def paper_id_from_title(title: str) -> str:
    """Return a readable, stable id: the first words of the title and eight hex digits of it all."""
    normal = unicodedata.normalize("NFKD", title).casefold()
    words = re.findall(r"[a-z0-9]+", normal)
    digest = hashlib.sha256(" ".join(words or [normal]).encode()).hexdigest()[:8]
    return "-".join([*words[:6], digest])

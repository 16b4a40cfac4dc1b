"""One paper as the view shows it when it is opened."""

from typing import TYPE_CHECKING, Any

from ui.chat.escaping import web_link
from ui.chat.formulas import text_html
from ui.exports.bibtex import to_bibtex

if TYPE_CHECKING:
    from vectorstore import Library

MAX_CITED = 1_000  # papers whose BibTeX is asked for at once


def paper_details(library: "Library", paper_id: str) -> dict[str, Any] | None:
    """Return what there is to show; None where the paper is gone.

    All is plain text but `abstract_html`: escaped text, with its formulas as MathML.
    """
    record = library.catalogue.records([paper_id]).get(paper_id)
    if record is None:
        return None
    paper = record.paper
    return {
        "id": paper.paper_id,
        "abstract_html": text_html(paper.abstract),
        "authors": list(paper.authors),
        "n_authors": paper.n_authors,
        "link": web_link(paper.link) or "",
        "is_search": not (paper.url or paper.arxiv_id or paper.doi),
        "short_title": paper.short_title,
        "origins": [origin.paper.source for origin in record.origins],
        "bibtex": "".join(to_bibtex([paper])).strip(),
    }


def bibtex_of(library: "Library", paper_ids: list[str]) -> str:
    """Return the BibTeX of papers, in this order; those that are gone are left out."""
    known = library.catalogue.get(paper_ids)
    return "".join(to_bibtex(known[each] for each in paper_ids if each in known)).strip() + "\n"

"""A section as programs get it."""

from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from assistant.related_work.section import Section

Format = Literal["markdown", "latex", "json"]


def section_to_json(
    section: "Section", *, form: Format = "json", with_table: bool = False
) -> dict[str, Any]:
    """Return all of a section: what `Section.to_json` has, and what it is made into.

    That is its text (plain for "json"), BibTeX with the key of each paper, the plan, and, where it
    is asked for, a table that compares the papers.
    """
    from ui.exports.related_work import to_bib

    told = section.to_json()
    return {
        **told,
        "papers": _with_keys(told["papers"], section),
        "format": form,
        "text": _formatted(section, form),
        "bibtex": to_bib(section),
        "plan": section.plan.to_json(),
        "table": _table(section) if with_table else None,
    }


def newest_paragraph(section: "Section", *, n_known: int) -> dict[str, Any]:
    """Return the last paragraph of a section that grows, and the papers after the first known."""
    told = section.to_json()
    return {
        "index": len(section.paragraphs) - 1,
        "paragraph": told["paragraphs"][-1],
        "papers": _with_keys(told["papers"], section)[n_known:],
    }


def _with_keys(papers: list[dict[str, Any]], section: "Section") -> list[dict[str, Any]]:
    from ui.exports import citation_keys

    keys = citation_keys(section.papers)
    return [{**paper, "key": keys[paper["paper_id"]]} for paper in papers]


def _formatted(section: "Section", form: Format) -> str:
    from ui.exports.related_work import SECTION_FORMATS

    return section.text if form == "json" else SECTION_FORMATS[form](section)


def _table(section: "Section") -> list[dict[str, Any]]:
    from assistant.related_work.tables import compare
    from ui.exports.comparison_table import to_json

    return to_json(compare(section.papers))

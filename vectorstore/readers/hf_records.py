"""A paper as Hugging Face's JSON gives it, in its API and inside its pages alike.

That is {"paper": {"id", "title", "summary", "authors": [{"name"}], "publishedAt"}, "title",
"summary", "publishedAt", "numComments"}, or the inner object alone.
"""

from collections.abc import Mapping

from vectorstore.readers.arxiv_ids import parse_arxiv_id
from vectorstore.readers.building import build_row
from vectorstore.readers.fields import day_of, first_text, list_of, mapping_of, text_of
from vectorstore.readers.reader import Row

_PAPER_PAGE = "https://huggingface.co/papers/"


def is_paper(fields: Mapping[str, object]) -> bool:
    """Return whether an object is such a record rather than another part of a page."""
    paper = fields.get("paper")
    inner = paper if isinstance(paper, dict) else fields
    return "id" in inner and ("summary" in inner or "summary" in fields)


def hf_row(line: int, source: str, fields: Mapping[str, object], *, where: str = "") -> Row:
    """Return the paper of a record, the inner fields before the outer ones."""
    paper = fields.get("paper")
    inner = mapping_of(paper) if isinstance(paper, dict) else fields
    paper_id = text_of(inner.get("id"))
    arxiv = parse_arxiv_id(paper_id)
    count = fields.get("numComments")
    published = (day_of(part.get("publishedAt")) for part in (inner, fields))
    return build_row(
        line,
        source,
        own_id=paper_id,
        arxiv=arxiv,
        title=first_text(inner, "title") or first_text(fields, "title"),
        abstract=first_text(inner, "summary") or first_text(fields, "summary"),
        authors=(_name(author) for author in list_of(inner.get("authors"))),
        published=next(filter(None, published), None),
        url=f"{_PAPER_PAGE}{paper_id}" if paper_id and not arxiv else "",
        n_comments=count if isinstance(count, int) and 0 <= count < 10**6 else None,
        where=where,
    )


def _name(author: object) -> str:
    return text_of(author) or text_of(mapping_of(author).get("name"))

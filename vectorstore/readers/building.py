"""From the fields of a foreign record to a row: a paper, or the reason why it is none."""

from collections.abc import Iterable
from datetime import date

from vectorstore.paper import Paper
from vectorstore.readers.arxiv_ids import ArxivId, parse_arxiv_id
from vectorstore.readers.identifiers import paper_id_of
from vectorstore.readers.reader import Row
from vectorstore.readers.report import MAX_EXCERPT_CHARS, Reject


def build_row(
    line: int,
    source: str,
    *,
    title: str,
    abstract: str,
    own_id: str = "",
    arxiv: ArxivId | None = None,
    doi: str = "",
    authors: Iterable[str] = (),
    n_authors: int | None = None,
    published: date | None = None,
    year: int | None = None,
    url: str = "",
    n_comments: int | None = None,
    where: str = "",
) -> Row:
    """Return the paper of one record, or a reject where title or abstract are missing.

    Its id is the arXiv id, else what the source calls it (`own_id`), else the DOI, else made of
    the title. `where` is said in a reject's reason where `line` cannot tell ("record 3").
    """
    if not title or not abstract:
        reason = f"no {'abstract' if title else 'title'}{where and f' ({where})'}"
        excerpt = title or own_id or doi or (arxiv.id if arxiv else "") or abstract
        return Reject(line, reason, excerpt[:MAX_EXCERPT_CHARS])
    arxiv = arxiv or parse_arxiv_id(doi)
    arxiv_id = arxiv.id if arxiv else ""
    names = tuple(name for name in authors if name)
    return Paper(
        paper_id=paper_id_of(title, arxiv_id=arxiv_id, registered=own_id, doi=doi),
        title=title,
        abstract=abstract,
        authors=names,
        n_authors=n_authors or len(names) or None,
        published=published,
        year=published.year if published else year or (arxiv.year if arxiv else None),
        arxiv_id=arxiv_id,
        doi=doi,
        url=url or (arxiv.url if arxiv else ""),
        n_comments=n_comments,
        source=source,
    )

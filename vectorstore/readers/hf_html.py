"""Reader of the HTML of Hugging Face's paper pages: of a day, a week, a month, a search, a paper.

A page embeds its papers as JSON in a `data-props` attribute. Where none does, its cards are read.
"""

import json
import re
from collections.abc import Iterator
from typing import Any

from vectorstore.readers.arxiv_ids import parse_arxiv_id
from vectorstore.readers.building import build_row
from vectorstore.readers.fields import text_of
from vectorstore.readers.hf_cards import Card, parse_page
from vectorstore.readers.hf_records import hf_row, is_paper
from vectorstore.readers.opened import Opened
from vectorstore.readers.reader import Reader, ReadOptions, Row
from vectorstore.readers.report import Reject

SOURCE = "hf-page"
EXPECTED = "the HTML of a page such as https://huggingface.co/papers"
# What the parser may hold 30 times over, where a page is hostile; a month's page has 2 MiB.
MAX_PAGE_BYTES = 6 << 20
_MAX_DEPTH = 12  # of the objects around the papers
_HTML = re.compile(r"(?i)<(?:!doctype html|html|!--|head|body|main|div|article|section)\b")
_PAPERS = re.compile(r"SVELTE_HYDRATER|href=\"[^\"]{0,100}/papers/\d{4}\.|huggingface\.co")


def is_page(opened: Opened) -> bool:
    """Return whether it is HTML that has Hugging Face's papers."""
    beginning = opened.beginning
    return bool(_HTML.match(beginning) and _PAPERS.search(beginning))


def read(opened: Opened, _: ReadOptions) -> Iterator[Row]:
    """Yield the papers embedded as JSON, or those of the cards where none are."""
    page = parse_page(opened.whole(MAX_PAGE_BYTES), opened.encoding)
    position = 0
    seen: set[str] = set()
    for props in page.props:
        value, problem = _decoded(props)
        if problem:
            yield Reject(position + 1, f"damaged data-props ({problem})")
        for fields in _papers_in(value, 0):
            position += 1
            if (paper_id := _id_of(fields)) not in seen:
                seen |= {paper_id} - {""}
                yield hf_row(position, SOURCE, fields, where=f"record {position}")
    if not position:
        yield from (_card_row(card, n) for n, card in enumerate(page.cards, 1))


def _decoded(props: str) -> tuple[Any, str]:
    """Return the value, and what is wrong with one that should have papers."""
    try:
        return json.loads(props, strict=False), ""
    except (ValueError, RecursionError) as error:
        return None, str(error)[:200] if "summary" in props else ""


def _papers_in(value: Any, depth: int) -> Iterator[dict[str, Any]]:
    """Yield the outermost objects that are papers."""
    if depth > _MAX_DEPTH:
        return
    if isinstance(value, dict) and is_paper(value):
        yield value
    elif isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _papers_in(item, depth + 1)


def _id_of(fields: dict[str, Any]) -> str:
    inner = fields.get("paper")
    return text_of((inner if isinstance(inner, dict) else fields).get("id"))


def _card_row(card: Card, position: int) -> Row:
    return build_row(
        position,
        SOURCE,
        arxiv=parse_arxiv_id(card.paper_id),
        title=card.title,
        abstract=card.abstract,
        n_authors=card.n_authors,
        published=card.published,
        where=f"record {position}",
    )


READER = Reader(SOURCE, EXPECTED, is_page, read)

"""The sources of the answers as HTML: one card a paper, the cited words marked in its abstract."""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from urllib.parse import urlsplit

from assistant.answer import Citation
from ui.chat.conversation import Conversation, Exchange
from ui.chat.copying import copied_text
from ui.chat.escaping import html_text, web_link
from vectorstore import Paper

_MAX_AUTHORS = 4  # named on a card; the rest are counted
_HINT = (
    '<p class="hint">The papers an answer stands on appear here, with the cited words marked'
    " in their abstracts.</p>"
)
_NO_SOURCES = '<p class="hint">This answer cites no paper.</p>'


def sources_html(conversation: Conversation) -> str:
    """Return the sources of every answer, those of the latest one shown.

    All stay in the page, so that a marker of an earlier answer can still lead to its source.
    """
    answered = [exchange for exchange in conversation.exchanges if exchange.answer]
    sections = "".join(
        _section(exchange, current=exchange is answered[-1]) for exchange in answered
    )
    return sections or _HINT


def _section(exchange: Exchange, *, current: bool) -> str:
    answer = exchange.answer
    if answer is None:
        return ""
    cards = _cited_cards(answer.citations, exchange.number) or _nearest_cards(answer.nearest)
    return (
        f'<section class="sources{" current" if current else ""}"'
        f' id="sources-{exchange.number}" data-copy="{html_text(copied_text(answer))}">'
        f'<p class="asked">{html_text(exchange.question)}</p>'
        f"{cards or _NO_SOURCES}</section>"
    )


def _cited_cards(citations: Sequence[Citation], turn: int) -> str:
    by_paper: dict[str, list[Citation]] = {}
    for citation in citations:
        by_paper.setdefault(citation.paper.paper_id, []).append(citation)
    return "".join(cited_card(group, turn) for group in by_paper.values())


def _nearest_cards(papers: Sequence[Paper]) -> str:
    if not papers:
        return ""
    cards = "".join(_card(paper, "", html_text(paper.abstract)) for paper in papers)
    return f'<p class="hint">Nearest papers. None of them was cited.</p>{cards}'


def cited_card(citations: Sequence[Citation], turn: int) -> str:
    """Return the card of one paper for its citations in the answer of exchange `turn`."""
    paper = citations[0].paper
    chips = "".join(
        f'<a class="chip" href="#src-{turn}-{c.number}">{c.number}</a>' for c in citations
    )
    return _card(paper, chips, marked_abstract(paper.abstract, citations, turn))


def _card(paper: Paper, chips: str, abstract: str) -> str:
    return (
        f'<article class="card"><header>{chips}<h3>{html_text(paper.title)}</h3></header>'
        f'<p class="meta">{_meta(paper)}</p><p class="abstract">{abstract}</p></article>'
    )


def marked_abstract(abstract: str, citations: Iterable[Citation], turn: int) -> str:
    """Return the abstract as HTML, each cited span in `<mark>`; spans may overlap.

    The first piece of a span bears the id that markers lead to, and its number.
    """
    cited = sorted(citations, key=lambda citation: citation.span)
    cuts = sorted({0, len(abstract), *(c.span.start for c in cited), *(c.span.end for c in cited)})
    return "".join(
        _piece(abstract[start:end], start, [c for c in cited if _covers(c, start, end)], turn)
        for start, end in pairwise(cuts)
    )


def _covers(citation: Citation, start: int, end: int) -> bool:
    return citation.span.start <= start and end <= citation.span.end


def _piece(text: str, start: int, citations: Sequence[Citation], turn: int) -> str:
    if not citations:
        return html_text(text)
    anchors = "".join(
        f'<span class="anchor" id="src-{turn}-{c.number}" data-number="{c.number}"></span>'
        for c in citations
        if c.span.start == start
    )
    numbers = " ".join(str(c.number) for c in citations)
    return f'{anchors}<mark data-numbers="{numbers}">{html_text(text)}</mark>'


def _meta(paper: Paper) -> str:
    parts = [html_text(part) for part in (byline(paper), date_of(paper)) if part]
    link = web_link(paper.link)
    if link:
        parts.append(
            f'<a href="{html_text(link)}" target="_blank" rel="noopener noreferrer">'
            f"{html_text(_link_label(paper, link))}</a>"
        )
    return '<span class="dot"> · </span>'.join(parts)


def byline(paper: Paper) -> str:
    """Return the authors, or how many they are where their names are not known."""
    if paper.authors:
        more = len(paper.authors) - _MAX_AUTHORS
        named = ", ".join(paper.authors[:_MAX_AUTHORS])
        return f"{named} and {more} more" if more > 0 else named
    if paper.n_authors:
        return "1 author" if paper.n_authors == 1 else f"{paper.n_authors} authors"
    return ""


def date_of(paper: Paper) -> str:
    """Return the day, such as "19 May 2026", or the year where only that is known."""
    if paper.published:
        return f"{paper.published.day} {paper.published:%B %Y}"
    return str(paper.year) if paper.year else ""


def _link_label(paper: Paper, link: str) -> str:
    if paper.arxiv_id:
        return f"arXiv {paper.arxiv_id}"
    if paper.url or paper.doi:
        return urlsplit(link).netloc.removeprefix("www.")
    return "Find on arXiv"

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

    Before a span stands the id that its markers lead to.
    """
    cited = list(citations)
    cuts = {0, len(abstract), *(c.span.start for c in cited), *(c.span.end for c in cited)}
    pieces = [
        _anchors(start, cited, turn) + _marked(abstract[start:end], start, cited)
        for start, end in pairwise(sorted(cuts))
    ]
    return "".join([*pieces, _anchors(len(abstract), cited, turn)])


def _anchors(start: int, citations: Sequence[Citation], turn: int) -> str:
    return "".join(
        f'<span class="anchor" id="src-{turn}-{c.number}" data-number="{c.number}"></span>'
        for c in citations
        if c.span.start == start
    )


def _marked(text: str, start: int, citations: Sequence[Citation]) -> str:
    """Return a piece of an abstract that lies wholly inside or wholly outside each span."""
    numbers = [str(c.number) for c in citations if c.span.start <= start < c.span.end]
    if not numbers:
        return html_text(text)
    return f'<mark data-numbers="{" ".join(numbers)}">{html_text(text)}</mark>'


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

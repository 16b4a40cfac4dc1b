"""The sources of the answers as HTML: one card a paper, the cited words marked in its abstract."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from urllib.parse import urlsplit

from assistant.answer import Answer, Citation
from ui.chat.conversation import Conversation, Exchange
from ui.chat.escaping import html_text, web_link
from ui.chat.evidence.marking import marked_abstract
from ui.chat.evidence.why import why_html
from ui.chat.formulas import text_html
from ui.exports import to_bibtex
from vectorstore import Hit, Paper

_MAX_AUTHORS = 4  # named on a card; the rest are counted
_NO_SOURCES = '<p class="hint">This answer cites no paper.</p>'
_NEAREST = '<p class="hint">Nearest papers. None of them was cited.</p>'


def sections_html(conversation: Conversation) -> list[str]:
    """Return the sources of each answer, in order.

    All stay in the page, so that a marker of an earlier answer can still lead to its source.
    """
    return [
        _section(exchange.number, exchange, exchange.answer)
        for exchange in conversation.exchanges
        if exchange.answer
    ]


def sources_html(conversation: Conversation) -> str:
    """Return the sources of all answers as one."""
    return "".join(sections_html(conversation))


def _section(number: int, exchange: Exchange, answer: Answer) -> str:
    hits = {hit.paper.paper_id: hit for hit in exchange.hits}
    cards = _cited_cards(answer, number, hits) or _nearest_cards(answer, hits)
    return (
        f'<section class="sources" id="sources-{number}" data-number="{number}"'
        f' aria-label="Sources of question {number}">'
        f'<p class="asked">{html_text(exchange.question)}</p>{cards or _NO_SOURCES}</section>'
    )


def _cited_cards(answer: Answer, turn: int, hits: Mapping[str, Hit]) -> str:
    by_paper: dict[str, list[Citation]] = {}
    for citation in answer.citations:
        by_paper.setdefault(citation.paper.paper_id, []).append(citation)
    question = answer.standalone_question
    return "".join(
        cited_card(group, turn, why_html(group[0].paper, question, hits.get(paper_id)))
        for paper_id, group in by_paper.items()
    )


def _nearest_cards(answer: Answer, hits: Mapping[str, Hit]) -> str:
    cards = "".join(
        paper_card(
            paper,
            text_html(paper.abstract),
            why=why_html(paper, answer.standalone_question, hits.get(paper.paper_id)),
        )
        for paper in answer.nearest
    )
    return f"{_NEAREST}{cards}" if cards else ""


def cited_card(citations: Sequence[Citation], turn: int, why: str = "") -> str:
    """Return the card of one paper for its citations in the answer of exchange `turn`."""
    paper = citations[0].paper
    chips = "".join(
        f'<a class="chip" href="#src-{turn}-{c.number}" aria-label="Quote {c.number}">'
        f"{c.number}</a>"
        for c in citations
    )
    return paper_card(paper, marked_abstract(paper.abstract, citations, turn), chips=chips, why=why)


def paper_card(paper: Paper, abstract: str, *, chips: str = "", why: str = "") -> str:
    """Return the card of a paper; `abstract`, `chips` and `why` are HTML."""
    return (
        f'<article class="card" data-year="{paper.year or ""}"'
        f' data-short="{html_text(paper.short_title)}">'
        f"<header>{chips}<h3>{text_html(paper.title or paper.paper_id)}</h3></header>"
        f'<p class="meta">{_meta(paper)}</p><p class="abstract">{abstract}</p>'
        f"{why}{_actions(paper)}</article>"
    )


def _actions(paper: Paper) -> str:
    """Return what can be done with a paper; the abstract is left out of what is cited."""
    bibtex = next(iter(to_bibtex([replace(paper, abstract="")]))).strip()
    return (
        '<div class="card-actions">'
        f'<button type="button" data-action="cite" data-bibtex="{html_text(bibtex)}">'
        "Cite</button>"
        f'<button type="button" data-action="ask-paper" data-paper="{html_text(paper.paper_id)}">'
        "Ask about this paper</button></div>"
    )


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

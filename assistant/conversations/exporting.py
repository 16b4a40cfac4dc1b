"""A conversation as a file that a researcher keeps: Markdown to read, JSON for programs."""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from assistant.answer import AnswerSentence, Citation
from assistant.conversations.codec import to_plain
from assistant.conversations.conversation import Conversation, Exchange, KeptExchange
from assistant.markdown import dated_title, escape
from vectorstore import SearchFilter
from vectorstore.invisible import without_invisible

_MAX_AUTHORS = 3
_LINK = re.compile(r"https?://[^\s<>]+")


def export_markdown(conversation: Conversation) -> str:
    """Return questions and answers with, under each answer, what it cites: quote, paper, link."""
    lines = [f"# {escape(conversation.title)}", f"*{conversation.updated_at:%Y-%m-%d}, Citewise*"]
    for kept in conversation.exchanges:
        lines += _exchange_lines(kept.exchange)
    return without_invisible("\n\n".join(lines) + "\n")


def export_json(conversation: Conversation) -> str:
    """Return all of it as JSON; answers are as `citewise ask --json` prints them."""
    content = {
        "conversation_id": conversation.conversation_id,
        "title": conversation.title,
        "created_at": conversation.created_at.isoformat(),
        "updated_at": conversation.updated_at.isoformat(),
        "filters": _set_filters(conversation.filters),
        "exchanges": [_exchange_json(kept) for kept in conversation.exchanges],
    }
    return json.dumps(content, indent=2) + "\n"


EXPORTERS: dict[str, Callable[[Conversation], str]] = {
    "markdown": export_markdown,
    "json": export_json,
}


def _exchange_lines(exchange: Exchange) -> Iterator[str]:
    yield f"## {escape(exchange.question)}"
    if exchange.standalone_question not in ("", exchange.question):
        yield f"Read as: *{escape(exchange.standalone_question)}*"
    if exchange.text:
        yield exchange.text
    if exchange.stopped:
        yield "*Stopped before it was complete.*"
    if exchange.failure:
        yield f"*Failed: {escape(exchange.failure)}*"
    if exchange.answer and exchange.answer.citations:
        yield "### Sources"
        yield "\n".join(map(_source, _by_paper(exchange.answer.citations)))
    doubts = [s for s in exchange.answer.sentences if s.reason] if exchange.answer else []
    if doubts:
        yield "### What the check doubts"
        yield "\n".join(map(_doubt, doubts))


def _by_paper(citations: Iterable[Citation]) -> list[list[Citation]]:
    found: dict[str, list[Citation]] = {}
    for citation in citations:
        found.setdefault(citation.paper.paper_id, []).append(citation)
    return list(found.values())


def _source(citations: Sequence[Citation]) -> str:
    """Return a paper with the quotes of it."""
    paper = citations[0].paper
    parts = [dated_title(paper.title or paper.paper_id, paper.year)]
    if paper.authors:
        others = " et al" if len(paper.authors) > _MAX_AUTHORS else ""
        parts.insert(0, escape(", ".join(paper.authors[:_MAX_AUTHORS])) + others)
    if _LINK.fullmatch(paper.link):  # what a source gives may be no web address
        parts.append(f"<{paper.link}>")
    quotes = (f"\n  - [{each.number}] “{escape(each.quote)}”" for each in citations)
    return f"- {'. '.join(parts)}{''.join(quotes)}"


def _doubt(sentence: AnswerSentence) -> str:
    return f"- {sentence.support}: {escape(sentence.text)} ({escape(sentence.reason)})"


def _exchange_json(kept: KeptExchange) -> dict[str, Any]:
    exchange = kept.exchange
    return {
        "question": exchange.question,
        "created_at": exchange.created_at.isoformat(),
        "filters": _set_filters(exchange.filters),
        "text": exchange.text,
        "stopped": exchange.stopped,
        "failure": exchange.failure or None,
        "thumb": kept.thumb,
        "comment": kept.comment or None,
        "answer": exchange.answer.to_json() if exchange.answer else None,
    }


def _set_filters(filters: SearchFilter) -> dict[str, Any]:
    return {name: bound for name, bound in to_plain(filters).items() if bound is not None}

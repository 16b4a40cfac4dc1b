"""The conversation as messages of the chat: Markdown, with markers that lead to their source."""

from collections import Counter
from typing import TypedDict

from assistant.answer import Answer
from assistant.page import MARKER
from ui.chat.conversation import Conversation, Exchange
from ui.chat.escaping import literal


class Message(TypedDict):
    """A message as `gr.Chatbot` takes it."""

    role: str
    content: str


def to_messages(conversation: Conversation) -> list[Message]:
    """Return two messages an exchange, the question and the reply."""
    return [
        message
        for exchange in conversation.exchanges
        for message in (
            Message(role="user", content=literal(exchange.question)),
            Message(role="assistant", content=reply(exchange)),
        )
    ]


def reply(exchange: Exchange) -> str:
    """Return the Markdown of a reply, whether it is awaited, growing, complete or failed."""
    body = [part for part in (_text(exchange), _ending(exchange)) if part]
    if exchange.answer and exchange.answer.abstained:
        body[0] = _block("abstention", body[0])
    return "\n\n".join([*_reading(exchange), *body])


def _text(exchange: Exchange) -> str:
    """Return the text; where it was cut off its sources are not known, and nothing leads there."""
    cut_off = exchange.stopped or exchange.failure
    return exchange.text if cut_off else linked(exchange.text, exchange.number)


def linked(text: str, number: int) -> str:
    """Return an answer's Markdown with each `[n]` a link to its source, `#src-<number>-n`."""
    return MARKER.sub(rf"\g<escaped>[[\g<number>]](#src-{number}-\g<number>)", text)


def _reading(exchange: Exchange) -> list[str]:
    """Return how a follow-up was read, where that differs from how it was typed."""
    answer = exchange.answer
    if answer is None or _same(answer.standalone_question, exchange.question):
        return []
    return [_line("reading", f"Read as: {literal(answer.standalone_question)}")]


def _same(first: str, second: str) -> bool:
    return " ".join(first.split()).casefold() == " ".join(second.split()).casefold()


def _ending(exchange: Exchange) -> str:
    """Return the quiet line under the text, or in place of it."""
    if exchange.failure:
        return _block("failure", literal(exchange.failure))
    if exchange.stopped:
        return _line("status", "Stopped.")
    if exchange.answer and exchange.answer.cut:
        cut = _block("failure", literal(f"The answer was cut. {exchange.answer.cut}"))
        return f"{_footer(exchange.answer, exchange.number)}\n\n{cut}"
    if exchange.answer and not exchange.answer.abstained:
        return _footer(exchange.answer, exchange.number)
    return "" if exchange.text else _line("status working", literal(exchange.status))


def _footer(answer: Answer, number: int) -> str:
    parts = [f"[Copy](#copy-{number})"]
    if answer.citations:
        parts.insert(0, f"[{_count(_n_papers(answer), 'source')}](#sources-{number})")
    return _line("footer", " ".join([*parts, *_caution(answer)]))


def _caution(answer: Answer) -> list[str]:
    """Return what a reader should check, if anything."""
    verdicts = Counter(sentence.support for sentence in answer.sentences)
    notes = []
    if verdicts["partly"]:
        notes.append(f"{_count(verdicts['partly'], 'sentence')} only partly supported")
    if verdicts["unsupported"]:
        notes.append(f"{_count(verdicts['unsupported'], 'sentence')} without support")
    return [f'<span class="caution">{" · ".join(notes)}</span>'] if notes else []


def _n_papers(answer: Answer) -> int:
    return len({citation.paper.paper_id for citation in answer.citations})


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _line(kind: str, markdown: str) -> str:
    return f'<span class="{kind}">{markdown}</span>'


def _block(kind: str, markdown: str) -> str:
    return f'<div class="{kind}">\n\n{markdown}\n\n</div>'

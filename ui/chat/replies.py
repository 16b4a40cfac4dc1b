"""An exchange as the page shows it: the question, and the reply at each moment."""

from collections import Counter
from collections.abc import Sequence

from assistant.answer import Answer
from ui.chat.conversation import Conversation, Exchange
from ui.chat.copying import copied_text
from ui.chat.escaping import html_text
from ui.chat.thread.actions import actions_html, suggestions_html
from ui.chat.thread.prose import prose_html
from ui.chat.thread.steps import steps_html
from ui.chat.thread.wording import counted


def exchanges_html(exchanges: Sequence[Exchange], *, shared: bool = False) -> list[str]:
    """Return each exchange as HTML; `shared` ones can be read and copied, nothing else."""
    return [exchange_html(exchange, shared=shared) for exchange in exchanges]


def conversation_html(conversation: Conversation) -> list[str]:
    """Return the exchanges of a conversation as HTML."""
    return exchanges_html(conversation.exchanges, shared=conversation.shared)


def exchange_html(exchange: Exchange, *, shared: bool = False) -> str:
    """Return the question and the reply to it."""
    return (
        f'<article class="exchange" data-number="{exchange.number}" data-kept="{exchange.kept_id}"'
        f' aria-label="Question {exchange.number}">{_question(exchange, shared=shared)}'
        f'<div class="message-row bot-row">{reply(exchange, shared=shared)}</div></article>'
    )


def _question(exchange: Exchange, *, shared: bool) -> str:
    edit = (
        ""
        if shared or exchange.under_way
        else '<button type="button" class="edit" data-action="edit">Edit</button>'
    )
    return (
        f'<div class="message-row user-row">{edit}<h2 class="question">'
        f"{html_text(exchange.question.strip())}</h2></div>"
    )


def reply(exchange: Exchange, *, shared: bool = False) -> str:
    """Return the HTML of a reply, whether it is awaited, growing, complete or failed."""
    answer = exchange.answer
    kind = "abstention" if answer and answer.abstained else "prose"
    text = f'<div class="{kind}">{_text(exchange)}</div>' if exchange.text else ""
    copied = f' data-copy="{html_text(copied_text(answer))}"' if answer else ""
    parts = [
        steps_html(exchange),
        _reading(exchange),
        text,
        _ending(exchange),
        _footer(exchange, shared=shared),
        "" if shared else suggestions_html(exchange.suggestions),
    ]
    return f'<div class="reply"{copied}>{"".join(parts)}</div>'


def _text(exchange: Exchange) -> str:
    """Return the text; where it was cut off its sources are not known, and nothing leads there."""
    cut_off = exchange.stopped or bool(exchange.failure)
    return prose_html(exchange.text, exchange.number, exchange.sentences, leads=not cut_off)


def _reading(exchange: Exchange) -> str:
    """Return how a follow-up was read, where that differs from how it was typed."""
    read = exchange.answer.standalone_question if exchange.answer else exchange.reading
    if not read or _same(read, exchange.question):
        return ""
    return f'<p class="reading">Read as: {html_text(read)}</p>'


def _same(first: str, second: str) -> bool:
    return " ".join(first.split()).casefold() == " ".join(second.split()).casefold()


def _ending(exchange: Exchange) -> str:
    """Return what went wrong, if anything did."""
    if exchange.failure:
        return f'<p class="failure">{html_text(exchange.failure)}</p>'
    if exchange.stopped:
        return '<p class="stopped">Stopped.</p>'
    if exchange.answer and exchange.answer.cut:
        cut = f"The answer was cut. {exchange.answer.cut}"
        return f'<p class="failure">{html_text(cut)}</p>'
    return ""


def _footer(exchange: Exchange, *, shared: bool) -> str:
    if exchange.under_way:
        return ""
    answer = exchange.answer
    sources = _sources_button(exchange.number, answer) if answer else ""
    actions = actions_html(exchange, shared=shared)
    caution = _caution(answer) if answer else ""
    return f'<div class="footer">{sources}{actions}{caution}</div>'


def _sources_button(number: int, answer: Answer) -> str:
    n_papers = len({citation.paper.paper_id for citation in answer.citations})
    label = counted(n_papers, "source") if n_papers else ""
    if not n_papers and answer.nearest:
        label = counted(len(answer.nearest), "nearest paper")
    return (
        f'<button type="button" data-action="sources" data-sources="{number}">{label}</button>'
        if label
        else ""
    )


def _caution(answer: Answer) -> str:
    """Return what a reader should check, if anything."""
    verdicts = Counter(sentence.support for sentence in answer.sentences)
    notes = []
    if verdicts["partly"]:
        notes.append(f"{counted(verdicts['partly'], 'sentence')} only partly supported")
    if verdicts["unsupported"]:
        notes.append(f"{counted(verdicts['unsupported'], 'sentence')} without support")
    return f'<span class="caution">{" · ".join(notes)}</span>' if notes else ""

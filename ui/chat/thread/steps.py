"""How an answer came about: one line, and behind it each step with its time."""

from collections import Counter
from collections.abc import Iterator, Sequence

from assistant.answer import Answer
from assistant.trace import PartTrace
from ui.chat.conversation import Exchange
from ui.chat.escaping import html_text
from ui.chat.thread.wording import counted
from vectorstore import Hit

_ENDED = {
    "nothing new found": "A further search brought nothing new.",
    "round limit": "No further search was made.",
    "off topic": "Nothing near enough was found.",
    "backend failed": "The language model failed.",
}


def steps_html(exchange: Exchange) -> str:
    """Return the line, to be opened once the answer is complete; always as high as before."""
    answer = exchange.answer
    if answer is None:
        return _line_without_answer(exchange)
    total = _time(sum(answer.timings_ms.values()))
    found = html_text(_found(exchange, answer))
    items = "".join(
        f'<dt>{name}</dt><dd>{told}</dd><dd class="time">{time}</dd>'
        for name, told, time in _steps(exchange, answer)
    )
    return f'<details class="steps"><summary>{found} · {total}</summary><dl>{items}</dl></details>'


def _line_without_answer(exchange: Exchange) -> str:
    if exchange.under_way:
        return f'<p class="steps working">{html_text(exchange.status)}</p>'
    if not exchange.text:
        return ""
    # As high as the line while the text grew: nothing moves when a reader stops it.
    told = found_line(exchange.hits) if exchange.hits else "Not complete"
    return f'<p class="steps">{told}</p>'


def found_line(hits: Sequence[Hit]) -> str:
    """Return a line such as "Found 12 passages in 5 papers"."""
    if not hits:
        return "Looked through the catalogue"
    n_passages = sum(max(1, len(hit.passages)) for hit in hits)
    return f"Found {counted(n_passages, 'passage')} in {counted(len(hits), 'paper')}"


def _found(exchange: Exchange, answer: Answer) -> str:
    if exchange.hits or not answer.trace:
        return found_line(exchange.hits)
    papers = {paper for part in answer.trace for r in part.rounds for paper in r.paper_ids}
    return f"Found {counted(len(papers), 'paper')}"


def _steps(exchange: Exchange, answer: Answer) -> Iterator[tuple[str, str, str]]:
    """Yield the name of each step, what it did as HTML, and how long it took."""
    times = {stage: _time(spent) for stage, spent in answer.timings_ms.items()}
    question = answer.standalone_question or exchange.question
    yield "Understood as", f"“{html_text(question)}”", times.get("understand", "")
    yield "Searched", _searches(answer.trace), times.get("retrieve", "")
    if exchange.hits:
        yield "Read", html_text(found_line(exchange.hits).removeprefix("Found ")), ""
    yield "Wrote", _written(answer), times.get("write", "")
    yield "Checked", _checked(answer), times.get("check", "")


def _searches(trace: Sequence[PartTrace]) -> str:
    if not trace:
        return "the catalogue, for all that it holds"
    lines = []
    for part in trace:
        lines += [
            f"“{html_text(query)}”, {counted(len(r.paper_ids), 'paper')}"
            for r in part.rounds
            for query in r.queries
        ]
        lines += [_ENDED[part.stopped]] if part.stopped in _ENDED else []
    return "<br>".join(lines)


def _written(answer: Answer) -> str:
    written = f"{counted(len(answer.sentences), 'sentence')} with {answer.backend}"
    if answer.fell_back:
        written += f", because another writer failed: {answer.fell_back}"
    return html_text(written)


def _checked(answer: Answer) -> str:
    verdicts = Counter[str](sentence.support for sentence in answer.sentences)
    wording = {"supported": "supported", "partly": "partly", "unsupported": "not supported"}
    told = [f"{verdicts[verdict]} {word}" for verdict, word in wording.items() if verdicts[verdict]]
    return ", ".join(told) or "nothing to check"


def _time(milliseconds: float) -> str:
    if milliseconds < 1:
        return "under 1 ms"
    return f"{milliseconds:.0f} ms" if milliseconds < 1_000 else f"{milliseconds / 1_000:.1f} s"

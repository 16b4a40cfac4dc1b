"""An assistant that is watched: what becomes of questions, and how long it takes."""

import time
from collections.abc import Iterator
from contextlib import closing
from typing import TYPE_CHECKING, Any, cast

from assistant.answer import Answer
from assistant.errors import QuestionError
from assistant.events import Completed, Event, TextDelta, answer_of
from ui.operations.metrics import Metrics

if TYPE_CHECKING:
    from collections.abc import Generator

    from assistant.assistant import Assistant


def observed(assistant: "Assistant", metrics: Metrics) -> "Assistant":
    """Return the assistant, whose questions are counted from now on."""
    return cast("Assistant", _Observed(assistant, metrics))


class _Observed:
    """Stands before an assistant: everything but questions goes straight to it."""

    def __init__(self, inner: "Assistant", metrics: Metrics) -> None:
        self._inner = inner
        self._metrics = metrics

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def ask(self, question: str, **bounds: Any) -> Answer:
        """Answer as the assistant does."""
        *_, last = self.stream(question, **bounds)
        return answer_of(last)

    def stream(self, question: str, **bounds: Any) -> Iterator[Event]:
        """Yield the assistant's events."""
        watch = _Watch(self._metrics)
        events = cast("Generator[Event, None, None]", self._inner.stream(question, **bounds))
        self._metrics.add("citewise_answers_in_flight", 1)
        try:
            with closing(events):
                for event in events:
                    watch.see(event)
                    yield event
        except GeneratorExit:  # whoever asked has gone
            raise
        except QuestionError:
            watch.outcome = "refused"
            raise
        except Exception:
            watch.outcome = "failed"
            raise
        finally:
            self._metrics.add("citewise_answers_in_flight", -1)
            self._metrics.add("citewise_answers_total", outcome=watch.outcome)


class _Watch:
    """What is seen of one answer; it is abandoned until its end is seen."""

    def __init__(self, metrics: Metrics) -> None:
        self.outcome = "abandoned"
        self._metrics = metrics
        self._start: float | None = time.perf_counter()

    def see(self, event: Event) -> None:
        if isinstance(event, TextDelta) and self._start is not None:
            seconds = time.perf_counter() - self._start
            self._metrics.observe("citewise_first_text_seconds", seconds)
            self._start = None
        if isinstance(event, Completed):
            self._complete(event.answer)

    def _complete(self, answer: Answer) -> None:
        self.outcome = _outcome(answer)
        for stage, milliseconds in answer.timings_ms.items():
            seconds = milliseconds / 1_000
            self._metrics.observe("citewise_answer_stage_seconds", seconds, stage=stage)
        if answer.abstention:
            self._metrics.add("citewise_abstentions_total", kind=answer.abstention)
        for sentence in answer.sentences:
            self._metrics.add("citewise_sentences_total", support=sentence.support)
        self._metrics.add("citewise_tokens_total", answer.tokens.input_tokens, direction="in")
        self._metrics.add("citewise_tokens_total", answer.tokens.output_tokens, direction="out")


def _outcome(answer: Answer) -> str:
    if answer.cut:
        return "cut"
    return "abstained" if answer.abstained else "answered"

"""What Citewise adds to a language model: delay before the first words, and the check.

A scripted model behind LangChain's own interface writes at a steady pace, so that what is measured
is Citewise alone: `python -m benchmarks.streaming --questions FILE`.
"""

import argparse
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult

from assistant.assistant import Assistant
from assistant.backends.chat_backend import ChatBackend
from assistant.build import open_or_start_library
from assistant.evaluation.answers import read_questions
from assistant.events import Completed, TextDelta
from assistant.options import Options
from assistant.settings import load_settings
from assistant.writers.chat_model import ChatModelWriter
from assistant.writers.extractive import ExtractiveWriter


class PacedModel(BaseChatModel):
    """Writes a text word by word, `seconds_a_word` apart, and notes when it began."""

    text: str = ""
    seconds_a_word: float = 0.02
    began: float = 0.0

    @property
    def _llm_type(self) -> str:
        return "paced"

    def _generate(self, *_: Any, **__: Any) -> ChatResult:
        return ChatResult(generations=[ChatGeneration(message=AIMessage(self.text))])

    def _stream(self, *_: Any, **__: Any) -> Iterator[ChatGenerationChunk]:
        self.began = time.perf_counter()
        for word in self.text.split(" "):
            yield ChatGenerationChunk(message=AIMessageChunk(content=f"{word} "))
            time.sleep(self.seconds_a_word)


def main() -> None:
    """Print medians and 95th percentiles over the questions."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--questions", type=Path, required=True)
    parser.add_argument("--library", type=Path)
    arguments = parser.parse_args()
    library = open_or_start_library(load_settings(library=arguments.library))
    extractive = Assistant(library, ExtractiveWriter(library))
    model = PacedModel()
    paced = Assistant(
        library, ChatModelWriter(ChatBackend(model, "paced:model")), options=Options(max_rounds=1)
    )
    delays, checks = [], []
    for gold in read_questions(arguments.questions):
        told = extractive.ask(gold.question)
        if told.abstained or not told.trace:
            continue
        # What the extractive writer says, under its own marks' numbers: cited, and checked anew.
        model.text = told.text
        delay, answer = _first_words(paced.stream(gold.question), model)
        delays.append(delay)
        checks.append(answer.timings_ms["check"] / max(1, len(answer.sentences)))
    for name, figures in (("first words, ms after the model's", delays), ("check, ms", checks)):
        figures.sort()
        p95 = figures[int(0.95 * (len(figures) - 1))]
        print(f"{name:<36} n {len(figures):>4}  p50 {median(figures):6.2f}  p95 {p95:6.2f}")  # noqa: T201


def _first_words(events: Iterator[Any], model: PacedModel) -> tuple[float, Any]:
    delay = None
    for event in events:
        if isinstance(event, TextDelta) and delay is None:
            delay = (time.perf_counter() - model.began) * 1_000
        if isinstance(event, Completed):
            return delay or 0.0, event.answer
    raise RuntimeError("the answer did not end")


if __name__ == "__main__":
    main()

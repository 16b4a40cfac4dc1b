"""A writer for each related-work section, which stops when nobody wants the section any more."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, cast

from assistant.backends.chat_backend import ChatBackend
from vectorstore import Library

if TYPE_CHECKING:
    from collections.abc import Generator

    from assistant.backends.tokens import TokenMeter
    from assistant.checking.judging import Entailment
    from assistant.related_work.writing import SectionWriter

StopIfUnwanted = Callable[[], object]  # called often; ends the writing by raising


@dataclass(frozen=True, slots=True)
class SectionWriters:
    """Makes them over one library; without a backend they write with no language model.

    `entailment` is asked by the check too; `prompts` is a directory of templates.
    """

    library: Library
    entailment: "Entailment | None" = None
    backend: ChatBackend | None = None
    prompts: Path | None = None

    def writer(self, stop_if_unwanted: StopIfUnwanted = lambda: None) -> "SectionWriter":
        """Return the writer of one section."""
        from assistant.checking.checker import Checker
        from assistant.related_work.model_writing import ModelSectionWriter
        from assistant.related_work.writing import ExtractiveSectionWriter

        def similarities(text: str, others: Sequence[str]) -> list[float]:
            stop_if_unwanted()
            return self.library.similarities(text, others)

        checker = Checker(similarities, self.entailment)
        if self.backend is None:
            return ExtractiveSectionWriter(checker, similarities)
        backend = _StoppingBackend(self.backend, stop_if_unwanted)
        return ModelSectionWriter(backend, checker, prompts=self.prompts)


class _StoppingBackend(ChatBackend):
    """Another backend, whose replies end between two words when they are wanted no more."""

    def __init__(self, inner: ChatBackend, stop_if_unwanted: StopIfUnwanted) -> None:
        self.name = inner.name
        self.context_tokens = inner.context_tokens
        self.limits = inner.limits
        self._inner = inner
        self._stop_if_unwanted = stop_if_unwanted

    def stream(self, system: str, user: str, *, meter: "TokenMeter") -> Iterator[str]:
        pieces = self._inner.stream(system, user, meter=meter)
        with closing(cast("Generator[str, None, None]", pieces)):
            for piece in pieces:
                self._stop_if_unwanted()
                yield piece

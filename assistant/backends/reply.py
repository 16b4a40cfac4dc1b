"""One reply of a chat model: its text within bounds, why it ended, and what it spent."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from assistant.backends.errors import CutShortError, OutputLimitError, RefusedError
from assistant.backends.limits import Limits
from assistant.backends.thoughts import ThoughtFilter
from assistant.backends.tokens import TokenMeter, estimate_tokens

if TYPE_CHECKING:
    from langchain_core.messages import AIMessageChunk

# Where OpenAI, Anthropic, Google, Ollama and OpenAI's Responses put the reason, and how they spell
# it in lower case.
_REASON_NAMES = ("finish_reason", "stop_reason", "done_reason", "status")
_AT_LIMIT = frozenset({"length", "max_tokens", "incomplete", "model_context_window_exceeded"})
_REFUSED = frozenset(
    {"content_filter", "refusal", "safety", "recitation", "blocklist", "prohibited_content", "spii"}
)
_CLOSING = (".", "!", "?", "。", "！", "？", "]", ")", "】")


class Reply:
    """Reads the chunks of one reply."""

    def __init__(self, limits: Limits, *, says_when_done: bool) -> None:
        self._limits = limits
        self._says_when_done = says_when_done
        self._written: list[str] = []
        self._input_tokens = self._output_tokens = self._n_chunks = 0
        self._is_whole = False  # only then the provider's figures are
        self._reason = ""

    def read(self, chunks: "Iterable[AIMessageChunk]") -> Iterator[str]:
        """Yield the text of the chunks, without thoughts.

        Raises CutShortError when the model did not finish, RefusedError when the provider ended it.
        """
        thoughts, room = ThoughtFilter(), self._limits.max_output_chars
        for chunk in chunks:
            self._note(chunk)
            text = str(chunk.text)[:room]
            self._written.append(text)
            if answer := thoughts.feed(text):
                yield answer
            room -= len(text)
            if room <= 0:
                raise self._at_limit()
        self._is_whole = True
        if rest := thoughts.flush():
            yield rest
        self._check_end()

    def count(self, meter: TokenMeter, *, asked: str) -> None:
        """Add what the reply spent; characters count where the provider gave no figure."""
        if not self._n_chunks:
            return  # refused before it began
        if self._is_whole and self._input_tokens:
            meter.add(self._input_tokens, self._output_tokens)
            return
        output_tokens = max(self._output_tokens, estimate_tokens("".join(self._written)))
        input_tokens = self._input_tokens or estimate_tokens(asked)
        meter.add(input_tokens, output_tokens, estimated=True)

    def _note(self, chunk: "AIMessageChunk") -> None:
        self._n_chunks += 1
        if chunk.usage_metadata:
            self._input_tokens += chunk.usage_metadata["input_tokens"]
            self._output_tokens += chunk.usage_metadata["output_tokens"]
        for name in _REASON_NAMES:
            if reason := chunk.response_metadata.get(name):
                self._reason = str(reason).casefold()
                return

    def _check_end(self) -> None:
        if self._reason in _AT_LIMIT:
            raise self._at_limit()
        if self._reason in _REFUSED:
            raise RefusedError(f"the provider's filter ended the answer ({self._reason})")
        if self._says_when_done and not self._reason and not self._ends_a_sentence():
            raise CutShortError("the connection ended before the answer did")

    def _ends_a_sentence(self) -> bool:
        """Return whether the text may be whole: imitations of OpenAI's API leave the reason out."""
        return "".join(self._written).rstrip().endswith(_CLOSING)

    def _at_limit(self) -> OutputLimitError:
        return OutputLimitError(
            f"it had not finished after {self._limits.max_output_tokens:,} tokens."
            " Raise the setting llm_max_output_tokens"
        )

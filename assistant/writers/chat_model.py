"""The chat-model writer: any LangChain chat model, held to the numbered excerpts."""

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from assistant.abstention import ABSTENTION
from assistant.errors import BackendError
from assistant.markdown import escape
from assistant.writers.writer import DraftSentence, Evidence, WritingTask
from prompts import load_prompt
from vectorstore import Hit, split_sentences

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

_MARK = re.compile(r"\s*\[(\d+(?:\s*[,–-]\s*\d+)*)\]")
_LEADING_MARKS = re.compile(r"(?:\s*\[[\d,\s–-]+\])+")
_MARKS_ON_STOP = re.compile(r"([.!?]+)((?:\[[\d,\s–-]+\])+)(?=\s)")  # "fast.[1] Next"
_UNFINISHED_MARK = re.compile(r"\[[^\]]*$")
_LIST_NUMBER = re.compile(r"\d+[.)]")


def load_chat_model(name: str, *, timeout_seconds: float) -> "BaseChatModel":
    """Return the chat model that `name` spells as provider:model.

    Raises BackendError when the provider is unknown, not installed, or lacks its key.
    """
    from langchain.chat_models import init_chat_model

    if ":" not in name:
        raise BackendError(
            f"Unknown backend {name!r}. Use 'extractive', or provider:model such as"
            " 'openai:gpt-5-mini' or 'ollama:llama3.2'."
        )
    try:
        return init_chat_model(name, timeout=timeout_seconds, temperature=0)
    except ImportError as error:
        raise BackendError(f"Backend {name!r} is not installed: {_one_line(error)}") from None
    except Exception as error:  # noqa: BLE001 (each provider raises its own for a missing key)
        raise BackendError(f"Backend {name!r} cannot be used: {_one_line(error)}") from None


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())[:500]


class ChatModelWriter:
    """Has a chat model write, and keeps only marks of excerpts that exist."""

    def __init__(self, model: "BaseChatModel", name: str) -> None:
        self.name = name
        self._model = model

    def write(self, task: WritingTask) -> Iterator[DraftSentence]:
        """Yield each sentence when the model has finished it; none when it abstains.

        Raises BackendError when the model fails.
        """
        if not task.hits:
            return
        for sentence in _sentences(self._tokens(task)):
            if ABSTENTION.rstrip(".").casefold() in sentence.casefold():
                return
            draft = _draft(sentence, task.hits)
            if draft.claim:
                yield draft

    def _tokens(self, task: WritingTask) -> Iterator[str]:
        from langchain_core.messages import HumanMessage, SystemMessage

        prompt = load_prompt("answer")
        messages = [
            SystemMessage(prompt.system.format(abstention=ABSTENTION)),
            HumanMessage(
                prompt.user.format(
                    excerpts=_excerpts(task.hits), question=_fenced(task.question.text)
                )
            ),
        ]
        try:
            for chunk in self._model.stream(messages):
                yield str(chunk.text)
        except Exception as error:
            raise BackendError(f"Backend {self.name!r} failed: {_one_line(error)}") from error


def _excerpts(hits: Iterable[Hit]) -> str:
    """Return the numbered excerpts."""
    blocks = []
    for number, hit in enumerate(hits, 1):
        year = f" ({hit.paper.year})" if hit.paper.year else ""
        text = f"[{number}] {hit.paper.title}{year}\n{hit.paper.abstract}"
        blocks.append(_fenced(text))
    return "\n\n".join(blocks)


def _fenced(text: str) -> str:
    """Return the text with its angle brackets replaced, so that it cannot close its fence."""
    return text.replace("<", "‹").replace(">", "›")


def _sentences(tokens: Iterable[str]) -> Iterator[str]:
    """Yield sentences with their marks as soon as the next one has begun."""
    buffer = ""
    for token in tokens:
        buffer += token
        *whole, rest = _with_own_marks(buffer)
        if whole and not _UNFINISHED_MARK.match(rest):
            yield from whole
            buffer = rest
    yield from (sentence for sentence in _with_own_marks(buffer) if sentence)


def _with_own_marks(text: str) -> list[str]:
    """Split into sentences; marks behind a full stop ("... fast. [1] Next") stay with theirs.

    So does the number of a list's item ("2. Next").
    """
    text = _MARKS_ON_STOP.sub(r"\2\1", text)
    sentences: list[str] = []
    for span in split_sentences(text):
        sentence = span.of(text)
        marks = _LEADING_MARKS.match(sentence)
        if marks and sentences:
            sentences[-1] += marks.group()
            sentence = sentence[marks.end() :].lstrip()
        if sentences and _LIST_NUMBER.fullmatch(sentences[-1]):
            sentences[-1] += f" {sentence}"
        elif sentence:
            sentences.append(sentence)
    return sentences or [""]


def _draft(sentence: str, hits: tuple[Hit, ...]) -> DraftSentence:
    numbers = [n for mark in _MARK.finditer(sentence) for n in _numbers(mark.group(1), len(hits))]
    text = _MARK.sub("", sentence).strip()
    bullet = re.match(r"[-*•]\s+|\d+[.)]\s+", text)
    text = text[bullet.end() :] if bullet else text
    evidence = tuple(Evidence(hits[number - 1].paper) for number in dict.fromkeys(numbers))
    return DraftSentence(escape(text), evidence, claim=text, lead="\n- " if bullet else " ")


def _numbers(mark: str, n_excerpts: int) -> Iterator[int]:
    """Yield the excerpts that "1, 3" or "2-4" names, those that exist."""
    for part in re.split(r"\s*,\s*", mark):
        first, *last = (int(n) for n in re.findall(r"\d+", part))
        stop = min(last[0] if last else first, n_excerpts)
        yield from (n for n in range(first, stop + 1) if 1 <= n <= n_excerpts)

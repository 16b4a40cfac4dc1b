"""Clients that go away, that read slowly, and that keep others waiting: over real sockets."""

import threading
from collections.abc import Callable, Iterator
from itertools import count, cycle
from typing import Any

import anyio
import httpx
import pytest
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from pydantic import PrivateAttr
from starlette.requests import ClientDisconnect

from assistant.assistant import Assistant
from assistant.backends.chat_backend import ChatBackend
from assistant.events import Event, TextDelta, Understood
from assistant.options import Options
from assistant.writers.chat_model import ChatModelWriter
from assistant.writers.extractive import ExtractiveWriter
from assistant.writers.writer import DraftSentence, WritingTask
from tests.api_calls import body, mounted, sent, serving
from ui.api import create_api
from ui.api.limits import ApiLimits
from ui.api.working import while_wanted
from vectorstore import Library

SECONDS = 30
QUESTION = ("user", "What is ProtoPathway evaluated on?")


class SlowModel(BaseChatModel):
    """Writes for ever, word by word, and counts the words."""

    _words: list[str] = PrivateAttr(default_factory=list)
    _closed: threading.Event = PrivateAttr(default_factory=threading.Event)

    @property
    def _llm_type(self) -> str:
        return "slow"

    def _generate(self, *_: Any, **__: Any) -> ChatResult:
        return ChatResult(generations=[ChatGeneration(message=AIMessage("never"))])

    def _stream(self, *_: Any, **__: Any) -> Iterator[ChatGenerationChunk]:
        pace = threading.Event()
        try:
            for number in count():
                word = f"word{number} "
                self._words.append(word)
                yield ChatGenerationChunk(message=AIMessageChunk(content=word))
                pace.wait(0.01)
        finally:
            self._closed.set()

    def n_words(self) -> int:
        return len(self._words)


class CountedExtractiveWriter(ExtractiveWriter):
    """The extractive writer, over and over, one sentence at a time; counts the sentences."""

    def __init__(self, library: Library) -> None:
        super().__init__(library)
        self.n_sentences = 0
        self.closed = threading.Event()

    def write(self, task: WritingTask) -> Iterator[DraftSentence]:
        pace = threading.Event()
        try:
            sentences = list(super().write(task))
            for sentence in cycle(sentences):
                self.n_sentences += 1
                yield sentence
                pace.wait(0.01)
        finally:
            self.closed.set()


Work = tuple[Assistant, Callable[[], int], threading.Event]


@pytest.fixture(params=["chat model", "extractive"])
def slow_work(request: pytest.FixtureRequest, library: Library) -> Work:
    """An assistant whose answers never end, how much of one is written, and whether it stopped."""
    options = Options(top_k=4, max_rounds=1)
    if request.param == "extractive":
        writer = CountedExtractiveWriter(library)
        return (
            Assistant(library, writer, options=options),
            lambda: writer.n_sentences,
            writer.closed,
        )
    model = SlowModel()
    chat = ChatModelWriter(ChatBackend(model, "slow:model"))
    return Assistant(library, chat, options=options), model.n_words, model._closed


def until(condition: Callable[[], bool]) -> None:
    pace = threading.Event()
    for _ in range(SECONDS * 100):
        if condition():
            return
        pace.wait(0.01)
    raise AssertionError("it did not come to that")


# Going away


@pytest.mark.parametrize("stream", [False, True])
def test_work_ends_when_its_client_goes_away(slow_work: Work, stream: bool) -> None:
    assistant, written, closed = slow_work
    with serving(mounted(create_api(assistant))) as address:
        with sent(address, body(QUESTION, stream=stream)) as connection:
            until(lambda: written() > 3)
            if stream:
                assert connection.recv(10) == b"HTTP/1.1 2"
            assert not closed.is_set()
        assert closed.wait(SECONDS)
        n_written = written()
        assert httpx.get(f"http://127.0.0.1:{address[1]}/v1/models").status_code == 200
        assert written() == n_written


def test_work_that_still_waits_for_a_thread_is_not_begun() -> None:
    begun: list[bool] = []

    async def main() -> None:
        limiter = anyio.CapacityLimiter(1)
        await limiter.acquire_on_behalf_of("another")

        async def receive() -> dict[str, str]:
            return {"type": "http.disconnect"}

        with pytest.raises(ClientDisconnect):
            await while_wanted(receive, limiter, lambda gone: begun.append(gone.is_set()))

    anyio.run(main)
    assert begun == []


# Reading slowly


class Talkative:
    """Has no end of text, in large pieces, which it counts."""

    backend = "talkative"

    def __init__(self) -> None:
        self.n_pieces = 0
        self.closed = threading.Event()

    def stream(self, question: str, **bounds: Any) -> Iterator[Event]:
        yield Understood(question)
        try:
            while True:
                self.n_pieces += 1
                yield TextDelta("x" * 100_000)
        finally:
            self.closed.set()


def test_a_client_that_reads_nothing_is_written_no_more_than_fits_into_the_pipe() -> None:
    assistant = Talkative()
    with serving(mounted(create_api(assistant))) as address:
        with sent(address, body(stream=True), receive_bytes=4_096):
            until(lambda: assistant.n_pieces > 3)
            before = -1

            def has_stopped() -> bool:
                nonlocal before
                before, last = assistant.n_pieces, before
                return threading.Event().wait(0.2) or before == last

            until(has_stopped)
            assert assistant.n_pieces < 200  # 20 MB; what a socket takes depends on the machine
            assert not assistant.closed.is_set()
        assert assistant.closed.wait(SECONDS)


def test_a_client_that_takes_nothing_for_long_is_given_up() -> None:
    assistant = Talkative()
    api = create_api(assistant, limits=ApiLimits(seconds_to_take=0.2))
    with (
        serving(mounted(api)) as address,
        sent(address, body(stream=True), receive_bytes=4_096),
    ):
        assert assistant.closed.wait(SECONDS)


# Keeping others waiting


class Waiting:
    """Says nothing until it may; searches are its library's."""

    backend = "waiting"

    def __init__(self, library: Library) -> None:
        self.library = library
        self.options = Options()
        self.may_end = threading.Event()
        self.n_begun = 0

    def stream(self, question: str, **bounds: Any) -> Iterator[Event]:
        self.n_begun += 1
        self.may_end.wait(SECONDS)
        yield Understood(question)


def test_however_many_answers_are_slow_others_are_served_and_threads_are_bounded(
    library: Library,
) -> None:
    assistant = Waiting(library)
    with serving(mounted(create_api(assistant))) as address:
        url = f"http://127.0.0.1:{address[1]}/v1"
        n_before = threading.active_count()
        connections = [sent(address, body(stream=n % 2 == 0)) for n in range(100)]
        try:
            until(lambda: assistant.n_begun == 64)
            for path in ("/models", "/papers", "/search?query=probing"):
                assert httpx.get(f"{url}{path}", timeout=SECONDS).status_code == 200
            assert assistant.n_begun == 64
            assert threading.active_count() <= n_before + 64 + 8
        finally:
            for connection in connections:
                connection.close()
            assistant.may_end.set()

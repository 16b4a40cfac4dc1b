"""`ChatBackend` over scripted models behind LangChain's own interface."""

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult

from assistant.backends.chat_backend import ChatBackend
from assistant.backends.errors import CutShortError
from assistant.backends.limits import Limits, Retries
from assistant.backends.tokens import TokenMeter
from assistant.errors import BackendError

Script = Callable[[int], Iterator[str]]


class ScriptedModel(BaseChatModel):
    """Streams what `script` yields for the nth request, counted from 1."""

    script: Any
    asked: list[list[BaseMessage]]

    @property
    def _llm_type(self) -> str:
        return "scripted"

    def _generate(self, messages: list[BaseMessage], *_: Any, **__: Any) -> ChatResult:
        raise NotImplementedError("it is only streamed")

    def _stream(
        self, messages: list[BaseMessage], *_: Any, **__: Any
    ) -> Iterator[ChatGenerationChunk]:
        self.asked.append(messages)
        for piece in self.script(len(self.asked)):
            yield ChatGenerationChunk(message=AIMessageChunk(content=piece))


class SilentModel(BaseChatModel):
    """A third party's model that does not stream."""

    @property
    def _llm_type(self) -> str:
        return "silent"

    def _generate(self, messages: list[BaseMessage], *_: Any, **__: Any) -> ChatResult:
        return ChatResult(generations=[ChatGeneration(message=AIMessage("All at once."))])


def scripted(script: Script, **options: Any) -> ChatBackend:
    return ChatBackend(ScriptedModel(script=script, asked=[]), "scripted:x", **options)


def once(*pieces: str) -> Script:
    return lambda _: iter(pieces)


def ask(backend: ChatBackend) -> Iterator[str]:
    return backend.stream("Be brief.", "Why?", meter=TokenMeter())


def test_the_model_is_given_the_instructions_and_the_question_apart():
    model = ScriptedModel(script=once("Yes."), asked=[])
    assert ChatBackend(model, "x").complete("Be brief.", "Why?", meter=TokenMeter()) == "Yes."
    assert [(m.type, m.content) for m in model.asked[0]] == [
        ("system", "Be brief."),
        ("human", "Why?"),
    ]


def test_a_model_that_does_not_stream_answers_too():
    assert list(ask(ChatBackend(SilentModel(), "x"))) == ["All at once."]


def test_pieces_reach_the_reader_before_the_model_has_ended():
    may_end = threading.Event()

    def script(_: int) -> Iterator[str]:
        yield "first"
        assert may_end.wait(20)
        yield "second"

    stream = ask(scripted(script))
    assert next(stream) == "first"
    may_end.set()
    assert list(stream) == ["second"]


def test_an_error_before_the_first_piece_is_tried_again_and_one_after_it_is_not():
    def script(n_request: int) -> Iterator[str]:
        if n_request < 3:
            raise ConnectionResetError("reset")
        yield "Zebras "
        raise ConnectionResetError("reset again")

    waits: list[float] = []
    backend = scripted(script, retries=Retries(5), sleep=waits.append)
    stream = ask(backend)
    assert next(stream) == "Zebras "
    with pytest.raises(CutShortError, match=r"'scripted:x' failed: reset again"):
        next(stream)
    assert len(waits) == 2


def test_a_defect_is_not_tried_again():
    def script(_: int) -> Iterator[str]:
        raise ZeroDivisionError("defect")
        yield

    with pytest.raises(BackendError, match="defect"):
        list(ask(scripted(script, sleep=lambda _: pytest.fail("it waited"))))


def test_what_came_before_a_failure_is_counted():
    def script(_: int) -> Iterator[str]:
        yield "Zebras run in herds "
        raise RuntimeError("lost")

    meter = TokenMeter()
    with pytest.raises(CutShortError):
        scripted(script).complete("s", "u", meter=meter)
    assert meter.output_tokens == 5
    assert meter.estimated


def test_closing_the_stream_closes_the_models():
    is_closed = threading.Event()

    def script(_: int) -> Iterator[str]:
        try:
            while True:
                yield "word "
        finally:
            is_closed.set()

    stream = ask(scripted(script, limits=Limits(max_output_tokens=100_000)))
    next(stream)
    stream.close()
    assert is_closed.wait(20)


def test_a_reader_who_stops_reading_does_not_let_the_text_pile_up():
    is_far_ahead = threading.Event()

    def script(_: int) -> Iterator[str]:
        for position in range(1_000):
            if position == 100:
                is_far_ahead.set()
            yield "word "

    stream = ask(scripted(script, limits=Limits(max_output_tokens=100_000)))
    next(stream)
    assert not is_far_ahead.wait(0.2)
    assert len(list(stream)) == 999


def test_a_piece_that_is_longer_than_the_answer_may_be_is_cut():
    backend = scripted(once("x" * 1_000_000), limits=Limits(max_output_tokens=10))
    stream = ask(backend)
    assert len(next(stream)) == 80
    with pytest.raises(CutShortError, match="10 tokens"):
        next(stream)


def test_threads_share_a_backend():
    backend = scripted(lambda n: iter([f"{n} ", "a ", "b "]))
    said: list[str] = []
    threads = [
        threading.Thread(target=lambda: said.append("".join(ask(backend)))) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert len(said) == 8
    assert all(text.endswith(" a b ") for text in said)

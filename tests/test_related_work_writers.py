"""Writers of sections: with a language model or none, and an end when nobody waits any more."""

import threading
from collections.abc import Iterator
from itertools import count
from typing import Any

import pytest
from langchain_core.language_models import BaseChatModel, GenericFakeChatModel
from langchain_core.messages import AIMessage, AIMessageChunk
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult

from assistant.assistant import Assistant
from assistant.backends.chat_backend import ChatBackend
from assistant.related_work.plan import Plan, PlannedPaper, PlannedTheme
from assistant.related_work.section_writers import SectionWriters
from assistant.related_work.writing import write_section
from assistant.writers.extractive import ExtractiveWriter
from tests.api_calls import api_client, mounted, sent, serving
from ui.api import create_api
from vectorstore import Library, Paper

ZEBRA = Paper("z", "Zebras", "We show that zebras run fast. The herd holds 720 zebras.", year=2024)
PLAN = Plan("animals", (PlannedTheme("Animals", (PlannedPaper("z"),)),), words=40)
ASKED = {"topic": "sparse autoencoders", "papers": 3, "words": 60}


class StoppedError(Exception):
    """Nobody waits any more."""


class EndlessModel(BaseChatModel):
    """Writes for ever, and says when it began and ended."""

    begun: Any = None
    ended: Any = None

    @property
    def _llm_type(self) -> str:
        return "endless"

    def _generate(self, *_: Any, **__: Any) -> ChatResult:
        return ChatResult(generations=[ChatGeneration(message=AIMessage("never"))])

    def _stream(self, *_: Any, **__: Any) -> Iterator[ChatGenerationChunk]:
        try:
            for number in count():
                yield ChatGenerationChunk(message=AIMessageChunk(content=f"word{number} "))
                self.begun.set()
                threading.Event().wait(0.01)
        finally:
            self.ended.set()


def endless() -> EndlessModel:
    return EndlessModel(begun=threading.Event(), ended=threading.Event())


def writing_with(library: Library, model: BaseChatModel) -> Assistant:
    sections = SectionWriters(library, backend=ChatBackend(model, "scripted:test"))
    return Assistant(library, ExtractiveWriter(library), sections=sections)


def test_a_model_writes_where_there_is_one(library: Library) -> None:
    model = GenericFakeChatModel(messages=iter([AIMessage("Zebras run fast [1].")]))
    writers = SectionWriters(library, backend=ChatBackend(model, "scripted:test"))
    section = write_section(PLAN, {"z": ZEBRA}, writers.writer())
    assert (section.backend, section.text) == ("scripted:test", "Zebras run fast [1].")
    assert write_section(PLAN, {"z": ZEBRA}, SectionWriters(library).writer()).backend == (
        "extractive"
    )


def test_a_model_that_writes_without_end_is_stopped_between_two_words(library: Library) -> None:
    model, n_asked = endless(), count()

    def stop() -> None:
        if next(n_asked) > 5:
            raise StoppedError

    writers = SectionWriters(library, backend=ChatBackend(model, "scripted:test"))
    with pytest.raises(StoppedError):
        write_section(PLAN, {"z": ZEBRA}, writers.writer(stop))
    assert model.ended.wait(30)


@pytest.mark.parametrize("stream", [False, True])
def test_a_model_is_stopped_when_the_client_of_the_api_goes_away(
    library: Library, stream: bool
) -> None:
    model = endless()
    with serving(mounted(create_api(writing_with(library, model)))) as address:
        with sent(address, {**ASKED, "stream": stream}, url="/v1/related-work"):
            assert model.begun.wait(30)
        assert model.ended.wait(30)


def test_a_model_that_fails_is_told_by_the_api(library: Library) -> None:
    model = GenericFakeChatModel(messages=iter([]))
    client = api_client(writing_with(library, model))
    response = client.post("/v1/related-work", json=ASKED)
    assert response.status_code == 502
    assert response.json()["error"]["code"] == "backend_failed"

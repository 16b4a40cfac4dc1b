"""The API as real clients meet it: over a socket, with the real assistant."""

import re
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import openai
import pytest
from langchain_core.messages import AIMessage, HumanMessage

from assistant.writers.writer import DraftSentence, Evidence, WritingTask
from vectorstore import Library

if TYPE_CHECKING:
    from assistant.assistant import Assistant

QUESTION = "What is ProtoPathway evaluated on?"
GUIDE = Path(__file__).parents[1] / "docs" / "api.md"
SECONDS = 30


class WriterOfOneSentence:
    """Writes a sentence, then does `afterwards` and goes on for ever."""

    name = "one-sentence"

    def __init__(self, afterwards: Callable[[], None] = lambda: None) -> None:
        self.afterwards = afterwards
        self.closed = threading.Event()

    def write(self, task: WritingTask) -> Iterator[DraftSentence]:
        try:
            while True:
                yield DraftSentence("It is said.", (Evidence(task.hits[0].paper),))
                self.afterwards()
        finally:
            self.closed.set()


ServeApi = Callable[..., Any]


def assistant_with(writer: WriterOfOneSentence, library: Library) -> "Assistant":
    from assistant.assistant import Assistant
    from assistant.options import Options

    return Assistant(library, writer, options=Options(top_k=4, max_question_chars=200))


def client_of(url: str) -> openai.OpenAI:
    return openai.OpenAI(base_url=url, api_key="none", max_retries=0, timeout=SECONDS)


@pytest.fixture(scope="module")
def url(assistant: "Assistant", serve_api: ServeApi) -> Iterator[str]:
    with serve_api(assistant) as address:
        yield f"{address}/v1"


@pytest.fixture
def client(url: str) -> Iterator[openai.OpenAI]:
    with client_of(url) as client:
        yield client


def ask(client: openai.OpenAI, *said: str, **fields: Any) -> Any:
    """Send a conversation, user and assistant by turns."""
    roles = ("user", "assistant")
    messages = [{"role": roles[n % 2], "content": text} for n, text in enumerate(said)]
    return client.chat.completions.create(model="citewise", messages=messages, **fields)


# openai


def test_openai_s_client_gets_a_cited_answer(client: openai.OpenAI, library: Library) -> None:
    completion = ask(client, QUESTION)
    message = completion.choices[0].message
    assert "[1]" in message.content
    assert not completion.abstained
    assert len(completion.citations) == len(completion.sources) > 0
    first = message.annotations[0].url_citation
    assert message.content[first.start_index : first.end_index] == "[1]"
    assert first.url == completion.citations[0]
    for source in completion.sources:
        abstract = library.catalogue.get([source["paper_id"]])[source["paper_id"]].abstract
        assert abstract[source["start"] : source["end"]] == source["quote"]
    assert completion.usage.total_tokens > 0


def test_openai_s_client_streams_the_same_answer(client: openai.OpenAI) -> None:
    whole = ask(client, QUESTION)
    *chunks, last = ask(client, QUESTION, stream=True, stream_options={"include_usage": True})
    text = "".join(chunk.choices[0].delta.content or "" for chunk in chunks)
    assert text == whole.choices[0].message.content
    (cited,) = [chunk for chunk in chunks if hasattr(chunk, "sources")]
    assert cited.sources == whole.sources
    assert cited.citations == whole.citations
    annotated = [note.model_dump() for note in whole.choices[0].message.annotations]
    assert cited.choices[0].delta.annotations == annotated
    assert last.usage == whole.usage
    assert chunks[-1].choices[0].finish_reason == "stop"


def test_a_follow_up_is_understood_from_the_messages_before_it(client: openai.OpenAI) -> None:
    first = ask(client, "What is Pando?")
    follow_up = ask(client, "What is Pando?", first.choices[0].message.content, "Who wrote it?")
    ids = {source["paper_id"] for source in follow_up.sources}
    assert ids == {"pando-do-interpretability-methods-work-when-b10f2885"}


def test_filters_in_the_extra_body_bound_the_papers(client: openai.OpenAI) -> None:
    question = "Can large language models explain themselves?"
    years = {"year_from": 2023, "year_to": 2024}
    answer = ask(client, question, extra_body={"filters": years, "top_k": 20})
    assert answer.sources
    assert {source["year"] for source in answer.sources} <= {2023, 2024}
    paper = answer.sources[-1]["paper_id"]
    only = ask(client, question, extra_body={"filters": {"paper_ids": [paper]}})
    assert {source["paper_id"] for source in only.sources} == {paper}


def test_what_the_abstracts_do_not_say_is_an_abstention(client: openai.OpenAI) -> None:
    answer = ask(client, "What is the boiling point of xenon hexafluoride?")
    assert answer.abstained
    assert (answer.citations, answer.sources) == ([], [])


def test_openai_s_client_lists_the_models(client: openai.OpenAI) -> None:
    assert [model.id for model in client.models.list()] == ["citewise", "extractive"]
    assert client.models.retrieve("citewise").owned_by == "citewise"


@pytest.mark.parametrize("stream", [False, True])
def test_openai_s_client_raises_its_own_errors(client: openai.OpenAI, stream: bool) -> None:
    with pytest.raises(openai.BadRequestError, match="empty") as refused:
        ask(client, "   ", stream=stream)
    assert refused.value.code == "invalid_question"
    with pytest.raises(openai.BadRequestError, match="top_k") as refused:
        ask(client, QUESTION, stream=stream, extra_body={"top_k": 0})
    assert refused.value.param == "top_k"


def test_openai_s_client_raises_when_a_stream_fails_midway(
    library: Library, serve_api: ServeApi
) -> None:
    def fail() -> None:
        raise ConnectionError("the model is gone")

    writer = WriterOfOneSentence(afterwards=fail)
    with (
        serve_api(assistant_with(writer, library)) as address,
        client_of(f"{address}/v1") as client,
    ):
        stream = ask(client, QUESTION, stream=True)
        assert next(stream).choices[0].delta.role == "assistant"
        assert next(stream).choices[0].delta.content.startswith("It is said")
        with pytest.raises(openai.APIError, match="its log says why"):
            next(stream)


def test_a_client_that_goes_away_stops_the_writer(library: Library, serve_api: ServeApi) -> None:
    writer = WriterOfOneSentence()
    with (
        serve_api(assistant_with(writer, library)) as address,
        client_of(f"{address}/v1") as client,
    ):
        with ask(client, QUESTION, stream=True) as stream:
            next(stream)
        assert writer.closed.wait(SECONDS)


def test_one_slow_answer_keeps_nobody_waiting(library: Library, serve_api: ServeApi) -> None:
    asked, may_go_on = threading.Event(), threading.Event()

    def wait() -> None:
        asked.set()
        may_go_on.wait(SECONDS)

    writer = WriterOfOneSentence(afterwards=wait)
    with (
        serve_api(assistant_with(writer, library)) as address,
        client_of(f"{address}/v1") as client,
    ):
        with ask(client, QUESTION, stream=True) as stream:
            next(stream)
            assert asked.wait(SECONDS)
            assert httpx.get(f"{address}/v1/models", timeout=SECONDS).status_code == 200
            may_go_on.set()
        assert writer.closed.wait(SECONDS)


# LangChain


def chat_openai(url: str, **fields: Any) -> Any:
    from langchain_openai import ChatOpenAI

    return ChatOpenAI(model="citewise", base_url=url, api_key="none", max_retries=0, **fields)


def test_langchain_gets_the_text_with_its_markers(url: str) -> None:
    model = chat_openai(url, max_tokens=50, temperature=0, extra_body={"top_k": 5})
    message = model.invoke(QUESTION)
    assert "[1]" in message.content
    assert message.usage_metadata["total_tokens"] > 0


def test_langchain_streams_and_sends_the_conversation(url: str) -> None:
    history = [HumanMessage("What is Pando?"), AIMessage("A benchmark [1].")]
    chunks = list(chat_openai(url).stream([*history, HumanMessage("How many authors has it?")]))
    assert len(chunks) > 2
    text = "".join(chunk.text for chunk in chunks)
    assert "[1]" in text
    assert re.search(r"\b(5|five)\b", text)


# The guide


def python_blocks() -> list[str]:
    return re.findall(r"^```python\n(.*?)^```", GUIDE.read_text(), re.DOTALL | re.MULTILINE)


@pytest.mark.parametrize("code", python_blocks())
def test_the_guide_s_examples_run(code: str, url: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert "http://127.0.0.1:7860/v1" in code
    names: dict[str, Any] = {}
    exec(code.replace("http://127.0.0.1:7860/v1", url), names)
    names["client"].close()
    if "print" in code:
        assert "[1]" in capsys.readouterr().out


def test_the_guide_s_error_is_the_one_that_is_sent(url: str) -> None:
    request = {"messages": [{"role": "user", "content": QUESTION}], "top_k": 500}
    response = httpx.post(f"{url}/chat/completions", json=request)
    assert response.status_code == 400
    shown = re.search(r'"message": "(.*?)"', GUIDE.read_text())
    assert shown
    assert response.json()["error"]["message"] == shown[1]

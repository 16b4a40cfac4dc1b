"""The API as real clients meet it: over a socket, with the real assistant."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import openai
import pytest
from langchain_core.messages import AIMessage, HumanMessage

from assistant.writers.writer import DraftSentence, Evidence, WritingTask
from tests.chat_clients import CLIENTS, Asked, Client
from vectorstore import Library

if TYPE_CHECKING:
    from assistant.assistant import Assistant

QUESTION = "What is ProtoPathway evaluated on?"
GUIDE = Path(__file__).parents[1] / "docs" / "api.md"
SECONDS = 30


class WriterOfOneSentence:
    """Writes a sentence and does `afterwards`."""

    name = "one-sentence"

    def __init__(self, afterwards: Callable[[], None]) -> None:
        self.afterwards = afterwards

    def write(self, task: WritingTask) -> Iterator[DraftSentence]:
        yield DraftSentence("It is said.", (Evidence(task.hits[0].paper),))
        self.afterwards()


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


# What every client can do


@pytest.fixture(params=CLIENTS, ids=lambda client: client.__name__)
def ask_by(request: pytest.FixtureRequest) -> Client:
    return request.param


def test_plain_a_cited_answer(ask_by: Client, url: str, library: Library) -> None:
    told = ask_by(url, Asked((QUESTION,)))
    assert told.error == ""
    assert "[1]" in told.text
    assert told.total_tokens
    if told.sources is not None:  # LangChain drops them
        for source in told.sources:
            abstract = library.catalogue.get([source["paper_id"]])[source["paper_id"]].abstract
            assert abstract[source["start"] : source["end"]] == source["quote"]


def test_stream_the_same_answer_in_pieces(ask_by: Client, url: str) -> None:
    whole = ask_by(url, Asked((QUESTION,)))
    streamed = ask_by(url, Asked((QUESTION,), stream=True))
    assert streamed.error == ""
    assert streamed.text == whole.text
    assert streamed.n_pieces > 1
    assert streamed.sources == whole.sources
    assert streamed.total_tokens is None


def test_history_a_follow_up_is_understood_from_what_was_said(ask_by: Client, url: str) -> None:
    said = ("What is Pando?", "A benchmark [1].", "How many authors has it?")
    told = ask_by(url, Asked(said, stream=True))
    assert re.search(r"\b(5|five)\b", told.text)


def test_filters_bound_the_papers(ask_by: Client, url: str, library: Library) -> None:
    only = library.catalogue.papers()[0]
    extra = {"filters": {"paper_ids": [only.paper_id]}, "top_k": 20}
    told = ask_by(url, Asked(("How are language models interpreted?",), extra=extra))
    assert told.error == ""
    for source in told.sources or ():
        assert source["paper_id"] == only.paper_id
    nowhere = {"filters": {"year_to": 1900}}
    assert "[1]" not in ask_by(url, Asked((QUESTION,), extra=nowhere)).text


@pytest.mark.parametrize("stream", [False, True])
def test_error_a_request_that_cannot_be_met_is_told(ask_by: Client, url: str, stream: bool) -> None:
    told = ask_by(url, Asked((QUESTION,), stream=stream, extra={"top_k": 0}))
    assert "top_k" in told.error
    assert told.text == ""
    assert "empty" in ask_by(url, Asked(("   ",), stream=stream)).error


def test_cut_stream_a_failure_midway_is_an_error_behind_the_text(
    ask_by: Client, library: Library, serve_api: ServeApi
) -> None:
    def fail() -> None:
        raise ConnectionError("the model is gone")

    writer = WriterOfOneSentence(afterwards=fail)
    with serve_api(assistant_with(writer, library)) as address:
        told = ask_by(f"{address}/v1", Asked((QUESTION,), stream=True))
    assert told.text.startswith("It is said")
    assert "its log says why" in told.error


def test_usage_comes_with_a_stream_that_asks_for_it(ask_by: Client, url: str) -> None:
    whole = ask_by(url, Asked((QUESTION,)))
    streamed = ask_by(url, Asked((QUESTION,), stream=True, usage=True))
    assert streamed.total_tokens == whole.total_tokens
    assert streamed.text == whole.text


# openai


def test_openai_s_client_keeps_the_annotations(client: openai.OpenAI) -> None:
    completion = ask(client, QUESTION)
    message = completion.choices[0].message
    assert len(completion.citations) == len(completion.sources) > 0
    first = message.annotations[0].url_citation
    assert message.content[first.start_index : first.end_index] == "[1]"
    assert first.url == completion.citations[0]


def test_openai_s_client_names_the_request(client: openai.OpenAI) -> None:
    completion = ask(client, QUESTION, extra_headers={"X-Request-Id": "mine-1"})
    assert completion._request_id == "mine-1"
    with pytest.raises(openai.BadRequestError) as refused:
        ask(client, "  ")
    assert refused.value.request_id.startswith("req_")


def test_a_retry_of_openai_s_client_costs_no_work(client: openai.OpenAI) -> None:
    again = {"Idempotency-Key": "once"}
    first, second = (ask(client, QUESTION, extra_headers=again) for _ in range(2))
    assert second.id == first.id


def test_what_the_abstracts_do_not_say_is_an_abstention(client: openai.OpenAI) -> None:
    answer = ask(client, "What is the boiling point of xenon hexafluoride?")
    assert answer.abstained
    assert (answer.citations, answer.sources) == ([], [])


def test_an_answer_that_is_cut_short_says_so(client: openai.OpenAI) -> None:
    answer = ask(client, QUESTION, max_tokens=20)
    assert answer.choices[0].finish_reason == "length"
    assert answer.usage.completion_tokens <= 20


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


# LangChain


def test_langchain_s_own_parameters_are_understood(url: str) -> None:
    from langchain_openai import ChatOpenAI

    model = ChatOpenAI(
        model="citewise", base_url=url, api_key="none", max_tokens=200, temperature=0, stop=["\n\n"]
    )
    message = model.invoke(
        [HumanMessage("What is Pando?"), AIMessage("It [1]."), HumanMessage(QUESTION)]
    )
    assert "[1]" in message.content
    assert message.response_metadata["finish_reason"] == "stop"


# The guide


def python_blocks() -> list[str]:
    return re.findall(r"^```python\n(.*?)^```", GUIDE.read_text(), re.DOTALL | re.MULTILINE)


@pytest.mark.parametrize("code", python_blocks())
def test_the_guide_s_examples_run(code: str, url: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert "http://127.0.0.1:7860/v1" in code
    names: dict[str, Any] = {}
    exec(code.replace("http://127.0.0.1:7860/v1", url), names)
    if "client" in names:
        names["client"].close()
        assert "print" not in code or "[1]" in capsys.readouterr().out


def test_the_guide_s_error_is_the_one_that_is_sent(url: str) -> None:
    request = {"messages": [{"role": "user", "content": QUESTION}], "top_k": 500}
    response = httpx.post(f"{url}/chat/completions", json=request)
    assert response.status_code == 400
    shown = re.search(r'"message": "(.*?)"', GUIDE.read_text())
    assert shown
    assert response.json()["error"]["message"] == shown[1]

"""The API's shapes, exactly: with an assistant that says what it is told to."""

import json
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

import pytest
from fastapi.testclient import TestClient

from assistant.answer import Answer, AnswerSentence, Citation, Turn
from assistant.errors import BackendError, QuestionError
from assistant.events import Completed, Event, Retrieved, SentenceChecked, TextDelta, Understood
from ui.server import create_app
from vectorstore import Paper, SearchFilter, Span

URL = "/v1/chat/completions"
FAST = Paper("fast-1", "Fast [1] things", "It is fast. It is small.", url="https://a.example/fast")
SLOW = Paper("slow-2", "Slow things", "It is slow.", arxiv_id="2401.00001")
SENTENCES = (
    AnswerSentence("It is fast", (1,), "supported", 1.0),
    AnswerSentence("Another is slow and \\[9\\] is no marker", (2, 1), "supported", 1.0),
)
DELTAS = ("It is fast [1].", " Another is slow and \\[9\\] is no marker [2][1].")


class ScriptedAssistant:
    """Streams `events` (an exception among them is raised), and remembers how it was asked."""

    backend = "scripted:org/model"

    def __init__(self, *events: Event | Exception) -> None:
        self.events = events or answer_events()
        self.asked: list[dict[str, Any]] = []
        self.closed = 0

    def stream(
        self,
        question: str,
        *,
        history: Sequence[Turn] = (),
        where: SearchFilter | None = None,
        top_k: int | None = None,
    ) -> Iterator[Event]:
        self.asked.append(
            {"question": question, "history": history, "where": where, "top_k": top_k}
        )
        try:
            for event in self.events:
                if isinstance(event, Exception):
                    raise event
                yield event
        finally:
            self.closed += 1

    def ask(self, question: str, **bounds: Any) -> Answer:
        *_, last = self.stream(question, **bounds)
        return last.answer


def answer() -> Answer:
    return Answer(
        question="How fast?",
        standalone_question="How fast?",
        text="".join(DELTAS),
        abstained=False,
        backend=ScriptedAssistant.backend,
        sentences=SENTENCES,
        citations=(Citation(1, FAST, Span(0, 11)), Citation(2, SLOW, Span(0, 11))),
        nearest=(),
        timings_ms={"write": 1.0},
    )


def answer_events() -> tuple[Event, ...]:
    pairs = [(TextDelta(d), SentenceChecked(s)) for d, s in zip(DELTAS, SENTENCES, strict=True)]
    texts = [event for pair in pairs for event in pair]
    return (Understood("How fast?"), Retrieved(()), *texts, Completed(answer()))


def client_of(assistant: ScriptedAssistant) -> TestClient:
    app = create_app(assistant, with_chat=False)
    return TestClient(app, raise_server_exceptions=False)


def body(*messages: tuple[str, Any], **fields: Any) -> dict[str, Any]:
    spoken = messages or (("user", "How fast?"),)
    return {
        "model": "citewise",
        "messages": [{"role": role, "content": content} for role, content in spoken],
        **fields,
    }


def post(request: dict[str, Any], assistant: ScriptedAssistant | None = None) -> Any:
    return client_of(assistant or ScriptedAssistant()).post(URL, json=request)


def stream(request: dict[str, Any], assistant: ScriptedAssistant | None = None) -> list[Any]:
    """Return the events of a streamed response: JSON objects, and the string "[DONE]"."""
    response = post({**request, "stream": True}, assistant)
    assert response.status_code == 200, response.text
    assert response.headers["content-type"].startswith("text/event-stream")
    *events, rest = response.text.split("\n\n")
    assert rest == ""
    datas = [event.removeprefix("data: ") for event in events]
    return [data if data == "[DONE]" else json.loads(data) for data in datas]


def error_of(response: Any) -> dict[str, Any]:
    error = response.json()["error"]
    assert set(error) == {"message", "type", "param", "code"}
    assert error["message"]
    assert error["type"]
    return error


# A whole answer


def test_a_completion_has_openai_s_fields_and_the_citations_beside_them() -> None:
    data = post(body()).json()
    assert data["id"].startswith("chatcmpl-")
    assert (data["object"], data["model"]) == ("chat.completion", "citewise")
    assert isinstance(data["created"], int)
    (choice,) = data["choices"]
    assert choice["finish_reason"] == "stop"
    assert choice["message"]["role"] == "assistant"
    assert choice["message"]["content"] == "".join(DELTAS)
    assert data["citations"] == ["https://a.example/fast", "https://arxiv.org/abs/2401.00001"]
    assert [source["number"] for source in data["sources"]] == [1, 2]
    assert data["sources"][0]["quote"] == FAST.abstract[0:11]
    assert data["abstained"] is False


def test_two_completions_have_different_ids() -> None:
    assert post(body()).json()["id"] != post(body()).json()["id"]


def test_annotations_point_at_the_markers_and_at_no_escaped_bracket() -> None:
    message = post(body()).json()["choices"][0]["message"]
    text = message["content"]
    cited = [note["url_citation"] for note in message["annotations"]]
    assert {note["type"] for note in message["annotations"]} == {"url_citation"}
    marked = [text[note["start_index"] : note["end_index"]] for note in cited]
    assert marked == ["[1]", "[2]", "[1]"]
    assert [note["title"] for note in cited] == [FAST.title, SLOW.title, FAST.title]
    assert cited[1]["url"] == "https://arxiv.org/abs/2401.00001"


def test_usage_counts_the_words_of_all_messages_and_of_the_answer() -> None:
    request = body(("system", "Be brief."), ("user", "How fast is it?"))
    assert post(request).json()["usage"] == {
        "prompt_tokens": 6,
        "completion_tokens": len("".join(DELTAS).split()),
        "total_tokens": 6 + len("".join(DELTAS).split()),
    }


# A stream


def test_a_stream_sends_role_content_finish_and_done_in_this_order() -> None:
    first, *contents, finish, done = stream(body())
    assert first["choices"][0]["delta"] == {"role": "assistant", "content": ""}
    assert all(chunk["choices"][0]["delta"]["content"] for chunk in contents)
    assert all(chunk["choices"][0]["finish_reason"] is None for chunk in [first, *contents])
    assert finish["choices"][0] == {
        "index": 0,
        "delta": {},
        "logprobs": None,
        "finish_reason": "stop",
    }
    assert done == "[DONE]"
    heads = {(c["id"], c["object"], c["created"], c["model"]) for c in [first, *contents, finish]}
    assert len(heads) == 1
    assert next(iter(heads))[1] == "chat.completion.chunk"


def test_the_streamed_pieces_joined_are_the_whole_answer() -> None:
    chunks = stream(body())[:-1]
    pieces = [chunk["choices"][0]["delta"].get("content", "") for chunk in chunks]
    assert "".join(pieces) == "".join(DELTAS)


def test_the_last_chunk_with_content_brings_what_the_whole_answer_has() -> None:
    whole = post(body()).json()
    *before, last, _finish, _done = stream(body())
    delta = last["choices"][0]["delta"]
    assert delta["content"]
    assert delta["annotations"] == whole["choices"][0]["message"]["annotations"]
    for field in ("citations", "sources", "abstained"):
        assert last[field] == whole[field]
        assert not any(field in chunk for chunk in before)


def test_text_is_sent_as_it_comes_not_when_the_answer_is_complete() -> None:
    assistant = ScriptedAssistant(
        Understood("q"), TextDelta("It is fast [1]."), RuntimeError("later")
    )
    _role, text, error = stream(body(), assistant)
    assert text["choices"][0]["delta"]["content"] == "It is fast [1]"
    assert "error" in error


def test_usage_comes_in_a_chunk_without_choices_and_only_when_asked_for() -> None:
    assert not any("usage" in chunk for chunk in stream(body())[:-1])
    *chunks, last, done = stream(body(stream_options={"include_usage": True}))
    assert done == "[DONE]"
    assert last["choices"] == []
    assert last["usage"] == post(body()).json()["usage"]
    assert all(chunk["usage"] is None for chunk in chunks)


def test_an_abstention_is_streamed_whole_and_says_so() -> None:
    silent = Answer("q", "q", "The abstracts do not say.", True, "x", (), (), (FAST,), {})
    events = (Understood("q"), TextDelta(silent.text), Completed(silent))
    *_, last, _finish, _done = stream(body(), ScriptedAssistant(*events))
    assert (last["abstained"], last["citations"], last["sources"]) == (True, [], [])


def test_the_assistant_s_stream_is_closed_when_the_response_ends() -> None:
    assistant = ScriptedAssistant()
    stream(body(), assistant)
    assert assistant.closed == 1


# Failures of a stream


@pytest.mark.parametrize(
    ("failure", "message", "kind"),
    [
        (BackendError("Backend 'x' failed: quota"), "Backend 'x' failed: quota", "api_error"),
        (RuntimeError("secret path"), "The server failed; its log says why.", "server_error"),
    ],
)
def test_a_stream_that_fails_ends_with_an_error_event_and_without_done(
    failure: Exception, message: str, kind: str
) -> None:
    assistant = ScriptedAssistant(Understood("q"), TextDelta("It is"), failure)
    *_, last = stream(body(), assistant)
    assert last["error"]["message"] == message
    assert last["error"]["type"] == kind
    assert assistant.closed == 1


def test_a_stream_that_stops_before_the_answer_is_complete_ends_with_an_error_event() -> None:
    *_, last = stream(body(), ScriptedAssistant(Understood("q"), TextDelta("It is")))
    assert last["error"]["type"] == "server_error"


def test_a_bad_question_is_refused_with_its_status_before_a_stream_begins() -> None:
    response = post(body(stream=True), ScriptedAssistant(QuestionError("The question is empty.")))
    assert response.status_code == 400
    assert error_of(response)["code"] == "invalid_question"


# Failures


@pytest.mark.parametrize(
    ("failure", "status", "code"),
    [
        (QuestionError("The question is empty."), 400, "invalid_question"),
        (BackendError("Backend 'x' failed."), 502, "backend_failed"),
        (RuntimeError("secret path"), 500, None),
    ],
)
def test_a_failure_has_its_status_and_openai_s_shape(
    failure: Exception, status: int, code: str | None
) -> None:
    response = post(body(), ScriptedAssistant(failure))
    assert response.status_code == status
    assert error_of(response)["code"] == code
    assert "secret" not in response.text


@pytest.mark.parametrize(
    ("change", "param"),
    [
        ({"messages": []}, "messages"),
        ({"messages": None}, "messages"),
        ({"messages": [{"role": "tool", "content": "x"}]}, "messages[0].role"),
        ({"messages": [{"role": "user", "content": 7}]}, "messages[0].content"),
        ({"messages": [{"role": "user", "content": "a\ud800b"}]}, "messages[0].content"),
        (
            {"messages": [{"role": "user", "content": [{"type": "image_url", "image_url": {}}]}]},
            "messages[0].content",
        ),
        ({"messages": [{"role": "system", "content": "x"}]}, "messages"),
        ({"messages": [{"role": "assistant", "content": "x"}]}, "messages"),
        ({"n": 2}, "n"),
        ({"n": 0}, "n"),
        ({"tools": [{"type": "function"}]}, "tools"),
        ({"functions": [{"name": "f"}]}, "functions"),
        ({"response_format": {"type": "json_object"}}, "response_format"),
        ({"modalities": ["audio"]}, "modalities"),
        ({"logprobs": True}, "logprobs"),
        ({"top_k": 0}, "top_k"),
        ({"top_k": 101}, "top_k"),
        ({"filters": {"year": 2024}}, "filters.year"),
        ({"filters": {"year_from": "soon"}}, "filters.year_from"),
        ({"filters": {"year_from": 2025, "year_to": 2024}}, "filters"),
        ({"filters": {"paper_ids": []}}, "filters.paper_ids"),
        ({"filters": {"published_from": "2024-02-30"}}, "filters.published_from"),
        ({"filters": {"published_to": "soon"}}, "filters.published_to"),
        ({"filters": {"authors": "Ada Strix"}}, "filters.authors"),
        ({"filters": {"sources": []}}, "filters.sources"),
        ({"filters": {"paper_ids": ["\udfff"]}}, "filters.paper_ids[0]"),
    ],
)
def test_a_request_that_cannot_be_met_is_a_400_that_names_the_field(
    change: dict[str, Any], param: str
) -> None:
    assistant = ScriptedAssistant()
    request = json.dumps({**body(), **change})
    headers = {"content-type": "application/json"}
    response = client_of(assistant).post(URL, content=request, headers=headers)
    assert response.status_code == 400
    error = error_of(response)
    assert error["type"] == "invalid_request_error"
    assert error["param"] == param
    assert param in error["message"]
    assert assistant.asked == []


@pytest.mark.parametrize("text", ["", "{", '{"messages": ', "[]", "null", '"x"'])
def test_a_body_that_is_no_json_object_is_a_400(text: str) -> None:
    headers = {"content-type": "application/json"}
    response = client_of(ScriptedAssistant()).post(URL, content=text, headers=headers)
    assert response.status_code == 400
    error_of(response)


def test_a_form_that_another_site_could_send_is_refused() -> None:
    headers = {"content-type": "text/plain"}
    assistant = ScriptedAssistant()
    response = client_of(assistant).post(URL, content=json.dumps(body()), headers=headers)
    assert response.status_code == 400
    assert assistant.asked == []


def test_an_unknown_model_is_a_404_that_names_the_known_ones() -> None:
    response = post(body(model="gpt-4o"))
    assert response.status_code == 404
    error = error_of(response)
    assert (error["code"], error["param"]) == ("model_not_found", "model")
    assert "'citewise'" in error["message"]
    assert "'scripted:org/model'" in error["message"]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", URL, 405), ("GET", "/v1/nothing", 404), ("GET", "/nothing", 404)],
)
def test_unknown_paths_and_methods_are_refused_in_openai_s_shape(
    method: str, path: str, status: int
) -> None:
    response = client_of(ScriptedAssistant()).request(method, path)
    assert response.status_code == status
    assert path in error_of(response)["message"]


# What reaches the assistant


def asked(request: dict[str, Any]) -> dict[str, Any]:
    assistant = ScriptedAssistant()
    response = post(request, assistant)
    assert response.status_code == 200, response.text
    (call,) = assistant.asked
    return call


def test_earlier_messages_become_turns_and_system_messages_are_left_out() -> None:
    call = asked(
        body(
            ("system", "Be brief."),
            ("assistant", "Hello!"),
            ("user", "What is fast?"),
            ("assistant", "This [1]."),
            ("assistant", "And that [2]."),
            ("user", "Never mind."),
            ("developer", "Obey me."),
            ("user", "Why?"),
        )
    )
    assert call["question"] == "Why?"
    assert call["history"] == (
        Turn("What is fast?", "This [1].\n\nAnd that [2]."),
        Turn("Never mind."),
    )


def test_parts_of_text_are_read_as_one_text() -> None:
    parts = [{"type": "text", "text": "How fast"}, {"type": "text", "text": "is it?"}]
    assert asked(body(("user", parts)))["question"] == "How fast\nis it?"


def test_an_assistant_s_message_may_be_null() -> None:
    call = asked(body(("user", "One?"), ("assistant", None), ("user", "Two?")))
    assert call["history"] == (Turn("One?", ""),)


def test_filters_and_top_k_bound_the_search() -> None:
    filters = {"year_from": 2023, "year_to": 2024, "paper_ids": ["a", "b"]}
    call = asked(body(filters=filters, top_k=3))
    assert call["where"] == SearchFilter(
        year_from=2023, year_to=2024, paper_ids=frozenset({"a", "b"})
    )
    assert call["top_k"] == 3


def test_dates_authors_and_sources_bound_the_search() -> None:
    filters = {
        "published_from": "2024-02-29",
        "published_to": "2025-01-01",
        "authors": ["Müller", "Ada Strix"],
        "sources": ["jsonl"],
    }
    assert asked(body(filters=filters))["where"] == SearchFilter(
        published_from=date(2024, 2, 29),
        published_to=date(2025, 1, 1),
        authors=frozenset({"Müller", "Ada Strix"}),
        sources=frozenset({"jsonl"}),
    )


def test_without_extras_nothing_is_bounded() -> None:
    call = asked(body())
    assert (call["history"], call["where"], call["top_k"]) == ((), None, None)


def test_parameters_that_change_nothing_here_are_accepted() -> None:
    harmless = {
        "temperature": 0.2,
        "top_p": 1,
        "max_tokens": 5,
        "max_completion_tokens": 5,
        "seed": 1,
        "stop": ["x"],
        "user": "me",
        "n": 1,
        "tools": [],
        "tool_choice": "none",
        "response_format": {"type": "text"},
        "modalities": ["text"],
        "logprobs": False,
        "stream": None,
        "stream_options": None,
        "metadata": {"a": "b"},
    }
    assert asked(body(**harmless))["question"] == "How fast?"


def test_the_model_may_be_left_out_or_be_the_backend_s_name() -> None:
    request = body()
    del request["model"]
    assert post(request).json()["model"] == "citewise"
    assert post(body(model="scripted:org/model")).json()["model"] == "scripted:org/model"


# Models


def test_the_models_are_citewise_and_its_backend() -> None:
    data = client_of(ScriptedAssistant()).get("/v1/models").json()
    assert data["object"] == "list"
    assert [model["id"] for model in data["data"]] == ["citewise", "scripted:org/model"]
    assert {model["object"] for model in data["data"]} == {"model"}


def test_one_model_can_be_looked_up_even_with_a_slash_in_its_name() -> None:
    client = client_of(ScriptedAssistant())
    assert client.get("/v1/models/scripted:org/model").json()["id"] == "scripted:org/model"
    assert error_of(client.get("/v1/models/none"))["code"] == "model_not_found"

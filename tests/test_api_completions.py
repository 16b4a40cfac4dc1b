"""A whole answer of the API, and what of a request reaches the assistant."""

from dataclasses import replace
from datetime import date
from typing import Any

from assistant.answer import Turn
from assistant.backends.tokens import TokenMeter, estimate_tokens
from assistant.events import Completed
from tests.api_calls import (
    DELTAS,
    FAST,
    SLOW,
    ScriptedAssistant,
    answer,
    answer_events,
    body,
    post,
)
from vectorstore import SearchFilter

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


def test_usage_estimates_the_tokens_of_all_messages_and_of_the_answer() -> None:
    request = body(("system", "Be brief."), ("user", "How fast is it?"))
    asked = estimate_tokens("Be brief.") + estimate_tokens("How fast is it?")
    written = estimate_tokens("".join(DELTAS))
    assert post(request).json()["usage"] == {
        "prompt_tokens": asked,
        "completion_tokens": written,
        "total_tokens": asked + written,
    }


def test_usage_is_what_a_language_model_reported() -> None:
    spent = replace(answer(), tokens=TokenMeter(70, 30))
    events = (*answer_events()[:-1], Completed(spent))
    assert post(body(), ScriptedAssistant(*events)).json()["usage"] == {
        "prompt_tokens": 70,
        "completion_tokens": 30,
        "total_tokens": 100,
    }


def test_a_completion_names_the_backend_that_wrote() -> None:
    assert post(body()).json()["backend"] == "scripted:org/model"


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
        "max_tokens": None,
        "max_completion_tokens": None,
        "seed": 1,
        "stop": None,
        "user": "me",
        "unheard_of": {"deep": [1]},
        "n": 1,
        "tools": [],
        "tool_choice": "none",
        "response_format": {"type": "text"},
        "modalities": ["text"],
        "logprobs": False,
        "stream": None,
        "stream_options": None,
        "metadata": {"a": "b"},
        "backend": None,
    }
    assert asked(body(**harmless))["question"] == "How fast?"


def test_the_model_may_be_left_out_or_be_the_backend_s_name() -> None:
    request = body()
    del request["model"]
    assert post(request).json()["model"] == "citewise"
    assert post(body(model="scripted:org/model")).json()["model"] == "scripted:org/model"

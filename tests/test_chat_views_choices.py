"""What readers choose about answering, and who then answers."""

import json

import pytest

from assistant.options import Options
from ui.chat.features import Features
from ui.chat.views.assistants import Assistants
from ui.chat.views.choices import MAX_TOP_K, Choices, choices_of

BACKENDS = ("openai:x", "extractive")


class Named:
    """Stands for an assistant: who writes, and what becomes of unsupported sentences."""

    def __init__(self, llm, unsupported):
        self.backend = llm
        self.options = Options(unsupported=unsupported)


def test_what_was_chosen_is_read():
    text = json.dumps({"llm": "extractive", "top_k": 12, "unsupported": "drop"})
    assert choices_of(text, BACKENDS) == Choices("extractive", 12, "drop")


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        "{}",
        "[]",
        "null",
        "not json",
        "[" * 1_500,
        '{"llm": "x' + "x" * 9_000 + '"}',
        '{"llm": "ollama:other"}',
        '{"llm": ["extractive"]}',
        '{"top_k": "12"}',
        '{"top_k": 0}',
        '{"top_k": -1}',
        '{"top_k": true}',
        '{"top_k": 1e99}',
        json.dumps({"top_k": MAX_TOP_K + 1}),
        '{"unsupported": "ignore"}',
        '{"unsupported": {"mark": 1}}',
    ],
)
def test_what_is_not_on_offer_counts_as_not_chosen(text):
    assert choices_of(text, BACKENDS) == Choices()


def test_the_servers_own_assistant_answers_where_nothing_else_is_chosen():
    own = Named("openai:x", "mark")
    assistants = Assistants(own, Features(backends=BACKENDS, make_assistant=Named))
    assert assistants.of(Choices()) is own
    assert assistants.of(Choices(llm="openai:x", unsupported="mark", top_k=3)) is own


def test_another_is_made_once_for_each_way_of_answering():
    made = []

    def make(llm, unsupported):
        made.append((llm, unsupported))
        return Named(llm, unsupported)

    assistants = Assistants(
        Named("openai:x", "mark"), Features(backends=BACKENDS, make_assistant=make)
    )
    for _ in range(2):
        assert assistants.of(Choices(llm="extractive")).backend == "extractive"
        assert assistants.of(Choices(unsupported="drop")).backend == "openai:x"
    assert made == [("extractive", "mark"), ("openai:x", "drop")]


def test_a_server_that_makes_none_answers_itself():
    own = Named("openai:x", "mark")
    assert Assistants(own, Features()).of(Choices(unsupported="drop")) is own

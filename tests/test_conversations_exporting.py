"""Conversations as files: what a researcher keeps, and what a program reads."""

import json
from dataclasses import replace
from datetime import UTC, datetime

from assistant.answer import Answer, AnswerSentence, Citation
from assistant.conversations import (
    Conversation,
    Exchange,
    KeptExchange,
    export_json,
    export_markdown,
)
from vectorstore import Paper, SearchFilter, Span

OWL = Paper("owl", "OWL: *Night* Vision", "Owls see. They fly.", ("A", "B", "C", "D"), year=2024)
FOX = Paper("fox", "Foxes", "Foxes run.", url="javascript:alert(1)")
TIME = datetime(2026, 5, 19, 8, 30, tzinfo=UTC)
ANSWER = Answer(
    question="And foxes?",
    standalone_question="Do owls and foxes move?",
    text="Owls fly [1] [2]. Foxes run [3].",
    abstained=False,
    backend="extractive",
    sentences=(
        AnswerSentence("Owls fly", (1, 2), "supported", 0.9),
        AnswerSentence("Foxes run", (3,), "partly", 0.4, reason="no number <b>"),
    ),
    citations=(
        Citation(1, OWL, Span(0, 9)),
        Citation(2, OWL, Span(10, 19)),
        Citation(3, FOX, Span(0, 10)),
    ),
    nearest=(),
    timings_ms={},
)


def conversation_of(*exchanges: Exchange) -> Conversation:
    kept = tuple(KeptExchange(number, each) for number, each in enumerate(exchanges, 1))
    return Conversation("c1", "Of owls # and foxes", SearchFilter(year_from=2020), TIME, TIME, kept)


def test_markdown_has_each_answer_with_the_papers_and_quotes_under_it() -> None:
    text = export_markdown(conversation_of(Exchange.of(ANSWER)))
    assert text.startswith("# Of owls \\# and foxes\n\n*2026-05-19, Citewise*\n\n## And foxes?\n\n")
    assert "Read as: *Do owls and foxes move?*\n\nOwls fly [1] [2]. Foxes run [3].\n\n" in text
    assert "- A, B, C et al. *OWL: \\*Night\\* Vision* (2024). <https://arxiv.org/" in text
    assert "\n  - [1] “Owls see.”\n  - [2] “They fly.”\n- *Foxes*\n  - [3] “Foxes run.”\n" in text
    assert "- partly: Foxes run (no number \\<b\\>)\n" in text


def test_only_web_addresses_become_links() -> None:
    assert "javascript" not in export_markdown(conversation_of(Exchange.of(ANSWER)))


def test_what_was_stopped_or_failed_is_said_to_be_so() -> None:
    stopped = Exchange(question="Why?", text="Because", stopped=True)
    failed = Exchange(question="How?", failure="The model *left*.")
    text = export_markdown(conversation_of(stopped, failed))
    assert "## Why?\n\nBecause\n\n*Stopped before it was complete.*" in text
    assert "## How?\n\n*Failed: The model \\*left\\*.*" in text


def test_json_has_answers_as_the_command_line_prints_them() -> None:
    where = SearchFilter(year_to=2024, authors=frozenset({"B", "A"}))
    exchange = replace(Exchange.of(ANSWER, where), created_at=TIME)
    content = json.loads(export_json(conversation_of(exchange, Exchange(question="\ud800"))))
    assert (content["title"], content["filters"]) == ("Of owls # and foxes", {"year_from": 2020})
    first, second = content["exchanges"]
    assert first["answer"] == json.loads(json.dumps(ANSWER.to_json()))
    assert first["filters"] == {"year_to": 2024, "authors": ["A", "B"]}
    assert first["created_at"] == "2026-05-19T08:30:00+00:00"
    assert second["answer"] is None


def test_a_file_can_hold_whatever_was_asked() -> None:
    hostile = conversation_of(Exchange(question="\ud800 \x1b[2J \u202e?", text="a\ud800"))
    assert "\x1b" not in export_markdown(hostile)
    assert export_markdown(hostile).encode()
    assert export_json(hostile).encode()

"""`citewise feedback`: what readers thought, for a person and for a program."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from assistant.answer import Answer, Citation
from assistant.conversations import CONVERSATIONS_NAME, ConversationStore, Exchange
from vectorstore import Paper, Span

Citewise = Callable[..., Any]  # gives the `Ended` of conftest.py


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A directory that holds a library; the command does not open it."""
    (tmp_path / "catalogue.sqlite").write_bytes(b"")
    return tmp_path


@pytest.fixture
def rated(place: Path) -> Path:
    """The same, with a thumb up and then one down, with a comment."""
    kept = ConversationStore(place / CONVERSATIONS_NAME)
    conversation_id = kept.start("ada")
    paper = Paper("owl", "OWL: Night\nVision", "Owls see.")
    cited = (Citation(1, paper, Span(0, 9)),)
    for question, thumb, comment in (("Do owls\nsee?", "up", ""), ("Why?", "down", "\x1b[2JNo!")):
        answer = Answer(question, question, "*Owls* see [1].", False, "x", (), cited, (), {})
        number = kept.append(conversation_id, Exchange.of(answer), owner="ada")
        kept.ratings.give(number, thumb, comment, owner="ada")
    return place


def test_feedback_is_listed_for_a_person(rated: Path, run_citewise: Citewise) -> None:
    ended = run_citewise("feedback", "--library", rated)
    assert ended.code == 0
    latest, first = ended.out.split("\n\n")
    assert latest.splitlines()[0].endswith("thumb down  Why?")
    assert latest.splitlines()[1:] == [
        "    Owls see [1].",
        "    cites OWL: Night Vision",
        "    comment: [2JNo!",
    ]
    assert first.splitlines()[0].endswith("thumb up  Do owls see?")
    assert "comment" not in first


def test_feedback_is_listed_for_a_program(rated: Path, run_citewise: Citewise) -> None:
    ended = run_citewise("feedback", "--library", rated, "--json")
    latest, first = json.loads(ended.out)
    assert set(first) == {"thumb", "comment", "rated_at", "question", "answer", "papers", "backend"}
    assert (latest["thumb"], first["thumb"]) == ("down", "up")
    assert first["papers"] == [{"paper_id": "owl", "title": "OWL: Night\nVision"}]
    assert first["question"] == "Do owls\nsee?"


def test_feedback_can_be_bounded(rated: Path, run_citewise: Citewise) -> None:
    def n_listed(*arguments: str) -> int:
        ended = run_citewise("feedback", "--library", rated, "--json", *arguments)
        return len(json.loads(ended.out))

    assert n_listed("--thumb", "down") == 1
    assert n_listed("--since", "2020-01-01") == 2
    assert n_listed("--since", "2999-01-01") == 0


def test_no_feedback_is_said_to_be_none(place: Path, run_citewise: Citewise) -> None:
    ended = run_citewise("feedback", "--library", place)
    assert (ended.code, ended.out) == (0, "No feedback was given.\n")
    assert run_citewise("feedback", "--library", place, "--json").out == "[]\n"
    assert [file.name for file in place.iterdir()] == ["catalogue.sqlite"]


def test_a_directory_without_a_library_fails_with_the_remedy(
    tmp_path: Path, run_citewise: Citewise
) -> None:
    ended = run_citewise("feedback", "--library", tmp_path / "none")
    assert ended.code == 1
    assert "--library DIR" in ended.err


def test_a_damaged_file_fails_with_one_line(place: Path, run_citewise: Citewise) -> None:
    (place / CONVERSATIONS_NAME).write_bytes(b"no database " * 500)
    ended = run_citewise("feedback", "--library", place)
    assert ended.code == 1
    assert ended.err.startswith("citewise: The conversations in")
    assert ended.err.count("\n") == 1


def test_a_day_that_is_none_is_bad_usage(place: Path, run_citewise: Citewise) -> None:
    ended = run_citewise("feedback", "--library", place, "--since", "yesterday")
    assert ended.code == 2
    assert "no day such as" in ended.err

"""What comes out of a question, and its JSON form."""

import json
from datetime import date

import pytest

from assistant.answer import Answer, AnswerSentence, Citation
from vectorstore import Paper, Span

PAPER = Paper(
    "z", "Zebras", "Zebras run. Lions sleep.", authors=("A. Bee",), n_authors=1,
    published=date(2024, 2, 3), year=2024, arxiv_id="2402.00001",
)  # fmt: skip
BARE = Paper("b", "Bare", "Nothing is known.")


@pytest.fixture
def answer() -> Answer:
    return Answer(
        question="And it?",
        standalone_question="Do zebras run?",
        text="Zebras run [1]. Nothing is known [2].",
        abstained=False,
        backend="extractive",
        sentences=(AnswerSentence("Zebras run.", (1,), "supported", 0.9),),
        citations=(
            Citation(1, PAPER, Span(0, 11)),
            Citation(2, BARE, Span(0, 17)),
            Citation(3, PAPER, Span(12, 24)),
        ),
        nearest=(),
        timings_ms={"write": 1.23456},
    )


def test_a_citation_quotes_its_span_of_the_abstract(answer):
    assert [citation.quote for citation in answer.citations] == [
        "Zebras run.",
        "Nothing is known.",
        "Lions sleep.",
    ]


def test_the_json_form_is_the_one_that_is_documented(answer):
    data = json.loads(json.dumps(answer.to_json()))
    assert list(data) == [
        "question", "standalone_question", "answer", "abstained", "backend", "sentences",
        "citations", "nearest", "timings_ms", "trace", "tokens", "abstention", "cut", "fell_back",
    ]  # fmt: skip
    assert data["sentences"] == [
        {
            "text": "Zebras run.",
            "citations": [1],
            "support": "supported",
            "score": 0.9,
            "attributed": False,
            "reason": "",
        }
    ]
    assert data["citations"][0] == {
        "number": 1, "paper_id": "z", "title": "Zebras", "authors": ["A. Bee"], "n_authors": 1,
        "year": 2024, "published": "2024-02-03", "url": "https://arxiv.org/abs/2402.00001",
        "quote": "Zebras run.", "start": 0, "end": 11,
    }  # fmt: skip
    assert data["citations"][1]["published"] is None
    assert data["timings_ms"] == {"write": 1.23}


def test_an_answer_as_history_holds_the_standalone_question_and_each_cited_paper_once(answer):
    turn = answer.as_turn()
    assert (turn.question, turn.answer) == ("Do zebras run?", answer.text)
    assert turn.paper_ids == ("z", "b")


def test_the_nearest_papers_of_an_abstention_are_named_in_json(assistant):
    data = assistant.ask("What is the capital of Peru?").to_json()
    assert data["abstained"]
    assert [set(paper) for paper in data["nearest"]] == [{"paper_id", "title"}] * 3

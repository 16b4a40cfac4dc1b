"""How well questions with known papers are answered."""

import json
import re
from pathlib import Path

import pytest

from assistant.answer import Answer
from assistant.errors import EvaluationError
from assistant.evaluation.answers import GoldQuestion, Outcome, evaluate, read_questions, summarise

QUESTIONS = Path(__file__).parent / "data" / "questions.jsonl"
BLIND_QUESTIONS = QUESTIONS.with_name("blind_questions.jsonl")  # docs/decisions/0010-abstention.md


def test_our_own_questions_are_answered_as_well_as_they_were(assistant):
    outcomes = list(evaluate(assistant, read_questions(QUESTIONS)))
    scores = summarise(outcomes)["overall"]
    failures = [(o.gold_question.question, o.failures) for o in outcomes if o.failures]
    assert scores.n_questions == 90
    assert scores.gold_cited >= 0.90, failures
    assert scores.contains >= 0.85, failures
    assert scores.abstained >= 0.85, failures
    assert scores.wrongly_abstained <= 0.05, failures


@pytest.mark.parametrize("file", [QUESTIONS, BLIND_QUESTIONS])
def test_questions_name_papers_that_are_there(bundled_papers, file):
    titles = {paper.title for paper in bundled_papers}
    for question in read_questions(file):
        assert set(question.gold) <= titles
        assert question.min_gold <= max(1, len(question.gold))
        assert question.answerable or not question.gold


def evaluated(assistant, **fields) -> Outcome:
    (outcome,) = evaluate(assistant, [GoldQuestion(**fields)])
    return outcome


PANDO = "Pando: Do Interpretability Methods Work When Models Won't Explain Themselves?"


def test_a_good_answer_passes_every_measure(assistant):
    outcome = evaluated(
        assistant,
        question="How many finetuned models does Pando contain?",
        gold=[PANDO],
        contains=[re.compile("720")],
    )
    assert (outcome.gold_cited, outcome.contains, outcome.precision) == (True, True, 1.0)
    assert outcome.abstained is None
    assert outcome.wrongly_abstained is False
    assert outcome.failures == []


def test_each_failure_is_named(assistant):
    wrong = evaluated(
        assistant, question="What is Pando?", gold=["Zebras"], contains=[re.compile("zebra")]
    )
    assert wrong.failures == ["gold not cited", "text lacks"]
    assert wrong.precision == 0.0
    bold = evaluated(assistant, question="What is Pando?", answerable=False)
    assert bold.failures == ["should have abstained"]
    shy = evaluated(assistant, question="What is the capital of Peru?")
    assert shy.failures == ["wrongly abstained"]


def test_more_than_one_gold_paper_can_be_asked_for(assistant):
    fields = {"question": "What is Pando?", "gold": [PANDO, "Zebras"]}
    assert evaluated(assistant, **fields).gold_cited
    assert not evaluated(assistant, **fields, min_gold=2).gold_cited


def test_a_history_of_questions_is_asked_first(assistant):
    outcome = evaluated(assistant, question="When was it published?", history=["What is Pando?"])
    assert outcome.answer.standalone_question == "When was Pando published?"


def outcome(milliseconds: float = 10.0, kind: str = "", **measures) -> Outcome:
    fields = dict.fromkeys(
        ["gold_cited", "contains", "abstained", "wrongly_abstained", "precision"]
    )
    gold = GoldQuestion(question="Q", kind=kind)
    answer = Answer("Q", "Q", "", True, "x", (), (), (), {})
    return Outcome(gold, answer, milliseconds, **{**fields, **measures})


def test_scores_are_shares_of_the_questions_they_apply_to():
    scores = summarise(
        [
            outcome(kind="fact", gold_cited=True, wrongly_abstained=False, precision=0.5),
            outcome(kind="fact", gold_cited=False, wrongly_abstained=True, precision=1.0),
            outcome(kind="off", abstained=True),
            outcome(abstained=False),
        ]
    )
    overall = scores["overall"]
    assert (overall.n_questions, overall.gold_cited, overall.wrongly_abstained) == (4, 0.5, 0.5)
    assert (overall.abstained, overall.citation_precision) == (0.5, 0.75)
    assert overall.contains is None
    assert list(scores) == ["overall", "fact", "off", "other"]
    assert scores["fact"].n_questions == 2
    assert scores["off"].abstained == 1.0


def test_the_times_are_of_questions_that_were_asked():
    scores = summarise([outcome(milliseconds=ms) for ms in (10.0, 20.0, 30.0)])["overall"]
    assert scores.ms_p50 == 20.0
    assert 20.0 <= scores.ms_p95 <= 30.0
    assert summarise([outcome(milliseconds=7.0)])["overall"].ms_p95 == 7.0


def test_questions_are_read_with_their_patterns_in_any_case(tmp_path):
    path = tmp_path / "q.jsonl"
    lines = [{"question": "Q?", "contains": ["llama"], "gold": ["A"]}, {"question": "R?"}]
    path.write_text("\n\n".join(map(json.dumps, lines)) + "\n")
    first, second = read_questions(path)
    assert first.contains[0].search("a LLAMA")
    assert (second.answerable, second.min_gold, second.history) == (True, 1, [])


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("not json", "line 2"),
        ('["a list"]', "line 2"),
        ('{"question": ""}', "question"),
        ('{"kind": "fact"}', "question"),
        ('{"question": "Q", "answer": "unknown field"}', "answer"),
        ('{"question": "Q", "contains": ["("]}', "line 2"),
        ('{"question": "Q", "min_gold": 0}', "min_gold"),
    ],
)
def test_a_bad_line_is_an_error_that_names_it(tmp_path, line, words):
    path = tmp_path / "q.jsonl"
    path.write_text(f'{{"question": "Good?"}}\n{line}\n')
    with pytest.raises(EvaluationError, match=words) as error:
        read_questions(path)
    assert "line 2" in str(error.value)


def test_a_file_that_is_missing_binary_or_empty_is_an_error(tmp_path):
    binary, empty = tmp_path / "b.jsonl", tmp_path / "e.jsonl"
    binary.write_bytes(b"\xff\xfe\x00")
    empty.write_text("\n")
    for path, words in ((tmp_path / "none", "Cannot read"), (binary, "Cannot read"),
                        (empty, "holds no question")):  # fmt: skip
        with pytest.raises(EvaluationError, match=words):
            read_questions(path)

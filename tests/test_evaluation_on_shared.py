"""The goals, on questions that lie beside the repository."""

from pathlib import Path

import pytest

from assistant.evaluation.answers import evaluate, read_questions, summarise

SEED_QUESTIONS = Path(__file__).parents[2] / "shared" / "evaluation" / "seed_questions.jsonl"


@pytest.mark.skipif(
    not SEED_QUESTIONS.is_file(), reason=f"{SEED_QUESTIONS} is not there: it is not shipped"
)
def test_seed_questions_reach_the_goals(assistant):
    outcomes = list(evaluate(assistant, read_questions(SEED_QUESTIONS)))
    scores = summarise(outcomes)["overall"]
    failures = [(o.gold_question.question, o.failures) for o in outcomes if o.failures]
    assert scores.gold_cited >= 0.95, failures
    assert scores.contains >= 0.90, failures
    assert scores.abstained >= 0.85, failures
    assert scores.wrongly_abstained <= 0.05, failures

"""How sure one can be that papers found hold the answer."""

from collections.abc import Sequence

from assistant.reading.answerability import answers_if_probable
from assistant.reading.evidence import gather_evidence
from assistant.reading.scoring import score_sentences, term_weights
from assistant.understanding.question import Question
from vectorstore import Hit, Library


def answer_probability(question: Question, hits: Sequence[Hit], library: Library) -> float:
    """Return how probably one of the papers answers, between 0 and 1; 0 where a rule says none.

    It is calibrated on questions put twice, with the answering paper and without; see
    docs/decisions/0010-abstention.md. Lists and comparisons are judged as any other question.
    """
    weights = term_weights(question, library)
    candidates = score_sentences(question, hits, weights, library)
    return max(
        (
            evidence.probability
            for evidence in gather_evidence(question, candidates, weights)
            if answers_if_probable(question, evidence.best.hit.paper, weights)
        ),
        default=0.0,
    )

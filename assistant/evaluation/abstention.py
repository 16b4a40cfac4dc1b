"""`citewise eval abstention`: does the assistant know when the answering paper is not there?

Every question is asked twice: with the papers that answer it in the library, and without.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import fmean, median
from typing import Any

from assistant.answer import Answer
from assistant.assistant import Assistant
from assistant.reading.confidence import answer_probability
from assistant.understanding.question import analyse
from vectorstore import Library, Paper
from vectorstore.evaluation.judged import JudgedCollection, JudgedQuery

# Taking papers out one question at a time takes longer than asking; so few at once are not missed.
_MOST_ABSENT = 0.02  # of all papers
_BINS = 10

Progress = Callable[[int, int], object]


@dataclass(frozen=True, slots=True)
class Asked:
    """One question's answer, and how probably the papers found hold one, between 0 and 1."""

    answer: Answer
    probability: float
    milliseconds: float

    @property
    def cited(self) -> list[str]:
        """Return the ids of the papers cited, in order."""
        return list(dict.fromkeys(c.paper.paper_id for c in self.answer.citations))


@dataclass(frozen=True, slots=True)
class AskedTwice:
    """A question asked with the papers that answer it ("gold") in the library, and without."""

    query: JudgedQuery
    with_gold: Asked
    without_gold: Asked

    @property
    def gold_cited(self) -> bool:
        """Return whether the answer, with gold there, cites some of it."""
        return not set(self.with_gold.cited).isdisjoint(self.query.gains)


@dataclass(frozen=True, slots=True)
class AbstentionScores:
    """`answered` is a share of the questions asked with gold, `abstained` of those without.

    `gold_cited` is the share of the answered that cite gold; None where none was answered.
    `calibration_error` is that of the probabilities over all answers, in ten bins (expected
    calibration error; Naeini, Cooper and Hauskrecht, 2015).
    """

    n_questions: int
    answered: float
    abstained: float
    gold_cited: float | None
    calibration_error: float
    ms_p50: float


def ask_twice(
    assistant: Assistant, collection: JudgedCollection, *, progress: Progress = lambda *_: None
) -> Iterator[AskedTwice]:
    """Ask each query twice; the library holds the collection's papers, and does so in the end."""
    n_together = max(1, int(_MOST_ABSENT * len(collection.papers)))
    queries = collection.queries
    papers = {paper.paper_id: paper for paper in collection.papers}
    for start in range(0, len(queries), n_together):
        together = queries[start : start + n_together]
        found = [_ask(assistant, query) for query in together]
        ids = dict.fromkeys(paper_id for query in together for paper_id in query.gains)
        with _absent(assistant.library, [papers[i] for i in ids if i in papers]):
            missed = [_ask(assistant, query) for query in together]
        for query, with_gold, without_gold in zip(together, found, missed, strict=True):
            yield AskedTwice(query, with_gold, without_gold)
        progress(min(start + n_together, len(queries)), len(queries))


@contextmanager
def _absent(library: Library, papers: Sequence[Paper]) -> Iterator[None]:
    """Remove the papers from the library for the `with` block."""
    library.remove([paper.paper_id for paper in papers])
    try:
        yield
    finally:
        library.add(papers)


def _ask(assistant: Assistant, query: JudgedQuery) -> Asked:
    start = time.perf_counter()
    answer = assistant.ask(query.text)
    milliseconds = (time.perf_counter() - start) * 1_000
    question = analyse(answer.standalone_question)
    hits = assistant.library.search(question.query)
    return Asked(answer, answer_probability(question, hits, assistant.library), milliseconds)


def summarise(asked: Sequence[AskedTwice]) -> AbstentionScores:
    """Return the scores over questions, at least one."""
    answered = [one for one in asked if not one.with_gold.answer.abstained]
    both = [(one.with_gold.probability, 1.0) for one in asked]
    both += [(one.without_gold.probability, 0.0) for one in asked]
    return AbstentionScores(
        n_questions=len(asked),
        answered=round(len(answered) / len(asked), 4),
        abstained=round(fmean(one.without_gold.answer.abstained for one in asked), 4),
        gold_cited=round(fmean(one.gold_cited for one in answered), 4) if answered else None,
        calibration_error=round(_calibration_error(both), 4),
        ms_p50=round(median(one.with_gold.milliseconds for one in asked), 1),
    )


def _calibration_error(judged: Sequence[tuple[float, float]]) -> float:
    """Return the mean distance of probability and share of ones in ten bins, weighted by size."""
    error = 0.0
    for number in range(_BINS):
        inside = [pair for pair in judged if min(int(pair[0] * _BINS), _BINS - 1) == number]
        if inside:
            probabilities, truths = zip(*inside, strict=True)
            error += len(inside) * abs(fmean(probabilities) - fmean(truths))
    return error / len(judged)


def to_json(asked: AskedTwice) -> dict[str, Any]:
    """Return what was predicted for one question, as one line of the predictions file."""
    return {
        "id": asked.query.query_id,
        "question": asked.query.text,
        "with_gold": _prediction(asked.with_gold),
        "without_gold": _prediction(asked.without_gold),
        "gold_cited": asked.gold_cited,
    }


def _prediction(asked: Asked) -> dict[str, Any]:
    return {
        "answered": not asked.answer.abstained,
        "probability": round(asked.probability, 4),
        "cited": asked.cited,
        "answer": asked.answer.text,
    }

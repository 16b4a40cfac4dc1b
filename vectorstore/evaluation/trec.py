"""Runs in TREC's format, which trec_eval, pytrec_eval, ranx and ir_measures read."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from vectorstore.errors import RetrievalEvaluationError
from vectorstore.evaluation.retrieval import Ranking

_TAG = "citewise"
_STEPS = 1_000_000  # a score's; trec_eval reads 32-bit floats, which keep these apart near 1


@contextmanager
def new_run(path: Path) -> Iterator[TextIO]:
    """Open a file that becomes `path` when the block ends; when it fails, `path` is as it was.

    Raises RetrievalEvaluationError where `path` cannot be written, before the block begins.
    """
    target = path.resolve()
    unfinished = target.with_name(f"{target.name}.new")
    try:
        if target.exists() and not target.is_file():
            raise FileExistsError(0, "It is no file")
        file = unfinished.open("w", encoding="utf-8")
    except OSError as error:
        raise RetrievalEvaluationError(
            f"Cannot write a run to {str(path)!r}: {error.strerror}. Name a file in a directory"
            " that exists and can be written."
        ) from None
    try:
        with file:
            yield file
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)


def write_run(file: TextIO, rankings: Iterable[Ranking]) -> None:
    """Write a line a paper: query, 'Q0', paper, rank, score, tag."""
    for ranking in rankings:
        scores = _strictly_falling(ranking.scores.values())
        for rank, (paper_id, score) in enumerate(zip(ranking.scores, scores, strict=True), 1):
            file.write(f"{ranking.query.query_id} Q0 {paper_id} {rank} {score:.6f} {_TAG}\n")


def _strictly_falling(scores: Iterable[float]) -> Iterator[float]:
    """Yield scores in which equal ones differ by a step.

    trec_eval goes by the scores alone and orders equal ones by their ids.
    """
    previous = float("inf")
    for score in scores:
        previous = min(round(score * _STEPS), previous - 1)
        yield previous / _STEPS

"""Questions and claims that were written about open abstracts, with the sentences that decide them.

`written.jsonl` has a row for each abstract: written by a language model that saw the abstracts and
none of the sets that are tested on (docs/models.md says how). The abstracts themselves are in the
open corpora. Its claims are no examples for a verifier: their words alone tell supported ones,
contradicted ones and others apart (docs/decisions/0020).
"""

import random
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from benchmarks.data import read_rows
from training.contrasted import CONTRASTED
from training.corpora import in_fold, papers_by_key
from training.labels import Label, LabelledClaim, windows
from vectorstore.paper import Paper
from vectorstore.sentences import split_sentences

WRITTEN = Path(__file__).with_name("written.jsonl")

_N_OTHERS = 3  # sentences that do not answer a question, beside those that do


class WrittenRow(BaseModel):
    """What was written about one abstract; each text with where its deciding sentences begin.

    The deciding ones of what is not stated are those that are nearest to it. `left_out` are
    questions that the abstract does not answer.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    corpus: str
    paper_id: str
    answered: list[tuple[str, list[int]]]
    left_out: list[str]
    supported: list[tuple[str, list[int]]]
    contradicted: list[tuple[str, list[int]]]
    not_stated: list[tuple[str, list[int]]]


@dataclass(frozen=True, slots=True)
class Written:
    """A row beside its paper, whose sentences are split as the product does."""

    row: WrittenRow
    paper: Paper
    sentences: tuple[str, ...]
    starts: tuple[int, ...]

    def places(self, starts: Sequence[int]) -> tuple[int, ...]:
        """Return the sentences that hold these characters of the abstract."""
        return tuple(sorted({bisect_right(self.starts, at) - 1 for at in starts}))


def read_written(data: Path, *, held_out: int | None = None) -> Iterator[Written]:
    """Yield what was written about papers of `data` that are not in the fold `held_out`."""
    rows = [WrittenRow.model_validate(row) for row in read_rows(WRITTEN)]
    papers = papers_by_key(data, (row.corpus for row in rows))
    for row in rows:
        paper = papers.get((row.corpus, row.paper_id))
        if paper and not in_fold(row.paper_id, held_out):
            spans = split_sentences(paper.abstract)
            sentences = tuple(span.of(paper.abstract) for span in spans)
            yield Written(row, paper, sentences, tuple(span.start for span in spans))


def papers_written_about(corpus: str) -> set[str]:
    """Return the ids of the papers of a corpus that something was written about, in any fold."""
    rows = (row for file in (WRITTEN, CONTRASTED) for row in read_rows(file))
    return {row["paper_id"] for row in rows if row["corpus"] == corpus}


def written_questions(written: Written, rng: random.Random) -> Iterator[LabelledClaim]:
    """Yield each question that is answered, beside what answers it and beside sentences that don't.

    The title stands before every text, as in what the assistant reads. Questions that are left out
    are no examples: they are shorter than the others, and that is what a model learns of them.
    """
    everywhere = range(len(written.sentences))
    for question, starts in written.row.answered:
        answering = written.places(starts)
        for text in windows(written.sentences, answering):
            yield _question(written, question, text, answers=True)
        others = [n for n in everywhere if n not in answering]
        for place in rng.sample(others, min(_N_OTHERS, len(others))):
            yield _question(written, question, written.sentences[place], answers=False)


def _question(written: Written, question: str, text: str, *, answers: bool) -> LabelledClaim:
    title = written.paper.title
    evidence = f"{title}\n{text}" if title else text
    label: Label = "supported" if answers else "not stated"
    return LabelledClaim(question, evidence, label, "written question")

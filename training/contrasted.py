"""Claims of nearly the same words, each beside texts that say different things of it.

`contrasted.jsonl` has a row for each open abstract, written by a language model (docs/models.md).
Neither a claim nor a text alone tells whether the one supports the other.
"""

import random
from collections.abc import Collection, Iterator
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from benchmarks.data import read_rows
from training.corpora import fold_of, papers_by_key
from training.labels import Label, LabelledClaim
from vectorstore.sentences import split_sentences

CONTRASTED = Path(__file__).with_name("contrasted.jsonl")


class ContrastSet(BaseModel):
    """Three claims about the sentences that begin at `starts`, and two texts in their place.

    The sentences support the first claim, contradict the second, and do not tell the third.
    `denying` supports the second and contradicts the first, `other` supports the third alone.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    starts: list[int]
    supported: str
    contradicted: str
    not_stated: str
    denying: str
    other: str


class ContrastedRow(BaseModel):
    """What was written about one abstract."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    corpus: str
    paper_id: str
    sets: list[ContrastSet]


def contrasted_claims(
    data: Path, rng: random.Random, *, folds: Collection[int]
) -> Iterator[LabelledClaim]:
    """Yield the claims of each set beside its texts, on papers of some folds."""
    rows = [ContrastedRow.model_validate(row) for row in read_rows(CONTRASTED)]
    papers = papers_by_key(data, (row.corpus for row in rows))
    for row in rows:
        paper = papers.get((row.corpus, row.paper_id))
        if paper and fold_of(f"contrasted {row.paper_id}") in folds:
            spans = {
                span.start: span.of(paper.abstract) for span in split_sentences(paper.abstract)
            }
            for made in row.sets:
                yield from claims_of_set(made, " ".join(spans[at] for at in made.starts), rng)


def claims_of_set(made: ContrastSet, own: str, rng: random.Random) -> Iterator[LabelledClaim]:
    """Yield seven claims beside texts; `own` are the abstract's sentences.

    Of the pairs that are not stated some are left out by chance, so that no claim and no text has
    that label more often than it is supported.
    """
    first, second, third = made.supported, made.contradicted, made.not_stated
    pairs: list[tuple[str, str, Label]] = [
        (first, own, "supported"),
        (second, own, "contradicted"),
        (second, made.denying, "supported"),
        (first, made.denying, "contradicted"),
        (third, made.other, "supported"),
        (third, rng.choice((own, made.denying)), "not stated"),
        (rng.choice((first, second)), made.other, "not stated"),
    ]
    for claim, text, label in pairs:
        yield LabelledClaim(claim, text, label, "contrasted claim")

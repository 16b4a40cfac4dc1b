"""Encoders beside each other: what each finds alone, and within the search of Citewise.

`python -m training.measuring --data DIR [--encoder NAME]... [--held-out FOLD] [--dimension N]
[--alone] [--reranker NAME [--weight W]]`

Prints nDCG@10 in one table, from the second encoder on with the 95 % interval of its difference to
the first one (bootstrap over queries). `--reranker` adds a line: what a search finds, in the
reranker's order, or of the 8 best by its score with a weight and the search's together; its
difference is to the first encoder's search without one. With `--held-out` the
queries of SciFact and the citing sentences are those of that fold, and a column of its own has
those whose papers no other query asks for, and nothing was written about: what learnt from the
other folds has not met them as answers.
"""

import argparse
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from numpy.typing import NDArray

from assistant.settings import load_settings
from benchmarks.tables import table
from training.corpora import N_FOLDS, judged, learnt_folds
from training.passages import passages_of
from training.written import papers_written_about
from vectorstore import EMBEDDED_ENCODER, CrossEncoderReranker, Library
from vectorstore.encoders.encoder import Encoder
from vectorstore.encoders.local import LocalEncoder
from vectorstore.evaluation.judged import JudgedCollection, JudgedQuery
from vectorstore.evaluation.measures import ndcg
from vectorstore.evaluation.retrieval import index, rank
from vectorstore.reranker import Reranker
from vectorstore.search import text_to_rerank

Scores = NDArray[np.float64]  # of each query
Way = Callable[[Encoder, JudgedCollection], Scores]

_DEPTH = 10
_N_BLENDED = 8  # papers whose score a reranker moves
_COLLECTIONS = (("scifact", "train"), ("scisumm_cite", "dev"), ("med", ""), ("cranfield", ""))
_N_RESAMPLES = 10_000


@dataclass(frozen=True, slots=True)
class Column:
    """Some queries of a collection: `rows` are their places among all of them."""

    name: str
    collection: JudgedCollection
    rows: NDArray[np.intp]


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, and print a table."""
    chosen = _parser().parse_args(arguments)
    columns = list(columns_of(chosen.data, chosen.held_out))
    ways = list(_ways(chosen))
    lines: list[list[str]] = []
    first: dict[str, list[Scores]] = {}
    for name in chosen.encoder or [EMBEDDED_ENCODER]:
        encoder = LocalEncoder(
            name, models=load_settings().encoder_cache, dimension=chosen.dimension
        )
        for label, kind, way in ways:
            found = list(_scores(way, encoder, columns))
            before = first.setdefault(kind, found)
            cells = [_cell(*pair) for pair in zip(found, before, strict=True)]
            lines.append([f"{name}, {label}", *cells])
    header = [f"{column.name} ({len(column.rows)})" for column in columns]
    sys.stdout.write(table(["nDCG@10", *header], lines) + "\n")
    return 0


def columns_of(data: Path, held_out: int | None) -> Iterator[Column]:
    """Yield what is measured: whole collections, and queries for papers that were not learnt."""
    for name, split in _COLLECTIONS:
        folds = range(N_FOLDS) if held_out is None or not split else [held_out]
        collection = judged(data, name, split, folds=folds)
        yield Column(name, collection, np.arange(len(collection.queries)))
        if len(folds) == 1:
            others = judged(data, name, split, folds=learnt_folds(held_out))
            learnt = {paper for query in others.queries for paper in query.gains}
            learnt |= papers_written_about(name)
            is_unknown = [learnt.isdisjoint(query.gains) for query in collection.queries]
            yield Column(f"{name}, papers not learnt", collection, np.flatnonzero(is_unknown))


def encoder_alone(encoder: Encoder, collection: JudgedCollection) -> Scores:
    """Return each query's nDCG@10 where a paper is as near as the nearest of its chunks."""
    passages = [passages_of(paper) for paper in collection.papers]
    owners = np.repeat(np.arange(len(passages)), [len(of_paper) for of_paper in passages])
    vectors = encoder.encode([text for of_paper in passages for text in of_paper])
    queries = encoder.encode([query.text for query in collection.queries])
    scores = []
    for query, vector in zip(collection.queries, queries, strict=True):
        nearest = np.full(len(collection.papers), -1.0, np.float32)
        np.maximum.at(nearest, owners, vectors @ vector)
        best = np.argsort(-nearest, kind="stable")[:_DEPTH]
        scores.append(_ndcg([collection.papers[n].paper_id for n in best], query))
    return np.array(scores)


def search(
    encoder: Encoder, collection: JudgedCollection, reranker: Reranker | None = None
) -> Scores:
    """Return each query's nDCG@10 of a library's search."""
    with _searched(encoder, collection, reranker) as library:
        rankings = list(rank(library, collection.queries, top_k=_DEPTH))
    return np.array([_ndcg(list(ranking.scores), ranking.query) for ranking in rankings])


def _ways(chosen: argparse.Namespace) -> Iterator[tuple[str, str, Way]]:
    """Yield the label of each line, the kind of line that it is compared with, and its measure."""
    yield "alone", "alone", encoder_alone
    if chosen.alone:
        return
    yield "search", "search", search
    if chosen.reranker:
        yield "search, reranked", "search", _reranked(chosen.reranker, chosen.weight)


def _reranked(name: str, weight: float | None) -> Way:
    reranker = CrossEncoderReranker(name)
    if weight is None:
        return partial(search, reranker=reranker)
    return partial(blended, reranker=reranker, weight=weight)


def blended(
    encoder: Encoder, collection: JudgedCollection, *, reranker: Reranker, weight: float
) -> Scores:
    """Return each query's nDCG@10 where the reranker's score is added to that of the search."""
    with _searched(encoder, collection) as library:
        found = [library.search(query.text, top_k=_DEPTH) for query in collection.queries]
    scores = []
    for query, hits in zip(collection.queries, found, strict=True):
        read, others = hits[:_N_BLENDED], hits[_N_BLENDED:]
        relevance = reranker.scores(query.text, [text_to_rerank(hit) for hit in read])
        moved = weight * relevance + [hit.fused_score for hit in read]
        order = [*(read[place] for place in np.argsort(-moved, kind="stable")), *others]
        scores.append(_ndcg([hit.paper.paper_id for hit in order], query))
    return np.array(scores)


@contextmanager
def _searched(
    encoder: Encoder, collection: JudgedCollection, reranker: Reranker | None = None
) -> Iterator[Library]:
    with TemporaryDirectory(prefix="citewise-") as directory:
        library = Library.create(Path(directory) / "library", encoder, reranker=reranker)
        index(library, collection.papers)
        yield library


def interval(differences: Scores) -> tuple[float, float]:
    """Return where the mean difference lies in 95 of 100 samples of the queries, with repetition.

    One seed, so that one set of differences has one interval.
    """
    rng = np.random.default_rng(0)
    means = [rng.choice(differences, len(differences)).mean() for _ in range(_N_RESAMPLES)]
    low, high = np.percentile(means, [2.5, 97.5])
    return float(low), float(high)


def _scores(way: Way, encoder: Encoder, columns: Sequence[Column]) -> Iterator[Scores]:
    """Yield the scores of each column; columns of one collection stand together."""
    for _, together in groupby(columns, key=lambda column: id(column.collection)):
        same = list(together)
        whole = way(encoder, same[0].collection)
        yield from (whole[column.rows] for column in same)


def _cell(found: Scores, before: Scores) -> str:
    if found is before:
        return f"{found.mean():.4f}"
    low, high = interval(found - before)
    return f"{found.mean():.4f} ({low:+.3f} to {high:+.3f})"


def _ndcg(ranking: Sequence[str], query: JudgedQuery) -> float:
    return ndcg(ranking, query.gains, depth=_DEPTH)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="training.measuring", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="directory of the open corpora")
    parser.add_argument("--encoder", action="append", help="by name or path; several may be named")
    parser.add_argument("--dimension", type=int, help="as many of a vector's first numbers")
    parser.add_argument("--held-out", type=int, choices=range(N_FOLDS), help="fold of queries")
    parser.add_argument("--reranker", help="cross-encoder, by name or path")
    parser.add_argument(
        "--weight", type=float, help="of its score; without, its order alone counts"
    )
    parser.add_argument("--alone", action="store_true", help="leave out the search of a library")
    return parser


if __name__ == "__main__":
    sys.exit(main())

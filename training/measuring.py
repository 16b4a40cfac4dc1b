"""Encoders beside each other: what each finds alone, and within the search of Citewise.

`python -m training.measuring --data DIR [--encoder NAME]... [--held-out FOLD] [--alone]`

Prints nDCG@10 in one table. Queries of SciFact and of citing sentences are those of the fold that
was not learnt from, or all of them.
"""

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import mean
from tempfile import TemporaryDirectory

import numpy as np

from assistant.settings import load_settings
from benchmarks.tables import table
from training.corpora import N_FOLDS, judged
from training.passages import passages_of
from vectorstore import EMBEDDED_ENCODER, Library
from vectorstore.encoders.encoder import Encoder
from vectorstore.encoders.local import LocalEncoder
from vectorstore.evaluation.judged import JudgedCollection, JudgedQuery
from vectorstore.evaluation.measures import ndcg
from vectorstore.evaluation.retrieval import index, rank

_DEPTH = 10
_COLLECTIONS = (("scifact", "train"), ("scisumm_cite", "dev"), ("med", ""), ("cranfield", ""))


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, and print a table."""
    chosen = _parser().parse_args(arguments)
    collections = dict(_collections(chosen.data, chosen.held_out))
    rows = []
    for name in chosen.encoder or [EMBEDDED_ENCODER]:
        encoder = LocalEncoder(name, models=load_settings().encoder_cache)
        for way in ["alone"] if chosen.alone else _WAYS:
            scores = [f"{_WAYS[way](encoder, each):.4f}" for each in collections.values()]
            rows.append([f"{name}, {way}", *scores])
    header = [f"{name} ({len(each.queries)})" for name, each in collections.items()]
    sys.stdout.write(table(["nDCG@10", *header], rows) + "\n")
    return 0


def encoder_alone(encoder: Encoder, collection: JudgedCollection) -> float:
    """Return the mean nDCG@10 where a paper is as near as the nearest of its chunks."""
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
    return mean(scores)


def search(encoder: Encoder, collection: JudgedCollection) -> float:
    """Return the mean nDCG@10 of a library's search."""
    with TemporaryDirectory(prefix="citewise-") as directory:
        library = Library.create(Path(directory) / "library", encoder)
        index(library, collection.papers)
        rankings = list(rank(library, collection.queries, top_k=_DEPTH))
    return mean(_ndcg(list(ranking.scores), ranking.query) for ranking in rankings)


_WAYS = {"alone": encoder_alone, "search": search}


def _ndcg(ranking: Sequence[str], query: JudgedQuery) -> float:
    return ndcg(ranking, query.gains, depth=_DEPTH)


def _collections(data: Path, held_out: int | None) -> Iterator[tuple[str, JudgedCollection]]:
    for name, split in _COLLECTIONS:
        folds = range(N_FOLDS) if held_out is None or not split else [held_out]
        yield name, judged(data, name, split, folds=folds)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="training.measuring", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="directory of the open corpora")
    parser.add_argument("--encoder", action="append", help="by name or path; several may be named")
    parser.add_argument("--held-out", type=int, choices=range(N_FOLDS), help="fold of queries")
    parser.add_argument("--alone", action="store_true", help="leave out the search of a library")
    return parser


if __name__ == "__main__":
    sys.exit(main())

"""The open corpora that models may learn from, and the papers that they must not meet.

A paper of a collection that is tested on is left out of the general corpora, by its title.
"""

import random
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

from benchmarks.data import read_rows
from vectorstore.evaluation.judged import JudgedCollection, read_collection
from vectorstore.paper import Paper, paper_id_from_title

GENERAL = {"acl_anthology": "corpus.jsonl.gz", "arxiv_cs": "corpus.nlp_ir.jsonl.gz"}
N_FOLDS = 5
_SPLITS = {"pubmedqa": "cv", "scifact": "train"}
_TESTED_ON = ("scifact", "scisumm_cite")


def general_papers(data: Path, name: str) -> Iterator[Paper]:
    """Yield the papers of a general corpus, each title once, none of a tested collection."""
    seen = {
        paper_id_from_title(row["title"])
        for tested in _TESTED_ON
        for row in read_rows(data / tested / "corpus.jsonl.gz")
    }
    for row in read_rows(data / name / GENERAL[name]):
        paper = Paper(paper_id_from_title(row["title"]), row["title"], row["abstract"])
        if paper.title and paper.abstract and paper.paper_id not in seen:
            seen.add(paper.paper_id)
            yield paper


def some_general_papers(data: Path, name: str, n: int, rng: random.Random) -> list[Paper]:
    """Return `n` papers of a general corpus by chance, or all where there are no more."""
    papers = list(general_papers(data, name))
    return rng.sample(papers, min(n, len(papers)))


def papers_by_key(data: Path, corpora: Iterable[str]) -> dict[tuple[str, str], Paper]:
    """Return the papers of several corpora by the name of the corpus and their id."""
    return {
        (corpus, paper.paper_id): paper
        for corpus in sorted(set(corpora))
        for paper in papers_of(data, corpus)
    }


def papers_of(data: Path, corpus: str) -> Sequence[Paper]:
    """Return the papers of a general corpus, or of a judged one with the queries to learn from."""
    if corpus in GENERAL:
        return list(general_papers(data, corpus))
    return judged(data, corpus, _SPLITS[corpus]).papers


def judged(
    data: Path, name: str, split: str = "", *, folds: Collection[int] = range(N_FOLDS)
) -> JudgedCollection:
    """Return a collection with the queries of a split, such as `train`, or with its only ones.

    Of these the ones of some folds. Sentences of one citing paper are in one fold.
    """
    suffix = f".{split}" if split else ""
    folder = data / name
    queries = folder / f"queries{suffix}.jsonl"
    rows = read_rows(queries)
    whole = read_collection(folder / "corpus.jsonl.gz", queries, folder / f"qrels{suffix}.tsv")
    fold = {str(row["id"]): fold_of(row.get("citing_paper") or str(row["id"])) for row in rows}
    kept = tuple(query for query in whole.queries if fold[query.query_id] in folds)
    return replace(whole, queries=kept)


def learnt_folds(held_out: int | None) -> frozenset[int]:
    """Return all folds but the one that is held out."""
    return frozenset(range(N_FOLDS)) - {held_out}


def in_fold(key: str, fold: int | None) -> bool:
    """Return whether what has this id is in the fold; in None is nothing."""
    return fold_of(key) == fold


def fold_of(key: str) -> int:
    """Return the fold of a query, of a citing paper or of one that was written about, by its id."""
    return int(sha256(f"fold {key}".encode()).hexdigest(), 16) % N_FOLDS

"""Pairs of what is asked and what answers it, made from papers and from judgements."""

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from assistant.suggesting.titles import title_questions
from training.corpora import (
    GENERAL,
    general_papers,
    judged,
    learnt_folds,
    papers_of,
    some_general_papers,
)
from training.negatives import hard_negatives
from training.passages import passages_of
from training.written import Written, read_written
from vectorstore.chunking import chunk_abstract, text_to_embed
from vectorstore.evaluation.judged import JudgedCollection, JudgedQuery
from vectorstore.ingestion import MAX_CHUNK_CHARS
from vectorstore.paper import Paper
from vectorstore.sentences import split_sentences

_SENTENCE_CHARS = (40, 300)  # of one that may stand for a question
_NEGATIVES_DEPTH = 16  # of the papers that search finds for a judged query
_KINDS, _SHARES = ("title", "question", "sentence"), (0.25, 0.25, 0.5)
_JUDGED = (
    ("scifact", "train", "claim"),
    ("scisumm_cite", "dev", "citing sentence"),
    ("scitldr", "train", "summary"),
    ("pubmedqa", "cv", "question"),
)


@dataclass(frozen=True, slots=True)
class Pair:
    """A query, a passage that answers it, and passages that only seem to, where some were found."""

    query: str
    passage: str
    kind: str
    negatives: tuple[str, ...] = ()


def encoder_pairs(data: Path, *, seed: int, held_out: int | None) -> dict[str, list[Pair]]:
    """Return the pairs of each set, in random order; a batch is to hold those of one set.

    Judgements of the fold `held_out` are left out, to measure on; with None there are all.
    """
    rng = random.Random(seed)  # noqa: S311 (no secret)
    found = {name: list(pairs_of_papers(general_papers(data, name), rng)) for name in GENERAL}
    found |= _judged_pairs(data, rng, held_out=held_out, n_negatives=1)
    for pairs in found.values():
        rng.shuffle(pairs)
    return found


def reranker_pairs(
    data: Path, *, seed: int, held_out: int | None, papers_per_corpus: int, n_negatives: int
) -> dict[str, list[Pair]]:
    """Return pairs of each set, each with so many negatives, in random order.

    Of the general corpora these are sentences beside the rest of their abstract, among so many
    papers, and written claims beside the words that decide them, among as many more.
    """
    rng = random.Random(seed)  # noqa: S311 (no secret)
    found = _judged_pairs(data, rng, held_out=held_out, n_negatives=n_negatives)
    for name in GENERAL:
        papers = some_general_papers(data, name, papers_per_corpus, rng)
        found[name] = list(_pairs_among(papers, rng, n_negatives=n_negatives))
    written = list(read_written(data, held_out=held_out))
    for corpus in sorted({it.row.corpus for it in written}):
        every = papers_of(data, corpus)
        others = rng.sample(every, min(papers_per_corpus, len(every)))
        of_corpus = [it for it in written if it.row.corpus == corpus]
        claims = _pairs_of_claims(of_corpus, others, rng, n_negatives=n_negatives)
        found[f"written claims, {corpus}"] = list(claims)
    for pairs in found.values():
        rng.shuffle(pairs)
    return found


def pairs_of_judgements(
    collection: JudgedCollection,
    kind: str,
    negatives: dict[str, list[str]],
    rng: random.Random,
    *,
    n_negatives: int,
) -> Iterator[Pair]:
    """Yield each query with each chunk of the papers that were judged to be relevant to it.

    Beside it so many of the query's negatives, which has at least as many.
    """
    papers = {paper.paper_id: paper for paper in collection.papers}
    for query in collection.queries:
        for paper_id in query.gains:
            for passage in passages_of(papers[paper_id]):
                chosen = rng.sample(negatives[query.query_id], n_negatives)
                yield Pair(query.text, passage, kind, tuple(chosen))


def pairs_of_papers(papers: Iterable[Paper], rng: random.Random) -> Iterator[Pair]:
    """Yield a pair of most papers: one thing that it says, and a chunk that lacks just that.

    What it says is its title, a question that its title answers, or a sentence of its abstract.
    """
    for paper in papers:
        (kind,) = rng.choices(_KINDS, _SHARES)
        if kind == "sentence":
            yield from _pair_of_sentence(paper, rng)
        else:
            queries = title_questions(paper) if kind == "question" else (paper.title,)
            if queries:
                chunk = rng.choice(chunk_abstract(paper, max_chars=MAX_CHUNK_CHARS))
                text = paper.abstract[chunk.start : chunk.end]
                yield Pair(rng.choice(queries), text, kind)


def _judged_pairs(
    data: Path, rng: random.Random, *, held_out: int | None, n_negatives: int
) -> dict[str, list[Pair]]:
    found = {}
    for name, split, kind in _JUDGED:
        learnt = judged(data, name, split, folds=learnt_folds(held_out))
        negatives = hard_negatives(learnt, rng, depth=_NEGATIVES_DEPTH)
        pairs = pairs_of_judgements(learnt, kind, negatives, rng, n_negatives=n_negatives)
        found[name] = list(pairs)
    return found


def _pairs_among(
    papers: Sequence[Paper], rng: random.Random, *, n_negatives: int
) -> Iterator[Pair]:
    """Yield a sentence of each paper beside its rest, with what else is found for it."""
    pairs = [(paper, pair) for paper in papers for pair in _pair_of_sentence(paper, rng)]
    return _beside_negatives(pairs, papers, rng, n_negatives=n_negatives)


def _pairs_of_claims(
    written: Sequence[Written], others: Iterable[Paper], rng: random.Random, *, n_negatives: int
) -> Iterator[Pair]:
    """Yield claims, true and false ones, beside a chunk that decides each, and what else is found.

    It is searched for among the `others` of its corpus.
    """
    pairs = [
        (it.paper, Pair(claim, rng.choice(_chunks_at(it.paper, starts)), "written claim"))
        for it in written
        for claim, starts in (*it.row.supported, *it.row.contradicted)
    ]
    papers = {paper.paper_id: paper for paper in (*others, *(it.paper for it in written))}
    return _beside_negatives(pairs, list(papers.values()), rng, n_negatives=n_negatives)


def _beside_negatives(
    pairs: Sequence[tuple[Paper, Pair]],
    papers: Sequence[Paper],
    rng: random.Random,
    *,
    n_negatives: int,
) -> Iterator[Pair]:
    """Yield each pair, on one of the papers, with passages of others that search finds for it."""
    queries = tuple(
        JudgedQuery(str(place), pair.query, {paper.paper_id: 1})
        for place, (paper, pair) in enumerate(pairs)
    )
    collection = JudgedCollection(tuple(papers), queries, 0, 0)
    negatives = hard_negatives(collection, rng, depth=_NEGATIVES_DEPTH)
    for place, (_, pair) in enumerate(pairs):
        yield replace(pair, negatives=tuple(rng.sample(negatives[str(place)], n_negatives)))


def _chunks_at(paper: Paper, starts: Sequence[int]) -> list[str]:
    """Return what the encoder reads of the chunks in which these characters stand."""
    return [
        text_to_embed(paper, chunk).strip()
        for chunk in chunk_abstract(paper, max_chars=MAX_CHUNK_CHARS)
        if any(chunk.start <= start < chunk.end for start in starts)
    ]


def _pair_of_sentence(paper: Paper, rng: random.Random) -> Iterator[Pair]:
    sentences = [paper.abstract[span.start : span.end] for span in split_sentences(paper.abstract)]
    low, high = _SENTENCE_CHARS
    fit = [sentence for sentence in sentences if low <= len(sentence) <= high]
    if len(sentences) > 1 and fit:
        sentence = rng.choice(fit)
        rest = " ".join(other for other in sentences if other != sentence)
        passages = passages_of(Paper(paper.paper_id, paper.title, rest))
        yield Pair(sentence, rng.choice(passages), "sentence")

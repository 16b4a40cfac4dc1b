"""Pairs of what is asked and what answers it, made from papers and from judgements."""

import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from assistant.suggesting.titles import title_questions
from training.corpora import GENERAL, N_FOLDS, general_papers, judged
from vectorstore.chunking import chunk_abstract, text_to_embed
from vectorstore.evaluation.judged import JudgedCollection
from vectorstore.ingestion import MAX_CHUNK_CHARS
from vectorstore.paper import Paper
from vectorstore.sentences import split_sentences

_SENTENCE_CHARS = (40, 300)  # of one that may stand for a question
_KINDS, _SHARES = ("title", "question", "sentence"), (0.25, 0.25, 0.5)
_JUDGED = (
    ("scifact", "train", "claim"),
    ("scisumm_cite", "dev", "citing sentence"),
    ("scitldr", "train", "summary"),
    ("pubmedqa", "cv", "question"),
)


@dataclass(frozen=True, slots=True)
class Pair:
    """A query, and a passage as the encoder reads it: the title, then a chunk of the abstract."""

    query: str
    passage: str
    kind: str


def encoder_pairs(data: Path, *, seed: int, held_out: int | None) -> dict[str, list[Pair]]:
    """Return the pairs of each set, in random order; a batch is to hold those of one set.

    Judgements of the fold `held_out` are left out, to measure on; with None there are all.
    """
    found = {
        name: list(pairs_of_papers(general_papers(data, name), random.Random(seed)))  # noqa: S311
        for name in GENERAL
    }
    for name, split, kind in _JUDGED:
        learnt = judged(data, name, split, folds=set(range(N_FOLDS)) - {held_out})
        found[name] = list(pairs_of_judgements(learnt, kind))
    for pairs in found.values():
        random.Random(seed).shuffle(pairs)  # noqa: S311 (no secret)
    return found


def pairs_of_judgements(collection: JudgedCollection, kind: str) -> Iterator[Pair]:
    """Yield each query with each chunk of the papers that were judged to be relevant to it."""
    papers = {paper.paper_id: paper for paper in collection.papers}
    for query in collection.queries:
        for paper_id in query.gains:
            for passage in passages_of(papers[paper_id]):
                yield Pair(query.text, passage, kind)


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


def passages_of(paper: Paper) -> list[str]:
    """Return what the encoder reads of a paper."""
    chunks = chunk_abstract(paper, max_chars=MAX_CHUNK_CHARS)
    return [text_to_embed(paper, chunk).strip() for chunk in chunks]


def _pair_of_sentence(paper: Paper, rng: random.Random) -> Iterator[Pair]:
    sentences = [paper.abstract[span.start : span.end] for span in split_sentences(paper.abstract)]
    low, high = _SENTENCE_CHARS
    fit = [sentence for sentence in sentences if low <= len(sentence) <= high]
    if len(sentences) > 1 and fit:
        sentence = rng.choice(fit)
        rest = " ".join(other for other in sentences if other != sentence)
        passages = passages_of(Paper(paper.paper_id, paper.title, rest))
        yield Pair(sentence, rng.choice(passages), "sentence")

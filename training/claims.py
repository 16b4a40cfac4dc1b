"""Claims beside evidence, labelled: supported, contradicted, or not stated."""

import random
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from assistant.checking.names import names_of
from assistant.reading.phrasing import reported
from benchmarks.data import read_rows
from benchmarks.perturbations import PERTURBATIONS
from benchmarks.scifact import scientific_claims
from training.contrasted import contrasted_claims
from training.corpora import GENERAL, in_fold, judged, learnt_folds, some_general_papers
from training.labels import Label, LabelledClaim, windows
from training.written import read_written, written_questions
from vectorstore.paper import Paper
from vectorstore.sentences import split_sentences

_MIN_SENTENCES = 4  # of an abstract of which claims are made
_N_NAMES = 50  # that may stand in place of a claim's own
_WINDOW = (1, 2, 3)  # sentences that a claim made from one of them is held against
_ANSWERS: dict[str, Label] = {"yes": "supported", "no": "contradicted", "maybe": "not stated"}
OF_SCIFACT: dict[str, Label] = {
    "SUPPORT": "supported",
    "CONTRADICT": "contradicted",
    "NOT_ENOUGH_INFO": "not stated",
}


def labelled_claims(
    data: Path, *, seed: int, held_out: int | None, papers_per_corpus: int
) -> dict[str, list[LabelledClaim]]:
    """Return the claims of each source, in random order.

    Those of SciFact's claims, and of the abstracts that were written about, in the fold `held_out`
    are left out.
    """
    rng = random.Random(seed)  # noqa: S311 (no secret)
    general = {name: some_general_papers(data, name, papers_per_corpus, rng) for name in GENERAL}
    written = read_written(data, held_out=held_out)
    found = {
        "contrasted claims": list(contrasted_claims(data, rng, folds=learnt_folds(held_out))),
        "written questions": [claim for it in written for claim in written_questions(it, rng)],
        "scifact": list(claims_of_scifact(data / "scifact", held_out=held_out)),
        "scitldr": list(_summaries(data, rng)),
        "pubmedqa": list(_questions(data)),
        **{name: list(made_claims(papers, rng)) for name, papers in general.items()},
    }
    for claims in found.values():
        rng.shuffle(claims)
    return found


def claims_of_scifact(folder: Path, *, held_out: int | None) -> Iterator[LabelledClaim]:
    """Yield each claim with the sentences that decide it, with their neighbours, and with all."""
    for found in scientific_claims(folder):
        if in_fold(found.claim_id, held_out):
            continue
        for text in windows(found.sentences, found.deciding):
            yield LabelledClaim(found.text, text, OF_SCIFACT[found.label], "scifact")


def made_claims(papers: Sequence[Paper], rng: random.Random) -> Iterator[LabelledClaim]:
    """Yield what an answer could say of each paper's words: true, changed in a place, or elsewhere.

    A title stands on its own abstract, and not on the abstract that is nearest to it.
    """
    names = sorted({name for paper in papers for name in names_of(paper.abstract)})
    for paper, other in zip(papers, _nearest_others(papers), strict=True):
        sentences = [span.of(paper.abstract) for span in split_sentences(paper.abstract)]
        if len(sentences) >= _MIN_SENTENCES:
            yield from _made_of(sentences, names, rng)
        yield LabelledClaim(paper.title, paper.abstract, "supported", "title")
        yield LabelledClaim(paper.title, other.abstract, "not stated", "title")


def _nearest_others(papers: Sequence[Paper]) -> list[Paper]:
    """Return for each paper the other one whose words are most like its own."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    texts = [f"{paper.title} {paper.abstract}" for paper in papers]
    vectors = TfidfVectorizer(stop_words="english", sublinear_tf=True).fit_transform(texts)
    alike = (vectors @ vectors.T).toarray()
    np.fill_diagonal(alike, -1.0)
    return [papers[place] for place in alike.argmax(axis=1)]


def _made_of(
    sentences: Sequence[str], names: Sequence[str], rng: random.Random
) -> Iterator[LabelledClaim]:
    place, size = rng.randrange(len(sentences)), rng.choice(_WINDOW)
    start = max(0, place - rng.randrange(size))
    evidence = " ".join(sentences[start : start + size])
    claim = reported(sentences[place])
    yield LabelledClaim(claim, evidence, "supported", "sentence")
    changes = _changed(claim, names, rng)
    if changes:
        kind, text = rng.choice(changes)
        yield LabelledClaim(text, evidence, _of_change(kind), kind)
    others = [text for text in sentences if text not in evidence]
    if others:
        other = reported(rng.choice(others))
        more = f"{claim} {other}" if rng.random() < 0.5 else other
        yield LabelledClaim(more, evidence, "not stated", "other sentence")
    if len(sentences) > size + 1:
        rest = " ".join(text for text in sentences if text != sentences[-1])
        yield LabelledClaim(reported(sentences[-1]), rest, "not stated", "last sentence")


def _summaries(data: Path, rng: random.Random) -> Iterator[LabelledClaim]:
    collection = judged(data, "scitldr", "train")
    papers = {paper.paper_id: paper for paper in collection.papers}
    names = sorted({name for paper in collection.papers for name in names_of(paper.abstract)})
    nearest = dict(zip(papers, _nearest_others(collection.papers), strict=True))
    for query in collection.queries:
        for paper_id in query.gains:
            abstract = papers[paper_id].abstract
            yield LabelledClaim(query.text, abstract, "supported", "summary")
            yield LabelledClaim(query.text, nearest[paper_id].abstract, "not stated", "summary")
            for kind, text in _changed(query.text, names, rng):
                yield LabelledClaim(text, abstract, _of_change(kind), kind)


def _changed(claim: str, names: Sequence[str], rng: random.Random) -> list[tuple[str, str]]:
    """Return the claim changed in one place, in each way that is possible."""
    some = rng.sample(names, min(_N_NAMES, len(names)))
    changes = ((kind, change(claim, some)) for kind, change in PERTURBATIONS.items())
    return [(kind, text) for kind, text in changes if text]


def _of_change(kind: str) -> Label:
    return "not stated" if kind == "name swapped" else "contradicted"


def _questions(data: Path) -> Iterator[LabelledClaim]:
    collection = judged(data, "pubmedqa", "cv")
    papers = {paper.paper_id: paper for paper in collection.papers}
    rows = read_rows(data / "pubmedqa" / "queries.cv.jsonl")
    answers = {str(row["id"]): _ANSWERS[row["answer"]] for row in rows}
    for query in collection.queries:
        for paper_id in query.gains:
            answer = answers[query.query_id]
            yield LabelledClaim(query.text, papers[paper_id].abstract, answer, "question")

"""Claims with evidence and a label: what the check is fitted to and measured on."""

import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from assistant.checking.analysis import sentences_of
from assistant.checking.names import names_of
from assistant.reading.phrasing import reported
from benchmarks.data import Row, read_rows
from benchmarks.perturbations import PERTURBATIONS
from benchmarks.scifact import scientific_claims

# AttributionBench counts three times: it has few pairs for its many kinds of text.
# SciFact comes twice, with the deciding sentences and with the abstract, each for half.
_WEIGHT_ATTRIBUTIONBENCH, _WEIGHT_SCIFACT = 3.0, 0.5
_WEIGHT_TRUE, _WEIGHT_FALSE = 0.5, 0.3
_N_PAPERS = 300  # of which a sentence each is repeated, and repeated falsely


@dataclass(frozen=True, slots=True)
class LabelledPair:
    """A claim, its evidence, and whether that supports it.

    Pairs of one `group` never stand on both sides of a split. `made` pairs are our own: they are
    fitted to, and no figure is of them.
    """

    claim: str
    evidence: tuple[str, ...]
    label: bool
    set: str
    group: str
    weight: float = 1.0
    made: bool = field(default=False)


def read_pairs(data: Path) -> list[LabelledPair]:
    """Return the pairs of the dev sets in `data`, then those that are made."""
    return [
        *_attributionbench(data / "attributionbench" / "dev.jsonl.gz"),
        *_healthver(data / "healthver" / "dev.jsonl"),
        *read_scifact(data / "scifact"),
        *_made(data / "arxiv_cs" / "corpus.1k.jsonl.gz"),
    ]


def _attributionbench(path: Path) -> Iterator[LabelledPair]:
    for row in read_rows(path):
        references = tuple(row["references"])
        yield LabelledPair(
            row["claim"],
            references,
            bool(row["label"]),
            "AttributionBench",
            row["question"],
            _WEIGHT_ATTRIBUTIONBENCH,
        )


def _healthver(path: Path) -> Iterator[LabelledPair]:
    for row in read_rows(path):
        label = row["label"] == "Supports"
        yield LabelledPair(row["claim"], (row["evidence"],), label, "HealthVer", row["question"])


def read_scifact(folder: Path) -> Iterator[LabelledPair]:
    """Yield each claim with the sentences that decide it, and with the whole abstract."""
    for claim in scientific_claims(folder):
        forms = {
            "SciFact, sentences": " ".join(claim.sentences[i] for i in claim.deciding),
            "SciFact, abstracts": claim.abstract,
        }
        for name, text in forms.items():
            yield LabelledPair(
                claim.text,
                (text,),
                claim.label == "SUPPORT",
                name,
                f"scifact {claim.claim_id}",
                _WEIGHT_SCIFACT,
            )


def _made(path: Path) -> Iterator[LabelledPair]:
    """Yield sentences of abstracts as an answer repeats them, changed, and beside others' words."""
    papers = list(islice(read_rows(path), _N_PAPERS))
    names = sorted({name for paper in papers for name in names_of(paper["abstract"])})
    for paper in papers:
        yield from _made_of(paper, names)


def _made_of(paper: Row, names: Sequence[str]) -> Iterator[LabelledPair]:
    sentences = sentences_of(paper["abstract"])
    if len(sentences) < 4:
        return
    chance = zlib.crc32(paper["title"].encode())
    place = chance % len(sentences)
    end = place + (2 if chance % 3 == 0 else 1)
    evidence = (" ".join(sentences[place:end]), paper["title"])
    claim = reported(sentences[place])

    def made(text: str, *, label: bool) -> LabelledPair:
        weight = _WEIGHT_TRUE if label else _WEIGHT_FALSE
        return LabelledPair(text, evidence, label, "made", paper["title"], weight, made=True)

    yield made(claim, label=True)
    changed = (change(claim, names) for change in PERTURBATIONS.values())
    yield from (made(text, label=False) for text in changed if text)
    other = sentences[(place + 2) % len(sentences)]
    if other not in evidence[0]:
        yield made(reported(other), label=False)

"""Claims of SciFact (Wadden et al., 2020), each with the sentences that decide it."""

import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.data import read_rows
from vectorstore import content_terms


@dataclass(frozen=True, slots=True)
class ScientificClaim:
    """A claim beside the sentences of a cited abstract.

    `deciding` are the places of those that support it or contradict it, as `label` says: SUPPORT or
    CONTRADICT. With NOT_ENOUGH_INFO they are those that share most terms with the claim, as many as
    other claims have: their number must not tell the label.
    """

    claim_id: str
    text: str
    paper_id: str
    title: str
    label: str
    sentences: tuple[str, ...]
    abstract: str
    deciding: tuple[int, ...]


def scientific_claims(folder: Path) -> Iterator[ScientificClaim]:
    """Yield each claim of the training split once for each abstract that it cites."""
    abstracts = {row["id"]: row for row in read_rows(folder / "corpus.jsonl.gz")}
    claims = list(read_rows(folder / "claims.train.jsonl"))
    sizes = [len(part["sentences"]) for c in claims for e in c["evidence"].values() for part in e]
    for row in claims:
        size = sizes[zlib.crc32(row["id"].encode()) % len(sizes)]
        for paper_id in row["evidence"] or map(str, row["cited_doc_ids"]):
            parts = row["evidence"].get(paper_id, [])
            sentences = tuple(abstracts[paper_id]["sentences"])
            deciding = sorted({place for part in parts for place in part["sentences"]})
            yield ScientificClaim(
                claim_id=row["id"],
                text=row["claim"],
                paper_id=paper_id,
                title=abstracts[paper_id]["title"],
                label=parts[0]["label"] if parts else "NOT_ENOUGH_INFO",
                sentences=sentences,
                abstract=abstracts[paper_id]["abstract"],
                deciding=tuple(deciding or _most_alike(row["claim"], sentences, size)),
            )


def _most_alike(claim: str, sentences: Sequence[str], size: int) -> list[int]:
    wanted = set(content_terms(claim))
    order = sorted(
        range(len(sentences)), key=lambda i: -len(wanted & set(content_terms(sentences[i])))
    )
    return sorted(order[:size])

"""What a verifier learns from: a claim or question beside a text, and what the text says of it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

Label = Literal["supported", "contradicted", "not stated"]
LABELS: tuple[Label, ...] = ("supported", "contradicted", "not stated")


@dataclass(frozen=True, slots=True)
class LabelledClaim:
    """A claim, the words that it is held against, and what they say of it.

    Or a question: what answers it supports it.
    """

    claim: str
    evidence: str
    label: Label
    source: str

    @property
    def n_chars(self) -> int:
        """The characters of both texts."""
        return len(self.claim) + len(self.evidence)


def windows(sentences: Sequence[str], deciding: Sequence[int]) -> Iterator[str]:
    """Yield the sentences at the places `deciding`, these with their neighbours, and all."""
    everywhere = range(len(sentences))
    around = [n for n in everywhere if any(abs(n - place) < 2 for place in deciding)]
    for places in (deciding, around, everywhere):
        yield " ".join(sentences[n] for n in places)

"""A sentence in the third person, and where its citation stands."""

from dataclasses import dataclass
from typing import Literal

Place = Literal["subject", "product", "end"]


@dataclass(frozen=True, slots=True)
class Turned:
    """A sentence in the third person.

    The citation, with the words `named` that it follows, stands between `before` and `after`: of
    place `subject` these name the authors or the study, of `product` what they made; at the `end`
    it stands before the full stop, and `named` is empty. `claim` is the sentence without them.
    """

    place: Place
    before: str
    named: str
    after: str
    claim: str

    @property
    def n_words(self) -> int:
        """Return the number of words, the citation's own number left out."""
        return len(self.text.split())

    @property
    def text(self) -> str:
        """Return its words without the citation's number."""
        return f"{self.before} {self.named} {self.after}"


def ended(text: str, claim: str) -> Turned:
    """Return a sentence that is cited before its full stop."""
    return Turned("end", text[:-1], "", text[-1], claim)

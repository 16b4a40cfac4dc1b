"""A claim beside its evidence: what the features and the reasons are read from."""

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property

from assistant.checking.analysis import Analysed, Pair
from assistant.checking.names import missing_names, names_of
from assistant.checking.numbers import missing_numbers
from assistant.checking.overlap import (
    beginnings,
    fragments,
    nearness,
    occurrences,
    share,
    soft_share,
    windows,
)
from assistant.checking.polarity import negation_conflicts, opposite_words

Similarities = Callable[[str, Sequence[str]], list[float]]  # of a text to each of several

N_COMPARED = 3  # sentences that are encoded, the best by their words: each costs 1 to 3 ms
_MAX_CHARS = 1_500  # of the evidence as a whole; the encoder reads about 1,000


class Comparison:
    """A claim beside its evidence. Everything is computed once, when first asked for."""

    def __init__(self, pair: Pair, similarities: Similarities) -> None:
        self.claim = pair.claim
        self.sentences = pair.sentences
        self.evidence = "\n".join(sentence.text for sentence in pair.sentences)
        self._similarities = similarities

    @cached_property
    def wanted(self) -> tuple[str, ...]:
        """Return the stems of the claim's content words, each once."""
        return tuple(dict.fromkeys(self.claim.content))

    @cached_property
    def held(self) -> Mapping[str, int]:
        """Return how often each stem occurs in the evidence."""
        return occurrences(sentence.content for sentence in self.sentences)

    @cached_property
    def missing(self) -> list[str]:
        """Return the wanted stems that the evidence lacks; one that it nearly has is not among."""
        by_beginning = beginnings(self.held)
        return [s for s in self.wanted if s not in self.held and not nearness(s, by_beginning)]

    @cached_property
    def closest(self) -> tuple[Analysed, ...]:
        """Return the sentences whose words are most the claim's, best first; up to N_COMPARED."""
        order = sorted(self.sentences, key=lambda s: -soft_share(self.wanted, s.content))
        return tuple(order[:N_COMPARED])

    @cached_property
    def similarities(self) -> tuple[float, ...]:
        """Return the cosine similarity of the claim to each of the closest sentences."""
        return tuple(self._similarities(self.claim.text, [s.text for s in self.closest]))

    @cached_property
    def whole_similarity(self) -> float:
        """Return the cosine similarity of the claim to the whole evidence.

        Of evidence in few sentences it is that of the best one, which saves encoding one more text.
        """
        if len(self.sentences) <= N_COMPARED:
            return max(self.similarities, default=0.0)
        whole = " ".join(sentence.text for sentence in self.sentences)[:_MAX_CHARS]
        return self._similarities(self.claim.text, [whole])[0]

    @cached_property
    def window(self) -> frozenset[str]:
        """Return the stems of the two neighbouring sentences that hold most of the claim."""
        found = windows([sentence.content for sentence in self.sentences])
        return max(found, key=lambda stems: share(self.wanted, stems), default=frozenset())

    @cached_property
    def in_window(self) -> float:
        """Return the share of the claim, by weight, that stands in the window."""
        return share(self.wanted, self.window)

    @cached_property
    def fragments(self) -> list[int]:
        """Return the lengths of the runs of words that the claim copies."""
        return fragments(self.claim.words, [w for s in self.sentences for w in s.words])

    @cached_property
    def names(self) -> list[str]:
        """Return the names in the claim."""
        return names_of(self.claim.text)

    @cached_property
    def missing_names(self) -> list[str]:
        """Return the claim's names that the evidence lacks."""
        return missing_names(self.claim.text, self.evidence)

    @cached_property
    def missing_numbers(self) -> list[str]:
        """Return the claim's numbers that the evidence lacks, as they are written."""
        return missing_numbers(self.claim.text, self.evidence)

    @property
    def closest_text(self) -> str:
        """Return the sentence whose words are most the claim's; or nothing."""
        return self.closest[0].text if self.closest else ""

    @cached_property
    def contradicting_text(self) -> str:
        """Return the two closest sentences, in which a contradiction is looked for."""
        return " ".join(sentence.text for sentence in self.closest[:2])

    @cached_property
    def negation_conflicts(self) -> list[str]:
        """Return the stems that one of claim and evidence denies and the other affirms."""
        return negation_conflicts(self.claim.text, self.contradicting_text)

    @cached_property
    def opposites(self) -> list[tuple[str, str]]:
        """Return words of the claim with the opposites that the evidence has in their place."""
        return opposite_words(self.claim.text, self.contradicting_text)

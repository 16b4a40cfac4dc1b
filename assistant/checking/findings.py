"""What speaks against a sentence, in words for its reader."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.checking.comparison import Comparison
from assistant.checking.polarity import quoted_negation
from vectorstore import stem

# Of the claims of the dev sets that a finding is true of, the share that is supported, rounded up;
# see docs/decisions/0008-the-check.md. No such claim scores higher.
_CAP_NUMBERS = 0.3
_CAP_OPPOSITE = 0.3
_CAP_NAMES = 0.4

_SAME_MATTER = 0.5  # share of the claim that two sentences hold, from which they can contradict it
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that the evidence does not bear out, and the highest score that it leaves.

    `kind` is number, opposite or name.
    """

    kind: str
    reason: str
    cap: float


def findings(comparison: Comparison) -> list[Finding]:
    """Return what speaks against the claim, the gravest first."""
    found = []
    if comparison.missing_numbers:
        reason = _not_there("number", comparison.missing_numbers)
        found.append(Finding("number", reason, _CAP_NUMBERS))
    opposite = _opposite(comparison)
    if opposite:
        reason = f"The cited words say the opposite: “{opposite}”."
        found.append(Finding("opposite", reason, _CAP_OPPOSITE))
    if comparison.missing_names:
        reason = _not_there("name", comparison.missing_names)
        found.append(Finding("name", reason, _CAP_NAMES))
    return found


def little_support(comparison: Comparison) -> str:
    """Return the reason of a low score that no finding explains."""
    if comparison.in_window < _SAME_MATTER:
        return "Little of this sentence occurs in the cited words."
    return "The cited words share terms with this sentence but do not clearly say it."


def _not_there(kind: str, things: Sequence[str]) -> str:
    shown = list(dict.fromkeys(things))
    if len(shown) == 1:
        return f"The {kind} {shown[0]} does not occur in the cited words."
    return f"The {kind}s {', '.join(shown[:-1])} and {shown[-1]} do not occur in the cited words."


def _opposite(comparison: Comparison) -> str:
    """Return the cited words that say the opposite of the claim; or nothing."""
    if comparison.in_window < _SAME_MATTER:
        return ""
    cited = comparison.contradicting_text
    for root in comparison.negation_conflicts:
        return quoted_negation(cited, root) or _word_of(cited, root)
    for _, opposite in comparison.opposites:
        return opposite
    return ""


def _word_of(text: str, root: str) -> str:
    return next((word for word in _WORD.findall(text) if stem(word) == root), "")

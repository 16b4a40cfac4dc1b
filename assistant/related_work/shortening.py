"""A turned sentence without its last clauses."""

import re
from collections.abc import Iterator
from dataclasses import replace

from assistant.related_work.turned import Turned

_AFTERTHOUGHT = re.compile(
    r", (?:and )?(?:thus |thereby |hence )?(?:achieving|aiming to|allowing|demonstrating|enabling"
    r"|ensuring|establishing|facilitating|highlighting|improving|indicating|leading to|making"
    r"|offering|outperforming|paving|providing|resulting in|revealing|showing"
    r"|suggesting|surpassing|underscoring|yielding)\b|, (?:where|which|while|whereas) "
    r"| [-–] that is,? "
)
_MIN_KEPT = 8  # words


def shortened(turned: Turned) -> Iterator[Turned]:
    """Yield the sentence without its last clause, without its last two, ...

    Each says less, and what it says no less surely so.
    """
    whole = turned.before if turned.place == "end" else turned.after
    for kept in beginnings(whole):
        if turned.place == "end":
            yield replace(turned, before=kept, claim=f"{kept}.")
        else:
            claim = turned.claim.removesuffix(whole.lstrip()).rstrip()
            yield replace(turned, after=f"{kept}.", claim=f"{claim} {kept.lstrip()}.")


def beginnings(text: str) -> Iterator[str]:
    """Yield the text without its last clause, without its last two, ..., and without full stop."""
    for cut in reversed(list(_AFTERTHOUGHT.finditer(text))):
        kept = text[: cut.start()].rstrip(" ,")
        if _is_whole(kept):
            yield kept


def _is_whole(text: str) -> bool:
    balanced = all(text.count(one) == text.count(other) for one, other in ("()", "[]", "“”"))
    return balanced and len(text.split()) >= _MIN_KEPT

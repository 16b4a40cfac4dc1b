"""A turned sentence without its last clause."""

import re
from dataclasses import replace

from assistant.related_work.turning import Turned

_AFTERTHOUGHT = re.compile(
    r", (?:thus |thereby |hence |and thus )?(?:which|achieving|aiming|allowing"
    r"|demonstrating|enabling|ensuring|establishing|facilitating|highlighting|improving|indicating"
    r"|leading|making|offering|outperforming|paving|providing|resulting|revealing|showing"
    r"|significantly|suggesting|surpassing|underscoring|yielding)\b[^.;]*\.?$"
)
_MIN_KEPT = 8  # words


def shortened(turned: Turned) -> Turned | None:
    """Return the sentence without its last clause, where what is left says no less surely so."""
    cut = _AFTERTHOUGHT.search(turned.after or turned.before)
    if turned.place == "end":
        cut = _AFTERTHOUGHT.search(turned.before)
    whole = turned.before if turned.place == "end" else turned.after
    if cut is None or not _is_whole(whole[: cut.start()]):
        return None
    kept = whole[: cut.start()]
    dropped = len(whole) - len(kept) - (turned.place != "end")
    claim = f"{turned.claim.rstrip('.!')[: -dropped or None]}"
    if turned.place == "end":
        return replace(turned, before=kept, claim=f"{kept}.")
    return replace(turned, after=f"{kept}.", claim=f"{claim}.")


def _is_whole(text: str) -> bool:
    balanced = all(text.count(one) == text.count(other) for one, other in ("()", "[]", "“”"))
    return balanced and len(text.split()) >= _MIN_KEPT

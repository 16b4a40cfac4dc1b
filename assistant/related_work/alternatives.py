"""Other ways to report a sentence, for where too many in a row begin with who did it."""

import re

from assistant.related_work.persons import capital
from assistant.related_work.subjects import product_of, subject_of
from assistant.related_work.turned import Turned, ended
from assistant.related_work.turning import BRINGS, WE, of_product, prepared
from vectorstore import Paper

_SHOWN = re.compile(
    r" (?:demonstrate|find|observe|reveal|show)s?(?: empirically)? that (?P<what>.+)$"
)
_NEEDS_NAMES = re.compile(r"\b(?:their|theirs|they|them|its?|the authors)\b|[:;]")


def introduced(sentence: str, paper: Paper) -> Turned | None:
    """Return "Pando, introduced by Doe et al., is ..." for "We introduce Pando, ...", or None."""
    match, product = WE.match(prepared(sentence)), product_of(paper)
    subject = subject_of(paper)
    if not match or match["before"] or not product or subject.kind != "authors":
        return None
    said = of_product(product, match["rest"]) if match["verb"] in BRINGS else ""
    if not said:
        return None
    return Turned(
        "subject",
        f"{product}, {BRINGS[match['verb']]} by ",
        subject.text,
        f", {said}",
        f"{product} {said}",
    )


def stated(turned: Turned) -> Turned | None:
    """Return "Owls hear." for "A 2024 study shows that owls hear.", cited at its end, or None."""
    match = _SHOWN.match(turned.after)
    is_plain = turned.place == "subject" and not turned.before
    if not match or not is_plain or _NEEDS_NAMES.search(match["what"]):
        return None
    return ended(capital(match["what"]), turned.claim)

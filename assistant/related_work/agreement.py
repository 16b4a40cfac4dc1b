"""Verbs that share a subject: "We introduce X and evaluate it" is "Doe introduces X and ..."."""

import re

from assistant.related_work.verbs import COORDINATED, MAY_BE_NOUN, base_form, third_person

_ADVERB = r"(?:also|further|then|first|finally|additionally|next|thus|therefore|hence|[a-z]+ly)"
_SHARED_SUBJECT = re.compile(
    rf"(?:,\s+(?:and|or|but|then)|,|\b(?:and|or|but|then))\s+(?:{_ADVERB}\s+)*(?P<verb>[a-z][a-z-]+)\b"
)
_OWN_CLAUSE = re.compile(
    r"\b(?:to|that|which|who|whose|can|could|may|might|will|would|should|must|do|does|did|help\w*"
    r"|let|how|where|when|whether|what|why|if|as|because|while|we|not)\b"
)
_MODAL = frozenset("can cannot could did do may might must shall should will would".split())


def agreeing(verb: str, rest: str) -> tuple[str, str] | None:
    """Return verb and rest as they follow a subject in the singular; None where it is unsure."""
    if not shares_subject(rest):
        return third_person(verb), rest
    if verb in _MODAL:
        return (verb, rest) if verb not in {"do"} else None
    pieces, end = [], 0
    for match in _SHARED_SUBJECT.finditer(rest):
        shared = match["verb"]
        if shared not in COORDINATED:
            continue
        if shared in MAY_BE_NOUN or _OWN_CLAUSE.search(rest[: match.start()]):
            return None
        pieces += [rest[end : match.start("verb")], third_person(shared)]
        end = match.end("verb")
    return third_person(verb), "".join([*pieces, rest[end:]])


def shares_subject(rest: str, *, singular: bool = False) -> bool:
    """Return whether a further verb may share the subject: "introduce X and evaluate it"."""
    verbs = (match["verb"] for match in _SHARED_SUBJECT.finditer(rest))
    return any((base_form(verb) if singular else verb) in COORDINATED for verb in verbs)

"""Verbs that follow "we", made to follow "Doe" or "a 2024 study"."""

import re

_IRREGULAR = {"have": "has", "are": "is", "were": "was", "do": "does", "go": "goes", "am": "is"}
_SAME = frozenset(
    """
    can cannot could did had may might must shall should was will would began built came chose
    drew fed fell felt found gave got grew held kept knew led left lost made met put ran rose saw
    sent set showed sought spent spoke stood taught thought told took went wrote
    """.split()
)
# Verbs that look like past ones, and nouns or adverbs that no verb is.
_NO_PAST = frozenset("embed exceed feed need proceed seed shed speed succeed".split())
_NEGATED = re.compile(r"(do|are|have|were)(n['’]t)$")

# Verbs of abstracts in the form that "we" takes: behind "and" they share its subject.
COORDINATED = frozenset(
    """
    achieve adapt add address adopt aim analyse analyze apply argue ask assess automate benchmark
    bound build calculate calibrate call characterise characterize classify collect combine
    compare compute conclude conduct confirm consider construct contribute create curate define
    demonstrate derive describe design detail detect determine develop devise discover discuss
    employ enable encode enhance ensure establish estimate evaluate examine expand explain explore
    expose extend extract find fine-tune finetune focus formalise formalize formulate gain
    generalise generalize generate give highlight hypothesise hypothesize identify illustrate
    implement improve incorporate infer inspect instantiate integrate interpret introduce
    investigate isolate learn leverage localize manipulate map measure mitigate model modify
    observe obtain offer open-source optimise optimize outline outperform perform pinpoint point
    predict present probe produce propose prove provide quantify reach recommend reduce release
    replace report represent reveal review rely select separate show simulate solve study suggest
    summarise summarize survey synthesise synthesize tackle term test theorise theorize trace
    train translate treat uncover underline understand unify use utilise utilize validate verify
    visualise visualize
    """.split()
)


# Verbs that are nouns too: "and measure" may go on with either.
MAY_BE_NOUN = frozenset(
    """
    address aim benchmark bound call compare design detail estimate focus gain highlight map
    measure model outline point probe report result review study survey test trace train use
    """.split()
)


def third_person(verb: str) -> str:
    """Return the form of a verb that follows "it": "shows" of "show"; a past one stays."""
    negated = _NEGATED.match(verb)
    if negated:
        return _IRREGULAR[negated[1]] + negated[2]
    if verb in _IRREGULAR:
        return _IRREGULAR[verb]
    if verb in _SAME or is_past(verb):
        return verb
    if re.search(r"(?:s|x|z|ch|sh|o)$", verb):
        return f"{verb}es"
    if re.search(r"[^aeiou]y$", verb):
        return f"{verb[:-1]}ies"
    return f"{verb}s"


def base_form(verb: str) -> str:
    """Return the form of a verb that follows "they": "show" of "shows"."""
    plural = {singular: each for each, singular in _IRREGULAR.items() if each != "am"}
    if verb in plural:
        return plural[verb]
    if re.search(r"[^aeiou]ies$", verb):
        return f"{verb[:-3]}y"
    if re.search(r"(?:ss|x|zz|ch|sh)es$", verb):
        return verb[:-2]
    return verb[:-1] if verb.endswith("s") and not verb.endswith("ss") else verb


def is_past(verb: str) -> bool:
    """Return whether a verb has the form of the past, which is one for all persons."""
    return verb.endswith("ed") and verb not in _NO_PAST


def is_finite(word: str) -> bool:
    """Return whether a word behind a noun phrase is likely its verb: "shows", "scored", "can"."""
    if word in _SAME or word in _FORMS:
        return True
    return is_past(word) and len(word) > 4


_FORMS = frozenset(
    [*_IRREGULAR, *_IRREGULAR.values()]
    + [form for verb in COORDINATED - MAY_BE_NOUN for form in (verb, third_person(verb))]
)

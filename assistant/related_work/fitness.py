"""Whether a sentence can stand without the ones before it in the abstract."""

import re

from assistant.related_work.openers import without_opener

_UNFIT = re.compile(
    r"https?://|www\.|github|\[\d|\?|^(?:code|data|source code)\b|\b(?:this|the) (?:url|link)\b"
    r"|\b(?:code|models?|data(?:set)?s?|materials?) (?:is|are|will be|can be)"
    r" (?:\w+ly )?(?:available|released|found|accessed|open)"
    r"|\b(?:we|paper|work) (?:\w+ )?"
    r"(?:release|open-source|publish|hope|believe|contributes? to)\w*\b"
    r"|\bas we (?:all )?know\b"
    r"|^our (?:work|study|research|results?|findings?)\b.*\b(?:led to|shed|contribut|pave|open)"
    r"|\bavailable (?:at|online|here|on)\b|\bthis (?:thesis|chapter|demo|talk)\b|\bcopyright\b",
    re.IGNORECASE,
)
_DEPENDS = re.compile(
    r"^(?:this|these|that|those|it|they|such|its|their|both|each|another|others?|he|she"
    r"|the (?:former|latter|other|second|first|third|same|above|resulting|result|former|approach"
    r"|method|model|framework|system|algorithm|dataset|corpus|proposed|new|code|task|key|main"
    r"|idea|goal|intuition))\b(?! (?:of|that) )|\b(?:proposed|above|aforementioned)\b",
    re.IGNORECASE,
)
_POINTS = re.compile(
    r"\b(?:this|these|those)\b(?! (?:paper|work|study|article|survey|review)\b)|\bsuch (?!as\b)"
    r"|\bthe (?:latter|former|above|aforementioned|same)\b|\b(?:of|on|for|with|from) (?:them|it)\b",
    re.IGNORECASE,
)
# "To overcome this limitation" is to overcome a limitation, whatever stood before.
_OBJECT = re.compile(
    r"\b(?P<verb>(?:address|alleviat|answer|break|bridg|clos|eliminat|explor|fill|fix|handl"
    r"|investigat|mitigat|overcom|remed|resolv|solv|stud|tackl|test|verif)\w*) "
    r"(?P<which>this|these|those|such an?|such) (?!questions?\b)(?=(?P<next>[a-z])[a-z-]+)"
)
MIN_WORDS, MAX_WORDS = 6, 60


def is_fit(text: str) -> bool:
    """Return whether a sentence may be reported at all: no link, question or foreign citation."""
    return not _UNFIT.search(text) and MIN_WORDS <= len(text.split()) <= MAX_WORDS


def depends_on_text_before(sentence: str) -> bool:
    """Return whether a sentence speaks of something that an earlier one must have named."""
    return _DEPENDS.search(without_opener(sentence)) is not None


def leans_on_text_before(turned: str) -> bool:
    """Return whether a sentence, once turned, still says "this limitation" or "such models"."""
    return _POINTS.search(turned) is not None


def with_indefinite_objects(text: str) -> str:
    """Return the text with "overcome a limitation" for "overcome this limitation"."""
    return _OBJECT.sub(_indefinite, text)


def _indefinite(match: re.Match[str]) -> str:
    """Return "overcome a limitation" for "overcome this limitation"; plurals go bare."""
    if match["which"] != "this":
        return f"{match['verb']} "
    return f"{match['verb']} {'an' if match['next'] in 'aeiou' else 'a'} "

"""Whether a sentence can stand without the ones before it in the abstract."""

import re

from assistant.related_work.openers import without_opener
from assistant.related_work.worth import content_stems
from vectorstore import stem

_UNFIT = re.compile(
    r"https?://|www\.|github|\[\d|\?|^(?:code|data|source code)\b|\b(?:this|the) (?:url|link)\b"
    r"|\b(?:code|models?|data(?:set)?s?|materials?) (?:is|are|will be|can be)"
    r" (?:\w+ly )?(?:available|released|found|accessed|open)"
    r"|\b(?:we|paper|work) (?:\w+ )?"
    r"(?:release|open-source|publish|hope|believe|contributes? to)\w*\b"
    r"|\bas we (?:all )?know\b|\b(?:we|I|paper|work|tutorial) (?:will|plan to|intend to)\b"
    r"|\bbest of (?:our|my|the authors['’]) knowledge\b|\bet al\b|\s[,;]"
    r"|\bwe (?:employ|introduce|present|use) (?:to|that|which)\b"
    r"|\b(?:discussed|presented|described|reported) in this (?:paper|work|article)\b"
    r"|^our (?:work|study|research|results?|findings?)\b.*\b(?:led to|shed|contribut|pave|open)"
    r"|\b(?:publicly|freely|openly) (?:accessible|available)\b"
    r"|\bavailable (?:at|online|here|on)\b|\bthis (?:thesis|chapter|demo|talk|tutorial)\b"
    r"|\bcopyright\b",
    re.IGNORECASE,
)
_DEPENDS = re.compile(
    r"^(?:this|these|that|those|it|they|such|its|their|both|each|another|others?|he|she)\b"
    r"|\balso\b|(?<!is )(?<!are )(?<!was )(?<!were )\bproposed\b|\b(?:above|aforementioned)\b",
    re.IGNORECASE,
)
# "The annotated corpus is evaluated": which corpus? "The history of corpora is told" says it.
_DEFINITE = re.compile(
    r"^The (?!(?:first|best|most|largest|\w+est)\b)"
    r"(?:(?!(?:behind|between|by|for|from|in|of|on|that|to|with)\b)[a-z][\w-]*,? ){1,5}?"
    r"(?:is|are|was|were|has|have|had|can|could|may|might|will|[a-z]+(?:s|ed))\b"
)
# "We prove its superiority": whose?
_PRONOUN = re.compile(
    r"\b(?:we|paper|work|study) (?:\w+ly )?[a-z]+ (?:(?:\w+ )?(?:it|its|their|them|they)"
    r"|(?:[\w-]+ ){1,4}(?:about|for|from|in|of|on|with) (?:it|them))\b",
    re.IGNORECASE,
)
_STUDY = re.compile(
    r"\b(?:this|the) (?:present )?(?:paper|work|study|article|survey|review)\b", re.IGNORECASE
)
_POINTS = re.compile(
    r"\b(?:this|these|those|such(?: an?)?)\b"
    r"(?! (?:paper|work|study|article|survey|review|as|for|from|in|of|on|that|with)\b)"
    r"(?P<what>(?: [\w-]+){1,3})?"
    r"|\bthe (?:latter|former|above|aforementioned|same|proposed|resulting)\b(?P<none>)",
    re.IGNORECASE,
)
# "We present a corpus for parsing and test models on this task": the sentence itself names it.
_GENERIC = frozenset(
    map(stem, "approach benchmark corpus data dataset framework method model system task".split())
)
_WORDS_THAT_NAME = 12
_SAYS_LITTLE = re.compile(
    r"\b(?:demonstrat|endors|highlight|prov|show|validat|verif|confirm)\w* (?:that )?"
    r"(?:the |its |our )?(?:\w+ )?"
    r"(?:effectiveness|efficacy|superiority|potential|usefulness|promise)\b"
    r"|\b(?:valuable|key|useful|important) insights?\b|\bpromising results\b|\bpave\w* the way\b"
    r"|\b(?:conduct|perform|carr(?:y|ied) out)\w* (?:\w+ ){0,2}experiments\b"
    r"|\bway forward\b|\bstate[- ]of[- ]the[- ]art (?:performance|results)\b"
    r"|\b(?:goal|aim|purpose|objective) (?:of|is)\b|\bscalable path\b"
    r"|\bfuture (?:research |work )?directions\b|\bopen challenges\b|\bconclude (?:by|with)\b"
    r"|\b(?:is|are) (?:effective|efficient|general|novel|promising|simple)\b"
    r"|\b(?:is|are) (?:also )?discussed\b|\b(?:critical|valuable) resource\b",
    re.IGNORECASE,
)
MIN_WORDS, MAX_WORDS = 6, 60


def is_fit(text: str) -> bool:
    """Return whether a sentence may be reported at all: no link, question or foreign citation."""
    return not _UNFIT.search(text) and MIN_WORDS <= len(text.split()) <= MAX_WORDS


def depends_on_text_before(sentence: str) -> bool:
    """Return whether a sentence speaks of something that an earlier one must have named."""
    text = without_opener(sentence)
    return any(pattern.search(text) for pattern in (_DEPENDS, _DEFINITE, _STUDY))


def leans_on_text_before(sentence: str, turned: str) -> bool:
    """Return whether a sentence says "this limitation" or "its cause" of what it has not named.

    `turned` is the sentence in the third person.
    """
    if _PRONOUN.match(without_opener(sentence)):
        return True
    for match in _POINTS.finditer(turned):
        before = turned[: match.start()]
        what = content_stems(match["what"] or "")
        if what & _GENERIC and len(before.split()) >= _WORDS_THAT_NAME:
            continue
        if not content_stems(before) & what:
            return True
    return False


def says_little(sentence: str) -> bool:
    """Return whether a sentence only praises, or only says that something was tried."""
    return _SAYS_LITTLE.search(sentence) is not None

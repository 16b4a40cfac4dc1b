"""Whether two sentences point the same way: negation, and words with an opposite."""

import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import pairwise

from vectorstore import STOPWORDS, stem

_NEGATOR = re.compile(
    r"\b(?:no|not(?!\s+only)|never|none|neither|nor|without|cannot|unable|fail(?:s|ed|ing)?"
    r"|lack(?:s|ed|ing)?|absence|hardly|rarely|unlikely|(?:\w+n['’]t))\b",
    re.IGNORECASE,
)
_HELPING = re.compile(r"\b(?:do|does|did|is|are|was|were|can|could|will|may)\s+$", re.IGNORECASE)
_DO_NOT = re.compile(r"\b(?:do|does|did)\s+not\b", re.IGNORECASE)
_NOT = "(not)"
_TOKEN = re.compile(r"\w+n['’]t\b|[^\W_]+")
_CLAUSE_END = re.compile(r"[,;:.!?()](?:\s|$)")
_WORD = re.compile(r"[^\W_]+")
# What stands between a negator and what it negates: "no significant improvement".
_PASSED_OVER = frozenset(
    stem(word)
    for word in """able always any clear clearly consistent consistently demonstrate detect evidence
    find found necessarily observe report reported show shown significant significantly
    statistically substantial substantially support suggest yet""".split()
)
_OPPOSITES = """
    increase|rise|raise|grow|gain : decrease|decline|drop|reduce|reduction|fall|lower|loss
    higher|high|highest : lower|low|lowest
    more|most : less|fewer|least
    better|best|superior : worse|worst|inferior
    improve|improvement|enhance|boost|strengthen : worsen|degrade|degradation|impair|hurt|weaken
    outperform|surpass|exceed : underperform|lag
    faster|fast|quick|quicker|accelerate : slower|slow|slowly|delay
    larger|large|largest|big|bigger|greater : smaller|small|smallest
    longer|long|longest : shorter|short|shortest
    stronger|strong|robust : weaker|weak|fragile
    positive|positively : negative|negatively
    above|over : below|under
    before : after
    activate|induce|promote|upregulate|stimulate : inhibit|suppress|prevent|block|downregulate
    benefit|beneficial|helpful : harmful|detrimental
    effective|efficient : ineffective|inefficient
    easy|easier|simple|simpler : hard|harder|difficult|complex
    cheap|cheaper : expensive|costly
    common|frequent|frequently|often : rare|rarely|seldom
    sufficient : insufficient
    supervised : unsupervised
    open : closed
    success|succeed|successfully : failure|fail
    accept : reject
    safe : unsafe|dangerous
    susceptible|sensitive : resistant|insensitive
    dependent : independent
    first : last
    all|every|always : none|never
    maximize|maximum : minimize|minimum
    early|earlier : late|later
    presence : absence
    agree|consistent : disagree|inconsistent|contradict
"""


def _read_opposites() -> dict[str, frozenset[str]]:
    """Return, for each stem, the stems that say the opposite."""
    opposites: dict[str, frozenset[str]] = {}
    for line in _OPPOSITES.split("\n"):
        if ":" in line:
            sides = [frozenset(map(stem, s.strip().split("|"))) for s in line.split(" : ")]
            for side, other in (sides, sides[::-1]):
                for word in side:
                    opposites[word] = opposites.get(word, frozenset()) | other
    return opposites


OPPOSITES = _read_opposites()


def count_negators(text: str) -> int:
    """Return how many words of `text` negate."""
    return len(_NEGATOR.findall(text))


def negation_conflicts(claim: str, cited: str) -> list[str]:
    """Return the stems that one text affirms and the other only negates."""
    denied, denied_cited = negated(claim), negated(cited)
    if not denied and not denied_cited:
        return []
    said, said_cited = affirmed(claim), affirmed(cited)
    conflicts = (denied & said_cited - denied_cited) | (denied_cited & said - denied)
    in_place = _denied_in_place(claim, cited) | _denied_in_place(cited, claim)
    return sorted((conflicts - (said & said_cited)) | in_place)


def opposite_words(claim: str, cited: str) -> list[tuple[str, str]]:
    """Return the claim's words whose opposite stands in the cited text, and they themselves not.

    Each comes with the opposite, both as they are written. A negator before one of the two takes
    the contradiction back: "not worse" is no opposite of "better".
    """
    said = {stem(word): word for word in _WORD.findall(claim)}
    other = {stem(word): word for word in _WORD.findall(cited)}
    turned = negated(claim) ^ negated(cited)
    return _exchanged(claim, cited, turned) or [
        (word, other[opposite])
        for root, word in said.items()
        if root not in other and root in OPPOSITES and not (OPPOSITES[root] & said.keys())
        for opposite in sorted(OPPOSITES[root] & other.keys())[:1]
        if root not in turned and opposite not in turned
    ]


def _denied_in_place(denying: str, other: str) -> frozenset[str]:
    """Return the stems before which a negator was put, in words that are otherwise the same."""
    words, plain = _told(denying), set(pairwise(_told(other)))
    return frozenset(
        after
        for before, middle, after in zip(words, words[1:], words[2:], strict=False)
        if middle == _NOT and (before, after) in plain and (_NOT, after) not in plain
    )


@lru_cache(maxsize=4_096)
def _told(text: str) -> tuple[str, ...]:
    """Return the stems of a text; a negator and its helping verb "do" are one."""
    return tuple(map(_stem_or_not, _TOKEN.findall(_DO_NOT.sub("not", text))))


def _stem_or_not(token: str) -> str:
    return _NOT if _NEGATOR.fullmatch(token) else stem(token)


def _exchanged(claim: str, cited: str, turned: frozenset[str]) -> list[tuple[str, str]]:
    """Return the words of the claim whose opposite stands between the same neighbours."""
    words, shown = _WORD.findall(claim), _WORD.findall(cited)
    roots, cited_roots = [*map(stem, words), ""], [*map(stem, shown), ""]
    pairs = set(pairwise(cited_roots))
    found = []
    for place, root in enumerate(roots[:-1]):
        around = (roots[place - 1], roots[place + 1])  # of the first word the one before is ""
        if root in turned or (around[0], root) in pairs or (root, around[1]) in pairs:
            continue
        for other in sorted(OPPOSITES.get(root, frozenset()) - turned):
            if (around[0], other) in pairs or (other, around[1]) in pairs:
                found.append((words[place], shown[cited_roots.index(other)]))
                break
    return found


@lru_cache(maxsize=4_096)
def negated(text: str) -> frozenset[str]:
    """Return the stems that the negators of `text` bear on: the next word with content of each."""
    return frozenset(found for _, found in _scopes(text))


@lru_cache(maxsize=4_096)
def affirmed(text: str) -> frozenset[str]:
    """Return the stems of the words with content that stand at least once without a negator."""
    denied_at = {start for start, _ in _scopes(text)}
    return frozenset(
        stem(word.group())
        for word in _WORD.finditer(text)
        if word.start() not in denied_at and word.group().casefold() not in STOPWORDS
    )


def quoted_negation(cited: str, root: str) -> str:
    """Return the words of `cited` from a negator to the word of stem `root`; or nothing."""
    for negator in _NEGATOR.finditer(cited):
        for start, found in _targets(cited, [negator]):
            if found == root:
                end = _WORD.match(cited, start)
                return cited[_phrase_start(cited, negator) : end.end() if end else start]
    return ""


def _phrase_start(text: str, negator: re.Match[str]) -> int:
    """Return where the helping verb before a negator begins: "does not", "is not"."""
    before = re.search(
        r"\b(?:do|does|did|is|are|was|were|can|could|will|may)\s+$", text[: negator.start()]
    )
    return before.start() if before else negator.start()


@lru_cache(maxsize=4_096)
def _scopes(text: str) -> tuple[tuple[int, str], ...]:
    return tuple(_targets(text, _NEGATOR.finditer(text)))


def _targets(text: str, negators: Iterable[re.Match[str]]) -> Iterable[tuple[int, str]]:
    """Yield where the word that each negator bears on begins, and its stem."""
    for negator in negators:
        end = _CLAUSE_END.search(text, negator.end())
        for word in _WORD.finditer(text, negator.end(), end.start() if end else len(text)):
            root = stem(word.group())
            if word.group().casefold() not in STOPWORDS and root not in _PASSED_OVER:
                yield word.start(), root
                break

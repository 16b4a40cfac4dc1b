"""Papers whose text looks written to steer a language model, or to run in a page.

Nothing is refused or changed for it: `citewise status` names such papers so that a person can look.
What keeps their text from acting is told in docs/security.md.
"""

import re
import unicodedata
from base64 import b64decode
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from vectorstore.invisible import invisible_runs, without_invisible
from vectorstore.paper import Paper
from vectorstore.suspicious_patterns import (
    FOREIGN_ORDERS,
    LEET_NEEDLES,
    MARKUP,
    ORDERS,
    OTHER_SCRIPTS,
    OVERRIDE,
    Kind,
    Rule,
)

_MAX_EXCERPT_CHARS = 120
_CONTEXT_CHARS = 25  # shown before and after what a pattern found

# Letters of other scripts that look like Latin ones (Unicode TR 39); digits that stand for letters.
_LOOKALIKES = str.maketrans("абвгеѕіјкмнорстухһԁԛԝαεικνορτυχ", "abbresijkmhopctyxhdqwaeikvoptux")
_LEET = str.maketrans("013457@$!|", "oieastasil")

# Hidden beyond doubt: tags, selectors beyond the first sixteen, overrides of the direction. Real
# abstracts hold at most two other invisible characters in a row, and few in all.
_PLAINLY_HIDDEN = re.compile("[\U000e0000-\U000e0fff\u202d\u202e]")
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\ufffd]+")
_LONG_RUN = 3
_MANY, _LARGE_SHARE = 8, 0.03

_BASE64 = re.compile(r"(?<![\w/+.-])[A-Za-z0-9+/]{40,}={0,2}(?![\w/+-])")
_STRIDE = 20  # words of twice this length cover one of the pieces that a text is cut into
_SAMPLE_CHARS, _OFTEN = 24, 5  # so often the middle of a text stands in it
_MANY_WORDS, _LEAST_DIFFERENT = 100, 0.2  # real abstracts have at least a third different ones


@dataclass(frozen=True, slots=True)
class Suspicion:
    """Why a paper is worth a look: what kind of text, in which field, and the words.

    `excerpt` holds no invisible characters; what they spell is written out.
    """

    kind: Kind
    field: str
    excerpt: str


@dataclass(frozen=True, slots=True)
class FlaggedPaper:
    """A paper and what is suspicious about it, at least one thing."""

    paper: Paper
    suspicions: tuple[Suspicion, ...]


def flagged(papers: Iterable[Paper]) -> Iterator[FlaggedPaper]:
    """Yield the papers that are worth a look, in their order."""
    for paper in papers:
        if found := suspicions(paper):
            yield FlaggedPaper(paper, tuple(found))


def suspicions(paper: Paper) -> list[Suspicion]:
    """Return what looks like an attack in title, abstract and authors, one a kind and field.

    Papers about such attacks that quote one are found too.
    """
    fields = {
        "title": paper.title,
        "abstract": paper.abstract,
        "authors": "; ".join(paper.authors),
    }
    if not _found_in(" ; ".join(fields.values())):  # once for all is twice as fast
        return []
    return [
        Suspicion(kind, field, excerpt)
        for field, text in fields.items()
        for kind, excerpt in _found_in(text).items()
    ]


def _found_in(text: str) -> dict[Kind, str]:
    """Return the kinds of suspicion that a text raises, each with its first excerpt."""
    clean = without_invisible(text)
    found: dict[Kind, str] = {}
    for kind, excerpt in (
        *_hidden(text, clean),
        *_matches(MARKUP, text.lower(), text),
        *_worded(clean),
        *_encoded(clean),
        *_repeated(clean),
    ):
        found.setdefault(kind, _one_line(excerpt))
    return found


def _worded(clean: str) -> Iterator[tuple[Kind, str]]:
    """Yield the orders in a text, also those in look-alike letters or with digits for letters."""
    lower = unicodedata.normalize("NFKC", clean).lower()
    latin = lower if lower.isascii() else lower.translate(_LOOKALIKES)
    shown = clean if len(clean) == len(latin) else latin
    yield from _matches(ORDERS, latin, shown)
    yield from _matches(FOREIGN_ORDERS, lower, shown)
    if not lower.isascii():
        yield from _matches(OTHER_SCRIPTS, lower, shown)
    if any(needle in latin for needle in LEET_NEEDLES):
        yield from _matches([OVERRIDE], latin.translate(_LEET), shown)


def _matches(rules: Iterable[Rule], text: str, shown: str) -> Iterator[tuple[Kind, str]]:
    """Yield what each rule finds first in `text`, as it stands in `shown`."""
    for rule in rules:
        match = _may_match(rule, text) and rule.pattern.search(text)
        if match:
            start = max(0, match.start() - _CONTEXT_CHARS)
            yield rule.kind, shown[start : match.end() + _CONTEXT_CHARS]


def _may_match(rule: Rule, text: str) -> bool:
    for group in rule.needles:
        for needle in group:  # written out: `any` takes longer than looking for a needle
            if needle in text:
                break
        else:
            return False
    return True


def _hidden(text: str, clean: str) -> Iterator[tuple[Kind, str]]:
    n_hidden = len(text) - len(clean)
    if not n_hidden:
        return
    runs = [_CONTROLS.sub("", run) for run in invisible_runs(text)]
    n_hidden = sum(map(len, runs))
    if (
        _PLAINLY_HIDDEN.search(text)
        or max(map(len, runs)) >= _LONG_RUN
        or n_hidden >= max(_MANY, _LARGE_SHARE * len(text))
    ):
        spelled = _spelled("".join(runs))
        yield "hidden text", f"{n_hidden} invisible characters{spelled and f': {spelled}'}"


def _spelled(hidden: str) -> str:
    """Return the ASCII text that tag characters or variation selectors stand for, if any."""
    codes = (_code_of(ord(char)) for char in hidden)
    return "".join(chr(code) for code in codes if 0x20 <= code < 0x7F)


def _code_of(point: int) -> int:
    if 0xE0000 <= point <= 0xE007F:
        return point - 0xE0000
    if 0xE0100 <= point <= 0xE01EF:
        return point - 0xE0100 + 16
    return 0


def _encoded(clean: str) -> Iterator[tuple[Kind, str]]:
    """Yield text in base64 that decodes to words."""
    for start in range(0, len(clean) - _STRIDE + 1, _STRIDE):
        if " " not in clean[start : start + _STRIDE]:
            break
    else:
        return
    for match in _BASE64.finditer(clean):
        if decoded := _decoded(match[0]):
            yield "encoded text", decoded


def _decoded(base64: str) -> str:
    """Return what base64 says, where that is text of several words; else an empty string."""
    body = base64.rstrip("=")
    try:
        text = b64decode(body + "=" * (-len(body) % 4), validate=True).decode("utf-8")
    except ValueError:
        return ""
    return text if text.isprintable() and " " in text else ""


def _repeated(clean: str) -> Iterator[tuple[Kind, str]]:
    middle = clean[len(clean) // 2 :][:_SAMPLE_CHARS]
    if len(middle) < _SAMPLE_CHARS or clean.count(middle) < _OFTEN:
        return
    words = [word for word in clean.split() if word.isalpha()]  # contents repeat their dots
    n_different = len(set(words))
    if len(words) > _MANY_WORDS and n_different < _LEAST_DIFFERENT * len(words):
        yield "repetition", f"{len(words)} words, {n_different} different: {clean[:60]}"


def _one_line(excerpt: str) -> str:
    line = " ".join(without_invisible(excerpt).split())
    cut = line[: _MAX_EXCERPT_CHARS - 1].rstrip()
    return line if len(line) <= _MAX_EXCERPT_CHARS else f"{cut}…"

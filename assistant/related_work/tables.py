"""A table that compares papers. Every cell is a quoted span of the abstract, or "not stated"."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from assistant.reading.contribution import contribution_span
from assistant.reading.finding import finding_probability
from vectorstore import Paper, Span, split_sentences

NOT_STATED = "not stated"
COLUMNS = ("task", "method", "data", "finding", "code")
_FINDING_FROM = 0.5

_BROUGHT = re.compile(
    r"\b(?:introduc|propos|present|develop|describ|design|releas|construct|creat|build|offer)"
    r"(?:es?|ed|ing|s)?\b\s+(?P<what>[^.;:]+?)"
    r"(?=[.;:]|,\s|\s(?:that|which|to|for|by|aimed|designed|where|whose|with the)\s|$)"
)
_TASKS = (
    re.compile(r"\b(?:tasks?|problems?|challenges?) of (?P<what>[^.,;:()]+)"),
    re.compile(
        r"\bfor (?P<what>(?:[\w-]+ ){0,5}(?:alignment|analysis|answering|captioning|classification"
        r"|clustering|detection|editing|estimation|evaluation|explanation|explanations|extraction"
        r"|forecasting|generation|grounding|identification|inference|interpretability|learning"
        r"|mining|modeling|modelling|parsing|planning|prediction|ranking|reasoning|recognition"
        r"|reconstruction|referring|retrieval|reward|search|segmentation|simplification|steering"
        r"|summarization|synthesis|tagging|tracking|training|translation|understanding"
        r"|verification))\b"
    ),
)
_DATA = re.compile(
    r"\b(?:on|across|over|using|including|in|from)\s+(?P<what>(?:[\w’'/().+%-]+,?\s+){0,8}?"
    r"(?:data ?sets?|benchmarks?|corpora|corpus|cohorts?|questions|(?<!language )tasks))\b"
    r"(?P<more>(?:,? including [^.;]+)?)"
)
_CODE = re.compile(r"(?:https?://|\bgithub\.com/)[^\s)\]}>,;]+")
_CODE_WORDS = re.compile(r"\b(?:code|implementation|repository|github|software)\b", re.IGNORECASE)
_TRAILING = ".,:;'\"”’)"


@dataclass(frozen=True, slots=True)
class Cell:
    """A quoted span of a paper's abstract; None where the abstract does not state it."""

    paper: Paper
    span: Span | None

    @property
    def text(self) -> str:
        """Return the quoted words, or "not stated"."""
        return self.span.of(self.paper.abstract) if self.span else NOT_STATED


@dataclass(frozen=True, slots=True)
class ComparedPaper:
    """A row: a paper, and a cell for each of COLUMNS."""

    paper: Paper
    cells: dict[str, Cell]


def compare(papers: Sequence[Paper]) -> list[ComparedPaper]:
    """Return a row a paper, in the order given."""
    return [
        ComparedPaper(
            paper, {column: Cell(paper, find(paper)) for column, find in _FINDERS.items()}
        )
        for paper in papers
    ]


def _task(paper: Paper) -> Span | None:
    for pattern in _TASKS:
        for match in pattern.finditer(paper.abstract):
            return _trimmed(match, "what", paper)
    return None


def _method(paper: Paper) -> Span | None:
    introducing = contribution_span(paper)
    match = _BROUGHT.search(paper.abstract, introducing.start, introducing.end)
    return _trimmed(match, "what", paper) if match else None


def _data(paper: Paper) -> Span | None:
    match = _DATA.search(paper.abstract)
    if not match:
        return None
    return _trim(paper.abstract, Span(match.start("what"), match.end("more")))


def _finding(paper: Paper) -> Span | None:
    spans = split_sentences(paper.abstract)
    told = [
        (finding_probability(span.of(paper.abstract), place, len(spans)), span)
        for place, span in enumerate(spans)
        if span != contribution_span(paper) and not _CODE.search(span.of(paper.abstract))
    ]
    best = max(told, key=lambda each: each[0], default=None)
    return best[1] if best and best[0] >= _FINDING_FROM else None


def _code(paper: Paper) -> Span | None:
    for span in split_sentences(paper.abstract):
        for match in _CODE.finditer(paper.abstract, span.start, span.end):
            is_code = "git" in match[0] or _CODE_WORDS.search(span.of(paper.abstract))
            if is_code:
                return _trim(paper.abstract, Span(match.start(), match.end()))
    return None


_FINDERS: dict[str, Callable[[Paper], Span | None]] = {
    "task": _task,
    "method": _method,
    "data": _data,
    "finding": _finding,
    "code": _code,
}


def _trimmed(match: re.Match[str], group: str, paper: Paper) -> Span | None:
    return _trim(paper.abstract, Span(match.start(group), match.end(group)))


def _trim(text: str, span: Span) -> Span | None:
    start, end = span.start, span.end
    while start < end and text[start].isspace():
        start += 1
    while end > start and (text[end - 1].isspace() or text[end - 1] in _TRAILING):
        end -= 1
    return Span(start, end) if end > start else None

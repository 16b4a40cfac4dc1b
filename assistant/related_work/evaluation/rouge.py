"""ROUGE (Lin, 2004) of a section beside what a person wrote, citation marks left out of both."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any

from assistant.errors import EvaluationError
from vectorstore import split_sentences

_MARKS = re.compile(
    r"\\(?:no)?cite\w*\*?(?:\[[^\]]*\])*\{[^}]*\}"  # LaTeX
    r"|@cite_?\w+(?:\s*,\s*@cite_?\w+)*"  # Multi-XScience
    r"|\[\s*\^?[\d#][^\]A-Za-z]*\]"  # [3], [1, 2], [1-4]
    r"|\((?:see |e\.g\.,? )?[^()]{0,80}?\b(?:19|20)\d\d[a-z]?(?:[;,][^()]{0,80})?\)"  # (Doe, 2020)
)


@dataclass(frozen=True, slots=True)
class Rouge:
    """F1 of ROUGE-1, ROUGE-2 and ROUGE-Lsum, stemmed; between 0 and 100."""

    rouge1: float
    rouge2: float
    rouge_lsum: float


def without_marks(text: str) -> str:
    """Return the text without citation marks: "[3]", "\\cite{x}", "@cite_1", "(Doe, 2020)"."""
    return " ".join(_MARKS.sub(" ", text).split())


def rouge(target: str, text: str) -> Rouge:
    """Return the scores of `text` beside `target`; marks are taken out of both alike."""
    scored = _scorer().score(_by_lines(target), _by_lines(text))
    return Rouge(*(100 * scored[name].fmeasure for name in ("rouge1", "rouge2", "rougeLsum")))


def stems(text: str) -> list[str]:
    """Return the stems that ROUGE compares."""
    _scorer()
    return list(import_module("rouge_score.tokenize").tokenize(text, _stemmer()))


def _by_lines(text: str) -> str:
    flat = without_marks(text)
    return "\n".join(span.of(flat) for span in split_sentences(flat))


@cache
def _scorer() -> Any:
    try:
        scorer = import_module("rouge_score.rouge_scorer")
    except ImportError:
        raise EvaluationError(
            "ROUGE needs the package rouge-score. Install it: pip install 'citewise[eval]'."
        ) from None
    return scorer.RougeScorer(["rouge1", "rouge2", "rougeLsum"], use_stemmer=True)


@cache
def _stemmer() -> Any:
    return import_module("nltk.stem.porter").PorterStemmer()


def mean(scores: Sequence[Rouge]) -> Rouge:
    """Return the mean of each score."""
    n = max(1, len(scores))
    return Rouge(
        sum(score.rouge1 for score in scores) / n,
        sum(score.rouge2 for score in scores) / n,
        sum(score.rouge_lsum for score in scores) / n,
    )

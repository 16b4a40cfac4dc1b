"""`citewise eval support`: how well the check tells supported claims from others."""

import gzip
import io
import json
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import AliasChoices, BaseModel, ConfigDict, Field, ValidationError, field_validator

from assistant.answer import Support
from assistant.checking.comparison import Similarities
from assistant.checking.judging import SUPPORTED_FROM, Judge
from assistant.errors import EvaluationError
from vectorstore import Encoder, content_terms
from vectorstore.vector_cache import VectorCache

OVERLAP_FROM = 0.68  # share of the claim's terms; the best on AttributionBench's dev set
N_BINS = 10

_GZIP = b"\x1f\x8b"
_LABELS = dict.fromkeys(
    """1 true yes support supports supported attributable entail entails entailed entailment
    consistent correct""".split(),
    True,
) | dict.fromkeys(
    """0 false no refute refutes refuted contradict contradicts contradicted contradiction
    contradictory neutral unsupported not_supported not_attributable extrapolatory not_entailment
    non_entailment inconsistent incorrect partly partially_supported unverifiable nei
    not_enough_info not_enough_information no_evidence irrelevant""".split(),
    False,
)


class LabelledPair(BaseModel):
    """A claim, the texts that it stands on, and whether they support it.

    `line` is its number in the file, from 1. Other fields, such as `question`, are not read: with
    the question the check was no better.
    """

    model_config = ConfigDict(extra="ignore", frozen=True, coerce_numbers_to_str=True)

    claim: str
    evidence: list[str] = Field(validation_alias=AliasChoices("evidence", "references"))
    label: bool
    id: str | None = ""
    line: int = 0

    @field_validator("evidence", mode="before")
    @classmethod
    def _as_list(cls, value: Any) -> Any:
        if value is None:
            return []
        return [value] if isinstance(value, str) else value

    @field_validator("label", mode="before")
    @classmethod
    def _as_bool(cls, value: Any) -> bool:
        known = _LABELS.get("_".join(str(value).casefold().replace("-", " ").split()))
        if isinstance(value, float):
            known = {1.0: True, 0.0: False}.get(value)
        if known is None:
            raise ValueError(f"{value!r} is no known label; say 1 or 0, supported or unsupported")
        return known


@dataclass(frozen=True, slots=True)
class Prediction:
    """What the check says of a pair: `score` is the probability that the claim is supported."""

    pair: LabelledPair
    score: float
    support: Support
    reason: str
    overlap: float

    def to_json(self) -> dict[str, Any]:
        """Return a line of the file of predictions."""
        return {
            "id": self.pair.id,
            "line": self.pair.line,
            "score": self.score,
            "supported": self.support == "supported",
            "verdict": self.support,
            "reason": self.reason,
        }


@dataclass(frozen=True, slots=True)
class Scores:
    """How well scores tell the labels.

    `base_rate` is the share of supported pairs. `auroc` is None where all have one label. `ece` is
    the expected calibration error over N_BINS bins of equal width (Naeini et al., AAAI 2015).
    """

    n: int
    base_rate: float
    macro_f1: float
    auroc: float | None
    ece: float


def read_pairs(path: Path) -> list[LabelledPair]:
    """Return the pairs of a file of JSON lines, gzipped or not.

    Raises EvaluationError, which names the line that is wrong.
    """
    pairs = [_pair(line, number, path) for number, line in _lines(path)]
    if not pairs:
        raise EvaluationError(f"{str(path)!r} holds no pair.")
    return pairs


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    try:
        content = path.read_bytes()
        content = gzip.decompress(content) if content.startswith(_GZIP) else content
        text = io.StringIO(content.decode("utf-8-sig"), newline="\n")
    except (OSError, EOFError, zlib.error, UnicodeDecodeError) as error:
        raise EvaluationError(f"Cannot read {str(path)!r}: {error}.") from None
    yield from ((number, line) for number, line in enumerate(text, 1) if line.strip())


def _pair(line: str, number: int, path: Path) -> LabelledPair:
    try:
        fields = json.loads(line)
        if not isinstance(fields, dict):
            raise ValueError("a JSON object with claim, evidence and label is expected")
        return LabelledPair.model_validate({**fields, "line": number})
    except ValidationError as error:
        first = error.errors()[0]
        message = f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
    except ValueError as error:
        message = str(error)
    raise EvaluationError(f"{path}, line {number}: {message}.") from None


def predict(judge: Judge, pairs: Iterable[LabelledPair]) -> Iterator[Prediction]:
    """Yield what the check says of each pair."""
    for pair in pairs:
        found = judge.judge(pair.claim, pair.evidence)
        yield Prediction(
            pair, found.score, found.support, found.reason, overlap(pair.claim, pair.evidence)
        )


def summarise(predictions: Sequence[Prediction]) -> dict[str, Scores]:
    """Return the scores of the check, and of word overlap alone."""
    labels = [prediction.pair.label for prediction in predictions]
    return {
        "check": scores_of(labels, [p.score for p in predictions], supported_from=SUPPORTED_FROM),
        "word_overlap": scores_of(
            labels, [p.overlap for p in predictions], supported_from=OVERLAP_FROM
        ),
    }


def overlap(claim: str, evidence: Sequence[str]) -> float:
    """Return the share of the claim's terms that stand in the evidence, between 0 and 1."""
    wanted = set(content_terms(claim))
    return len(wanted & set(content_terms(" ".join(evidence)))) / len(wanted) if wanted else 0.0


def similarities_by(encoder: Encoder) -> Similarities:
    """Return what gives the cosine similarity of a text to others; no library is needed."""
    vectors = VectorCache(encoder)

    def similarities(text: str, others: Sequence[str]) -> list[float]:
        if not others:
            return []
        own, *rest = vectors.of([text, *others])
        return [float(other @ own) for other in rest]

    return similarities


def scores_of(labels: Sequence[bool], scores: Sequence[float], *, supported_from: float) -> Scores:
    """Return how well `scores`, between 0 and 1, tell `labels`; both have at least one entry."""
    told = [score >= supported_from for score in scores]
    return Scores(
        n=len(labels),
        base_rate=round(sum(labels) / len(labels), 4),
        macro_f1=round((_f1(labels, told, of=True) + _f1(labels, told, of=False)) / 2, 4),
        auroc=_auroc(labels, scores),
        ece=round(_calibration_error(labels, scores), 4),
    )


def _f1(labels: Sequence[bool], told: Sequence[bool], *, of: bool) -> float:
    hits = sum(label == guess == of for label, guess in zip(labels, told, strict=True))
    total = list(labels).count(of) + list(told).count(of)
    return 2 * hits / total if total else 0.0


def _auroc(labels: Sequence[bool], scores: Sequence[float]) -> float | None:
    """Return the chance that a supported pair scores higher than another; ties count half."""
    n_positive = sum(labels)
    n_negative = len(labels) - n_positive
    if not n_positive or not n_negative:
        return None
    ranks = _ranks(scores)
    total = sum(rank for rank, label in zip(ranks, labels, strict=True) if label)
    area = (total - n_positive * (n_positive + 1) / 2) / (n_positive * n_negative)
    return round(area, 4)


def _ranks(scores: Sequence[float]) -> list[float]:
    """Return the place of each score in order, from 1; equal ones share the mean of theirs."""
    first: dict[float, int] = {}
    last: dict[float, int] = {}
    for place, score in enumerate(sorted(scores), 1):
        first.setdefault(score, place)
        last[score] = place
    return [(first[score] + last[score]) / 2 for score in scores]


def _calibration_error(labels: Sequence[bool], scores: Sequence[float]) -> float:
    bins: dict[int, list[tuple[float, bool]]] = {}
    for score, label in zip(scores, labels, strict=True):
        bins.setdefault(min(int(score * N_BINS), N_BINS - 1), []).append((score, label))
    gaps = (abs(sum(s for s, _ in held) - sum(y for _, y in held)) for held in bins.values())
    return sum(gaps) / len(labels)

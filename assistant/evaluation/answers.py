"""`citewise eval answers`: how well questions with known papers are answered."""

import json
import re
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean, median, quantiles

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from assistant.answer import Answer
from assistant.assistant import Assistant
from assistant.errors import EvaluationError


class GoldQuestion(BaseModel):
    """One question and what a good answer holds.

    `gold` are titles of papers; at least `min_gold` of them must be cited. Each pattern of
    `contains` must match the answer's text, in any case. `history` are the user's questions before.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    question: str = Field(min_length=1)
    id: str = ""
    kind: str = ""
    history: list[str] = Field(default_factory=list)
    gold: list[str] = Field(default_factory=list)
    contains: list[re.Pattern[str]] = Field(default_factory=list)
    min_gold: int = Field(default=1, ge=1)
    answerable: bool = True


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one question; a measure is None where it does not apply."""

    gold_question: GoldQuestion
    answer: Answer
    milliseconds: float
    gold_cited: bool | None
    contains: bool | None
    abstained: bool | None
    wrongly_abstained: bool | None
    precision: float | None

    @property
    def failures(self) -> list[str]:
        """Return the measures that the answer fails, in words."""
        checks = {
            "gold not cited": self.gold_cited is False,
            "text lacks": self.contains is False,
            "should have abstained": self.abstained is False,
            "wrongly abstained": self.wrongly_abstained is True,
        }
        return [name for name, failed in checks.items() if failed]


@dataclass(frozen=True, slots=True)
class Scores:
    """Shares over the questions that each measure applies to; None where there is none.

    `abstained` is of the unanswerable questions, `wrongly_abstained` of the answerable ones.
    `citation_precision` is the mean share of cited papers that are gold.
    """

    n_questions: int
    gold_cited: float | None
    contains: float | None
    abstained: float | None
    wrongly_abstained: float | None
    citation_precision: float | None
    ms_p50: float
    ms_p95: float


def read_questions(path: Path) -> list[GoldQuestion]:
    """Return the questions of a JSON Lines file.

    Raises EvaluationError, which names the line that is wrong.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise EvaluationError(f"Cannot read {str(path)!r}: {error}.") from None
    questions = []
    for number, line in enumerate(lines, 1):
        if line.strip():
            questions.append(_read_question(line, f"{path}, line {number}"))
    if not questions:
        raise EvaluationError(f"{str(path)!r} holds no question.")
    return questions


def _read_question(line: str, where: str) -> GoldQuestion:
    try:
        fields = json.loads(line)
        if isinstance(fields.get("contains"), str):
            raise ValueError("contains: a list of patterns is expected, not one string")
        fields["contains"] = [re.compile(p, re.IGNORECASE) for p in fields.get("contains", [])]
        return GoldQuestion.model_validate(fields)
    except ValidationError as error:
        first = error.errors()[0]
        raise EvaluationError(
            f"{where}: {'.'.join(map(str, first['loc']))}: {first['msg']}."
        ) from None
    except (ValueError, TypeError, AttributeError, re.error) as error:
        raise EvaluationError(f"{where}: {error}.") from None


def evaluate(assistant: Assistant, questions: Iterable[GoldQuestion]) -> Iterator[Outcome]:
    """Ask each question after its history, and yield what became of it."""
    for gold in questions:
        history = assistant.turns_of(gold.history)
        start = time.perf_counter()
        answer = assistant.ask(gold.question, history=history)
        yield _outcome(gold, answer, (time.perf_counter() - start) * 1_000)


def summarise(outcomes: Sequence[Outcome]) -> dict[str, Scores]:
    """Return the scores of all questions, under 'overall', and of each kind."""
    kinds = dict.fromkeys(outcome.gold_question.kind or "other" for outcome in outcomes)
    by_kind: Mapping[str, list[Outcome]] = {
        kind: [o for o in outcomes if (o.gold_question.kind or "other") == kind] for kind in kinds
    }
    return {name: _scores(group) for name, group in {"overall": list(outcomes), **by_kind}.items()}


def _outcome(gold: GoldQuestion, answer: Answer, milliseconds: float) -> Outcome:
    cited = {citation.paper.title for citation in answer.citations}
    wanted = set(gold.gold)
    return Outcome(
        gold_question=gold,
        answer=answer,
        milliseconds=milliseconds,
        gold_cited=len(cited & wanted) >= gold.min_gold if wanted else None,
        contains=(
            all(pattern.search(answer.text) for pattern in gold.contains) if gold.contains else None
        ),
        abstained=None if gold.answerable else answer.abstained,
        wrongly_abstained=answer.abstained if gold.answerable else None,
        precision=len(cited & wanted) / len(cited) if wanted and cited else None,
    )


def _scores(outcomes: Sequence[Outcome]) -> Scores:
    times = [outcome.milliseconds for outcome in outcomes]
    return Scores(
        n_questions=len(outcomes),
        gold_cited=_mean(outcome.gold_cited for outcome in outcomes),
        contains=_mean(outcome.contains for outcome in outcomes),
        abstained=_mean(outcome.abstained for outcome in outcomes),
        wrongly_abstained=_mean(outcome.wrongly_abstained for outcome in outcomes),
        citation_precision=_mean(outcome.precision for outcome in outcomes),
        ms_p50=round(median(times), 1),
        ms_p95=round(
            quantiles(times, n=20, method="inclusive")[-1] if len(times) > 1 else times[0], 1
        ),
    )


def _mean(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return round(mean(known), 4) if known else None

"""`citewise eval rewrite`: how well follow-up questions are made to stand alone."""

import gzip
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from assistant.answer import Turn
from assistant.errors import EvaluationError
from assistant.understanding.rewriting import Rewriter

_WORD = re.compile(r"\w+")
_QUESTION = re.compile(
    r"\?\s*$|^(?:what|how|who|why|when|where|which|whose|is|are|was|were|do|does|did|can|could|tell"
    r"|describe|give|show|explain|list|find|and|compare|any)\b",
    re.IGNORECASE,
)


class FollowUp(BaseModel):
    """One question of a conversation, and how a person put it to stand alone.

    `history` is what was said before, oldest first: the user's questions, or questions and answers
    in turn. `rewrite` is None where nobody rewrote it. `line` is its number in the file, from 1.
    """

    model_config = ConfigDict(extra="ignore", frozen=True)

    text: str = Field(min_length=1)
    history: list[str] = Field(default_factory=list)
    rewrite: str | None = None
    id: str = ""
    set: str = ""
    line: int = 0

    @property
    def is_changed(self) -> bool:
        """Return whether the person changed more than white space."""
        return self.rewrite is not None and self.text.split() != self.rewrite.split()


@dataclass(frozen=True, slots=True)
class Rewritten:
    """A question and what the rewriter made of it."""

    follow_up: FollowUp
    text: str


@dataclass(frozen=True, slots=True)
class RewritingScores:
    """Token F1 of copying and of the rewriter, over all and over the changed questions.

    `left_alone` is the share of the questions that a person left as they were and the rewriter
    too. None where there is no such question.
    """

    n: int
    n_changed: int
    copying_f1: float | None
    rewriter_f1: float | None
    copying_f1_changed: float | None
    rewriter_f1_changed: float | None
    left_alone: float | None


def read_follow_ups(path: Path) -> list[FollowUp]:
    """Return the questions of a JSON Lines file, `.gz` or plain.

    Raises EvaluationError, which names the line that is wrong.
    """
    try:
        raw = path.read_bytes()
        text = (gzip.decompress(raw) if path.suffix == ".gz" else raw).decode("utf-8")
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise EvaluationError(f"Cannot read {str(path)!r}: {error}.") from None
    lines = enumerate(text.split("\n"), 1)
    found = [_read(line, number, path) for number, line in lines if line.strip()]
    if not found:
        raise EvaluationError(f"{str(path)!r} holds no question.")
    return found


def _read(line: str, number: int, path: Path) -> FollowUp:
    where = f"{path}, line {number}"
    try:
        fields = json.loads(line)
        if not isinstance(fields, dict):
            raise ValueError("an object with 'text' and 'history' is expected")
        return FollowUp.model_validate({**fields, "line": number})
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(map(str, first["loc"]))
        raise EvaluationError(f"{where}: {name}: {first['msg']}.") from None
    except (ValueError, RecursionError) as error:
        raise EvaluationError(f"{where}: {error}.") from None


def rewrite_all(rewriter: Rewriter, follow_ups: Iterable[FollowUp]) -> Iterator[Rewritten]:
    """Rewrite each question after its history."""
    for follow_up in follow_ups:
        text = rewriter.rewrite(follow_up.text, turns_of(follow_up.history))
        yield Rewritten(follow_up, text)


def turns_of(history: Sequence[str]) -> list[Turn]:
    """Return the turns of a history of questions, or of questions and answers in turn.

    It is of the second kind where its length is even and most of every second text is no question.
    """
    second = history[1::2]
    n_questions = sum(bool(_QUESTION.search(text.strip())) for text in second)
    if second and len(history) % 2 == 0 and n_questions * 2 < len(second):
        return [Turn(*pair) for pair in zip(history[::2], second, strict=True)]
    return [Turn(text) for text in history]


def token_f1(text: str, gold: str) -> float:
    """Return the F1 of two bags of words, lower-cased (as in SQuAD, Rajpurkar et al., 2016)."""
    found, wanted = (Counter(_WORD.findall(side.lower())) for side in (text, gold))
    shared = (found & wanted).total()
    return 2 * shared / total if (total := found.total() + wanted.total()) else 1.0


def summarise(rewritten: Sequence[Rewritten]) -> dict[str, RewritingScores]:
    """Return the scores of all questions with a gold rewrite, under 'overall', and of each set."""
    judged = [r for r in rewritten if r.follow_up.rewrite is not None]
    sets = dict.fromkeys(r.follow_up.set or "other" for r in judged)
    by_set = {name: [r for r in judged if (r.follow_up.set or "other") == name] for name in sets}
    return {name: _scores(group) for name, group in {"overall": judged, **by_set}.items()}


def _scores(judged: Sequence[Rewritten]) -> RewritingScores:
    changed = [r for r in judged if r.follow_up.is_changed]
    unchanged = [r for r in judged if not r.follow_up.is_changed]
    return RewritingScores(
        n=len(judged),
        n_changed=len(changed),
        copying_f1=_mean(_f1(r, r.follow_up.text) for r in judged),
        rewriter_f1=_mean(_f1(r, r.text) for r in judged),
        copying_f1_changed=_mean(_f1(r, r.follow_up.text) for r in changed),
        rewriter_f1_changed=_mean(_f1(r, r.text) for r in changed),
        left_alone=_mean(r.text.split() == r.follow_up.text.split() for r in unchanged),
    )


def _f1(rewritten: Rewritten, text: str) -> float:
    return token_f1(text, rewritten.follow_up.rewrite or "")


def _mean(values: Iterable[float]) -> float | None:
    known = list(values)
    return round(fmean(known), 4) if known else None

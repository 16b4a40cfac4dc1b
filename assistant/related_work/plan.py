"""The plan of a section: which papers, under which themes, in which order. Edited as JSON."""

import json
from dataclasses import asdict, dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from assistant.related_work.errors import PlanError

MIN_WORDS, MAX_WORDS = 20, 20_000
DEFAULT_WORDS = 300


@dataclass(frozen=True, slots=True)
class PlannedPaper:
    """A paper of a theme. Only `paper_id` counts; the rest is for whoever reads the plan.

    `relevance` lies between 0 and 1. `found_by` is the query that found it best.
    """

    paper_id: str
    title: str = ""
    year: int | None = None
    relevance: float = 0.0
    found_by: str = ""


@dataclass(frozen=True, slots=True)
class PlannedTheme:
    """A paragraph to be: its name, and its papers in the order in which they are spoken of."""

    name: str
    papers: tuple[PlannedPaper, ...]


@dataclass(frozen=True, slots=True)
class Considered:
    """A paper that was found and is not cited, and why."""

    paper_id: str
    title: str
    reason: str


@dataclass(frozen=True, slots=True)
class Claim:
    """A sentence of the draft that says what it does, or that wants a citation."""

    text: str
    wants_citation: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """What `write` writes: themes in order, a length in words, and the claims of the draft.

    `considered` are papers that were found and left out.
    """

    topic: str
    themes: tuple[PlannedTheme, ...]
    words: int = DEFAULT_WORDS
    claims: tuple[Claim, ...] = ()
    considered: tuple[Considered, ...] = ()

    @property
    def paper_ids(self) -> tuple[str, ...]:
        """Return the ids of all planned papers, in order, each once."""
        ids = (paper.paper_id for theme in self.themes for paper in theme.papers)
        return tuple(dict.fromkeys(ids))

    def to_json(self) -> dict[str, Any]:
        """Return what `from_json` reads."""
        return asdict(self)

    @staticmethod
    def from_json(text: str, *, name: str = "plan") -> "Plan":
        """Return the plan of a JSON text, as it was printed or edited.

        A paper may be its id alone. Raises PlanError, which says what is wrong and where.
        """
        try:
            return _plan(_PlanRow.model_validate(json.loads(text)))
        except ValidationError as error:
            first = error.errors()[0]
            place = ".".join(map(str, first["loc"])) or "the whole"
            raise PlanError(f"{name!r} is no plan: {place}: {first['msg']}. {_FORM}") from None
        except ValueError as error:
            raise PlanError(f"{name!r} is no JSON: {error}. {_FORM}") from None


_FORM = "`citewise related-work TOPIC --print-plan` prints one to begin with."


class _Row(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _PaperRow(_Row):
    paper_id: str = Field(min_length=1)
    title: str = ""
    year: int | None = None
    relevance: float = 0.0
    found_by: str = ""


class _ThemeRow(_Row):
    name: str = ""
    papers: list[_PaperRow | str]


class _ConsideredRow(_Row):
    paper_id: str
    title: str = ""
    reason: str = ""


class _ClaimRow(_Row):
    text: str = Field(min_length=1)
    wants_citation: bool = False


class _PlanRow(_Row):
    topic: str = Field(min_length=1)
    themes: list[_ThemeRow]
    words: int = Field(default=DEFAULT_WORDS, ge=MIN_WORDS, le=MAX_WORDS)
    claims: list[_ClaimRow] = []
    considered: list[_ConsideredRow] = []


def _plan(row: _PlanRow) -> Plan:
    return Plan(
        topic=row.topic,
        themes=tuple(
            PlannedTheme(theme.name, tuple(_paper(paper) for paper in theme.papers))
            for theme in row.themes
        ),
        words=row.words,
        claims=tuple(Claim(**claim.model_dump()) for claim in row.claims),
        considered=tuple(Considered(**each.model_dump()) for each in row.considered),
    )


def _paper(row: _PaperRow | str) -> PlannedPaper:
    return PlannedPaper(row) if isinstance(row, str) else PlannedPaper(**row.model_dump())

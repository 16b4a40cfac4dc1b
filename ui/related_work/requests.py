"""What may be asked of a section: a topic or a draft, or a plan that was edited."""

from typing import TYPE_CHECKING, Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from ui.filters import Filters, Text

if TYPE_CHECKING:
    from vectorstore import SearchFilter

MAX_TOPIC_CHARS = 4_000
MAX_DRAFT_CHARS = 100_000  # a whole paper; one that means harm takes 3 s to read (measured)
MIN_WORDS, MAX_WORDS = 20, 5_000
MAX_PAPERS = 200

_Name = Annotated[Text, Field(max_length=MAX_TOPIC_CHARS)]
_Id = Annotated[Text, Field(min_length=1, max_length=2_000)]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)


class PlannedPaperBody(_Body):
    """A paper of a theme; only `paper_id` counts."""

    paper_id: _Id
    title: _Name = ""
    year: int | None = None
    relevance: float = 0.0
    found_by: _Name = ""


class PlannedThemeBody(_Body):
    """A paragraph to be, and its papers in the order in which they are spoken of."""

    name: _Name = Field(default="", description="the paragraph's heading")
    papers: list[PlannedPaperBody | _Id] = Field(
        max_length=MAX_PAPERS, description="a paper may be its id alone"
    )


class ClaimBody(_Body):
    """A sentence of the draft that says what it does, or that wants a citation."""

    text: Text = Field(min_length=1, max_length=MAX_DRAFT_CHARS)
    wants_citation: bool = False


class ConsideredBody(_Body):
    """A paper that was found and left out."""

    paper_id: _Id
    title: _Name = ""
    reason: _Name = ""


class PlanBody(_Body):
    """A plan as it was given, or edited: rename themes, move papers, drop them, add others."""

    topic: _Name = Field(min_length=1)
    themes: list[PlannedThemeBody] = Field(max_length=MAX_PAPERS)
    words: int = Field(default=300, ge=MIN_WORDS, le=MAX_WORDS)
    claims: list[ClaimBody] = Field(default=[], max_length=100)
    considered: list[ConsideredBody] = Field(default=[], max_length=1_000)

    @model_validator(mode="after")
    def _few_papers(self) -> Self:
        if sum(len(theme.papers) for theme in self.themes) > MAX_PAPERS:
            raise PydanticCustomError("too_many_papers", f"A plan has at most {MAX_PAPERS} papers")
        return self


class SectionRequest(_Body):
    """A section on a topic, for a draft, or by a plan."""

    topic: Text = Field(
        default="", max_length=MAX_TOPIC_CHARS, description="what the section is about"
    )
    draft: Text = Field(
        default="",
        max_length=MAX_DRAFT_CHARS,
        description="your own text, plain, Markdown or LaTeX: its claims and the places that want"
        " a citation are searched for, and the section says how it differs",
    )
    filters: Filters | None = Field(default=None, description="which papers may be cited")
    papers: int | None = Field(
        default=None, ge=1, le=MAX_PAPERS, description="how many to plan; one in 25 words"
    )
    words: int | None = Field(
        default=None,
        ge=MIN_WORDS,
        le=MAX_WORDS,
        description="length; 300, or 25 a paper, when left out",
    )
    plan: PlanBody | None = Field(
        default=None,
        description="a plan to write by, edited or not: nothing is searched, and `topic`, `papers`"
        " and `filters` must be left out",
    )

    @model_validator(mode="after")
    def _something_to_write(self) -> Self:
        if not (self.topic.strip() or self.draft.strip() or self.plan):
            raise PydanticCustomError("nothing_asked", "A topic, a draft or a plan is needed")
        if self.plan and (self.topic or self.papers or self.filters):
            raise PydanticCustomError(
                "plan_and_search", "Beside a plan there is no topic, papers or filters"
            )
        return self

    @property
    def where(self) -> "SearchFilter | None":
        """Return the filter that the library knows, None for no bound."""
        return (self.filters.as_search_filter() or None) if self.filters else None

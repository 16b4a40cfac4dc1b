"""What `/related-work` answers, as models. They describe; responses are made without them."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from ui.related_work.schemas import CitedPaper, ConsideredPaper, SectionParagraph


class PlannedPaper(BaseModel):
    """A paper of a theme."""

    model_config = ConfigDict(extra="allow")

    paper_id: str
    title: str
    year: int | None


class PlannedTheme(BaseModel):
    """A paragraph to be."""

    name: str
    papers: list[PlannedPaper]


class SectionPlan(BaseModel):
    """What was written by; send it back as `plan`, edited or not."""

    model_config = ConfigDict(extra="allow")

    topic: str
    themes: list[PlannedTheme]
    words: int
    claims: list[dict[str, Any]]
    considered: list[ConsideredPaper]


class QuotedCell(BaseModel):
    """Words of the abstract: `abstract[start:end] == quote`."""

    quote: str
    start: int
    end: int


class ComparedPaper(BaseModel):
    """A row of the table; null where the abstract does not state it."""

    paper_id: str
    title: str
    year: int | None
    task: QuotedCell | None
    method: QuotedCell | None
    data: QuotedCell | None
    finding: QuotedCell | None
    code: QuotedCell | None


class RelatedWork(BaseModel):
    """A section in which every sentence cites, and is supported by what it cites."""

    object: Literal["related_work"]
    id: str
    created: int = Field(description="Unix seconds")
    topic: str
    backend: str = Field(description="who wrote")
    format: Literal["markdown", "latex", "json"]
    text: str = Field(description="the section in that format, plain text for `json`")
    n_words: int
    n_dropped: int = Field(description="sentences that were left out: not supported")
    paragraphs: list[SectionParagraph]
    papers: list[CitedPaper] = Field(description="the references, in the order of their numbers")
    bibtex: str
    considered: list[ConsideredPaper] = Field(description="found and not cited, and why")
    plan: SectionPlan
    table: list[ComparedPaper] | None = Field(description="null where it was not asked for")


class RelatedWorkPlanned(BaseModel):
    """The first event of a stream."""

    object: Literal["related_work.plan"]
    id: str
    created: int
    plan: SectionPlan


class RelatedWorkParagraph(BaseModel):
    """An event for each paragraph, as it is written."""

    object: Literal["related_work.paragraph"]
    id: str
    created: int
    index: int = Field(description="of the paragraph, from 0")
    paragraph: SectionParagraph
    papers: list[CitedPaper] = Field(description="those that are cited for the first time")

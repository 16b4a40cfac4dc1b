"""What `related_work` returns, as models: clients read their schemas."""

from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel, ConfigDict, Field

if TYPE_CHECKING:
    from assistant.related_work.section import Section

# Fields beyond those that a client works with pass through.
_OPEN = ConfigDict(extra="allow")


class SectionEvidence(BaseModel):
    """The words of an abstract that a sentence stands on."""

    model_config = _OPEN

    number: int = Field(description="of the paper")
    paper_id: str = Field(description="what `fetch` takes")
    quote: str
    start: int
    end: int


class SectionSentence(BaseModel):
    """A sentence of the section, with its [n]."""

    model_config = _OPEN

    text: str
    citations: list[int] = Field(description="numbers of the papers that it cites")
    support: Literal["supported", "partly", "unsupported"]
    evidence: list[SectionEvidence]


class SectionParagraph(BaseModel):
    """A theme."""

    model_config = _OPEN

    heading: str
    sentences: list[SectionSentence]


class CitedPaper(BaseModel):
    """A paper of the references."""

    model_config = _OPEN

    number: int = Field(description="the n of [n]")
    key: str = Field(description="its key in `bibtex`")
    paper_id: str = Field(description="what `fetch` takes")
    title: str
    authors: list[str]
    year: int | None
    url: str


class ConsideredPaper(BaseModel):
    """A paper that was found and is not cited."""

    paper_id: str
    title: str
    reason: str


class WrittenSection(BaseModel):
    """A related-work section."""

    model_config = _OPEN

    topic: str
    backend: str
    text: str = Field(description="Markdown with [n] and the list of references")
    paragraphs: list[SectionParagraph]
    papers: list[CitedPaper] = Field(description="the references, in the order of their numbers")
    bibtex: str
    considered: list[ConsideredPaper] = Field(description="found and not cited, and why")


def section_told(section: "Section") -> WrittenSection:
    """Return a section with all that its sentences stand on."""
    from ui.related_work.telling import section_to_json

    return WrittenSection.model_validate(section_to_json(section, form="markdown"))

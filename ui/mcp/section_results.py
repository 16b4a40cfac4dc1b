"""What `related_work` returns, as models: clients read their schemas."""

from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, Field

from ui.related_work.schemas import CitedPaper, ConsideredPaper, SectionParagraph

if TYPE_CHECKING:
    from assistant.related_work.section import Section


class WrittenSection(BaseModel):
    """A related-work section; `fetch` takes every `paper_id` of it."""

    # Fields beyond those that a client works with pass through.
    model_config = ConfigDict(extra="allow")

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

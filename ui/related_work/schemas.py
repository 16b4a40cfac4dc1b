"""The parts of a section as models: the API describes them, MCP's clients read their schemas."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from ui.paper_summary import PaperSummary

# What `section_to_json` says beyond these fields passes through.
_OPEN = ConfigDict(extra="allow")


class SectionEvidence(BaseModel):
    """Words that a sentence stands on: `abstract[start:end] == quote`."""

    model_config = _OPEN

    number: int = Field(description="of the paper")
    paper_id: str
    start: int = Field(description="in Unicode characters of the abstract")
    end: int
    quote: str


class SectionSentence(BaseModel):
    """A sentence, with its citations in brackets, and its provenance."""

    model_config = _OPEN

    text: str
    citations: list[int] = Field(description="numbers of the papers that it cites")
    support: Literal["supported", "partly", "unsupported"]
    score: float = Field(description="probability that the evidence supports it")
    draft_quote: str | None = Field(description="words of the draft that it quotes")
    evidence: list[SectionEvidence]


class SectionParagraph(BaseModel):
    """A theme."""

    model_config = _OPEN

    heading: str
    sentences: list[SectionSentence]


class CitedPaper(PaperSummary):
    """A paper of the references."""

    model_config = _OPEN

    number: int = Field(description="the n of `[n]`")
    key: str = Field(description="its key in `bibtex`")


class ConsideredPaper(BaseModel):
    """A paper that was found and is not cited."""

    paper_id: str
    title: str
    reason: str

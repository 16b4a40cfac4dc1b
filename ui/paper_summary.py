"""A paper as the models of the API and of MCP describe it."""

from datetime import date

from pydantic import BaseModel, Field


class PaperSummary(BaseModel):
    """A paper wherever it is named; null or empty where its source does not say."""

    paper_id: str
    title: str
    authors: list[str]
    n_authors: int | None
    year: int | None
    published: date | None
    url: str = Field(description="where to read it")

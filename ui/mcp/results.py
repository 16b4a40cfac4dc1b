"""What the tools return, as models: clients read their schemas."""

from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

if TYPE_CHECKING:
    from assistant.answer import Answer
    from vectorstore import Hit, Paper


class FoundPaper(BaseModel):
    """A paper that a search found."""

    id: str = Field(description="what `fetch` takes")
    title: str
    url: str


class SearchResults(BaseModel):
    """Papers, best first."""

    results: list[FoundPaper]


class PaperMetadata(BaseModel):
    """What is known of a paper beside its text; null or empty where its source does not say."""

    authors: list[str]
    n_authors: int | None
    year: int | None
    published: str | None = Field(description="day, such as 2025-05-22")
    arxiv_id: str
    doi: str
    source: str = Field(description="the kind of source it was read from")


class FetchedPaper(BaseModel):
    """One paper with its abstract."""

    id: str
    title: str
    text: str = Field(description="the abstract")
    url: str
    metadata: PaperMetadata


# An answer is what `citewise ask --json` prints (docs/json.md). The models below say what a client
# works with; fields beyond that pass through.
_OPEN = ConfigDict(extra="allow")


class AnsweredSentence(BaseModel):
    """A sentence of the answer, without its markers."""

    model_config = _OPEN

    text: str
    citations: list[int] = Field(description="numbers of the citations that it stands on")
    support: Literal["supported", "partly", "unsupported"]
    score: float = Field(description="probability that they support it")


class CitedQuote(BaseModel):
    """The words of an abstract that a sentence stands on: `abstract[start:end] == quote`."""

    model_config = _OPEN

    number: int = Field(description="the n of the marker [n]")
    paper_id: str = Field(description="what `fetch` takes")
    title: str
    authors: list[str]
    n_authors: int | None
    year: int | None
    published: str | None
    url: str
    quote: str
    start: int
    end: int


class NearestPaper(BaseModel):
    """A paper that is near the question and does not answer it."""

    paper_id: str
    title: str


class Answered(BaseModel):
    """A cited answer, or an abstention that names the nearest papers."""

    model_config = _OPEN

    question: str
    standalone_question: str
    answer: str = Field(description="Markdown with [n] markers")
    abstained: bool = Field(description="true where the abstracts do not say")
    backend: str
    sentences: list[AnsweredSentence]
    citations: list[CitedQuote]
    nearest: list[NearestPaper]


def found(hits: "list[Hit]") -> SearchResults:
    """Return what a search found."""
    papers = (hit.paper for hit in hits)
    return SearchResults(
        results=[
            FoundPaper(id=paper.paper_id, title=paper.title, url=paper.link) for paper in papers
        ]
    )


def fetched(paper: "Paper") -> FetchedPaper:
    """Return a paper with its abstract."""
    metadata: dict[str, Any] = {
        "authors": list(paper.authors),
        "n_authors": paper.n_authors,
        "year": paper.year,
        "published": paper.published.isoformat() if paper.published else None,
        "arxiv_id": paper.arxiv_id,
        "doi": paper.doi,
        "source": paper.source,
    }
    return FetchedPaper(
        id=paper.paper_id,
        title=paper.title,
        text=paper.abstract,
        url=paper.link,
        metadata=PaperMetadata(**metadata),
    )


def answered(answer: "Answer") -> Answered:
    """Return an answer with all that `citewise ask --json` says of it."""
    return Answered.model_validate(answer.to_json())

"""What the API answers, as models. They describe; most responses are made without them."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from ui.paper_summary import PaperSummary


class ErrorDetails(BaseModel):
    """What went wrong."""

    message: str = Field(description="for a reader: what is wrong and what mends it")
    type: str = Field(description="`invalid_request_error`, `api_error` or `server_error`")
    param: str | None = Field(description="the field at fault, such as `messages[0].content`")
    code: str | None = Field(description="for a program, such as `model_not_found`")


class ErrorBody(BaseModel):
    """A failure in OpenAI's shape."""

    error: ErrorDetails
    request_id: str = Field(default="", description="as in the header `X-Request-Id`")


class Model(BaseModel):
    """A model that answers."""

    id: str
    object: Literal["model"]
    created: int = Field(description="Unix seconds")
    owned_by: str


class ModelList(BaseModel):
    """All models."""

    object: Literal["list"]
    data: list[Model]


class Source(PaperSummary):
    """The words that a marker stands for: `abstract[start:end] == quote`."""

    number: int = Field(description="the n of `[n]`")
    quote: str
    start: int = Field(description="in Unicode characters of the abstract")
    end: int


class FoundPassage(BaseModel):
    """A passage of a paper: `abstract[start:end] == text`."""

    start: int
    end: int
    text: str
    dense_similarity: float = Field(description="cosine of the query and the passage")


class FoundPaper(PaperSummary):
    """A paper that a search found, and the scores that explain its rank."""

    fused_score: float = Field(description="from 0 to 1; orders where there is no reranker")
    dense_similarity: float = Field(description="that of the best passage")
    bm25_score: float = Field(description="0 where no term of the query occurs")
    rerank_score: float | None = Field(description="null where no reranker has read it")
    matched_terms: list[str] = Field(description="terms of the query that it has, as stems")
    passages: list[FoundPassage] = Field(description="best first")


class SearchResults(BaseModel):
    """Papers, best first."""

    object: Literal["list"]
    query: str
    results: list[FoundPaper]


class ListedPaper(PaperSummary):
    """A paper of the list."""

    n_comments: int | None
    source: str = Field(description="the kind of source it was read from")


class PaperPage(BaseModel):
    """A part of the list; `offset + len(data)` is the next one's offset."""

    object: Literal["list"]
    data: list[ListedPaper]
    total: int = Field(description="how many papers meet the filters")
    limit: int
    offset: int
    has_more: bool


class Origin(BaseModel):
    """A source that told of the paper."""

    source: str
    id: str = Field(description="the paper's id there")
    read_at: str = Field(description="ISO 8601; empty where it is not known")


class PaperDetails(ListedPaper):
    """A paper with its abstract and where it comes from."""

    abstract: str
    arxiv_id: str
    doi: str
    language: str = Field(description="ISO 639-1; empty where unsure")
    flags: list[str] = Field(description="why its text looks like an attack; mostly empty")
    origins: list[Origin]


class UrlCitation(BaseModel):
    """Where the marker stands in the text, and what it links to."""

    start_index: int
    end_index: int
    title: str
    url: str


class Annotation(BaseModel):
    """A marker in the text: `content[start_index:end_index] == "[n]"`."""

    type: Literal["url_citation"]
    url_citation: UrlCitation


class Usage(BaseModel):
    """Tokens: as a language model reports them, else estimated."""

    prompt_tokens: int
    completion_tokens: int
    total_tokens: int


class AnswerMessage(BaseModel):
    """The answer."""

    role: Literal["assistant"]
    content: str = Field(description="Markdown with `[n]` markers")
    refusal: None
    annotations: list[Annotation]


class Choice(BaseModel):
    """The only choice."""

    index: Literal[0]
    message: AnswerMessage
    logprobs: None
    finish_reason: Literal["stop", "length"]


class ChatCompletion(BaseModel):
    """OpenAI's completion, with what the answer stands on."""

    id: str
    object: Literal["chat.completion"]
    created: int
    model: str
    choices: list[Choice] = Field(min_length=1, max_length=1)
    usage: Usage
    citations: list[str] = Field(description="links; `citations[0]` belongs to `[1]`")
    sources: list[Source] = Field(description="in the same order")
    abstained: bool = Field(description="true where the abstracts do not say")
    backend: str = Field(description="who wrote")


class Delta(BaseModel):
    """What a chunk adds."""

    role: Literal["assistant"] | None = None
    content: str | None = None
    annotations: list[Annotation] | None = None


class ChunkChoice(BaseModel):
    """The only choice of a chunk."""

    index: Literal[0]
    delta: Delta
    logprobs: None
    finish_reason: Literal["stop", "length"] | None


class ChatCompletionChunk(BaseModel):
    """The data of one event of a stream; the last fields come with the end of the text."""

    model_config = ConfigDict(title="ChatCompletionChunk")

    id: str
    object: Literal["chat.completion.chunk"]
    created: int
    model: str
    choices: list[ChunkChoice] = Field(max_length=1)
    usage: Usage | None = None
    citations: list[str] | None = None
    sources: list[Source] | None = None
    abstained: bool | None = None
    backend: str | None = None


def schema_of(model: type[BaseModel]) -> dict[str, Any]:
    """Return a model's JSON schema, whose parts stand among the components of the document."""
    reference = "#/components/schemas/{model}"
    return model.model_json_schema(mode="serialization", ref_template=reference)

"""What a client may send to `/v1/chat/completions`."""

from datetime import date
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from ui.api.models import MODEL
from vectorstore import SearchFilter

_OFF = False
_YEAR = Field(default=None, ge=1, le=9_999)
_NAMES = Field(default=None, min_length=1, max_length=1_000)


def _only(*allowed: object, why: str) -> AfterValidator:
    """Return a validator that refuses what would be quietly left undone."""

    def check(value: object) -> object:
        if value is None or value in allowed:
            return value
        raise PydanticCustomError("unsupported_value", f"Not supported: {why}")

    return AfterValidator(check)


def _of_whole_characters(text: str) -> str:
    """Refuse half a character ("\\ud800"), which JSON can spell and no index can store."""
    try:
        text.encode()
    except UnicodeEncodeError:
        raise PydanticCustomError("broken_unicode", "The text is not valid Unicode") from None
    return text


Text = Annotated[str, AfterValidator(_of_whole_characters)]


def _joined_text(content: object) -> object:
    """Return a list of text parts, or null, as one string; pydantic judges anything else."""
    if content is None:
        return ""
    if not isinstance(content, list):
        return content
    return "\n".join(_text_of(part) for part in content)


def _text_of(part: object) -> str:
    match part:
        case {"type": "text", "text": str(text)}:
            return text
    raise PydanticCustomError("unsupported_content", "Only parts of type 'text' can be read")


class Message(BaseModel):
    """One message of the conversation; parts of text are joined by line ends."""

    model_config = ConfigDict(extra="ignore")

    role: Literal["system", "developer", "user", "assistant"]
    content: Annotated[Text, BeforeValidator(_joined_text)] = ""


class StreamOptions(BaseModel):
    """Options of a stream."""

    model_config = ConfigDict(extra="ignore")

    include_usage: bool | None = None


class Filters(BaseModel):
    """Which papers may be used, beside what the question itself says: see `SearchFilter`."""

    model_config = ConfigDict(extra="forbid")

    year_from: int | None = _YEAR
    year_to: int | None = _YEAR
    published_from: date | None = None
    published_to: date | None = None
    authors: frozenset[Text] | None = _NAMES
    sources: frozenset[Text] | None = _NAMES
    paper_ids: frozenset[Text] | None = _NAMES

    @model_validator(mode="after")
    def _bounds_in_order(self) -> Self:
        if self.year_from and self.year_to and self.year_from > self.year_to:
            raise PydanticCustomError("years_reversed", "year_from lies after year_to")
        if self.published_from and self.published_to and self.published_from > self.published_to:
            raise PydanticCustomError("days_reversed", "published_from lies after published_to")
        return self

    def as_search_filter(self) -> SearchFilter:
        """Return the filter that the library knows."""
        return SearchFilter(**self.model_dump())


class ChatRequest(BaseModel):
    """A chat completion request, with Citewise's own `filters` and `top_k`.

    OpenAI's other parameters (temperature, max_tokens, seed, user, ...) are accepted and have no
    effect. Those that a client would miss in the answer are refused, below.
    """

    model_config = ConfigDict(extra="ignore")

    model: str = MODEL
    messages: list[Message] = Field(min_length=1, max_length=1_000)
    stream: bool | None = None
    stream_options: StreamOptions | None = None
    filters: Filters | None = None
    top_k: int | None = Field(default=None, ge=1, le=100)

    n: Annotated[int | None, _only(1, why="a question has one answer (n=1)")] = None
    tools: Annotated[list[Any] | None, _only([], why="no tools are called")] = None
    functions: Annotated[list[Any] | None, _only([], why="no functions are called")] = None
    response_format: Annotated[
        dict[str, Any] | None, _only({"type": "text"}, why="answers are Markdown text")
    ] = None
    modalities: Annotated[list[Any] | None, _only(["text"], why="answers are text")] = None
    logprobs: Annotated[bool | None, _only(_OFF, why="there are no log probabilities")] = None

    @property
    def include_usage(self) -> bool:
        """Return whether a stream ends with the usage."""
        return bool(self.stream_options and self.stream_options.include_usage)

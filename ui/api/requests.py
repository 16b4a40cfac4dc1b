"""What a client may send to `/v1/chat/completions`."""

from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    WithJsonSchema,
)
from pydantic_core import PydanticCustomError

from ui.api.backends import MODEL
from ui.api.shortening import TextBounds
from ui.filters import Filters, Text
from vectorstore import SearchFilter

__all__ = ["MAX_TOP_K", "ChatRequest", "Filters", "Message", "Text", "where_of"]

MAX_TOP_K = 100
_MAX_STOPS, _MAX_STOP_CHARS = 4, 1_000
_OFF = False


def where_of(asked: Filters | None) -> SearchFilter | None:
    """Return the filter that the library knows, None for no bound.

    `asked` may be a model that has other fields beside the filters.
    """
    if asked is None:
        return None
    bounds = {name: getattr(asked, name) for name in Filters.model_fields}
    return Filters.model_construct(**bounds).as_search_filter() or None


def _only(*allowed: Any, why: str, schema: dict[str, Any] | None = None) -> Any:
    """Return what refuses values that would be quietly left undone; null is always allowed."""

    def check(value: object) -> object:
        if value is None or value in allowed:
            return value
        raise PydanticCustomError("unsupported_value", f"Not supported: {why}")

    shown = schema or {"const": allowed[0]}
    return (AfterValidator(check), WithJsonSchema({"anyOf": [shown, {"type": "null"}]}))


_Nothing = {"type": "array", "maxItems": 0}
_N = _only(1, why="a question has one answer (n=1)")
_TOOLS = _only([], why="no tools are called", schema=_Nothing)
_FUNCTIONS = _only([], why="no functions are called", schema=_Nothing)
_FORMAT = _only({"type": "text"}, why="answers are Markdown text")
_MODALITIES = _only(["text"], why="answers are text")
_LOGPROBS = _only(_OFF, why="there are no log probabilities")


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


_CONTENT = {
    "anyOf": [
        {"type": "string"},
        {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"type": {"const": "text"}, "text": {"type": "string"}},
                "required": ["type", "text"],
            },
        },
        {"type": "null"},
    ]
}


class Message(BaseModel):
    """One message of the conversation; parts of text are joined by line ends."""

    model_config = ConfigDict(extra="ignore")

    role: Literal["system", "developer", "user", "assistant"]
    content: Annotated[Text, BeforeValidator(_joined_text), WithJsonSchema(_CONTENT)] = ""


class StreamOptions(BaseModel):
    """Options of a stream."""

    model_config = ConfigDict(extra="ignore")

    include_usage: bool | None = None


def _as_list(stop: object) -> object:
    return [stop] if isinstance(stop, str) else stop


_Stop = Annotated[Text, StringConstraints(min_length=1, max_length=_MAX_STOP_CHARS)]
_Stops = Annotated[list[_Stop], Field(max_length=_MAX_STOPS)]
_ONE_STOP = {"type": "string", "minLength": 1, "maxLength": _MAX_STOP_CHARS}
_STOP = {
    "anyOf": [
        _ONE_STOP,
        {"type": "array", "items": _ONE_STOP, "maxItems": _MAX_STOPS},
        {"type": "null"},
    ]
}


class ChatRequest(BaseModel):
    """A chat completion request, with Citewise's own `filters`, `top_k` and `backend`.

    OpenAI's other parameters (temperature, seed, user, ...) are accepted and have no effect. Those
    that a client would miss in the answer are refused.
    """

    model_config = ConfigDict(extra="ignore")

    model: str = Field(default=MODEL, description="`citewise`, or the name of a backend.")
    messages: list[Message] = Field(
        min_length=1,
        max_length=1_000,
        description="The conversation; the last message of a user or an assistant is the question,"
        " with the role `user`.",
    )
    stream: bool | None = Field(default=None, description="Whether to send server-sent events.")
    stream_options: StreamOptions | None = None
    max_tokens: int | None = Field(default=None, ge=1, description="See max_completion_tokens.")
    max_completion_tokens: int | None = Field(
        default=None, ge=1, description="Longest answer, in estimated tokens."
    )
    stop: Annotated[_Stops | None, BeforeValidator(_as_list), WithJsonSchema(_STOP)] = Field(
        default=None, description="The answer ends before the first of these."
    )
    filters: Filters | None = Field(default=None, description="Which papers may be used.")
    top_k: int | None = Field(
        default=None, ge=1, le=MAX_TOP_K, description="How many papers are retrieved."
    )
    backend: str | None = Field(
        default=None, description="Who writes, one of the backends that `/models` lists."
    )

    n: Annotated[int | None, *_N] = None
    tools: Annotated[list[Any] | None, *_TOOLS] = None
    functions: Annotated[list[Any] | None, *_FUNCTIONS] = None
    response_format: Annotated[dict[str, Any] | None, *_FORMAT] = None
    modalities: Annotated[list[Any] | None, *_MODALITIES] = None
    logprobs: Annotated[bool | None, *_LOGPROBS] = None

    @property
    def include_usage(self) -> bool:
        """Return whether a stream ends with the usage."""
        return bool(self.stream_options and self.stream_options.include_usage)

    @property
    def text_bounds(self) -> TextBounds:
        """Return where the answer's text ends; of two token limits the smaller one counts."""
        limits = [n for n in (self.max_tokens, self.max_completion_tokens) if n is not None]
        return TextBounds(tuple(self.stop or ()), min(limits, default=None))

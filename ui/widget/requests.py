"""What a page may send: a short conversation, nothing else."""

from typing import Annotated, Literal, Self

import anyio
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import PydanticCustomError
from starlette.requests import ClientDisconnect, Request

from ui.api.requests import Message, Text
from ui.widget.refusals import RefusedError

MAX_BODY_BYTES = 64 * 1024
MAX_MESSAGES = 11  # five exchanges and the question
MAX_QUESTION_CHARS = 2_000
MAX_ANSWER_CHARS = 4_000
_SECONDS_TO_SEND = 10.0


class WidgetMessage(BaseModel):
    """One message of the conversation."""

    model_config = ConfigDict(extra="forbid")

    role: Literal["user", "assistant"]
    content: Annotated[Text, Field(max_length=MAX_ANSWER_CHARS)]

    @model_validator(mode="after")
    def _short_question(self) -> Self:
        if self.role == "user" and len(self.content) > MAX_QUESTION_CHARS:
            raise PydanticCustomError(
                "question_too_long", f"A question may have {MAX_QUESTION_CHARS:,} characters"
            )
        return self


class WidgetRequest(BaseModel):
    """A question and what was said before it; always answered as a stream."""

    model_config = ConfigDict(extra="forbid")

    messages: list[WidgetMessage] = Field(min_length=1, max_length=MAX_MESSAGES)
    stream: Literal[True]

    def as_api_messages(self) -> list[Message]:
        """Return the conversation as the API knows it."""
        return [Message(role=m.role, content=m.content) for m in self.messages]


async def read_request(request: Request) -> WidgetRequest:
    """Return what was sent.

    Raises RefusedError for a body of another type, too long or too slow, RequestValidationError for
    one that says something else than a conversation.
    """
    if request.headers.get("content-type", "").partition(";")[0].strip() != "application/json":
        raise RefusedError(415, "Send JSON, with Content-Type: application/json.", "not_json")
    body = await _body(request)
    try:
        return WidgetRequest.model_validate_json(body)
    except ValidationError as error:
        found = [{**one, "loc": ("body", *one["loc"])} for one in error.errors()]
        raise RequestValidationError(found) from None


async def _body(request: Request) -> bytes:
    body = bytearray()
    try:
        with anyio.fail_after(_SECONDS_TO_SEND):
            async for piece in request.stream():
                body += piece
                if len(body) > MAX_BODY_BYTES:
                    message = f"A conversation may have {MAX_BODY_BYTES:,} bytes."
                    raise RefusedError(413, message, "too_large")
    except TimeoutError:
        message = f"The question did not arrive within {_SECONDS_TO_SEND:.0f} seconds."
        raise RefusedError(408, message, "too_slow") from None
    except ClientDisconnect:
        raise RefusedError(400, "The question did not arrive in whole.", "cut") from None
    return bytes(body)

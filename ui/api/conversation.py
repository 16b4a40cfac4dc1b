"""A list of messages as a question and the turns before it."""

from collections.abc import Sequence

from assistant.answer import Turn
from ui.api.failures import ApiError, Failure
from ui.api.requests import Message


def question_and_history(messages: Sequence[Message]) -> tuple[str, tuple[Turn, ...]]:
    """Return the last message as the question, and the earlier ones as turns, oldest first.

    System and developer messages are left out: how to answer is not a client's to say. So is what
    an assistant said before the first question. Raises ApiError when no question comes last.
    """
    spoken = [message for message in messages if message.role in ("user", "assistant")]
    if not spoken or spoken[-1].role != "user":
        text = "messages: The last message must be the question, with the role 'user'."
        raise ApiError(400, Failure(text, param="messages", code="no_question"))
    return spoken[-1].content, _turns(spoken[:-1])


def _turns(spoken: Sequence[Message]) -> tuple[Turn, ...]:
    turns: list[Turn] = []
    for message in spoken:
        if message.role == "user":
            turns.append(Turn(message.content))
        elif turns:
            said = f"{turns[-1].answer}\n\n{message.content}".strip()
            turns[-1] = Turn(turns[-1].question, said)
    return tuple(turns)

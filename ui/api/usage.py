"""Token counts: those that a language model reported, or an estimate where none did."""

from collections.abc import Sequence

from assistant.answer import Answer
from assistant.backends.tokens import estimate_tokens
from ui.api.requests import Message


def usage(messages: Sequence[Message], answer: Answer) -> dict[str, int]:
    """Return OpenAI's `usage`: what was spent on language models, or else an estimate.

    The estimate is what `max_tokens` is measured by too.
    """
    spent = answer.tokens
    if spent.input_tokens or spent.output_tokens:
        prompt, completion = spent.input_tokens, spent.output_tokens
    else:
        prompt = sum(estimate_tokens(message.content) for message in messages)
        completion = estimate_tokens(answer.text)
    return {
        "prompt_tokens": prompt,
        "completion_tokens": completion,
        "total_tokens": prompt + completion,
    }

"""Token counts: those that a language model reported, or words where none did."""

from collections.abc import Sequence

from assistant.answer import Answer
from ui.api.requests import Message


def usage(messages: Sequence[Message], answer: Answer) -> dict[str, int]:
    """Return OpenAI's `usage`: what was spent on language models, or else words, an estimate."""
    spent = answer.tokens
    if spent.input_tokens or spent.output_tokens:
        prompt, completion = spent.input_tokens, spent.output_tokens
    else:
        prompt = sum(len(message.content.split()) for message in messages)
        completion = len(answer.text.split())
    return {
        "prompt_tokens": prompt,
        "completion_tokens": completion,
        "total_tokens": prompt + completion,
    }

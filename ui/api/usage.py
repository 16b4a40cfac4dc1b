"""Token counts that need no tokenizer: words. They are an estimate, and the guide says so."""

from collections.abc import Sequence

from ui.api.requests import Message


def usage(messages: Sequence[Message], answer_text: str) -> dict[str, int]:
    """Return OpenAI's `usage`, counted in words between white space."""
    prompt = sum(len(message.content.split()) for message in messages)
    completion = len(answer_text.split())
    return {
        "prompt_tokens": prompt,
        "completion_tokens": completion,
        "total_tokens": prompt + completion,
    }

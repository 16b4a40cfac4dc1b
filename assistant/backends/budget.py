"""The context budget: how many excerpts a model can be shown."""

from collections.abc import Sequence

from assistant.backends.errors import ContextError
from assistant.backends.tokens import estimate_tokens

_TEMPLATE_TOKENS = 96  # roles, fences and wording around question and excerpts
_EXCERPT_TOKENS = 16  # key, fence and blank lines of one


def count_fitting_excerpts(
    excerpts: Sequence[str],
    *,
    system: str,
    question: str,
    context_tokens: int,
    max_output_tokens: int,
) -> int:
    """Return how many of the excerpts, from the first, fit whole beside all the rest.

    An excerpt is never shown in half: the end of an abstract is where its result stands. The count
    is at least 1 unless there are none.

    Raises ContextError when not even the first fits.
    """
    fixed = estimate_tokens(system) + estimate_tokens(question) + _TEMPLATE_TOKENS
    room = context_tokens - max_output_tokens - fixed
    for n_before, excerpt in enumerate(excerpts):
        needed = estimate_tokens(excerpt) + _EXCERPT_TOKENS
        if needed > room and n_before:
            return n_before
        if needed > room:
            raise ContextError(
                f"Question and first excerpt take about {fixed + needed:,} tokens, and the answer"
                f" up to {max_output_tokens:,}, of {context_tokens:,} that the model can read. Use"
                " a model that reads more, or raise the setting llm_context_tokens where the model"
                " does, or lower llm_max_output_tokens."
            )
        room -= needed
    return len(excerpts)

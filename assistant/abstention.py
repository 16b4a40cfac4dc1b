"""How Citewise says that it does not know: one wording for prompts, code and tests."""

from collections.abc import Sequence

from assistant.markdown import dated_title
from vectorstore import Paper

ABSTENTION = "The abstracts do not say."


def abstention_text(nearest: Sequence[Paper]) -> str:
    """Return the answer that abstains and names the nearest papers, as Markdown."""
    if not nearest:
        return ABSTENTION
    lines = "\n".join(f"- {dated_title(paper.title, paper.year)}" for paper in nearest)
    return f"{ABSTENTION} The nearest papers are:\n\n{lines}"

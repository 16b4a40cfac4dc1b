"""How Citewise says that it does not know: one wording for prompts, code and tests."""

from collections.abc import Sequence

from assistant.markdown import italic
from vectorstore import Paper

ABSTENTION = "The abstracts do not say."


def abstention_text(nearest: Sequence[Paper]) -> str:
    """Return the answer that abstains and names the nearest papers, as Markdown."""
    if not nearest:
        return ABSTENTION
    lines = "\n".join(f"- {italic(paper.title)}{_year(paper)}" for paper in nearest)
    return f"{ABSTENTION} The nearest papers are:\n\n{lines}"


def _year(paper: Paper) -> str:
    return f" ({paper.year})" if paper.year else ""

"""An answer as plain text, for a reader's notes."""

from assistant.answer import Answer, Citation
from assistant.markdown import plain_text


def copied_text(answer: Answer) -> str:
    """Return the answer without markup, and a line for each citation it numbers."""
    text = plain_text(answer.text).strip()
    references = "\n".join(_reference(citation) for citation in answer.citations)
    return f"{text}\n\n{references}" if references else text


def _reference(citation: Citation) -> str:
    paper = citation.paper
    who = ", ".join(paper.authors)
    when = str(paper.published or paper.year or "")
    described = ". ".join(part for part in (who, paper.title, when, paper.link) if part)
    return f"[{citation.number}] {described}"

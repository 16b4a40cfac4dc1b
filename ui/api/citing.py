"""Citations as API clients get them: as links, as sources, and as annotations of the text."""

from typing import Any

from assistant.answer import Answer, citation_to_json
from assistant.page import MARKER


def citation_fields(answer: Answer) -> dict[str, Any]:
    """Return the top-level fields beyond OpenAI's. The marker [n] means the n-th of both lists."""
    return {
        "citations": [citation.paper.link for citation in answer.citations],
        "sources": [citation_to_json(citation) for citation in answer.citations],
        "abstained": answer.abstained,
        "backend": answer.backend,
    }


def annotations(answer: Answer) -> list[dict[str, Any]]:
    """Return one `url_citation` a marker: `text[start_index:end_index]` is "[n]".

    Indexes count Unicode characters.
    """
    by_number = {citation.number: citation.paper for citation in answer.citations}
    return [
        {
            "type": "url_citation",
            "url_citation": {
                "start_index": marker.end("escaped"),
                "end_index": marker.end(),
                "title": by_number[number].title,
                "url": by_number[number].link,
            },
        }
        for marker in MARKER.finditer(answer.text)
        if (number := int(marker["number"])) in by_number
    ]

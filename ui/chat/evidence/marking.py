"""An abstract with the cited words marked."""

from collections.abc import Iterable, Sequence
from itertools import pairwise

from assistant.answer import Citation
from ui.chat.formulas import text_html


def marked_abstract(abstract: str, citations: Iterable[Citation], turn: int | str) -> str:
    """Return the abstract as HTML, each cited span in `<mark>`; spans may overlap.

    Before a span stands the id that its markers lead to; `turn` is the number of the exchange they
    stand in, or the name of another text. A formula that a span cuts through is shown as typed.
    """
    cited = list(citations)
    cuts = {0, len(abstract), *(c.span.start for c in cited), *(c.span.end for c in cited)}
    pieces = [
        _anchors(start, cited, turn) + _marked(abstract[start:end], start, cited)
        for start, end in pairwise(sorted(cuts))
    ]
    return "".join([*pieces, _anchors(len(abstract), cited, turn)])


def _anchors(start: int, citations: Sequence[Citation], turn: int | str) -> str:
    return "".join(
        f'<span class="anchor" id="src-{turn}-{c.number}" data-number="{c.number}"></span>'
        for c in citations
        if c.span.start == start
    )


def _marked(text: str, start: int, citations: Sequence[Citation]) -> str:
    """Return a piece of an abstract that lies wholly inside or wholly outside each span."""
    numbers = [str(c.number) for c in citations if c.span.start <= start < c.span.end]
    if not numbers:
        return text_html(text)
    return f'<mark data-numbers="{" ".join(numbers)}">{text_html(text)}</mark>'

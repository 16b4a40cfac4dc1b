"""The Markdown of an answer as HTML: the little of it that answers are made of, and no more.

Links, images, code, tables and HTML are not read at all. What comes from papers, models or readers
is shown as text; markers lead to their source.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from assistant.answer import AnswerSentence
from assistant.page import MARKER
from ui.chat.escaping import html_text, web_link
from ui.chat.formulas import text_html
from ui.chat.thread.doubts import (
    CLOSING,
    OPENING,
    closing_html,
    doubtful,
    opening_html,
    with_doubts,
)

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_core import StateCore
    from markdown_it.token import Token

# A marker on its way through the Markdown: once that is read, one that a paper wrote looks the
# same as one of ours.
_MARKER_OPENING, _MARKER_CLOSING = "\u2e24", "\u2e25"
_OURS = re.compile(f"[{_MARKER_OPENING}{_MARKER_CLOSING}{OPENING}{CLOSING}]")
_PIECE = re.compile(rf"({OPENING}|{CLOSING}|{_MARKER_OPENING}\d{{1,4}}{_MARKER_CLOSING})")
_ADDRESS = re.compile(r"https?://[^\s<>\"'" + "\u2e1c\u2e1d\u2e24\u2e25" + r"]*[\w/=&#%~-]")


def prose_html(
    markdown: str, number: int, sentences: Sequence[AnswerSentence] = (), *, leads: bool = True
) -> str:
    """Return the HTML of the answer in exchange `number`.

    `sentences` are those that were checked. Without `leads` markers lead nowhere, as where an
    answer was cut off before its sources were known.
    """
    marked = with_doubts(_OURS.sub("", markdown), [_plain(sentence) for sentence in sentences])
    prepared = MARKER.sub(
        rf"\g<escaped>{_MARKER_OPENING}\g<number>{_MARKER_CLOSING}" if leads else r"\g<0>", marked
    )
    env = {"number": number, "opened": iter(doubtful(sentences)), "open": []}
    rendered: str = _renderer().render(prepared, env)
    return rendered


def _plain(sentence: AnswerSentence) -> AnswerSentence:
    text = _OURS.sub("", sentence.text)
    return AnswerSentence(text, sentence.citations, sentence.support, sentence.score)


@lru_cache(maxsize=1)
def _renderer() -> "MarkdownIt":
    from markdown_it import MarkdownIt

    renderer = MarkdownIt("zero", {"html": False})
    renderer.enable(["list", "emphasis", "escape", "entity", "newline"])
    renderer.core.ruler.before("text_join", "addresses", _find_addresses)
    renderer.add_render_rule("text", _text)
    renderer.add_render_rule("address", _address)
    return renderer


def _find_addresses(state: "StateCore") -> None:
    """Make links of bare addresses. One that was escaped is several tokens here, and stays text."""
    for token in state.tokens:
        if token.children:
            token.children = [piece for child in token.children for piece in _split(child)]


def _split(token: "Token") -> list["Token"]:
    from markdown_it.token import Token

    if token.type != "text":
        return [token]
    pieces, end = [], 0
    for found in _ADDRESS.finditer(token.content):
        pieces.append(Token("text", "", 0, content=token.content[end : found.start()]))
        pieces.append(Token("address", "", 0, content=found.group()))
        end = found.end()
    return [*pieces, Token("text", "", 0, content=token.content[end:])] if pieces else [token]


def _address(
    _renderer: Any, tokens: Sequence["Token"], index: int, _options: Any, _env: Any
) -> str:
    address = tokens[index].content
    link = web_link(address)
    if link is None:
        return html_text(address)
    return (
        f'<a href="{html_text(link)}" target="_blank" rel="noopener noreferrer">'
        f"{html_text(address)}</a>"
    )


def _text(
    _renderer: Any, tokens: Sequence["Token"], index: int, _options: Any, env: dict[str, Any]
) -> str:
    return "".join(_piece(piece, env) for piece in _PIECE.split(tokens[index].content))


def _piece(piece: str, env: dict[str, Any]) -> str:
    if piece == OPENING:
        sentence = next(env["opened"])
        env["open"].append(sentence)
        return opening_html(sentence)
    if piece == CLOSING:
        return closing_html(env["open"].pop()) if env["open"] else ""
    if piece.startswith(_MARKER_OPENING):
        return chip_html(env["number"], piece[1:-1])
    return text_html(piece)


def chip_html(turn: int | str, citation: int | str, *, shown: int | str = "") -> str:
    """Return a marker that leads to its source; `shown` is its number where it has another."""
    shown = shown or citation
    return (
        f'<a class="marker" href="#src-{turn}-{citation}" aria-label="Source {shown}">[{shown}]</a>'
    )

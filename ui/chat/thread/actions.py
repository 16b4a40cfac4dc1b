"""What a reader can do with an answer. `static/script/45_actions.js` does it."""

from collections.abc import Iterable

from ui.chat.conversation import Exchange
from ui.chat.escaping import html_text

_THUMBS = {"up": "Good answer", "down": "Bad answer"}


def actions_html(exchange: Exchange, *, shared: bool) -> str:
    """Return the buttons below an answer; those that need it kept are there only if it is."""
    buttons = []
    if exchange.answer:
        buttons.append(_button("copy", "Copy"))
    if not shared:
        buttons.append(_button("retry", "Ask again"))
    if exchange.answer and exchange.kept_id and not shared:
        buttons.append(_button("link", "Link"))
        buttons += [_thumb(exchange, thumb) for thumb in _THUMBS]
    return "".join(buttons)


def _button(action: str, label: str) -> str:
    return f'<button type="button" data-action="{action}">{label}</button>'


def _thumb(exchange: Exchange, thumb: str) -> str:
    pressed = "true" if exchange.thumb == thumb else "false"
    return (
        f'<button type="button" class="thumb {thumb}" data-action="thumb" data-thumb="{thumb}"'
        f' aria-pressed="{pressed}" aria-label="{_THUMBS[thumb]}"></button>'
    )


def suggestions_html(questions: Iterable[str]) -> str:
    """Return questions to ask next, a button each."""
    buttons = "".join(
        f'<button type="button" data-ask>{html_text(question)}</button>' for question in questions
    )
    return (
        f'<div class="suggestions" role="group" aria-label="Ask next">{buttons}</div>'
        if buttons
        else ""
    )

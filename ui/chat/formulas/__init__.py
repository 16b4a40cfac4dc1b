"""Formulas in the text of papers and answers, drawn by the browser itself: no script, no font."""

from ui.chat.formulas.finding import text_html

__all__ = ["text_html"]

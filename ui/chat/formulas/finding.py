r"""Where a text has formulas: `$...$` and `\(...\)`, and what are only sums of money."""

import re

from ui.chat.escaping import html_text
from ui.chat.formulas.mathml import mathml
from vectorstore.invisible import without_invisible

_MAX_CHARS = 300
# As Pandoc reads them (User's Guide, tex_math_dollars): no space inside the dollars, no digit
# behind them.
_FORMULA = re.compile(
    rf"(?<![\\$])\$(?P<dollars>(?=[^\s$])[^$\n]{{1,{_MAX_CHARS}}}?(?<=[^\s\\]))\$(?![\d$])"
    rf"|\\\((?P<brackets>[^\n]{{1,{_MAX_CHARS}}}?)\\\)"
)
_SIGNS = re.compile(r"[\\^_=<>+]")
_SHORT = re.compile(r"[\w@.,%|/()\[\]'*:-]{1,12}")
_TEXT_GROUP = re.compile(r"\\(?:text\w*|math\w*|operatorname)\s*\{[^{}]*\}")
_WORD = re.compile(r"(?<![\\A-Za-z])[A-Za-z]{4,}")


def text_html(text: str) -> str:
    """Return HTML that shows `text`, its formulas as MathML.

    What is no formula, or none that can be drawn, stays as it was written, dollars included.
    """
    pieces: list[str] = []
    end = 0
    for found in _FORMULA.finditer(text):
        drawn = _drawn(found)
        if drawn:
            pieces += [html_text(text[end : found.start()]), drawn]
            end = found.end()
    return "".join([*pieces, html_text(text[end:])])


def _drawn(found: re.Match[str]) -> str | None:
    source = without_invisible(found["dollars"] or found["brackets"]).strip()
    return mathml(source) if found["brackets"] or _is_formula(source) else None


def _is_formula(source: str) -> bool:
    """Return whether dollars around `source` are those of a formula, not of two prices."""
    if len(_WORD.findall(_TEXT_GROUP.sub("", source))) > 1:
        return False
    return bool(_SIGNS.search(source) or _SHORT.fullmatch(source))

"""LaTeX in running text, as Unicode.

One pass over the tokens. Formulas and URLs are tokens of their own, so that nothing inside is read
as text. Macros that this package does not know stay as they are, with their braces: what
`\\method` prints, only its authors know.
"""

import re
from collections.abc import Callable

from vectorstore.cleaning.hyphenation import join_parts
from vectorstore.cleaning.latex_accents import read_accent, read_split_accent
from vectorstore.cleaning.latex_macros import KNOWN, after_dropping, print_macro
from vectorstore.cleaning.latex_page import Page
from vectorstore.cleaning.latex_tables import SWITCHES
from vectorstore.cleaning.tex_math import formula_at, formulas

# Where a token may begin, found at the speed of C, and the tokens.
_START = re.compile(r"[\\${}~^ˆ:-]")
_TOKEN = re.compile(
    r"(?P<slashes>\\{2,}+)|(?P<formula>\$|\\[(\[])"
    r"|(?P<url>://[^\s{}<>$\\]*+(?:\\[_%#&~-][^\s{}<>$\\]*+)*+)"
    r"|(?P<ordinal>[\^ˆ](?<=\d.)(?:\{(?:st|nd|rd|th)\}|(?:\\text\{|\{\\text\{)(?:st|nd|rd|th)\}))"
    r"|(?P<macro>\\[A-Za-z]+\*?)|(?P<escape>\\.)"
    r"|(?P<opening>\{)|(?P<closing>\})|(?P<tie>~)|(?P<dashes>-{2,}+)",
    re.DOTALL,
)
_URL_ESCAPE = re.compile(r"\\([_%#&~-])")
_PRINTED_ESCAPES = frozenset("%&_#{}")
_NAME = re.compile(r"\\+([A-Za-z]+)")
# Groups that only keep something apart: {\em so}, {\%}, {``}, {--}.
_SWITCHED = re.compile(r"\{\s*\\([A-Za-z]+)(?![A-Za-z])")
_ALONE = re.compile(r"\{(?:\\[A-Za-z]+|\\[%&_#]|``|''|[`'“”‘’–—]|-{1,3}|[%&#_])\s?\}")
# Macros that lost their backslash on the way to the ACL Anthology: {textbf{0.93}}.
_BARE_MACRO = re.compile(r"\{(textbf|textit|texttt|textsc|emph|underline|url|href)(?=\{)")
_COMMENT = re.compile(r"^[ \t]*+%[^\n]*+\n?", re.MULTILINE)
_FIRST_PART, _LAST_PART = re.compile(r"[^\W_]{1,40}"), re.compile(r"[^\W_]+$")
_MACRO_NAME = re.compile(r"\\[A-Za-z]")


def latex_to_unicode(text: str) -> str:
    """Return `text` with text macros, accents, escapes, ties and dashes as Unicode.

    Formulas stay, all as `$...$`. A percent sign begins a comment only at the start of a line, and
    only where there are macros too: most abstracts write "50%" without a backslash.
    """
    if "\n" in text and "\\" in text:
        text = _COMMENT.sub("", text)
    page, position = Page(text), 0
    while start := _START.search(text, position):
        found = _TOKEN.match(text, start.start())
        end = found.start() if found else start.end()
        page.write(text[position:end])
        position = _READERS[found.lastgroup or ""](page, found) if found else end
    page.write(text[position:])
    return _dollars(page.result())


def _dollars(text: str) -> str:
    """Return `text` with `\\$` as a dollar sign where that begins no formula by accident."""
    if "\\$" not in text:
        return text
    plain = text.replace("\\$", "$")
    return plain if formulas(plain) == formulas(text) else text


def _as_is(page: Page, found: re.Match[str]) -> int:
    page.write(found[0])
    return found.end()


def _slashes(page: Page, found: re.Match[str]) -> int:
    """Read a run of backslashes: a line's end, or a macro that was escaped twice."""
    following = page.text[found.end() : found.end() + 1]
    name = _NAME.match(page.text, found.end() - 1)
    if following in _PRINTED_ESCAPES and following:
        page.write(following)
        return found.end() + 1
    if following == "$" or (name and name[1] in KNOWN):
        return found.end() - 1
    if following.strip() == "" or following == "[":
        page.write(" ")
        return found.end()
    return _as_is(page, found)


def _formula(page: Page, found: re.Match[str]) -> int:
    formula = formula_at(page.text, found.start())
    if formula is None:
        return _as_is(page, found)
    page.write(formula[0])
    return formula[1]


def _url(page: Page, found: re.Match[str]) -> int:
    page.write(_URL_ESCAPE.sub(r"\1", found[0]))
    return found.end()


def _ordinal(page: Page, found: re.Match[str]) -> int:
    page.write(re.sub(r"[^a-z]|text", "", found[0]))
    return found.end() + (found[0].count("{") > 1 and page.text.startswith("}", found.end()))


def _macro(page: Page, found: re.Match[str]) -> int:
    name = found[0].strip("\\*")
    # Accents come first: \c, \v and \t are no other macros.
    accent = read_accent(page.text, found.start(), has_escaped_quotes=False)
    if accent:
        page.write(accent[0])
        return accent[1]
    position = print_macro(page, name, found.start(), found.end())
    return _as_is(page, found) if position is None else position


def _escape(page: Page, found: re.Match[str]) -> int:
    char = found[0][1]
    if char in _PRINTED_ESCAPES:
        page.write(char)
    elif char in " ,;\n\t":
        page.write(" ")
    elif char == "-":
        page.write(_allowed_break(page.text, found))
    elif char == "/":  # TeX's italic correction before a brace, else a slash escaped as in JSON
        page.write("" if page.text.startswith("}", found.end()) else "/")
    elif char == "@":
        page.write("@" if page.text[found.end() : found.end() + 1].isalnum() else "")
    else:
        return _accent(page, found)
    return found.end()


def _accent(page: Page, found: re.Match[str]) -> int:
    accent = read_accent(page.text, found.start(), has_escaped_quotes=page.has_escaped_quotes)
    if accent:
        page.write(accent[0])
        return accent[1]
    page.write(found[0][1] if found[0][1] in "\"'" else found[0])
    return found.end()


def _allowed_break(text: str, found: re.Match[str]) -> str:
    """Return "" or "-" for `\\-`, which authors also write for a hyphen: "zero\\-shot"."""
    left = _LAST_PART.search(text, max(0, found.start() - 40), found.start())
    right = _FIRST_PART.match(text, found.end())
    if left and right:
        return join_parts(left[0], right[0])
    return "" if text.startswith("-", found.end()) else "-"


def _opening(page: Page, found: re.Match[str]) -> int:
    text, start = page.text, found.start()
    accent = read_split_accent(text, start) or _braced_accent(page, start)
    if accent:
        page.write(accent[0])
        return accent[1]
    if bare := _BARE_MACRO.match(text, start):
        inside = page.unwrap(start)
        return print_macro(page, bare[1], inside, bare.end()) or bare.end()
    switched = _SWITCHED.match(text, start)
    if _ALONE.match(text, start) or (switched and switched[1] in SWITCHES | {"color"}):
        return page.unwrap(start)
    return _as_is(page, found)


def _braced_accent(page: Page, start: int) -> tuple[str, int] | None:
    accent = read_accent(page.text, start + 1, has_escaped_quotes=False)
    if accent and page.text.startswith("}", accent[1]):
        return accent[0], accent[1] + 1
    return None


def _closing(page: Page, found: re.Match[str]) -> int:
    page.write(page.closing.get(found.start(), "}"))
    return found.end()


def _tie(page: Page, found: re.Match[str]) -> int:
    """Read "~": a space that joins, as in "Llama~3", or "about", as in "~5%" and "7~9"."""
    text, start, end = page.text, found.start(), found.end()
    left, right = text[start - 1 : start], text[end : end + 1]
    if not left.strip() or not right.strip():
        is_needless = _MACRO_NAME.match(text, end) or (left.strip(" ~\n") and not right.strip())
        page.write("" if is_needless else "~")
        return after_dropping(page, end) if is_needless else end
    is_tie = left not in "/=%<>~([|" and left < "\u2e80"
    is_tie = is_tie and (right.isalnum() or right in "\\$({[-“‘")
    page.write(" " if is_tie and not _is_range(text, start, right) else "~")
    return end


def _is_range(text: str, start: int, right: str) -> bool:
    """Return whether digits follow what begins with no letter: "1.1~1.2", but not "Llama~3~8B"."""
    word = text[max(0, start - 20) : start].rpartition(" ")[2]
    return right.isdigit() and not word[:1].isalpha() and word[-1:] not in ")}"


def _dashes(page: Page, found: re.Match[str]) -> int:
    left = page.text[found.start() - 1 : found.start()]
    right = page.text[found.end() : found.end() + 1]
    is_flag = right.isalpha() and (not left.strip() or left in "([`'\"“‘")
    if len(found[0]) > 3 or left in tuple("<!") or right == ">" or is_flag or not page.is_latex:
        return _as_is(page, found)
    page.write("–" if len(found[0]) == 2 else "—")
    return found.end()


_READERS: dict[str, Callable[[Page, re.Match[str]], int]] = {
    "slashes": _slashes,
    "formula": _formula,
    "url": _url,
    "ordinal": _ordinal,
    "macro": _macro,
    "escape": _escape,
    "opening": _opening,
    "closing": _closing,
    "tie": _tie,
    "dashes": _dashes,
}

"""What each LaTeX macro prints."""

import re
from collections.abc import Callable

from vectorstore.cleaning.latex_page import Page
from vectorstore.cleaning.latex_tables import (
    ARROWS,
    CITES,
    CITES_IN_SENTENCE,
    DROPPED,
    FUNCTIONS,
    GREEK,
    LETTERS,
    MATH_ENVIRONMENTS,
    NOTES,
    SECOND,
    SPACES,
    SWITCHES,
    SYMBOLS,
    TEXT_ENVIRONMENTS,
    UNWRAPPED,
    WRITTEN,
)
from vectorstore.cleaning.scripts import lowered, raised

_ARGUMENT = re.compile(r"\s*+(?:\[[^\[\]{}]{0,200}\]\s*+){0,2}\{")
_ENVIRONMENT = re.compile(r"\{([A-Za-z]+\*?)\}(?:\[[^\[\]{}]{0,100}\])?")
_UNICODE = re.compile(r"\{x([0-9A-Fa-f]{2,6})\}")
_MARK = re.compile(r"\[\d{0,3}\]")
_TERMINATOR = re.compile(r"\{\}|\s+(?=[^\W\d_])")
# Words after which a citation is a noun: "as shown by [Hinton1986]".
_NEEDS_NOUN = re.compile(r"(?:\b(?:by|in|of|from|with|to|see|than|like|and|cf\.|e\.g\.,?))[\s~]*$")
# The ACL Anthology lost the space or formula's end in "En\rightarrowDe" and "\alphaNDCG".
_GLUED = re.compile(
    rf"({'|'.join(name for name in ARROWS if 'row' in name)})(?=[A-Za-z])"
    rf"|({'|'.join(sorted(GREEK, key=len, reverse=True))}|infty|circ|times)(?=[A-Z])"
)
_WEB = re.compile(r"(?:https?://|www\.)\S+")
_URL_ESCAPE = re.compile(r"\\([_%#&~])")
_MAX_FORMULA_CHARS = 2000

_FONTS = ("math", "text", "emph", "underline", "bold")

Macro = Callable[[Page, str, int, int], int | None]


def print_macro(page: Page, name: str, start: int, end: int) -> int | None:
    """Print the macro `\\name` that stands at `start` to `end`.

    Returns where reading goes on, or None if the macro is not known or lacks its argument.
    """
    macro = _MACROS.get(name)
    return macro(page, name, start, end) if macro else _glued(page, name, end)


def after_dropping(page: Page, position: int) -> int:
    """Leave no gap where something was dropped: "shown \\cite{x}." is "shown."."""
    following = page.text[position : position + 1]
    if following == ")":
        page.trim(" ,;~")
        if page.last_character() == "(":
            page.trim("(")
            page.trim()
            return position + 1
    elif following in tuple(".,;:!?"):
        page.trim()
    return position


def _symbol(page: Page, name: str, _: int, end: int) -> int:
    symbol = SYMBOLS[name]
    page.write(symbol)
    end += 2 * page.text.startswith("{}", end)
    return end + (symbol[-1] == "." and page.text.startswith(".", end))


def _letter(page: Page, name: str, start: int, end: int) -> int | None:
    terminator = _TERMINATOR.match(page.text, end)
    after = terminator.end() if terminator else end
    neighbours = page.text[start - 1 : start] + page.text[after : after + 1]
    is_in_word = neighbours[:1] == "{" or any(char.isalpha() for char in neighbours)
    if len(name) == 1 and not is_in_word:
        return None
    page.write(LETTERS[name])
    return after


def _function(page: Page, name: str, _: int, end: int) -> int:
    page.write(f" {name}" if page.last_character().isalnum() else name)
    return end


def _switch(page: Page, name: str, _: int, end: int) -> int:
    mark = _MARK.match(page.text, end) if name == "footnotemark" else None
    end = mark.end() if mark else end
    if page.text.startswith("{", end):  # written as if it had an argument: \it{so}
        return page.unwrap(end)
    return _skip_space(page.text, end)


def _space(page: Page, _name: str, _start: int, end: int) -> int:
    page.write(" ")
    return end


def _unwrapped(page: Page, name: str, _: int, end: int) -> int | None:
    opened = _opening(page, end)
    if opened is None:  # \mathbf W: TeX takes the next sign
        return _skip_space(page.text, end) if name.startswith(_FONTS) else None
    if name in {"textsuperscript", "textsubscript", "ensuremath"}:
        return _moved(page, name, opened)
    before, after = WRITTEN.get(name, ("", ""))
    page.write(before)
    return page.unwrap(opened, after)


def _moved(page: Page, name: str, opened: int) -> int:
    inner = page.inside(opened)
    if any(char in inner for char in "\\{$"):
        return page.unwrap(opened)
    if name == "ensuremath":
        page.write(f"${inner.strip()}$")
    else:
        page.write(raised(inner) if name == "textsuperscript" else lowered(inner))
    return page.partner(opened) + 1


def _dropped(page: Page, _name: str, _start: int, end: int) -> int | None:
    opened = _opening(page, end)
    return None if opened is None else after_dropping(page, page.partner(opened) + 1)


def _second(page: Page, _name: str, _start: int, end: int) -> int | None:
    opened = _opening(page, end)
    second = None if opened is None else _opening(page, page.partner(opened) + 1)
    return None if second is None else page.unwrap(second)


def _note(page: Page, _name: str, _start: int, end: int) -> int | None:
    opened = _opening(page, end)
    if opened is None:
        return None
    if not page.inside(opened).strip():
        return page.partner(opened) + 1
    page.trim(" ~")
    page.write(" (")
    return _skip_space(page.text, page.unwrap(opened, ")"))


def _link(page: Page, _name: str, _start: int, end: int) -> int | None:
    opened = _opening(page, end)
    if opened is None:
        return None
    second = _opening(page, page.partner(opened) + 1)
    if second is None:
        return page.unwrap(opened)
    url = _URL_ESCAPE.sub(r"\1", page.inside(opened).strip())
    is_told = not _WEB.fullmatch(url) or url in _URL_ESCAPE.sub(r"\1", page.inside(second))
    return page.unwrap(second, "" if is_told else f" ({url})")


def _cite(page: Page, name: str, start: int, end: int) -> int | None:
    opened = _opening(page, end)
    if opened is None:
        return None
    before = page.text[max(0, start - 12) : start]
    keys = page.inside(opened).strip()
    if keys and (name in CITES_IN_SENTENCE or _NEEDS_NOUN.search(before)):
        page.write(f"[{keys}]")
        return page.partner(opened) + 1
    return after_dropping(page, page.partner(opened) + 1)


def _begin(page: Page, _name: str, start: int, end: int) -> int | None:
    found = _ENVIRONMENT.match(page.text, end)
    if found is None:
        return None
    if found[1] in TEXT_ENVIRONMENTS:
        page.write(" ")
        return found.end()
    is_math = page.text.startswith("\\begin", start) and found[1] in MATH_ENVIRONMENTS
    return _display(page, found[1], found.end()) if is_math else None


def _display(page: Page, environment: str, start: int) -> int | None:
    if environment in page.unclosed_environments:
        return None
    close = f"\\end{{{environment}}}"
    end = page.text.find(close, start)
    if end < 0:
        page.unclosed_environments.add(environment)
        return None
    formula = " ".join(page.text[start:end].split())
    if "$" in formula or not formula or len(formula) > _MAX_FORMULA_CHARS:
        return None
    page.write(f" ${formula}$ ")
    return end + len(close)


def _item(page: Page, _name: str, _start: int, end: int) -> int:
    page.write(" • ")
    return end


def _verbatim(page: Page, _name: str, _start: int, end: int) -> int | None:
    mark = page.text[end : end + 1]
    close = page.text.find(mark, end + 1, end + 200) if mark in tuple("|!+/#@") else -1
    if close < 0:
        return None
    page.write(page.text[end + 1 : close])
    return close + 1


def _code_point(page: Page, _name: str, _start: int, end: int) -> int | None:
    found = _UNICODE.match(page.text, end)
    if found is None or not 0x20 <= int(found[1], 16) <= 0xFFFF:
        return None
    page.write(chr(int(found[1], 16)))
    return found.end()


def _glued(page: Page, name: str, end: int) -> int | None:
    found = _GLUED.match(name)
    if found is None:
        return None
    page.write(SYMBOLS[found[0]])
    return end - len(name) + found.end()


def _opening(page: Page, end: int) -> int | None:
    """Return where the group of the argument that begins at `end` opens."""
    found = _ARGUMENT.match(page.text, end)
    return found.end() - 1 if found else None


def _skip_space(text: str, position: int) -> int:
    while text[position : position + 1].isspace():
        position += 1
    return position


_TABLE: tuple[tuple[frozenset[str], Macro], ...] = (
    (frozenset(SYMBOLS), _symbol),
    (frozenset(LETTERS), _letter),
    (FUNCTIONS, _function),
    (DROPPED, _dropped),
    (SWITCHES, _switch),
    (SPACES, _space),
    (UNWRAPPED, _unwrapped),
    (SECOND, _second),
    (NOTES, _note),
    (CITES | CITES_IN_SENTENCE, _cite),
    (frozenset({"href"}), _link),
    (frozenset({"begin", "end"}), _begin),
    (frozenset({"item"}), _item),
    (frozenset({"verb"}), _verbatim),
    (frozenset({"unicode"}), _code_point),
)
_MACROS = {name: macro for names, macro in _TABLE for name in names}
KNOWN = frozenset(_MACROS)

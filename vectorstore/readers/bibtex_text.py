"""Text in BibTeX: what must be escaped in a field, and the way back.

Unicode stays as it is: biber, LuaLaTeX and XeLaTeX read it, and so does pdfLaTeX of today.
"""

import re

# `\{` would do for LaTeX, but BibTeX counts braces before it knows of backslashes.
_ESCAPES = {
    "\\": "{\\textbackslash}",
    "{": "{\\textbraceleft}",
    "}": "{\\textbraceright}",
    "~": "{\\textasciitilde}",
    "^": "{\\textasciicircum}",
    **{sign: f"\\{sign}" for sign in "&%$#_"},
}
_ESCAPING = str.maketrans(_ESCAPES)
_SIGNS = {escape: sign for sign, escape in _ESCAPES.items()}
_ESCAPED = re.compile("|".join([*map(re.escape, _SIGNS), "[{}]"]))
_LATEX_IN_ADDRESS = re.compile(r"\\(?=[&%$#_~{}])|[{}]")
_URL_COMMAND = re.compile(r"\\(?:url|href)\s*\{([^{}]*)\}.*")


def escape(text: str) -> str:
    """Return `text` as BibTeX and LaTeX print it, whatever it holds."""
    return text.translate(_ESCAPING)


def unescape(text: str) -> str:
    """Return what was escaped; braces that protect capitals or names are dropped."""
    if "\\" not in text and "{" not in text and "}" not in text:
        return text
    return _ESCAPED.sub(lambda found: _SIGNS.get(found[0], ""), text)


def plain_address(text: str) -> str:
    """Return the address or DOI of a field in which others escape or wrap it."""
    found = _URL_COMMAND.fullmatch(text)
    return _LATEX_IN_ADDRESS.sub("", found[1] if found else text)

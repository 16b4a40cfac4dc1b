"""Text in LaTeX: escaped, and what pdfLaTeX must be told of rarer characters."""

import re
import unicodedata
from collections.abc import Iterable

from vectorstore.invisible import without_invisible
from vectorstore.readers.bibtex_text import escape as escape_signs

_LIGATURES = re.compile(r"([?!])(?=[`‘])|(-)(?=-)|(,)(?=,)|(<)(?=<)|(>)(?=>)|(')(?=')|(`)(?=`)")
_FIRST_UNKNOWN = 0x100  # Latin-1 is known to every LaTeX
_SIGNS = {
    "≤": r"\le", "≥": r"\ge", "≠": r"\ne", "≈": r"\approx", "→": r"\to", "←": r"\leftarrow",
    "↔": r"\leftrightarrow", "⇒": r"\Rightarrow", "−": "-", "∞": r"\infty", "∈": r"\in",
    "∀": r"\forall", "∃": r"\exists", "∑": r"\sum", "∏": r"\prod", "√": r"\surd", "∂": r"\partial",
    "∇": r"\nabla", "∪": r"\cup", "∩": r"\cap", "⊂": r"\subset", "⊆": r"\subseteq",
    "⊗": r"\otimes", "⊕": r"\oplus", "∼": r"\sim", "≡": r"\equiv", "∝": r"\propto",
    "ℓ": r"\ell", "ℝ": "R", "′": "'", "⋅": r"\cdot", "…": r"\ldots",
}  # fmt: skip
_NO_COMMAND = frozenset(
    "omicron digamma koppa sampi stigma yot san heta sho archaic final kai".split()
)


def latex(text: str) -> str:
    """Return `text` as LaTeX prints it, on one line; Unicode stays as it is."""
    flat = unicodedata.normalize("NFC", " ".join(without_invisible(" ".join(text.split())).split()))
    apart = _LIGATURES.sub(lambda found: f"{found[0]}\0", flat)
    return escape_signs(apart).replace("\0", "{}")


def declarations(texts: Iterable[str]) -> str:
    """Return what tells pdfLaTeX how to print the characters of `texts` that it may not know.

    Greek and mathematical signs are printed; of others, such as Chinese ones, the code point.
    XeLaTeX and LuaLaTeX print what their font has.
    """
    signs = sorted({sign for text in texts for sign in text if ord(sign) >= _FIRST_UNKNOWN})
    lines = (
        rf"  \@ifundefined{{u8:\detokenize{{{sign}}}}}"
        rf"{{\DeclareUnicodeCharacter{{{ord(sign):04X}}}{{{_printed(sign)}}}}}{{}}"
        for sign in signs
    )
    return "\n".join((r"\ifPDFTeX\makeatletter", *lines, r"\makeatother\fi"))


def _printed(sign: str) -> str:
    if unicodedata.combining(sign) or unicodedata.category(sign) in {"Cf", "Cc", "Mn"}:
        return ""
    if sign in _SIGNS:
        return rf"\ensuremath{{{_SIGNS[sign]}}}"
    base = unicodedata.normalize("NFD", sign)[0]
    greek = re.fullmatch(r"GREEK (SMALL|CAPITAL) LETTER ([A-Z]+)", unicodedata.name(base, ""))
    if greek and greek[2].casefold() not in _NO_COMMAND:
        return _greek(greek[2].casefold(), is_capital=greek[1] == "CAPITAL")
    return rf"[U+{ord(sign):04X}]\allowbreak "


def _greek(name: str, *, is_capital: bool) -> str:
    name = {"lamda": "lambda"}.get(name, name)
    if not is_capital:
        return rf"\ensuremath{{\{name}}}"
    with_command = {
        "gamma", "delta", "theta", "lambda", "xi", "pi", "sigma", "upsilon", "phi", "psi", "omega"
    }  # fmt: skip
    return rf"\ensuremath{{\{name.capitalize()}}}" if name in with_command else name[0].upper()

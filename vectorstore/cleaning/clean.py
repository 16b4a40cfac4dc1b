"""One text, cleaned."""

import re
import unicodedata
from collections.abc import Callable

from vectorstore.cleaning.boilerplate import has_label, without_boilerplate
from vectorstore.cleaning.entities import decode_entities
from vectorstore.cleaning.hyphenation import mend_hyphenation
from vectorstore.cleaning.latex import latex_to_unicode
from vectorstore.cleaning.latex_page import looks_like_latex
from vectorstore.cleaning.ligatures import spell_ligatures
from vectorstore.cleaning.markup import without_markup
from vectorstore.cleaning.mojibake import repair_mojibake
from vectorstore.cleaning.protection import without_protection
from vectorstore.cleaning.quotes import curl_quotes
from vectorstore.cleaning.white_space import even_line_ends, fold_white_space
from vectorstore.invisible import without_invisible

# Markup can hide markup ("&lt;i&gt;"): a text is cleaned until nothing changes. Of 119,000 real
# abstracts none takes more than three rounds, the last only to see it.
_MAX_ROUNDS = 8
# What a change begins with, each found at the speed of C: most abstracts need no further look.
_SIGNS = (
    *("\\", "&", "<", "~", "--", "- ", "  ", "`", "''", "$", "{", "}"),
    *("(c)", "(C)", "opyright", "omment:", "omments:"),
)
_WIDE_SIGNS = re.compile("[\ufb00-\ufb06ÃÂâˆ©\u2010]")


def clean_text(text: str) -> str:
    """Return an abstract as a reader would type it: one line of Unicode without markup.

    LaTeX's text macros, HTML's entities and tags, ligatures, broken words, mojibake, characters
    that nobody sees, white space, and labels and copyrights around it are mended; formulas stay as
    `$...$`. Never raises; cleaning what is clean changes nothing.
    """
    if _is_plain(text) and not has_label(text):
        return text
    return _until_stable(text, without_boilerplate)


def clean_title(text: str) -> str:
    """Return a title, a name or a venue, cleaned as `clean_text` cleans an abstract.

    Labels stay, but the braces that keep BibTeX's capitals go: "{BERT}" is "BERT".
    """
    return text if _is_plain(text) else _until_stable(text, without_protection)


def _is_plain(text: str) -> bool:
    """Return whether nothing in `text` can need cleaning, but for a label before it."""
    if not text.isprintable() or text[:1] == " " or text[-1:] == " ":
        return False
    if any(sign in text for sign in _SIGNS):
        return False
    return text.isascii() or (
        _WIDE_SIGNS.search(text) is None
        and without_invisible(text) == text
        and unicodedata.is_normalized("NFC", text)
    )


def _until_stable(text: str, finish: Callable[[str], str]) -> str:
    cleaned = text
    for _ in range(_MAX_ROUNDS):
        before, cleaned = cleaned, _once(cleaned, finish)
        if cleaned == before or (_is_plain(cleaned) and not has_label(cleaned)):
            return cleaned
    # Made to be unstable. Left as it is but for what cannot matter, which is stable in itself.
    simple = _simple(text)
    return simple if simple == text else _until_stable(simple, finish)


def _once(text: str, finish: Callable[[str], str]) -> str:
    text = even_line_ends(decode_entities(text))
    text = without_markup(without_invisible(repair_mojibake(text)))
    if looks_like_latex(text):
        text = curl_quotes(text)
    text = spell_ligatures(latex_to_unicode(text))
    text = fold_white_space(finish(mend_hyphenation(text)))
    return unicodedata.normalize("NFC", text)


def _simple(text: str) -> str:
    return unicodedata.normalize("NFC", fold_white_space(without_invisible(even_line_ends(text))))

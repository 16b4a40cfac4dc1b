"""TeX's quotation marks, ``so'' and `so', as “so” and ‘so’."""

import re

# Only pairs: a lone `` may open code, a lone '' stand for seconds.
_DOUBLE = re.compile(
    r"(?<!`)``(?![`\s])((?:(?!``|''|\").){1,400}?)(?:''|(?<![\\\s])\"(?!\w))(?!')", re.DOTALL
)
_STRAIGHT = re.compile(
    r"(?<![^\s(\[])''(?=[\w\\])((?:(?!``|'').){1,400}?)(?<!\s)''(?!\w|')", re.DOTALL
)
_SINGLE = re.compile(r"(?<![\w`\\])`(?=[\w\\])([^`']{1,100}(?:'\w[^`']{1,100}){0,3})'(?![\w'])")


def curl_quotes(text: str) -> str:
    """Return `text` with the pairs of TeX's quotation marks as typographic ones."""
    if "`" in text:
        text = _SINGLE.sub(r"‘\1’", _DOUBLE.sub(r"“\1”", text))
    return _STRAIGHT.sub(r"“\1”", text) if "''" in text else text

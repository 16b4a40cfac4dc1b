"""LaTeX as MathML that holds nothing but symbols and their places.

The library that reads LaTeX passes on whatever a formula says: links, styles, even markup inside
`\\text` (tried with latex2mathml 3.81). So its elements are written out anew, from a list of those
that only draw.
"""

import re
from functools import lru_cache
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_MAX_ELEMENTS = 300
_MAX_DEPTH = 24
_TAGS = frozenset(
    """
    math mrow mi mn mo mtext mspace msub msup msubsup munder mover munderover mfrac msqrt mroot
    mtable mtr mtd mstyle
    """.split()
)
_VALUE = {
    "mathvariant": re.compile(r"[a-z-]{1,24}"),
    "stretchy": re.compile(r"true|false"),
    "fence": re.compile(r"true|false"),
    "accent": re.compile(r"true|false"),
    "movablelimits": re.compile(r"true|false"),
    "largeop": re.compile(r"true|false"),
    "displaystyle": re.compile(r"true|false"),
    "columnalign": re.compile(r"left|right|center"),
    "linethickness": re.compile(r"0"),
    "width": re.compile(r"-?[0-2](\.\d{1,5})?em"),  # of a space
}
_REFERENCE = re.compile(r"&#x([0-9A-Fa-f]{1,6});")
_UNREAD = re.compile(r"\\[A-Za-z]")


@lru_cache(maxsize=4_096)
def mathml(source: str) -> str | None:
    """Return a formula as MathML, None where it cannot be drawn: then it is best shown as typed."""
    from latex2mathml.converter import convert_to_element

    try:
        written = _written(convert_to_element(source), _Budget())
    except (_UndrawableError, RecursionError):
        return None
    # The reader's errors have no base of their own: a bad formula raises whatever broke.
    except Exception:  # noqa: BLE001
        return None
    return written


class _UndrawableError(Exception):
    """Something that is not drawn."""


class _Budget:
    def __init__(self) -> None:
        self.left = _MAX_ELEMENTS

    def spend(self, depth: int) -> None:
        self.left -= 1
        if self.left < 0 or depth > _MAX_DEPTH:
            raise _UndrawableError


def _written(element: "Element", budget: _Budget, depth: int = 0) -> str:
    budget.spend(depth)
    if element.tag not in _TAGS:
        raise _UndrawableError
    attributes = "".join(
        f' {name}="{value}"'
        for name, value in element.attrib.items()
        if name in _VALUE and _VALUE[name].fullmatch(value)
    )
    inner = "".join(_written(child, budget, depth + 1) for child in element)
    return f"<{element.tag}{attributes}>{_text(element.text or '')}{inner}</{element.tag}>"


def _text(text: str) -> str:
    """Return what an element says; the reader writes symbols as references."""
    if _UNREAD.search(text):  # a command that it does not know
        raise _UndrawableError
    return escape(_REFERENCE.sub(lambda found: chr(int(found[1], 16)), text))

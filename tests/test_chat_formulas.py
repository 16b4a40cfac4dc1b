"""Formulas are drawn, prices are not, and no formula says more than symbols."""

import re
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui.chat.formulas import text_html
from ui.chat.formulas.mathml import _TAGS, _VALUE


class Tags(HTMLParser):
    """Reads the tags of HTML."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, Any]]] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


@pytest.mark.parametrize(
    ("text", "drawn"),
    [
        ("We get $x_1 < 3$ here", "<msub><mi>x</mi><mn>1</mn></msub><mo>&lt;</mo><mn>3</mn>"),
        (r"2$\times$ faster", "<mo>×</mo>"),
        ("the $k$ best", "<mi>k</mi>"),
        (r"\(a^2\)", "<msup><mi>a</mi><mn>2</mn></msup>"),
        (r"$\rho \approx 0.32$", "<mi>ρ</mi><mo>≈</mo><mn>0.32</mn>"),
        (r"$\frac{1}{2}$", "<mfrac>"),
    ],
)
def test_a_formula_is_drawn(text: str, drawn: str) -> None:
    assert drawn in text_html(text)


@pytest.mark.parametrize(
    "text",
    [
        "costs $5 and $6, or $7-$8",
        "from US$5 to A$6",
        "$HOME and $PATH",
        "with ${n} and {{m}}",
        "$100 million were paid by the government = 3$",
        r"$\includegraphics{x}$",
        r"$\frac{$",
        "$" + "{" * 200 + "x" + "}" * 200 + "$",
        "$" + r"\frac{" * 50 + "x$",
        "$$$$ $",
    ],
)
def test_what_is_no_formula_or_cannot_be_drawn_stays_as_it_is(text: str) -> None:
    shown = text_html(text)
    assert "<math" not in shown
    assert shown == text.replace("&", "&amp;")


HOSTILE = [
    r"$\href{javascript:alert(1)}{x}$",
    r"$\style{background:url(http://x.example)}{y}$",
    r"$\class{card}{y}$",
    r"$\text{<script>alert(1)</script>}$",
    r"$\text{<img src=x onerror=alert(1)>}$",
    r"$\text{&lt;script&gt;&#60;b&#62;&#x3c;b&#x3e;}$",
    r"$\unicode{x3c}img$",
    r"$\color{red;background:url(x)}{y}$",
    r"$\hspace{9999em}x^2$",
    r"$\rule{900em}{900em}x^2$",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_formula_links_nowhere_and_styles_nothing(text: str) -> None:
    for tag, attributes in Tags(text_html(text)).found:
        assert tag in _TAGS
        assert set(attributes) <= set(_VALUE)
    assert "9999em" not in re.sub(r"\$[^$]*\$", "", text_html(text))


@given(st.text(alphabet="ab1 ^_{}\\<>&\"'=+$()[]%#;x", max_size=60))
def test_no_text_at_all_becomes_other_elements_than_those_of_formulas(text: str) -> None:
    for tag, attributes in Tags(text_html(f"${text}$")).found:
        assert tag in _TAGS
        assert set(attributes) <= set(_VALUE)


def test_invisible_characters_are_gone_from_formulas_too() -> None:
    assert "\u202e" not in text_html("$x_1\u202e < 3$")

"""An answer's Markdown becomes HTML that shows it, and leads only to its sources."""

from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.answer import AnswerSentence
from assistant.markdown import escape
from ui.chat.thread.doubts import with_doubts
from ui.chat.thread.prose import prose_html

SHOWN = {"p", "em", "strong", "ul", "ol", "li", "a", "span", "button", "br"}
MATHEMATICS = {"math", "mrow", "mi", "mn", "mo", "mtext", "msub", "msup", "msubsup", "mfrac"}


class Page(HTMLParser):
    """Reads HTML: its tags and its text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.text = ""
        self.tags: list[tuple[str, dict[str, Any]]] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.mark.parametrize(
    ("markdown", "leads_to"),
    [
        ("It does [1][12].", ["#src-3-1", "#src-3-12"]),
        (r"In the text \[1\] [2]", ["#src-3-2"]),
        (r"A backslash \\[1]", ["#src-3-1"]),
        ("[x] [] [1 [12345]", []),
    ],
)
def test_each_marker_leads_to_its_source_and_nothing_else_does(
    markdown: str, leads_to: list[str]
) -> None:
    page = Page(prose_html(markdown, 3))
    assert [attrs["href"] for tag, attrs in page.tags if tag == "a"] == leads_to


@given(st.text(alphabet="ab1 \n<>&\"'*_[]()!`#-$\\~|.:/⸜⸝⸤⸥", max_size=80))
def test_no_text_becomes_markup_that_does_anything(markdown: str) -> None:
    page = Page(prose_html(markdown, 1))
    assert {tag for tag, _ in page.tags} <= SHOWN | MATHEMATICS
    hrefs = [attrs["href"] for tag, attrs in page.tags if tag == "a"]
    assert all(href.startswith(("#src-1-", "http://", "https://")) for href in hrefs)


@given(st.text(alphabet="ab1 <>&\"'*_[]()!`#-\\~|.:/", max_size=80))
def test_escaped_text_is_shown_as_it_is(text: str) -> None:
    shown = Page(prose_html(f"x{escape(text)}x", 1)).text.strip()
    assert shown == f"x{' '.join(text.split())}x"


@pytest.mark.parametrize(
    "markdown",
    [
        "![t](https://tracker.example/t.png)",
        "[click](javascript:alert(1))",
        "<img src=x onerror=alert(1)>",
        "<javascript:alert(1)>",
        "`code`",
        "| a |\n| - |",
        "[a]: javascript:alert(1)\n\n[a]",
    ],
)
def test_markdown_beyond_what_answers_are_made_of_is_shown_as_typed(markdown: str) -> None:
    page = Page(prose_html(markdown, 1))
    assert {tag for tag, _ in page.tags} <= {"p", "a"}
    assert all(attrs["href"].startswith("https://") for tag, attrs in page.tags if tag == "a")


def test_an_address_is_a_link_and_one_that_was_escaped_is_text() -> None:
    page = Page(prose_html(r"See https://a.example/b_c?d=1. Not https\://evil.example/x", 1))
    [(_, link)] = [tag for tag in page.tags if tag[0] == "a"]
    assert link["href"] == "https://a.example/b_c?d=1"
    assert link["rel"] == "noopener noreferrer"


def test_formulas_of_an_answer_are_drawn() -> None:
    assert "<msub><mi>x</mi><mn>1</mn></msub>" in prose_html(escape("We get $x_1 < 3$ here."), 1)


def sentences(*supports: Any) -> list[AnswerSentence]:
    return [
        AnswerSentence(f"Sentence {n} does.", (n,), support, 0.5, reason=f"Reason {n}")
        for n, support in enumerate(supports, start=1)
    ]


def test_only_doubtful_sentences_are_marked_each_with_its_own_reason() -> None:
    checked = sentences("supported", "partly", "unsupported")
    text = "Sentence 1 does [1]. Sentence 2 does [2]. Sentence 3 does [3]. *(unsupported)*"
    page = Page(prose_html(text, 1, checked))
    marks = [attrs for tag, attrs in page.tags if tag == "button"]
    assert [mark["data-reason"] for mark in marks] == ["Reason 2", "Reason 3"]
    assert [mark["data-verdict"] for mark in marks] == ["Only partly supported", "Not supported"]


def test_a_sentence_that_begins_with_emphasis_is_marked_whole() -> None:
    checked = [AnswerSentence('*"Why" it is* (2025) does.', (1,), "partly", 0.5)]
    html = prose_html('*"Why" it is* (2025) does [1].', 1, checked)
    assert '<span class="doubt partly"><em>&quot;Why&quot; it is</em> (2025) does</span>' in html


def test_nothing_is_marked_behind_a_sentence_that_is_not_found() -> None:
    first, second = sentences("partly", "partly")
    assert with_doubts("Sentence 2 does.", [first, second]) == "Sentence 2 does."

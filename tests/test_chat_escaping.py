"""What people and papers wrote is shown, and nothing of it is markup."""

import html
from html.parser import HTMLParser

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from ui.chat.escaping import html_text, literal, web_link

MARKDOWN = MarkdownIt("commonmark").enable(["table", "strikethrough"])
TRICKY = st.text(alphabet="ab1 .-+*_#>`~|[]()!<>&;:/\\$={}\n\"'@www.https://é漢", max_size=60)


class Reader(HTMLParser):
    """Collects the tags of a page, and what one reads in it."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: set[str] = set()
        self.text = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.text += "\n" if tag == "br" else ""

    def handle_data(self, data: str) -> None:
        self.text += data


@given(TRICKY)
@example("- one\n- two")
@example("1. first\n2. second")
@example("<img src=x onerror=alert(1)> ![x](http://a.example/x.png)")
@example("_a_ **b** `c` $d$ ~~e~~\n===\n|a|b|\n|-|-|")
@example("&lt;b&gt; &amp;")
def test_a_question_is_shown_as_it_was_typed_and_holds_no_markup(typed: str) -> None:
    shown = Reader(MARKDOWN.render(literal(typed)))
    lines = [line.strip() for line in typed.strip().splitlines()]
    assert shown.tags <= {"p", "br"}
    assert shown.text.rstrip("\n").split("\n") == "\n".join(lines).rstrip("\n").split("\n")


@given(TRICKY)
def test_no_bare_address_is_left_to_be_turned_into_a_link(typed: str) -> None:
    shown = literal(typed)
    assert "://" not in shown
    assert "www.a" not in shown
    assert "@" not in shown


@given(st.text())
def test_text_comes_back_whole_from_html(text: str) -> None:
    shown = Reader(f"<p>{html_text(text)}</p>")
    assert shown.tags == {"p"}
    assert '"' not in html_text(text)


def test_control_characters_that_reverse_text_are_dropped() -> None:
    assert html_text("a\u202eb\x00c") == "abc"
    assert html.unescape(literal("a\u202eb\x1bc")) == "abc"


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "data:text/html,x", "//a.example", "", "http://", "http://[x"]
)
def test_only_web_addresses_can_be_followed(url: str) -> None:
    assert web_link(url) is None


def test_a_web_address_is_left_as_it_is() -> None:
    assert web_link(" https://arxiv.org/abs/2301.00001 ") == "https://arxiv.org/abs/2301.00001"

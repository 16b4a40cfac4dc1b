"""What people and papers wrote is shown, and nothing of it is markup."""

import html
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui.chat.escaping import html_text, web_link


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


@given(st.text())
def test_text_comes_back_whole_from_html(text: str) -> None:
    shown = Reader(f"<p>{html_text(text)}</p>")
    assert shown.tags == {"p"}
    assert '"' not in html_text(text)


def test_control_characters_that_reverse_text_are_dropped() -> None:
    assert html_text("a\u202eb\x00c") == "abc"
    assert html.unescape(html_text("a\u202eb\x1bc")) == "abc"


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "data:text/html,x", "//a.example", "", "http://", "http://[x"]
)
def test_only_web_addresses_can_be_followed(url: str) -> None:
    assert web_link(url) is None


def test_a_web_address_is_left_as_it_is() -> None:
    assert web_link(" https://arxiv.org/abs/2301.00001 ") == "https://arxiv.org/abs/2301.00001"

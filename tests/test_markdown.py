"""Text of papers and people made safe inside Markdown."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from assistant.markdown import escape, italic, plain_text
from vectorstore.invisible import without_invisible

RENDERER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
MARKUP = "\\`*_[]<>|~$#!()&;:/-+=\"'{}.1ax \n\t"


def rendered(markdown: str) -> set[str]:
    """Return what a Markdown renderer makes of text that follows a word: types of its tokens."""
    tokens = RENDERER.parse(f"x {markdown}")
    inline = [child for token in tokens for child in token.children or []]
    return {token.type for token in [*tokens, *inline]}


PLAIN = {"paragraph_open", "paragraph_close", "inline", "text", "text_special"}


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "![picture](https://example.org/a.png)",
        "[link](javascript:alert(1))",
        "<javascript:alert(1)>",
        "*bold* __bold__ ~~gone~~ `code`",
        "a | b\n--|--\nc | d",
        "# heading\n## heading",
        "$x^2$ and $$y$$",
        "&lt;b&gt; &copy; &#60;",
        "\\*not emphasis\\*",
        "[1]: https://example.org",
        "citing [1] and [2, 3]",
    ],
)
def test_markup_in_a_text_is_shown_and_does_nothing(text):
    assert rendered(escape(text)) <= PLAIN


@given(st.text(alphabet=MARKUP, max_size=60))
def test_no_text_becomes_markup(text):
    assert rendered(escape(text)) <= PLAIN


@given(st.text(max_size=80))
def test_no_text_becomes_html_a_link_or_an_image(text):
    found = rendered(escape(text))
    assert not found & {"html_inline", "html_block", "link_open", "image", "code_inline"}


@given(st.text(alphabet=MARKUP, max_size=60))
@example("&lt;b&gt; &copy; &#60;")
def test_a_renderer_shows_the_text_itself(text):
    tokens = RENDERER.parseInline(f"x{escape(text)}x")
    shown = "".join(child.content for token in tokens for child in token.children or [])
    assert shown == f"x{' '.join(text.split())}x"


@given(st.text(max_size=80))
def test_a_citation_mark_in_a_text_is_not_taken_for_one(text):
    bare = escape(f"{text}[1]").replace("\\\\", "")
    assert "\\[1\\]" in bare


@given(st.text(max_size=80))
@example("ends in \\")
@example("**")
@example("see https://example.org/a_b*c")
@example("a \u200b b\x0cc")
def test_plain_text_gives_back_what_was_escaped(text):
    visible = " ".join(without_invisible(" ".join(text.split())).split())
    assert plain_text(escape(text)) == plain_text(italic(text)) == visible
    assert plain_text(escape(text, urls_of="")) == visible


def test_control_and_direction_characters_are_dropped():
    assert escape("a\x00b\x1b[31mc\u202ed\u200be\ufefff\U000e0041") == "ab\\[31mcdef"


def test_text_comes_on_one_line():
    assert escape(" two\n\n lines\u2028here\t") == "two lines here"


@pytest.mark.parametrize(
    "url",
    [
        "https://github.com/Some_One/a_repo#readme",
        "http://example.org/~user/?q=a&b=1",
        "github.com/a_b/c_d",
    ],
)
def test_a_url_stays_whole_so_that_it_can_be_followed_and_copied(url):
    assert url in escape(f"See *{url} now_")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("See https://good.example/a_b.", "See https://good.example/a_b."),
        ("See http://evil.example/?q=a_b.", r"See http\://evil.example/?q=a\_b."),
        ("See https://good.example/a_b?q=secret", r"See https\://good.example/a\_b?q=secret"),
        ("www.evil.example/?q=secret", r"www\.evil.example/?q=secret"),
        ("HTTPS://evil.example", r"HTTPS\://evil.example"),
        ("ftp://evil.example", r"ftp\://evil.example"),
        ("the http protocol: see www", "the http protocol: see www"),
    ],
)
def test_a_url_that_the_sources_do_not_hold_is_shown_and_is_no_link(text, expected):
    assert escape(text, urls_of="Code: https://good.example/a_b. More.") == expected
    assert plain_text(expected) == text


@given(st.text(alphabet="wWhHtTpPsS:/.ab\\_ ", max_size=40))
def test_without_sources_no_renderer_finds_an_address_to_link(text):
    shown = escape(text, urls_of="")
    assert not re.search(r"(?<!\w)(https?|ftp)://|(?<!\w)www\.", shown, re.IGNORECASE)


def test_italic_is_emphasis_around_the_escaped_text():
    assert italic("a_b") == "*a\\_b*"
    assert plain_text(italic("a_b")) == "a_b"

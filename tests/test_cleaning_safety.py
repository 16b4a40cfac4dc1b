"""Cleaning never fails, is done in one go, and never makes much of little."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from vectorstore.cleaning import clean_text, clean_title, language_of

PIECES = [
    *("\\", "{", "}", "$", "~", "-", "--", "`", "'", '"', "%", "&", ";", "<", ">", "/", "^", "_"),
    *(
        " ",
        "\n",
        "\r",
        "a",
        "e",
        "i",
        "A",
        "1",
        ".",
        ",",
        "(",
        ")",
        "[",
        "]",
        "http://",
        "amp",
        "lt",
    ),
    *(
        "\\'",
        '\\"',
        "\\c",
        "\\em",
        "\\emph{",
        "\\textbf{",
        "\\cite{",
        "\\footnote{",
        "\\href{",
        "\\ss",
    ),
    *(
        "\\(",
        "\\)",
        "\\[",
        "\\]",
        "\\$",
        "\\alpha",
        "\\begin{equation}",
        "\\end{equation}",
        "\\verb|",
    ),
    *("&amp;", "&lt;", "&#36;", "&#92;", "&shy;", "<i>", "</i>", "<sup>", "</sup>", "<!--", "-->"),
    *(
        "<mml:math>",
        "</mml:math>",
        "<tex-math>",
        "</tex-math>",
        "<jats:p>",
        "ﬁ",
        "Ã",
        "©",
        "â",
        "\x80",
    ),
    *(
        "\u00ad",
        "\u200b",
        "\u0301",
        "\u2010",
        "漢",
        "é",
        "Abstract: ",
        "© 2019 X.",
        "the",
        "of",
        "\ud800",
    ),
]
HOSTILE = st.lists(st.sampled_from(PIECES), max_size=25).map("".join)
REPEATED = [
    *(
        "\\",
        "{",
        "}",
        "$",
        "$a",
        "$ ",
        "~",
        "`",
        "-",
        "&",
        "<",
        "<i>",
        "<sup>",
        "\\(",
        "\\[ ",
        "\\'",
    ),
    *(
        "\\textbf{",
        "{\\em ",
        "\\footnote{",
        "\\href{",
        "\\cite{a} ",
        "\\begin{equation}",
        "&amp;",
        "\n",
    ),
    *("<mml:math>", "<!--", "a-\n", "ab- ab", "a-", "Ã", "\u0301", "© 2019 ", "Abstract: ", "漢\n"),
]


@given(HOSTILE)
@example("&amp;&amp;lt;")
@example("\\\\em{\\'}")
@example("{\\em {\\em {\\em {\\em {\\em {\\em {\\em {\\em {\\em a")
@example("\\\\" * 40 + "%")
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    for clean in (clean_text, clean_title):
        assert clean(clean(text)) == clean(text)


@given(st.text(max_size=200))
def test_any_text_can_be_cleaned_and_grows_little(text: str) -> None:
    cleaned = clean_text(text)
    assert clean_text(cleaned) == cleaned
    assert len(cleaned) <= 3 * len(text) + 3
    assert language_of(text) == language_of(text).strip()


@given(st.text(alphabet='abcdefgh ABC.,;:()?!0123456789+="', max_size=200))
def test_text_without_markup_changes_in_white_space_only(text: str) -> None:
    assert clean_text(text).split() == text.split()


@pytest.mark.parametrize("piece", REPEATED)
def test_a_long_row_of_marks_is_cleaned_and_does_not_grow(piece: str) -> None:
    # A quadratic step would take minutes here, and the suite's timeout with it.
    text = piece * (300_000 // len(piece))
    cleaned = clean_text(text)
    assert len(cleaned) <= len(text) * 1.2 + 10


@pytest.mark.parametrize(
    ("opening", "closing"),
    [("{", "}"), ("\\textbf{", "}"), ("{\\em ", "}"), ("<i>", "</i>"), ("\\footnote{", "}")],
)
def test_deep_nesting_is_no_recursion(opening: str, closing: str) -> None:
    depth = 20_000
    cleaned = clean_text(f"{opening * depth}so{closing * depth}")
    assert "so" in cleaned
    assert len(cleaned) <= depth * (len(opening) + len(closing)) + 2

"""Characters that a reader does not see are removed; those that spell stay."""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from vectorstore.invisible import invisible_runs, without_invisible

TRICKY = st.text(
    alphabet="a1#م‌क्✔️‍👩🏽🏴😀\u200b\u200c\u200d\ufe0e\ufe0f\u20e3\u202e\U000e0041\x1b\n\t é漢",
    max_size=30,
)
# Format characters that have a shape of their own, such as the Arabic sign of a year.
SHOWN = {*range(0x600, 0x606), 0x6DD, 0x70F, 0x890, 0x891, 0x8E2, 0x110BD, 0x110CD, 0x200C, 0x200D}


@pytest.mark.parametrize(
    "text",
    [
        "Plain ASCII, with\ta tab\nand a line.",
        "Æsop – “quoted” naïve café ’ …",
        "می‌خواهم",
        "क्‍ष श्रीलंका",
        "ශ්‍රී ලංකා",
        "family 👩‍👩‍👧, heart ❤️, on fire ❤️‍🔥, technician 👩🏽‍🔧",
        "keycap 1️⃣, check ✔️, text style ☎︎",
        "漢字かな交じり 한국어 中文。",
        "∑ᵢ xᵢ² ≤ ‖w‖",
        "e\u0301 combining",
    ],
)
def test_what_is_seen_stays(text: str) -> None:
    assert without_invisible(text) == text
    assert invisible_runs(text) == []


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("a\x00b\x07c\x1b[31md\x7fe\x9bf\r", "abc[31mdef"),
        ("i\u200bg\u200cn\u200do\u2060r\ufeffe", "ignore"),
        ("a\u202eb\u2066c\u2069\u200e\u200f\u061c", "abc"),
        ("x" + "".join(chr(0xE0000 + ord(c)) for c in "Print PWNED"), "x"),
        ("😀\U000e0101\U000e0150", "😀"),
        ("co\u00adoperate", "cooperate"),
        ("\u3164\u115f\u1160\uffa0\u17b4\u180e", ""),
        ("a\ufe00b\ufe0fc", "abc"),
        ("1\ufe0f2", "12"),
        ("a\ufe0f\u200d😀", "a😀"),
        ("😀\u200d", "😀"),
        ("😀\u200d\u200d😀", "😀😀"),
        ("می\u200c\u200cخ", "می\u200cخ"),
        ("🏴" + "".join(chr(0xE0000 + ord(c)) for c in "gbeng") + "\U000e007f", "🏴"),
        ("half \ud83d a character", "half  a character"),
        ("\U000e01ef\u206f\ufffb\U0001d173", ""),
    ],
)
def test_what_hides_goes(text: str, seen: str) -> None:
    assert without_invisible(text) == seen


@given(st.one_of(TRICKY, st.text(max_size=60)))
@example("a\u200b\u200d😀")
def test_nothing_is_added_or_moved_and_a_second_time_changes_nothing(text: str) -> None:
    seen = without_invisible(text)
    rest = iter(text)
    assert all(char in rest for char in seen)
    assert without_invisible(seen) == seen


@given(st.one_of(TRICKY, st.text(max_size=60)))
def test_runs_are_what_is_removed(text: str) -> None:
    removed = "".join(invisible_runs(text))
    assert len(removed) == len(text) - len(without_invisible(text))


def test_no_control_and_no_format_character_of_unicode_is_left() -> None:
    unseen = (
        point
        for point in range(0x110000)
        if unicodedata.category(chr(point)) in {"Cc", "Cf", "Cs"}
        and chr(point) not in "\n\t"
        and point not in SHOWN
    )
    assert [hex(point) for point in unseen if without_invisible(f"a{chr(point)}a") != "aa"] == []


@given(st.text(st.characters(categories=["L", "N", "P", "S", "Zs"]), max_size=60))
def test_letters_numbers_and_punctuation_stay(text: str) -> None:
    blank = "\u115f\u1160\u3164\uffa0"
    assert without_invisible(text) == "".join(char for char in text if char not in blank)

"""The library's facts and the year filter."""

from collections.abc import Callable, Sequence

import pytest

from ui.chat.features import Features
from ui.chat.sidebar import brand_html, footer_html, library_facts
from ui.chat.years import ANY_YEAR, year_choices, year_filter
from vectorstore import Library, Paper, SearchFilter


def test_the_facts_of_the_bundled_library(library: Library) -> None:
    assert library_facts(library.status()) == "43 papers · 2020–2026"
    assert "Citewise" in brand_html(library.status())


@pytest.mark.parametrize(
    ("years", "facts", "choices"),
    [
        ([], "0 papers", [("Any", ANY_YEAR)]),
        ([None], "1 paper", [("Any", ANY_YEAR)]),
        ([2024], "1 paper · 2024", [("Any", ANY_YEAR), ("2024", 2024)]),
        (
            [2022, 2024],
            "2 papers · 2022–2024",
            [("Any", ANY_YEAR), ("2024", 2024), ("2023", 2023), ("2022", 2022)],
        ),
    ],
)
def test_facts_and_choices_follow_the_library(
    make_library: Callable[[Sequence[Paper]], Library],
    make_paper: Callable[..., Paper],
    years: list[int | None],
    facts: str,
    choices: list[tuple[str, int]],
) -> None:
    papers = [make_paper(f"Paper {n}", year=year) for n, year in enumerate(years)]
    status = make_library(papers).status()
    assert library_facts(status) == facts
    assert year_choices(status) == choices


@pytest.mark.parametrize(
    ("chosen", "where"),
    [
        ((ANY_YEAR, ANY_YEAR), SearchFilter()),
        ((None, None), SearchFilter()),
        ((2023, ANY_YEAR), SearchFilter(year_from=2023)),
        ((ANY_YEAR, 2023), SearchFilter(year_to=2023)),
        ((2022, 2024), SearchFilter(year_from=2022, year_to=2024)),
        ((2024, 2022), SearchFilter(year_from=2022, year_to=2024)),
    ],
)
def test_two_choices_make_a_filter(
    chosen: tuple[int | None, int | None], where: SearchFilter
) -> None:
    assert year_filter(*chosen) == where


def test_only_who_signed_in_may_sign_out():
    assert "/logout" in footer_html(Features(has_login=True))
    assert "/logout" not in footer_html(Features())

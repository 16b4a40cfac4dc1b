"""Pages of a catalogue's papers, in each order."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import get_args

import pytest
from sqlalchemy import event

from vectorstore import Library, Paper, SearchFilter
from vectorstore.catalogue.ordering import Order, OrderedPapers

MakeLibrary = Callable[[Sequence[Paper]], Library]
MakePaper = Callable[..., Paper]


@pytest.fixture
def library_of_five(make_library: MakeLibrary, make_paper: MakePaper) -> Library:
    may = date(2025, 5, 1)
    return make_library(
        [
            make_paper("Same", paper_id="second", year=2025, authors=("A", "B")),
            make_paper("Same", paper_id="first", published=may, year=2025, n_authors=9),
            make_paper("Ähnlich", published=may, year=2025, n_comments=3),
            make_paper("Undated", n_authors=0, authors=("A", "B", "C")),
            make_paper("Other", published=date(2025, 4, 30), year=2025, n_comments=3),
        ]
    )


def ids(library: Library, order: Order, where: SearchFilter | None = None) -> list[str]:
    papers, total = OrderedPapers(library.catalogue).page(order, where, offset=0, limit=100)
    assert total == len(papers)
    return [paper.paper_id for paper in papers]


@pytest.mark.parametrize(
    ("order", "titles"),
    [
        ("newest", ["Same", "Ähnlich", "Other", "Same", "Undated"]),
        ("oldest", ["Same", "Other", "Same", "Ähnlich", "Undated"]),
        ("title", ["Other", "Same", "Same", "Undated", "Ähnlich"]),
        ("authors", ["Same", "Undated", "Same", "Other", "Ähnlich"]),
        ("comments", ["Other", "Ähnlich", "Same", "Same", "Undated"]),
    ],
)
def test_ties_are_broken_by_title(
    library_of_five: Library, order: Order, titles: list[str]
) -> None:
    papers, _ = OrderedPapers(library_of_five.catalogue).page(order, None, offset=0, limit=100)
    assert [paper.title for paper in papers] == titles


def test_of_one_title_the_paper_that_was_stored_first_comes_first(library_of_five: Library) -> None:
    assert [each for each in ids(library_of_five, "title") if each in ("first", "second")] == [
        "second",
        "first",
    ]


@pytest.mark.parametrize("order", get_args(Order))
def test_pages_of_any_size_joined_are_the_whole_order(
    library_of_five: Library, order: Order
) -> None:
    ordered = OrderedPapers(library_of_five.catalogue)
    for limit in (1, 2, 3):
        pages = [
            ordered.page(order, None, offset=offset, limit=limit) for offset in range(0, 5, limit)
        ]
        joined = [paper.paper_id for papers, _ in pages for paper in papers]
        assert joined == ids(library_of_five, order)
        assert {total for _, total in pages} == {5}


def test_a_filter_bounds_the_order_and_nothing_is_an_empty_page(library_of_five: Library) -> None:
    assert ids(library_of_five, "newest", SearchFilter(published_from=date(2025, 5, 1)))[0] == (
        "first"
    )
    assert ids(library_of_five, "newest", SearchFilter(year_from=2030)) == []


def test_an_order_is_found_again_only_after_a_change(
    library_of_five: Library, make_paper: MakePaper
) -> None:
    ordered = OrderedPapers(library_of_five.catalogue)
    ordered.page("title", None, offset=0, limit=1)
    asked: list[str] = []
    engine = library_of_five.catalogue.database.engine
    event.listen(engine, "before_cursor_execute", lambda *told: asked.append(told[2]))
    assert ordered.page("title", SearchFilter(), offset=1, limit=1)[0][0].title == "Same"
    assert asked
    assert not any("ORDER BY" in statement for statement in asked)
    library_of_five.add([make_paper("Aardvarks")])
    assert ordered.page("title", None, offset=0, limit=1)[0][0].title == "Aardvarks"

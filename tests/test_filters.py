"""Which papers a search may return."""

from dataclasses import fields
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from vectorstore import SearchFilter

YEARS = st.none() | st.integers(min_value=1990, max_value=2030)
FILTERS = st.builds(
    SearchFilter,
    year_from=YEARS,
    year_to=YEARS,
    published_from=st.none() | st.dates(min_value=date(1990, 1, 1)),
    published_to=st.none() | st.dates(min_value=date(1990, 1, 1)),
    min_authors=st.none() | st.integers(min_value=0, max_value=9),
    max_authors=st.none() | st.integers(min_value=0, max_value=9),
    authors=st.none() | st.frozensets(st.sampled_from("abcd")),
    sources=st.none() | st.frozensets(st.sampled_from("abcd")),
    paper_ids=st.none() | st.frozensets(st.sampled_from("abcd")),
)


def test_a_filter_without_bounds_is_false_and_any_bound_makes_it_true():
    assert not SearchFilter()
    assert SearchFilter(year_from=2020)
    assert SearchFilter(min_authors=0)
    assert SearchFilter(paper_ids=frozenset())
    assert SearchFilter(authors=frozenset(["Strix"]))
    assert SearchFilter(sources=frozenset())


def test_two_filters_together_let_through_what_both_let_through():
    first = SearchFilter(year_from=2020, year_to=2025, paper_ids=frozenset("ab"))
    second = SearchFilter(year_from=2022, max_authors=3, paper_ids=frozenset("bc"))
    assert first.merged_with(second) == SearchFilter(
        year_from=2022, year_to=2025, max_authors=3, paper_ids=frozenset("b")
    )


@given(FILTERS, FILTERS)
def test_the_order_of_merging_does_not_matter(first, second):
    assert first.merged_with(second) == second.merged_with(first)


@given(FILTERS)
def test_merging_with_itself_or_with_no_bounds_changes_nothing(bounds):
    assert bounds.merged_with(bounds) == bounds.merged_with(SearchFilter()) == bounds


@given(FILTERS, FILTERS)
def test_no_bound_is_lost_in_merging(first, second):
    merged = first.merged_with(second)
    for field in fields(SearchFilter):
        given_bounds = {getattr(first, field.name), getattr(second, field.name)}
        assert (getattr(merged, field.name) is None) == (given_bounds == {None})

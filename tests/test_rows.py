"""Papers, chunks and filters as rows and conditions of the catalogue's tables."""

from datetime import date

from vectorstore import SearchFilter
from vectorstore.rows import condition_of, paper_of, row_of


def test_a_paper_survives_its_row(make_paper):
    paper = make_paper(
        "Owls", authors=("Ada Strix", "Bö Ühu"), published=date(2024, 2, 29), year=2024
    )
    columns = paper.__slots__
    assert paper_of(dict(zip(columns, row_of(paper), strict=True))) == paper


def test_no_bound_is_a_condition_that_every_paper_meets():
    assert condition_of(SearchFilter()) == ("TRUE", [])


def test_values_never_stand_in_the_condition_itself():
    condition, values = condition_of(
        SearchFilter(year_from=2020, published_to=date(2024, 1, 2), min_comments=3)
    )
    assert condition.count("?") == len(values) == 3
    assert values == [2020, "2024-01-02", 3]
    assert "2020" not in condition

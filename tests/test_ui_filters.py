"""Filters as programs send them."""

from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from tests.test_import_cost import loaded_by
from ui.filters import Filters
from vectorstore import SearchFilter


def test_filters_become_the_librarys_own() -> None:
    filters = Filters.model_validate(
        {"year_from": 2023, "published_to": "2025-05-22", "authors": ["Strix", "Strix", "Bubo"]}
    )
    assert filters.as_search_filter() == SearchFilter(
        year_from=2023, published_to=date(2025, 5, 22), authors=frozenset({"Strix", "Bubo"})
    )
    assert not Filters().as_search_filter()


def test_every_filter_is_one_of_the_librarys_and_is_described() -> None:
    assert set(Filters.model_fields) <= set(SearchFilter.__dataclass_fields__)
    assert all(field.description for field in Filters.model_fields.values())


@pytest.mark.parametrize(
    "wrong",
    [
        {"year_from": 0},
        {"year_to": 10_000},
        {"year_from": 2025, "year_to": 2024},
        {"published_from": "2025-05-22", "published_to": "2025-05-21"},
        {"published_from": "soon"},
        {"authors": []},
        {"paper_ids": ["x"] * 1_001},
        {"sources": ["\ud800"]},
        {"year": 2025},
    ],
)
def test_a_filter_that_cannot_be_met_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Filters.model_validate(wrong)


def test_they_are_read_without_the_library() -> None:
    assert not loaded_by("import ui.filters") & {"vectorstore", "numpy", "fastapi"}

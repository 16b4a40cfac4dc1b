"""The papers that a reader has restricted the chat to."""

import pytest

from ui.chat.selection import selected
from vectorstore import SearchFilter


def test_chosen_papers_bound_the_search():
    assert selected('["owls", "bats"]') == SearchFilter(paper_ids=frozenset({"owls", "bats"}))


@pytest.mark.parametrize(
    "selection", ["", "[]", "{}", "[1, null]", "not json", '"owls"', "[" * 9_000]
)
def test_no_choice_and_nonsense_mean_all_papers(selection):
    assert selected(selection) == SearchFilter()

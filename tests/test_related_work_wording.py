"""What stands between sentences: who is named again, and what dates allow to be said."""

from collections.abc import Callable, Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.related_work.candidates import candidates_of
from assistant.related_work.connectives import Dates
from assistant.related_work.section import Mark
from assistant.related_work.wording import worded
from vectorstore import Paper

MakePaper = Callable[..., Paper]


def written(papers: Sequence[Paper]) -> list[str]:
    """Return the first sentence of each paper as a paragraph has it, numbered from 1."""
    numbers = {paper.paper_id: number for number, paper in enumerate(papers, 1)}
    chosen = [candidates_of(paper)[0] for paper in papers]
    return [
        "".join(
            f"{part.authors} [{numbers[part.paper_ids[0]]}]".lstrip()
            if isinstance(part, Mark)
            else part
            for part in parts
        )
        for _, parts in worded(chosen)
    ]


@pytest.fixture
def study(make_paper: MakePaper) -> Callable[[int, int | None], Paper]:
    def make(number: int, year: int | None) -> Paper:
        text = f"We study the hearing of owls of kind {number}."
        return make_paper(f"Owls {number}", text, paper_id=f"p{number}", year=year, n_authors=2)

    return make


def test_studies_in_a_row_are_not_named_alike(study: Callable[..., Paper]) -> None:
    years = [2019, 2019, 2021, 2023, 2023, 2020]
    sentences = written([study(n, year) for n, year in enumerate(years)])
    openers = [sentence.split(" [")[0] for sentence in sentences]
    assert openers[:3] == ["A 2019 study", "Another 2019 study", "Later work"]
    assert openers[-1] == "Earlier work"
    assert all(one != other for one, other in pairwise(openers))


@given(st.lists(st.one_of(st.none(), st.integers(2000, 2030)), min_size=2, max_size=12))
def test_later_and_earlier_are_said_only_where_the_years_say_so(years: list[int | None]) -> None:
    dates = Dates()
    papers = [Paper(f"p{n}", "Owls", "We ...", year=year) for n, year in enumerate(years)]
    for before, paper in pairwise(papers):
        text = dates.named(f"A {paper.year} study", paper, before).lower()
        if "later" in text or "recent" in text:
            assert (before.year or 9999) < (paper.year or 0)
        if "earlier" in text:
            assert (before.year or 0) > (paper.year or 9999)
        lead = dates.lead(paper, before)
        if lead:
            assert (before.year or 9999) < (paper.year or 0)


def test_a_lead_is_said_once_and_not_in_every_sentence() -> None:
    dates = Dates()
    papers = [Paper(f"p{n}", "Owls", "We ...", year=2000 + 3 * n) for n in range(12)]
    leads = [dates.lead(paper, before) for before, paper in pairwise(papers)]
    said = [lead for lead in leads if lead]
    assert len(said) == len(set(said)) == 3
    assert not any(one and other for one, other in pairwise(leads))


def test_a_third_sentence_in_a_row_does_not_begin_with_its_authors(make_paper: MakePaper) -> None:
    papers = [
        make_paper(
            f"Owls {n}",
            f"We show that owls of kind {n} hear at night.",
            paper_id=f"p{n}",
            authors=("Ann Doe",),
            n_authors=1,
            year=2020,
        )
        for n in range(3)
    ]
    assert written(papers) == [
        "Doe [1] shows that owls of kind 0 hear at night.",
        "Doe [2] shows that owls of kind 1 hear at night.",
        "Owls of kind 2 hear at night [3].",
    ]

"""Which papers are about a topic."""

from assistant.collection.topic import papers_about, the_paper_about
from vectorstore import SearchFilter

ALL = SearchFilter()


def test_without_a_topic_all_papers_within_the_bounds_are_meant(library, bundled_papers):
    assert len(papers_about("", library, ALL)) == len(bundled_papers)
    assert {p.year for p in papers_about("", library, SearchFilter(year_to=2022))} == {2020, 2022}


def test_papers_about_a_topic_hold_all_its_words_and_come_newest_first(library):
    papers = papers_about("sparse autoencoders", library, ALL)
    assert len(papers) > 2
    assert all("sparse" in p.abstract.casefold() for p in papers)
    assert [p.published for p in papers] == sorted((p.published for p in papers), reverse=True)
    assert papers_about("sparse zebras", library, ALL) == []


def test_a_paper_is_singled_out_by_its_name_or_by_what_it_is_about(library):
    assert the_paper_about("Pando", library, ALL).title.startswith("Pando")
    assert "Biomedicine" in the_paper_about("survey biomedicine", library, ALL).title


def test_no_paper_is_singled_out_by_a_name_that_none_has(library):
    assert the_paper_about("ZebraNet", library, ALL) is None
    assert the_paper_about("Pando", library, SearchFilter(year_to=2020)) is None

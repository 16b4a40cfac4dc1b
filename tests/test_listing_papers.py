"""All papers of a catalogue in columns."""

from datetime import date

from vectorstore.catalogue.listing import MAX_AUTHORS, list_papers


def listed(library):
    return list_papers(library.catalogue)


def test_papers_come_newest_first_with_what_a_table_shows(make_library, make_paper):
    library = make_library(
        [
            make_paper("Bats", year=2023, n_authors=3, doi="10.1000/bats", source="bibtex"),
            make_paper("Owls", published=date(2024, 5, 1), year=2024, authors=("Ada Strix",)),
            make_paper("Moles"),
        ]
    )
    found = listed(library)
    assert found.titles == ["Owls", "Bats", "Moles"]
    assert found.authors == ["Ada Strix", 3, 0]
    assert found.dates == ["2024-05-01", "2023", ""]
    assert found.links == ["", "https://doi.org/10.1000/bats", ""]
    assert found.sources == ["", "bibtex", ""]
    assert found.generation == library.catalogue.generation
    assert [period.year for period in found.line.periods] == [2024]


def test_of_a_consortium_only_the_first_authors_are_named(make_library, make_paper):
    names = tuple(f"Author N{n}" for n in range(MAX_AUTHORS + 5))
    [authors] = listed(make_library([make_paper(authors=names)])).authors
    assert str(authors).endswith(f"Author N{MAX_AUTHORS - 1}, and 5 more")


def test_an_author_list_that_its_source_cut_says_how_many_there_are(make_library, make_paper):
    paper = make_paper(authors=("Ada Strix", "Ben Bubo"), n_authors=9)
    assert listed(make_library([paper])).authors == ["Ada Strix, Ben Bubo, and 7 more"]


def test_an_empty_library_has_empty_columns(make_library):
    found = listed(make_library())
    assert (found.titles, found.line.periods) == ([], ())


def test_a_reading_sees_one_moment_while_others_write(make_library, make_paper):
    library = make_library([make_paper("Owls")])
    with library.catalogue.at_one_moment() as then:
        library.add([make_paper("Bats")])
        assert then.n_papers() == 1
    assert library.catalogue.n_papers() == 2

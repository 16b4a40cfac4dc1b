"""The reader of Hugging Face Daily Papers pages."""

from datetime import UTC, date, datetime
from importlib.resources import files

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vectorstore import Paper, ReadError, ReadReport, read_bundled_papers, read_text
from vectorstore.readers.formats import BUNDLED_PAGE

PAGE = files("vectorstore").joinpath("data", BUNDLED_PAGE).read_text(encoding="utf-8")
LINES = PAGE.split("\n")
BUNDLED = read_bundled_papers().papers
WHOLE = {(paper.title, paper.abstract) for paper in BUNDLED}
DATE_LINES = [n for n, line in enumerate(LINES) if line and n > 1 and LINES[n - 1] == "·"]

MENU = "new\n\nGet trending papers in your email inbox!\n\nSubscribe\n\nDaily Papers\n\nMay 22\n\n"
FILLER = (
    "This abstract is long enough to be one, and says what every abstract says of its work. " * 5
)
FIRST = f"A First Paper about Sparse Things\n\n{FILLER}One.\n\n  • 5 authors\n·\nMay 19\n\n"
SECOND = f"A Second Paper about Dense Things\n\n{FILLER}Two.\n\n  • 1 author\n·\nMar 10, 2025 7\n\n"
THIRD = f"A Third Paper about Other Things\n\n{FILLER}Three.\n\n  • 12 authors\n·\nApr 2, 2024\n"


def read(text: str, **options) -> ReadReport:
    return read_text(text, "page.txt", **options)


def titles(report: ReadReport) -> list[str]:
    return [paper.title.split()[1] for paper in report.papers]


def reasons(report: ReadReport) -> list[str]:
    return [reject.reason for reject in report.rejects]


def bundled(name: str) -> Paper:
    [paper] = [paper for paper in BUNDLED if name in paper.title]
    return paper


def test_the_bundled_page_holds_exactly_43_papers_and_nothing_is_rejected():
    report = read_bundled_papers()
    assert len(report.papers) == 43
    assert len({paper.paper_id for paper in report.papers}) == 43
    assert report.rejects == []


@pytest.mark.parametrize(
    ("name", "n_authors", "published", "n_comments"),
    [
        ("ProtoPathway", 5, date(2026, 5, 19), 0),
        ("Pando", 5, date(2026, 4, 12), 0),
        ("REF-VLM", 7, date(2025, 3, 10), 1),
        ("DAVinCI", 4, date(2026, 4, 22), 2),
        ("MM-RLHF", 20, date(2025, 2, 14), 5),
        ("Input Masking", 2, date(2022, 11, 26), 0),
        ("Making the Most of your Model", 1, date(2024, 8, 28), 0),
        ("Evaluating Explainable AI", 2, date(2020, 5, 4), 0),
    ],
)
def test_a_paper_has_the_authors_date_and_comments_of_the_page(
    name, n_authors, published, n_comments
):
    paper = bundled(name)
    assert (paper.n_authors, paper.published, paper.n_comments) == (
        n_authors,
        published,
        n_comments,
    )
    assert paper.year == published.year


def test_titles_and_abstracts_are_the_lines_of_the_page():
    paper = bundled("Pando")
    assert paper.title == (
        "Pando: Do Interpretability Methods Work When Models Won't Explain Themselves?"
    )
    assert paper.abstract.startswith("Mechanistic interpretability is often motivated")
    assert "720" in paper.abstract
    stripped = {line.strip() for line in LINES}
    assert all(paper.title in stripped and paper.abstract in stripped for paper in BUNDLED)


def test_a_paper_says_only_what_the_page_says_of_it():
    assert {paper.authors for paper in BUNDLED} == {()}
    assert {paper.url + paper.doi + paper.arxiv_id for paper in BUNDLED} == {""}
    assert {paper.source for paper in BUNDLED} == {"hf-daily-papers"}


def test_furniture_is_never_a_paper():
    menu = ("inbox", "Subscribe", "Daily Papers", "byAK", "research community")
    assert not [p for p in BUNDLED if any(word in p.title for word in menu)]


def test_a_date_without_a_year_is_in_the_year_after_the_latest_one_spelled_out():
    assert [p.year for p in read(MENU + FIRST + SECOND + THIRD).papers] == [2026, 2025, 2024]
    assert [p.year for p in read(MENU + FIRST + THIRD).papers] == [2025, 2024]


def test_a_page_that_spells_out_no_year_is_of_this_year():
    assert read(MENU + FIRST).papers[0].year == datetime.now(UTC).year


def test_the_page_year_can_be_given():
    years = [paper.year for paper in read(PAGE, page_year=2031).papers]
    assert years.count(2031) == [paper.year for paper in BUNDLED].count(2026)
    assert 2026 not in years
    assert years.count(2025) == [paper.year for paper in BUNDLED].count(2025)


@pytest.mark.parametrize("newline", ["\r\n", "\r"])
def test_line_ends_of_other_systems_read_the_same(newline):
    assert read(PAGE.replace("\n", newline)).papers == BUNDLED


def test_a_page_without_empty_lines_reads_the_same():
    assert read("\n".join(line for line in LINES if line.strip())).papers == BUNDLED


def test_characters_that_only_python_takes_for_line_ends_do_not_cut_an_abstract():
    odd = PAGE.replace("Mechanistic interpretability is often", "Mechanistic\u2028and\x0cis often")
    assert len(read(odd).papers) == 43


# --- truncated


@pytest.mark.parametrize("n_lines", range(1, len(LINES)))
def test_a_page_cut_after_any_line_gives_its_whole_papers_and_a_reject_for_the_cut_one(n_lines):
    n_whole = sum(n < n_lines for n in DATE_LINES)
    text = "\n".join(LINES[:n_lines])
    if not n_whole:
        with pytest.raises(ReadError, match="Expected"):
            read(text)
        return
    report = read(text, page_year=2026)
    assert report.papers == BUNDLED[:n_whole]
    since_last_date = LINES[max(n for n in DATE_LINES if n < n_lines) + 1 : n_lines]
    assert len(report.rejects) == (1 if any(map(str.strip, since_last_date)) else 0)


@settings(max_examples=150, deadline=None)
@given(st.integers(min_value=PAGE.index("Apr 12"), max_value=len(PAGE)))
def test_a_page_cut_after_any_character_gives_no_paper_that_is_not_on_it(n_chars):
    report = read(PAGE[:n_chars])
    assert {(paper.title, paper.abstract) for paper in report.papers} <= WHOLE
    assert len(report.papers) + len(report.rejects) >= 1


# --- garbled


@pytest.mark.parametrize(
    ("garbled", "reason"),
    [
        (SECOND.replace("  • 1 author\n", ""), "no author count after the abstract"),
        (SECOND.replace("Mar 10, 2025 7", ""), "no date after the author count"),
        (SECOND.replace("·\nMar 10, 2025 7", ""), "no date after the author count"),
        (SECOND.replace("A Second Paper about Dense Things", ""), "no title before the abstract"),
        (SECOND.replace(f"{FILLER}Two.", ""), "no abstract after the title"),
        (SECOND.replace(FILLER, ""), "the abstract is missing or cut"),
        (SECOND.replace("Mar 10", "Feb 31"), "no such day: 'Feb 31, 2025 7'"),
        (SECOND.replace("Mar 10", "Mai 10"), "no such day: 'Mai 10, 2025 7'"),
        (SECOND.replace("Mar 10, 2025", "Mar 0, 2025"), "no such day"),
        (SECOND.replace("Mar 10, 2025 7", "sometime in spring"), "no date after the author count"),
        (SECOND.replace("·", "  • 2 authors\n·"), "no date after the author count"),
        (SECOND.replace("  • 1 author", "  • some authors"), "no author count"),
    ],
)
def test_a_garbled_paper_is_rejected_with_a_reason_and_its_neighbours_are_whole(garbled, reason):
    report = read(MENU + FIRST + garbled + THIRD)
    assert titles(report) == ["First", "Third"]
    assert any(reason in found for found in reasons(report)), reasons(report)


@pytest.mark.parametrize(
    "missing", ["A First Paper about Sparse Things", f"{FILLER}One.", "  • 5 authors"]
)
def test_the_menu_never_stands_in_for_a_missing_part_of_the_first_paper(missing):
    report = read(MENU + FIRST.replace(missing, "") + SECOND)
    assert titles(report) == ["Second"]
    assert len(report.rejects) == 1


def test_a_first_paper_without_its_title_is_rejected_where_the_page_has_no_date_of_its_own_too():
    text = FIRST.replace("A First Paper about Sparse Things", "") + SECOND
    assert titles(read(text)) == ["Second"]


def test_a_reject_tells_the_line_and_shows_its_beginning():
    [reject] = read(MENU + FIRST + SECOND.replace("Mar 10", "Feb 31")).rejects
    line = (MENU + FIRST).count("\n") + 1
    assert str(reject) == (
        f"line {line}: no such day: 'Feb 31, 2025 7': 'A Second Paper about Dense Things'"
    )


def test_a_leap_day_exists_in_leap_years_only():
    leap = FIRST.replace("May 19", "Feb 29")
    assert read(leap, page_year=2024).papers[0].published == date(2024, 2, 29)
    with pytest.raises(ReadError, match="no such day: 'Feb 29'"):
        read(leap, page_year=2025)


@pytest.mark.parametrize("gone", range(len(LINES)))
def test_a_page_that_lost_any_one_line_gives_no_paper_that_is_not_on_it(gone):
    report = read("\n".join(LINES[:gone] + LINES[gone + 1 :]), page_year=2026)
    assert {(paper.title, paper.abstract) for paper in report.papers} <= WHOLE
    if len(report.papers) < 43:
        assert len(report.papers) == 42
        assert report.rejects


@settings(max_examples=100, deadline=None)
@given(st.integers(min_value=0, max_value=42), st.data())
def test_an_abstract_broken_in_two_lines_gives_no_wrong_paper(which, data):
    abstract = BUNDLED[which].abstract
    spaces = [n for n, char in enumerate(abstract) if char == " "]
    cut = data.draw(st.sampled_from(spaces))
    continues = abstract[cut + 1].islower() or abstract[cut - 1] in ".," or cut > 300
    report = read(PAGE.replace(abstract, f"{abstract[:cut]}\n{abstract[cut + 1 :]}"))
    assert len(report.papers) >= 42
    if continues:
        assert {(paper.title, paper.abstract) for paper in report.papers} <= WHOLE
        assert report.rejects


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from([*LINES[:60], FILLER, "• 3 authors", "·", "Feb 31"]), max_size=40))
def test_lines_in_any_order_are_read_or_refused_but_never_break_the_reader(lines):
    try:
        report = read("\n".join(lines))
    except ReadError:
        return
    assert all(p.title and p.abstract and p.published and p.n_authors for p in report.papers)


def test_a_page_without_a_whole_paper_is_an_error_that_names_what_was_expected():
    with pytest.raises(ReadError) as error:
        read(MENU + FIRST.replace("May 19", ""))
    assert "'page.txt' holds no whole paper" in str(error.value)
    assert "• N authors" in str(error.value)
    assert "no date after the author count" in str(error.value)

"""Questions about the collection: each answer is exact, as the catalogue has it."""

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date
from statistics import mean

import pytest

from assistant.assistant import Assistant
from assistant.markdown import italic
from assistant.writers.extractive import ExtractiveWriter
from vectorstore import Library, Paper, SearchFilter

Papers = tuple[Paper, ...]
Wanted = Callable[[Papers], Iterable[Paper]]


def titles_cited(answer) -> set[str]:
    return {citation.paper.title for citation in answer.citations}


def where(meets: Callable[[Paper], bool]) -> Wanted:
    return lambda papers: [paper for paper in papers if meets(paper)]


def mentioning(*words: str) -> Callable[[Paper], bool]:
    return lambda p: any(word in f"{p.title} {p.abstract}".casefold() for word in words)


def first(key: Callable[[Paper], object], n: int = 1, *, last: bool = False) -> Wanted:
    """Return the `n` least papers by the key (with `last` the greatest), and all that tie."""

    def pick(papers: Papers) -> list[Paper]:
        values = sorted((key(paper) for paper in papers), reverse=last)
        among = set(values[:n])
        return [paper for paper in papers if key(paper) in among]

    return pick


def within(meets: Callable[[Paper], bool], wanted: Wanted) -> Wanted:
    return lambda papers: wanted(tuple(where(meets)(papers)))


LISTS: list[tuple[str, Wanted]] = [
    ("Which papers are from 2023?", where(lambda p: p.year == 2023)),
    ("How many papers were published in 2023?", where(lambda p: p.year == 2023)),
    ("List the 2024 papers", where(lambda p: p.year == 2024)),
    ("Which papers are from 2022 or earlier?", where(lambda p: p.year <= 2022)),
    ("Which papers came out before 2024?", where(lambda p: p.year < 2024)),
    ("How many papers are older than 2024?", where(lambda p: p.year < 2024)),
    ("Which papers were published since 2025?", where(lambda p: p.year >= 2025)),
    ("How many papers are from 2025 or later?", where(lambda p: p.year >= 2025)),
    ("Which papers are newer than 2025?", where(lambda p: p.year > 2025)),
    ("Show me papers published between 2023 and 2024.",
     where(lambda p: 2023 <= p.year <= 2024)),
    ("Which papers were published between March and May 2025?",
     where(lambda p: date(2025, 3, 1) <= p.published <= date(2025, 5, 31))),
    ("What was published from November 2024 to January 2025?",
     where(lambda p: date(2024, 11, 1) <= p.published <= date(2025, 1, 31))),
    ("Which papers are from September 2025?",
     where(lambda p: (p.published.year, p.published.month) == (2025, 9))),
    ("What came out after March 2026?", where(lambda p: p.published > date(2026, 3, 31))),
    ("Which papers are from last year?",
     where(lambda p: p.year == date.today().year - 1)),  # noqa: DTZ011
    ("Which papers have a single author?", where(lambda p: p.n_authors == 1)),
    ("Are there any single-author papers?", where(lambda p: p.n_authors == 1)),
    ("Which papers have two authors?", where(lambda p: p.n_authors == 2)),
    ("Which papers have more than ten authors?", where(lambda p: p.n_authors > 10)),
    ("How many papers have at least 17 authors?", where(lambda p: p.n_authors >= 17)),
    ("Which papers have 10+ authors?", where(lambda p: p.n_authors >= 10)),
    ("Which papers have fewer than three authors?", where(lambda p: p.n_authors < 3)),
    ("Which papers have no more than 2 authors?", where(lambda p: p.n_authors <= 2)),
    ("Which papers have not more than 2 authors?", where(lambda p: p.n_authors <= 2)),
    ("Which papers have ten or more authors?", where(lambda p: p.n_authors >= 10)),
    ("Which papers have between 5 and 7 authors?", where(lambda p: 5 <= p.n_authors <= 7)),
    ("List papers with more than five and fewer than eight authors",
     where(lambda p: 5 < p.n_authors < 8)),
    ("Which papers have at least two comments?", where(lambda p: p.n_comments >= 2)),
    ("Which papers have exactly one comment?", where(lambda p: p.n_comments == 1)),
    ("How many papers have no comments?", where(lambda p: p.n_comments == 0)),
    ("Which papers from 2023 have three authors?",
     where(lambda p: p.year == 2023 and p.n_authors == 3)),
    ("Which papers with more than ten authors were published since 2025?",
     where(lambda p: p.year >= 2025 and p.n_authors > 10)),
    ("List all papers", where(lambda p: True)),
    ("How many papers mention Llama?", where(mentioning("llama"))),
    ("How many papers from 2025 mention hallucination?",
     where(lambda p: p.year == 2025 and mentioning("hallucinat")(p))),
    ("How many papers are about sparse autoencoders?",
     where(mentioning("sparse autoencoder"))),
]  # fmt: skip

EXTREMES: list[tuple[str, Wanted]] = [
    ("What is the newest paper?", first(lambda p: p.published, last=True)),
    ("Which paper was published last?", first(lambda p: p.published, last=True)),
    ("What are the three newest papers?", first(lambda p: p.published, 3, last=True)),
    ("What are the 5 most recent papers?", first(lambda p: p.published, 5, last=True)),
    ("What is the oldest paper?", first(lambda p: p.published)),
    ("What are the two oldest papers?", first(lambda p: p.published, 2)),
    ("Which paper has the most authors?", first(lambda p: p.n_authors, last=True)),
    ("Which three papers have the most authors?", first(lambda p: p.n_authors, 3, last=True)),
    ("Which of the 43 papers has the most authors?", first(lambda p: p.n_authors, last=True)),
    ("Which paper has the fewest authors?", first(lambda p: p.n_authors)),
    ("Which two papers have the fewest authors?", first(lambda p: p.n_authors, 2)),
    ("Which paper has the most comments?", first(lambda p: p.n_comments, last=True)),
    ("What is the most discussed paper?", first(lambda p: p.n_comments, last=True)),
    ("Which two papers have the most comments?", first(lambda p: p.n_comments, 2, last=True)),
    ("Which paper has the fewest comments?", first(lambda p: p.n_comments)),
    ("Which paper from 2024 has the most authors?",
     within(lambda p: p.year == 2024, first(lambda p: p.n_authors, last=True))),
    ("Which paper of 2023 has the fewest authors?",
     within(lambda p: p.year == 2023, first(lambda p: p.n_authors))),
    ("What is the newest paper about sparse autoencoders?",
     within(mentioning("sparse autoencoder"), first(lambda p: p.published, last=True))),
    ("Which paper about hallucination has the most authors?",
     within(mentioning("hallucinat"), first(lambda p: p.n_authors, last=True))),
    ("What is the earliest paper that mentions Llama?",
     within(mentioning("llama"), first(lambda p: p.published))),
]  # fmt: skip


@pytest.mark.parametrize(("question", "wanted"), LISTS)
def test_a_list_holds_exactly_the_papers_that_meet_the_bounds_and_says_how_many(
    assistant, bundled_papers, question, wanted
):
    expected = {paper.title for paper in wanted(bundled_papers)}
    assert expected
    answer = assistant.ask(question)
    assert titles_cited(answer) == expected
    heading = answer.text.partition("\n")[0]
    assert heading.startswith(f"{len(expected)} of the 43") or "holds 43 papers" in heading


@pytest.mark.parametrize(("question", "wanted"), EXTREMES)
def test_a_superlative_gives_the_papers_that_are_so_and_all_that_tie(
    assistant, bundled_papers, question, wanted
):
    expected = {paper.title for paper in wanted(bundled_papers)}
    answer = assistant.ask(question)
    assert titles_cited(answer) == expected
    assert ",:" not in answer.text


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("Which papers were published in 2021?", "published in 2021"),
        ("Which papers have more than 50 authors?", "have more than 50 authors"),
        ("How many papers have at least 100 authors?", "have at least 100 authors"),
        ("Which paper from 2021 has the most authors?", "published in 2021"),
    ],
)
def test_that_no_paper_matches_is_an_answer(assistant, question, words):
    answer = assistant.ask(question)
    assert not answer.abstained
    assert answer.citations == ()
    assert answer.text.startswith("None of the 43 papers in the library")
    assert words in answer.text


@pytest.mark.parametrize(
    "question",
    ["How many papers are about zebras?", "What is the newest paper about zebras?"],
)
def test_a_topic_of_no_paper_is_not_answered(assistant, question):
    assert assistant.ask(question).abstained


@pytest.mark.parametrize(
    "question", ["How many papers are there?", "How many papers do you have?",
                 "How big is the collection?", "What is the size of the library?"]
)  # fmt: skip
def test_the_size_of_the_collection_is_said_with_its_first_and_last_paper(
    assistant, bundled_papers, question
):
    answer = assistant.ask(question)
    assert "43 papers" in answer.text
    dates = sorted(bundled_papers, key=lambda p: p.published)
    assert titles_cited(answer) == {dates[0].title, dates[-1].title}


@pytest.mark.parametrize(
    "question", ["What years does the collection cover?", "What is the date range of the papers?"]
)
def test_the_span_of_the_collection_is_that_of_its_papers(assistant, question):
    text = assistant.ask(question).text
    assert "4 May 2020" in text
    assert "19 May 2026" in text


@pytest.mark.parametrize(
    "question",
    ["What is the average number of authors?", "How many authors do papers have on average?"],
)
def test_the_average_number_of_authors_is_exact(assistant, bundled_papers, question):
    average = mean(paper.n_authors for paper in bundled_papers)
    assert f"have {average:.1f} authors on average, from 1 (" in assistant.ask(question).text


@pytest.mark.parametrize(
    "question", ["How many papers per year?", "How many papers were published each year?"]
)
def test_papers_are_counted_by_year(assistant, bundled_papers, question):
    text = assistant.ask(question).text
    for year, n_papers in Counter(paper.year for paper in bundled_papers).items():
        assert f"\n- {year}: {n_papers} paper" in text


@pytest.mark.parametrize(
    ("question", "title", "words"),
    [
        ("When was Pando published?", "Pando", "on 12 April 2026"),
        ("In which year did DAVinCI appear?", "Trust but Verify", "22 April 2026"),
        ("How many authors does MM-RLHF have?", "MM-RLHF", "20 authors"),
        ("Who wrote AttnTrace?", "AttnTrace", "4 authors; the library does not hold their names"),
        ("How many comments does Rex-Thinker have?", "Rex-Thinker", "2 comments"),
        ("How many comments does REF-VLM have?", "REF-VLM", "1 comment "),
    ],
)
def test_a_fact_of_one_paper_is_told(assistant, question, title, words):
    answer = assistant.ask(question)
    assert [title in cited for cited in titles_cited(answer)] == [True]
    assert words in answer.text


def test_a_fact_of_a_paper_that_is_not_there_is_not_told(assistant):
    assert assistant.ask("Who are the authors of ZebraNet?").abstained


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("How many papers are older than 2024?", "published before 2024"),
        ("Which papers are newer than 2025?", "published after 2025"),
        ("Which papers are from the last two years?", "published in the last two years"),
        ("What was published from November 2024 to January 2025?",
         "published from November 2024 to January 2025"),
        ("Which papers have a single author?", "has a single author"),
        ("Which papers from 2023 have three authors?",
         "have three authors and were published in 2023"),
    ],
)  # fmt: skip
def test_the_bounds_are_said_back_in_good_english(assistant, question, words):
    assert words in assistant.ask(question).text.partition("\n")[0]


@pytest.mark.parametrize("question", ["How many papers are there?", "List all papers"])
def test_a_filter_set_beside_the_question_bounds_the_answer_and_is_not_hidden(assistant, question):
    answer = assistant.ask(question, where=SearchFilter(year_from=2023, year_to=2023))
    assert {citation.paper.year for citation in answer.citations} == {2023}
    assert answer.text.startswith("5 of the 43 papers")


# --- libraries that are not the bundled one


def assistant_over(library: Library) -> Assistant:
    return Assistant(library, ExtractiveWriter(library))


def test_an_empty_library_says_so(make_library):
    assistant = assistant_over(make_library())
    assert assistant.ask("How many papers are there?").text == "The library holds no papers."
    for question in (
        "What is the newest paper?",
        "Which papers are from 2023?",
        "List all papers",
        "Which years does the library cover?",
        "How many papers per year?",
    ):
        answer = assistant.ask(question)
        assert answer.citations == ()


def test_names_of_authors_are_told_where_they_are_known(make_library, make_paper):
    paper = make_paper("Zebras", "We study.", authors=("A. *Star*", "B. Two"), n_authors=2)
    text = assistant_over(make_library([paper])).ask("Who wrote Zebras?").text
    assert text == "*Zebras* has 2 authors: A. \\*Star\\*, B. Two [1]."


def test_what_is_not_known_of_a_paper_is_said_to_be_unknown(make_library, make_paper):
    assistant = assistant_over(make_library([make_paper("Zebras", "We study zebras.")]))
    assert (
        "on a day that the library does not know"
        in assistant.ask("When was Zebras published?").text
    )
    assert "unknown number of authors" in assistant.ask("How many authors does Zebras have?").text
    assert "dates are not known" in assistant.ask("How many papers are there?").text
    assert assistant.ask("Which paper has the most authors?").citations == ()


def test_a_paper_of_which_only_the_year_is_known_counts_by_its_year(make_library, make_paper):
    papers = [make_paper("Zebras", year=2019), make_paper("Lions", published=date(2020, 1, 2),
                                                          year=2020)]  # fmt: skip
    assistant = assistant_over(make_library(papers))
    assert titles_cited(assistant.ask("What is the oldest paper?")) == {"Zebras"}
    assert "in 2019" in assistant.ask("What is the oldest paper?").text
    assert titles_cited(assistant.ask("Which papers are from 2019?")) == {"Zebras"}


def test_a_long_list_is_cut_and_says_so(make_library, make_paper):
    papers = [make_paper(f"Paper {n}", published=date(2024, 1, 1), year=2024) for n in range(60)]
    answer = assistant_over(make_library(papers)).ask("Which papers are from 2024?")
    assert len(answer.sentences) == 50
    assert answer.text.startswith("60 of the 60 papers in the library were published in 2024 (the")


def test_titles_are_escaped_where_they_are_listed(make_library, make_paper):
    paper = make_paper("A <script> of *stars* [1]", n_authors=3)
    answer = assistant_over(make_library([paper])).ask("Which papers have three authors?")
    assert italic(paper.title) in answer.text
    assert "<script>" not in answer.text

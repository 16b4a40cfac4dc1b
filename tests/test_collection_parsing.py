"""Recognising questions about the collection."""

from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from assistant.collection.parsing import parse_collection_question
from assistant.collection.query import CollectionQuery, Key, Operation
from assistant.understanding.timespan import find_timespan
from vectorstore import SearchFilter

TODAY = date(2026, 5, 20)


def parse(text: str) -> CollectionQuery | None:
    return parse_collection_question(text, find_timespan(text, today=TODAY))


@pytest.mark.parametrize(
    ("text", "operation", "topic"),
    [
        ("How many papers are there?", Operation.COUNT, ""),
        ("How many papers mention steering?", Operation.COUNT, "steering"),
        ("How many survey papers are there on steering?", Operation.COUNT, "survey steering"),
        ("How many papers and preprints discuss steering?", Operation.COUNT, "steering"),
        ("How many papers does the library have on steering?", Operation.COUNT, "steering"),
        ("How many papers were published in 2023?", Operation.COUNT, ""),
        ("Which papers are from 2023?", Operation.LIST, ""),
        ("List all papers", Operation.LIST, ""),
        ("What is the newest paper?", Operation.EXTREME, ""),
        ("What is the newest paper on steering?", Operation.EXTREME, "steering"),
        ("How many authors does Pando have?", Operation.FACT, "Pando"),
        ("How many people wrote Pando?", Operation.FACT, "Pando"),
        ("How many researchers worked on Pando?", Operation.FACT, "Pando"),
        ("How many people are behind Pando?", Operation.FACT, "Pando"),
        ("How many people are the authors of Pando?", Operation.FACT, "Pando"),
        ("How many people does the Pando paper have?", Operation.FACT, "Pando"),
        ("How many papers per year?", Operation.PER_YEAR, ""),
        ("What is the average number of authors?", Operation.MEAN_AUTHORS, ""),
        ("What years does the library cover?", Operation.SPAN, ""),
    ],
)
def test_each_kind_of_question_about_the_collection_is_recognised(text, operation, topic):
    query = parse(text)
    assert query is not None
    assert (query.operation, query.topic) == (operation, topic)


@pytest.mark.parametrize(
    "text",
    [
        "What is Pando?",
        "Which papers study steering?",
        "Which papers from 2023 study steering?",
        "How many papers did the survey of biomedicine read?",
        "How many papers does A Survey on Reward Models review?",
        "How many people took part in the tests on Anchor?",
        "How many researchers were asked in the study of Pando?",
        "How many models does Pando contain?",
        "What is the latest trick for steering?",
        "First, what is a probe?",
        "",
    ],
)
def test_a_question_about_content_is_none_about_the_collection(text):
    assert parse(text) is None


@pytest.mark.parametrize(
    ("text", "key", "descending", "limit"),
    [
        ("the newest paper", Key.PUBLISHED, True, 1),
        ("the three newest papers", Key.PUBLISHED, True, 3),
        ("the newest 7 papers", Key.PUBLISHED, True, 7),
        ("the 0 newest papers", Key.PUBLISHED, True, 1),
        ("the oldest paper", Key.PUBLISHED, False, 1),
        ("which paper has the most authors", Key.AUTHORS, True, 1),
        ("which four papers have the most authors", Key.AUTHORS, True, 4),
        ("which of the 43 papers has the most authors", Key.AUTHORS, True, 1),
        ("which paper has the smallest team", Key.AUTHORS, False, 1),
        ("the most discussed papers", Key.COMMENTS, True, 1),
        ("which paper has the fewest comments", Key.COMMENTS, False, 1),
    ],
)
def test_a_superlative_says_by_what_in_which_order_and_how_many(text, key, descending, limit):
    query = parse(text)
    assert query is not None
    assert query.operation is Operation.EXTREME
    assert (query.key, query.descending, query.limit) == (key, descending, limit)


@pytest.mark.parametrize(
    ("words", "low", "high"),
    [
        ("a single author", 1, 1),
        ("one author", 1, 1),
        ("three authors", 3, 3),
        ("exactly 4 co-authors", 4, 4),
        ("more than ten authors", 11, None),
        ("over 10 authors", 11, None),
        ("at least 5 authors", 5, None),
        ("5 or more authors", 5, None),
        ("5+ authors", 5, None),
        ("no fewer than 5 authors", 5, None),
        ("fewer than three authors", None, 2),
        ("under 3 authors", None, 2),
        ("at most two authors", None, 2),
        ("two or fewer authors", None, 2),
        ("no more than 2 authors", None, 2),
        ("not more than 2 authors", None, 2),
        ("up to 2 authors", None, 2),
        ("between 5 and 7 authors", 5, 7),
        ("5 to 7 authors", 5, 7),
        ("5-7 authors", 5, 7),
        ("at least five and at most seven authors", 5, 7),
        ("more than 4 but fewer than 8 authors", 5, 7),
    ],
)
def test_bounds_on_the_number_of_authors_are_read_exactly(words, low, high):
    query = parse(f"Which papers have {words}?")
    assert query is not None
    assert query.where == SearchFilter(min_authors=low, max_authors=high)
    assert query.operation is Operation.LIST


def test_bounds_on_comments_authors_and_dates_hold_together():
    query = parse("Which papers since 2025 have at least two comments and more than 3 authors?")
    assert query is not None
    assert query.where == SearchFilter(
        published_from=date(2025, 1, 1), min_authors=4, min_comments=2
    )


WORDS = st.sampled_from(
    "how many papers which are in 2023 since newest most fewest authors comments per year average"
    " 0 no one three sİx fİve 12 99999 ١٢ more than or fewer between and to - + at least the of a"
    " about zebra wrote who when was published on single-author list all ? library".split(" ")
)


@given(st.one_of(st.text(max_size=80), st.lists(WORDS, max_size=14).map(" ".join)))
@example("papers with sİx authors")
@example("the fİve newest papers")
@example("the 0 newest papers")
def test_no_text_makes_it_fail(text):
    query = parse(text)
    assert query is None or query.limit >= 1

"""Time spans in a question."""

from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from assistant.understanding.timespan import find_timespan

TODAY = date(2026, 5, 20)


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("Which papers are from 2023?", date(2023, 1, 1), date(2023, 12, 31)),
        ("2023 papers", date(2023, 1, 1), date(2023, 12, 31)),
        ("what appeared in the year 2023", date(2023, 1, 1), date(2023, 12, 31)),
        ("published in February 2024", date(2024, 2, 1), date(2024, 2, 29)),
        ("from Sept. 2023", date(2023, 9, 1), date(2023, 9, 30)),
        ("papers of 2022 or earlier", None, date(2022, 12, 31)),
        ("2025 and later", date(2025, 1, 1), None),
        ("2025 onwards", date(2025, 1, 1), None),
        ("papers from 2025 on", date(2025, 1, 1), None),
        ("what is new in 2025 on steering", date(2025, 1, 1), date(2025, 12, 31)),
        ("since 2025", date(2025, 1, 1), None),
        ("since April 2026", date(2026, 4, 1), None),
        ("after 2024", date(2025, 1, 1), None),
        ("after March 2026", date(2026, 4, 1), None),
        ("before 2023", None, date(2022, 12, 31)),
        ("before June 2023", None, date(2023, 5, 31)),
        ("until 2023", None, date(2023, 12, 31)),
        ("up to March 2024", None, date(2024, 3, 31)),
        ("by the end of 2022", None, date(2022, 12, 31)),
        ("between 2023 and 2025", date(2023, 1, 1), date(2025, 12, 31)),
        ("between March and May 2025", date(2025, 3, 1), date(2025, 5, 31)),
        ("from November 2024 to January 2025", date(2024, 11, 1), date(2025, 1, 31)),
        ("in 2023-2024", date(2023, 1, 1), date(2024, 12, 31)),
        ("2023 – 2024", date(2023, 1, 1), date(2024, 12, 31)),
        ("this year", date(2026, 1, 1), date(2026, 12, 31)),
        ("from last year", date(2025, 1, 1), date(2025, 12, 31)),
        ("in the last two years", date(2024, 5, 1), TODAY),
        ("SINCE\n 2025", date(2025, 1, 1), None),
    ],
)
def test_a_bound_gives_its_first_and_last_day(text, start, end):
    span = find_timespan(text, today=TODAY)
    assert span is not None
    assert (span.start, span.end) == (start, end)
    assert span.words in text


@pytest.mark.parametrize(
    "text",
    [
        "What is MM-RLHF?",
        "the 2022 world cup",
        "ImageNet-2012 accuracy",
        "in 20230 steps",
        "1 in 2500 samples",
        "in 1850",
        "in May",
        "",
    ],
)
def test_a_year_that_bounds_no_papers_is_no_span(text):
    assert find_timespan(text, today=TODAY) is None


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("Which papers from 2025 are about probes?", "Which papers are about probes?"),
        ("What was published on probes in 2025?", "What was published on probes?"),
        ("Since 2025, who studies probes?", "Who studies probes?"),
        ("2025 papers on probes", "papers on probes"),
        ("What happened in 2025?", "What happened?"),
        ("What of 2025?", "What of 2025?"),
    ],
)
def test_a_question_is_asked_without_the_words_that_bound_it(question, asked):
    assert find_timespan(question, today=TODAY).taken_from(question) == asked


WORDS = st.sampled_from(
    "in from since between and to 2023 2099 1900 2025. March mar. dec - – or later earlier this"
    " last past the 0 9 two years year before until papers aprİl ſept fİve".split()
)


@given(st.one_of(st.text(max_size=80), st.lists(WORDS, max_size=10).map(" ".join)))
@example("in Aprİl 2023")
@example("the last fİve years")
@example("in 20٢٣")
@example("the past 0 years")
def test_no_text_makes_it_fail_and_what_is_found_stands_in_the_text(text):
    for today in (TODAY, date.max):
        span = find_timespan(text, today=today)
        assert span is None or (span.words and span.words in text)
        assert span is None or span.start or span.end

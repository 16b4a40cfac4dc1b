"""`stop` and `max_tokens`: where the text ends, whole and streamed alike."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.answer import Answer, AnswerSentence, Citation
from assistant.backends.tokens import estimate_tokens
from assistant.errors import BackendError
from assistant.events import Completed, Event, SentenceChecked, TextDelta, Understood
from tests.api_calls import DELTAS, FAST, ScriptedAssistant, body, error_of, post, stream
from ui.api.shortening import Shortener, TextBounds
from vectorstore import Span

TEXT = "".join(DELTAS)
TOKENS = estimate_tokens(TEXT)


def said(**fields: Any) -> tuple[str, str, dict[str, Any]]:
    """Return content, finish_reason and the whole completion, which a stream must agree with."""
    whole = post(body(**fields)).json()
    (choice,) = whole["choices"]
    *chunks, done = stream(body(**fields))
    assert done == "[DONE]"
    pieces = [chunk["choices"][0]["delta"].get("content", "") for chunk in chunks]
    assert "".join(pieces) == choice["message"]["content"]
    assert chunks[-1]["choices"][0]["finish_reason"] == choice["finish_reason"]
    assert chunks[-2]["sources"] == whole["sources"]
    return choice["message"]["content"], choice["finish_reason"], whole


def told(bounds: TextBounds, *events: Event) -> list[str]:
    """Return the pieces that a shortener gives, the last one at the end."""
    shortener = Shortener(bounds)
    pieces = [shortener.take(event) for event in events[:-1]]
    last = events[-1]
    assert isinstance(last, Completed)
    return [*pieces, shortener.end(last.answer).rest]


def written(*sentences: str) -> list[Event]:
    """Return the events of an answer that comes word by word."""
    events: list[Event] = []
    for sentence in sentences:
        events += [TextDelta(word) for word in sentence.partition(" ") if word]
        events.append(SentenceChecked(AnswerSentence(sentence, (), "supported", 1.0)))
    whole = "".join(sentences)
    return [*events, Completed(Answer("q", "q", whole, False, "x", (), (), (), {}))]


# max_tokens


@pytest.mark.parametrize("field", ["max_tokens", "max_completion_tokens"])
def test_an_answer_that_is_too_long_ends_with_its_last_sentence_that_fits(field: str) -> None:
    content, reason, whole = said(**{field: TOKENS - 1})
    assert (content, reason) == (DELTAS[0], "length")
    assert whole["usage"]["completion_tokens"] == estimate_tokens(DELTAS[0])
    assert [source["paper_id"] for source in whole["sources"]] == [FAST.paper_id]


def test_an_answer_that_fits_exactly_is_whole() -> None:
    content, reason, whole = said(max_tokens=TOKENS)
    assert (content, reason) == (TEXT, "stop")
    assert len(whole["sources"]) == 2


def test_of_two_limits_the_smaller_one_counts() -> None:
    assert said(max_tokens=10_000, max_completion_tokens=TOKENS - 1)[0] == DELTAS[0]
    assert said(max_tokens=TOKENS - 1, max_completion_tokens=10_000)[0] == DELTAS[0]


def test_where_no_sentence_fits_it_ends_with_a_word_and_has_its_source() -> None:
    content, reason, whole = said(max_tokens=2)
    assert (content, reason) == ("It is", "length")
    assert [source["paper_id"] for source in whole["sources"]] == [FAST.paper_id]
    assert whole["choices"][0]["message"]["annotations"] == []


def test_where_no_word_fits_there_is_no_text() -> None:
    events = written("Incomprehensibilities abound.")
    assert "".join(told(TextBounds(max_tokens=1), *events)) == ""


def test_words_are_sent_as_they_come_while_the_limit_is_far() -> None:
    events = written("One two.", " Three four.")
    assert told(TextBounds(max_tokens=1_000), *events) == told(TextBounds(), *events)
    near = told(TextBounds(max_tokens=20), *events)
    assert "".join(near) == "One two. Three four."
    assert near[4:7] == ["", "", " Three four."]  # held until the sentence is whole


@given(
    st.lists(st.text("ab .1", min_size=1, max_size=12), min_size=1, max_size=5),
    st.integers(1, 30),
    st.lists(st.text("ab .", min_size=1, max_size=3), max_size=3),
)
def test_what_is_told_begins_the_answer_and_keeps_to_the_bounds(
    sentences: list[str], max_tokens: int, stop: list[str]
) -> None:
    whole = "".join(sentences)
    text = "".join(told(TextBounds(tuple(stop), max_tokens), *written(*sentences)))
    assert whole.startswith(text)
    assert estimate_tokens(text) <= max_tokens
    assert not any(one in text for one in stop)


# stop


@pytest.mark.parametrize("stop", [" Another", [" Another"], ["nowhere", " Another", "slow"]])
def test_an_answer_ends_before_the_first_stop(stop: str | list[str]) -> None:
    content, reason, whole = said(stop=stop)
    assert (content, reason) == (DELTAS[0], "stop")
    assert [source["number"] for source in whole["sources"]] == [1]


def test_a_stop_that_is_nowhere_changes_nothing() -> None:
    assert said(stop=["nowhere", "[2][1].!"])[0] == TEXT


def test_a_stop_may_come_in_several_pieces() -> None:
    events = written("One two", " three.")
    assert "".join(told(TextBounds(stop=("two three",)), *events)) == "One "
    assert "".join(told(TextBounds(stop=("two four",)), *events)) == "One two three."


def test_an_answer_may_end_at_its_first_character() -> None:
    content, reason, whole = said(stop=["It"])
    assert (content, reason, whole["sources"]) == ("", "stop", [])


@pytest.mark.parametrize(
    ("fields", "param"),
    [
        ({"max_tokens": 0}, "max_tokens"),
        ({"max_tokens": 1.5}, "max_tokens"),
        ({"max_completion_tokens": -1}, "max_completion_tokens"),
        ({"stop": ["a", "b", "c", "d", "e"]}, "stop"),
        ({"stop": ""}, "stop[0]"),
        ({"stop": ["a", ""]}, "stop[1]"),
        ({"stop": "a" * 1_001}, "stop[0]"),
        ({"stop": 7}, "stop"),
    ],
)
def test_bounds_that_mean_nothing_are_refused(fields: dict[str, Any], param: str) -> None:
    response = post(body(**fields))
    assert response.status_code == 400
    assert error_of(response)["param"] == param


# Beside a failure


def failing_late() -> ScriptedAssistant:
    cited = (Citation(1, FAST, Span(0, 5)),)
    half = Answer("q", "q", "It is. It fails now", False, "x", (), cited, (), {}, cut="gone")
    return ScriptedAssistant(
        Understood("q"),
        TextDelta("It is."),
        SentenceChecked(AnswerSentence("It is.", (1,), "supported", 1.0)),
        TextDelta(" It fails now"),
        Completed(half),
    )


def test_a_model_that_fails_behind_the_end_has_not_failed() -> None:
    response = post(body(max_tokens=4), failing_late())
    assert response.json()["choices"][0]["message"]["content"] == "It is."
    assert post(body(), failing_late()).status_code == 502


def test_a_failure_is_a_failure_with_bounds_too() -> None:
    failing = ScriptedAssistant(Understood("q"), BackendError("gone"))
    assert post(body(max_tokens=5), failing).status_code == 502

"""Exchanges as text and back: nothing is lost, and other versions' records still load."""

import json
import zlib
from dataclasses import dataclass
from datetime import UTC, date
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.answer import Answer, AnswerSentence, Citation
from assistant.backends.tokens import TokenMeter
from assistant.conversations import Exchange
from assistant.conversations.codec import from_text, to_text
from assistant.conversations.rows import exchange_of, record_of
from assistant.trace import PartTrace, Round
from vectorstore import Paper, SearchFilter, Span

# Lone surrogates too: a browser can send them, in JSON.
TEXT = st.text(st.characters(exclude_categories=()), max_size=20)
NUMBERS = st.integers(-(2**70), 2**70)
FLOATS = st.floats(allow_nan=False)


def tuples(each: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(each, max_size=2).map(tuple)


PAPERS = st.builds(
    Paper,
    TEXT,
    TEXT,
    TEXT,
    authors=tuples(TEXT),
    n_authors=st.none() | NUMBERS,
    published=st.none() | st.dates(),
    year=st.none() | NUMBERS,
    url=TEXT,
)
ANSWERS = st.builds(
    Answer,
    TEXT,
    TEXT,
    TEXT,
    st.booleans(),
    TEXT,
    tuples(
        st.builds(
            AnswerSentence,
            TEXT,
            tuples(NUMBERS),
            st.sampled_from(["supported", "partly", "unsupported"]),
            FLOATS,
            st.booleans(),
            TEXT,
        )
    ),
    tuples(st.builds(Citation, NUMBERS, PAPERS, st.builds(Span, NUMBERS, NUMBERS))),
    tuples(PAPERS),
    st.dictionaries(TEXT, FLOATS, max_size=2),
    tuples(
        st.builds(
            PartTrace,
            TEXT,
            tuples(st.builds(Round, tuples(TEXT), tuples(TEXT), NUMBERS)),
            st.sampled_from(["supported", "off topic"]),
        )
    ),
    st.builds(TokenMeter, NUMBERS, NUMBERS, st.booleans()),
    st.none() | st.sampled_from(["off_topic", "not_in_abstract"]),
    TEXT,
    TEXT,
)
FILTERS = st.builds(
    SearchFilter,
    year_from=st.none() | NUMBERS,
    published_to=st.none() | st.dates(),
    authors=st.none() | st.frozensets(TEXT, max_size=3),
)
EXCHANGES = st.builds(
    Exchange,
    question=TEXT,
    text=TEXT,
    standalone_question=TEXT,
    answer=st.none() | ANSWERS,
    filters=FILTERS,
    backend=TEXT,
    timings_ms=st.dictionaries(TEXT, FLOATS, max_size=2),
    stopped=st.booleans(),
    failure=TEXT,
    created_at=st.datetimes(timezones=st.just(UTC)),
)


@given(EXCHANGES)
def test_an_exchange_comes_back_as_it_was(exchange: Exchange) -> None:
    assert to_text(exchange).isascii()
    assert exchange_of(record_of(exchange)) == exchange


def stored(text: str) -> bytes:
    """A record as it is in the file, with this JSON."""
    return zlib.compress(text.encode())


def example() -> dict[str, Any]:
    citation = Citation(
        1, Paper("owl", "Owls", "Owls see.", published=date(2024, 5, 1)), Span(0, 9)
    )
    sentence = AnswerSentence("Owls see", (1,), "supported", 0.9)
    answer = Answer("Q?", "Q?", "Owls see [1].", False, "x", (sentence,), (citation,), (), {})
    return json.loads(to_text(Exchange.of(answer)))


def test_what_an_earlier_version_did_not_write_is_empty() -> None:
    record = example()
    for name in ("trace", "tokens", "sentences", "standalone_question", "abstained"):
        del record["answer"][name]
    del record["answer"]["citations"][0]["paper"]["abstract"]
    del record["timings_ms"]
    exchange = exchange_of(stored(json.dumps(record)))
    assert exchange.answer
    assert exchange.answer.text == "Owls see [1]."
    assert exchange.answer.sentences == ()
    assert exchange.answer.abstained is False
    assert exchange.answer.tokens == TokenMeter()
    assert exchange.answer.citations[0].paper.title == "Owls"


def test_what_a_later_version_wrote_besides_is_passed_over() -> None:
    record = example()
    known = exchange_of(stored(json.dumps(record)))
    record["mood"] = record["answer"]["mood"] = record["answer"]["citations"][0]["mood"] = [1]
    assert exchange_of(stored(json.dumps(record))) == known


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("sentences", [{"text": "Owls", "citations": [1], "support": "perhaps", "score": 1}]),
        ("text", 7),
        ("citations", {"1": "owl"}),
        ("timings_ms", {"write": "soon"}),
        ("nearest", None),
    ],
)
def test_of_an_answer_that_cannot_be_read_the_text_is_shown(name: str, value: object) -> None:
    record = example()
    record["answer"][name] = value
    exchange = exchange_of(stored(json.dumps(record)))
    assert exchange.answer is None
    assert (exchange.question, exchange.text) == ("Q?", "Owls see [1].")
    assert exchange.created_at.isoformat() == record["created_at"]


@pytest.mark.parametrize(
    "record",
    [b"", b"damaged", *map(stored, ["", "{", "[]", "7", '{"question": 7}', "{}"])],
)
def test_a_record_of_which_nothing_can_be_read_is_an_empty_exchange(record: bytes) -> None:
    assert exchange_of(record).question == ""


@dataclass(frozen=True)
class Odd:
    kind: Literal["a", "b"]


def test_a_missing_value_that_cannot_be_empty_is_refused() -> None:
    assert from_text(Odd, '{"kind": "b"}') == Odd("b")
    with pytest.raises(ValueError, match="'kind' is missing"):
        from_text(Odd, "{}")

"""Kept conversations under hostile text, failing changes, and many threads at once."""

import threading

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.conversations import (
    ConversationError,
    ConversationStore,
    Exchange,
    UnknownConversationError,
)
from vectorstore.database import Place


@pytest.fixture
def kept(place: Place) -> ConversationStore:
    return ConversationStore(place)


def test_threads_that_write_and_read_at_once_lose_nothing(kept: ConversationStore) -> None:
    conversation_id = kept.start("ada")
    failures: list[ConversationError] = []

    def use(number: int) -> None:
        try:
            for each in range(10):
                exchange = Exchange(question=f"{number} {each}")
                kept.append(conversation_id, exchange, owner="ada")
                kept.summaries("ada", query="1")
        except ConversationError as error:
            failures.append(error)

    threads = [threading.Thread(target=use, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    exchanges = kept.get(conversation_id, owner="ada").exchanges
    assert len({each.exchange.question for each in exchanges}) == 80


def test_a_change_that_fails_changes_nothing(kept: ConversationStore) -> None:
    conversation_id = kept.start("ada")
    kept.append(conversation_id, Exchange(question="Why?"), owner="ada")
    with pytest.raises(TypeError):
        kept.replace_last(conversation_id, Exchange(question="?", text=b"no text"), owner="ada")
    [left] = kept.get(conversation_id, owner="ada").exchanges
    assert left.exchange.question == "Why?"


HOSTILE = [
    '"', "'", '" OR 1=1 --', "NEAR(a b)", "question:secret", "* AND NOT", "(((", "%", "_", "\\",
    "a\x00b", "\ud800", "^x -y +z", '""""', "{question answer} : x", "x" * 90_000, "日", "🦉" * 9,
]  # fmt: skip


@pytest.mark.parametrize("query", HOSTILE, ids=lambda query: ascii(query)[:20])
def test_a_hostile_query_is_only_text(query: str, kept: ConversationStore) -> None:
    conversation_id, other = kept.start("ada"), kept.start("ada")
    kept.append(conversation_id, Exchange(question=f"What does {query} mean?"), owner="ada")
    kept.append(other, Exchange(question="Something without it"), owner="ada")
    found = [summary.conversation_id for summary in kept.summaries("ada", query=query)]
    assert conversation_id in found
    if not query.isspace() and query not in ("\ud800",):  # what cannot be seen is not looked for
        assert other not in found


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(text=st.text(st.characters(exclude_categories=()), max_size=40))
def test_any_text_can_be_asked_searched_and_be_an_id(text: str, kept: ConversationStore) -> None:
    conversation_id = kept.start("ada")
    kept.append(conversation_id, Exchange(question=text, text=text), owner="ada")
    [exchange] = kept.get(conversation_id, owner="ada").exchanges
    assert exchange.exchange.question == text
    assert kept.summaries("ada", query=text)[0].conversation_id == conversation_id
    kept.rename(conversation_id, text, owner="ada")
    kept.ratings.give(exchange.exchange_id, "up", text, owner="ada")
    with pytest.raises(UnknownConversationError):
        kept.get(text, owner="ada")
    with pytest.raises(UnknownConversationError):
        kept.links.follow(text)
    kept.delete(conversation_id, owner="ada")


def test_a_number_beyond_all_ids_is_unknown(kept: ConversationStore) -> None:
    kept.start("ada")
    with pytest.raises(UnknownConversationError):
        kept.links.make(2**80, owner="ada")

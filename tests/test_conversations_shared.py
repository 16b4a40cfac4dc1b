"""Conversations in PostgreSQL: two machines at once, and a server that goes away."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
from sqlalchemy import URL

from assistant.conversations import (
    ConversationStore,
    Exchange,
    StoreUnavailableError,
    UnknownConversationError,
    store,
)
from assistant.conversations.database import ConversationDatabase
from assistant.conversations.exchanges import insert_exchange
from assistant.conversations.schema import TABLES
from tests.postgres_servers import PostgresServer, programs, serving_postgres
from vectorstore.database import Database, parse_address

pytestmark = pytest.mark.slow

WHY = Exchange(question="Why?", text="Because of owls.")


@pytest.fixture
def mine(database: URL) -> ConversationStore:
    return ConversationStore(database)


@pytest.fixture
def theirs(database: URL) -> Iterator[ConversationStore]:
    url = database.set(query={"application_name": "another machine"})  # connections of its own
    yield ConversationStore(url)
    Database(url, TABLES).engine.dispose()


@pytest.fixture
def own_server() -> Iterator[PostgresServer]:
    """A server that a test may stop."""
    if programs() is None:
        pytest.skip("PostgreSQL is not installed")
    with serving_postgres() as server:
        yield server


@pytest.fixture
def own_database(own_server: PostgresServer) -> Iterator[URL]:
    url = parse_address(own_server.new_database()).set(password="hunter2")
    yield url
    Database(url, TABLES).engine.dispose()


def at_once(*uses: Callable[[], object]) -> None:
    with ThreadPoolExecutor(len(uses)) as pool:
        for done in [pool.submit(use) for use in uses]:
            done.result()


def ids_of(kept: ConversationStore) -> set[str]:
    return {summary.conversation_id for summary in kept.summaries("ada", limit=1_000)}


def is_kept(kept: ConversationStore, conversation_id: str) -> bool:
    try:
        return kept.get(conversation_id, owner="ada") is not None
    except UnknownConversationError:
        return False


# Two machines


def test_what_is_begun_on_one_machine_is_listed_on_the_other(
    mine: ConversationStore, theirs: ConversationStore
) -> None:
    assert ids_of(theirs) == set()
    conversation_id = mine.start("ada")
    exchange_id = mine.append(conversation_id, WHY, owner="ada")
    assert ids_of(theirs) == {conversation_id}
    assert theirs.links.follow(mine.links.make(exchange_id, owner="ada")) == WHY
    theirs.ratings.give(exchange_id, "up", owner="ada")
    assert [feedback.thumb for feedback in mine.ratings.listed()] == ["up"]
    theirs.delete(conversation_id, owner="ada")
    with pytest.raises(UnknownConversationError):
        mine.append(conversation_id, WHY, owner="ada")


def test_machines_that_append_at_once_lose_nothing(
    mine: ConversationStore, theirs: ConversationStore
) -> None:
    conversation_id = mine.start("ada")

    def append(kept: ConversationStore, name: str) -> None:
        for number in range(20):
            kept.append(conversation_id, Exchange(question=f"{name} {number}"), owner="ada")

    writers = ((mine, "a"), (theirs, "b"), (mine, "c"), (theirs, "d"))
    at_once(*(partial(append, *writer) for writer in writers))
    exchanges = mine.get(conversation_id, owner="ada").exchanges
    assert len({each.exchange.question for each in exchanges}) == 80
    assert len(theirs.get(conversation_id, owner="ada").exchanges) == 80


def test_all_machines_make_one_link(mine: ConversationStore, theirs: ConversationStore) -> None:
    exchange_id = mine.append(mine.start("ada"), WHY, owner="ada")
    tokens: set[str] = set()

    def make(kept: ConversationStore) -> None:
        tokens.add(kept.links.make(exchange_id, owner="ada"))

    at_once(*(partial(make, kept) for kept in (mine, theirs) * 4))
    assert len(tokens) == 1


def test_an_owner_has_only_so_many_conversations_on_all_machines(
    mine: ConversationStore, theirs: ConversationStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "MAX_CONVERSATIONS", 5)
    other = mine.start("eve")
    begun: list[str] = []

    def begin_ten(kept: ConversationStore) -> None:
        begun.extend([kept.start("ada") for _ in range(10)])

    at_once(*(partial(begin_ten, kept) for kept in (mine, theirs) * 2))
    assert len(begun) == 40
    for kept in (mine, theirs):
        assert sum(is_kept(kept, conversation_id) for conversation_id in begun) == 5
    assert mine.get(other, owner="eve").exchanges == ()


def test_machines_may_begin_with_an_empty_database_at_once(
    mine: ConversationStore, theirs: ConversationStore
) -> None:
    at_once(*(partial(kept.start, owner) for kept in (mine, theirs) for owner in "abc"))
    for owner in "abc":
        mine.append(theirs.start(owner), WHY, owner=owner)


def test_who_waits_too_long_for_another_machine_is_told_so(
    database: URL, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assistant.conversations.database._TIMEOUT_SECONDS", 0.1)
    kept = ConversationStore(database)
    conversation_id = kept.start("ada")
    with Database(database, TABLES).writing():
        with pytest.raises(StoreUnavailableError, match="may be busy"):
            kept.append(conversation_id, WHY, owner="ada")
        assert kept.get(conversation_id, owner="ada").exchanges == ()  # reading goes on


# A server that goes away


def uses_of(
    kept: ConversationStore, conversation_id: str, exchange_id: int, token: str
) -> list[Callable[[], object]]:
    """Every method of a store; the last one deletes the conversation."""
    return [
        lambda: kept.start("ada"),
        lambda: kept.append(conversation_id, WHY, owner="ada"),
        lambda: kept.rename(conversation_id, "Owls", owner="ada"),
        lambda: kept.summaries("ada"),
        lambda: kept.summaries("ada", query="owls"),
        lambda: kept.get(conversation_id, owner="ada"),
        lambda: kept.links.make(exchange_id, owner="ada"),
        lambda: kept.links.follow(token),
        lambda: kept.links.take_back(exchange_id, owner="ada"),
        lambda: kept.ratings.give(exchange_id, "up", owner="ada"),
        lambda: kept.ratings.listed(),
        lambda: kept.replace_last(conversation_id, WHY, owner="ada"),
        lambda: kept.truncate(conversation_id, 1, owner="ada"),
        lambda: kept.delete(conversation_id, owner="ada"),
    ]


def test_while_the_server_is_away_each_method_says_so(
    own_server: PostgresServer, own_database: URL
) -> None:
    kept = ConversationStore(own_database)
    conversation_id = kept.start("ada")
    exchange_id = kept.append(conversation_id, WHY, owner="ada")
    token = kept.links.make(exchange_id, owner="ada")
    uses = uses_of(kept, conversation_id, exchange_id, token)
    own_server.stop()
    for use in uses:
        with pytest.raises(
            StoreUnavailableError, match=r"127\.0\.0\.1.*PostgreSQL server runs"
        ) as told:
            use()
        assert "hunter2" not in str(told.value)
        assert "\n" not in str(told.value)
    own_server.start()
    assert kept.get(conversation_id, owner="ada").exchanges[0].exchange == WHY
    for use in uses:
        use()


def test_a_server_that_is_away_at_first_serves_once_it_is_there(
    own_server: PostgresServer, own_database: URL
) -> None:
    own_server.stop()
    kept = ConversationStore(own_database)
    for use in (kept.start, kept.summaries):
        with pytest.raises(StoreUnavailableError):
            use()
    own_server.start()
    assert kept.append(kept.start("ada"), WHY, owner="ada") == 1


def test_a_change_that_the_server_leaves_in_the_middle_is_not_kept(
    own_server: PostgresServer, own_database: URL
) -> None:
    kept = ConversationStore(own_database)
    conversation_id = kept.start("ada")

    def append_while_it_stops() -> None:
        with ConversationDatabase(own_database).writing() as connection:
            insert_exchange(connection, conversation_id, 0, WHY)
            own_server.stop()
            insert_exchange(connection, conversation_id, 1, WHY)

    with pytest.raises(StoreUnavailableError):
        append_while_it_stops()
    own_server.start()
    assert kept.get(conversation_id, owner="ada").exchanges == ()

"""Conversations that are kept: whose they are, how they are found, changed and dropped."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from assistant.answer import Answer, AnswerSentence, Citation
from assistant.assistant import Assistant
from assistant.conversations import (
    CitedPaper,
    ConversationStore,
    Exchange,
    TooLargeError,
    UnknownConversationError,
    exchanges,
    ratings,
    store,
)
from assistant.conversations.titles import title_of
from vectorstore import Paper, SearchFilter, Span
from vectorstore.database import Place

OWL = Paper("owl", "OWL: Night Vision", "Owls see at night. They fly.", year=2024)


def answered(question: str = "Do owls see?", text: str = "Owls see [1].") -> Exchange:
    """An exchange whose answer cites one paper."""
    return Exchange.of(
        Answer(
            question=question,
            standalone_question=question,
            text=text,
            abstained=False,
            backend="extractive",
            sentences=(AnswerSentence("Owls see", (1,), "supported", 0.9),),
            citations=(Citation(1, OWL, Span(0, 18)),),
            nearest=(),
            timings_ms={"retrieve": 1.5},
        )
    )


@pytest.fixture
def kept(place: Place) -> ConversationStore:
    return ConversationStore(place)


@pytest.fixture
def begin(kept: ConversationStore) -> Callable[..., str]:
    """Begins a conversation in which these questions were asked."""

    def begin(*questions: str, owner: str = "ada") -> str:
        conversation_id = kept.start(owner)
        for question in questions:
            kept.append(conversation_id, answered(question), owner=owner)
        return conversation_id

    return begin


def questions_of(kept: ConversationStore, conversation_id: str, owner: str = "ada") -> list[str]:
    conversation = kept.get(conversation_id, owner=owner)
    return [each.exchange.question for each in conversation.exchanges]


def titles_of(kept: ConversationStore, query: str = "", owner: str = "ada") -> list[str]:
    return [summary.title for summary in kept.summaries(owner, query=query)]


# What is kept


def test_a_real_answer_comes_back_as_it_was(kept: ConversationStore, assistant: Assistant) -> None:
    where = SearchFilter(year_from=2023, authors=frozenset({"Strix", "Ühu"}))
    conversation_id = kept.start("ada", filters=where)
    asked = [
        Exchange.of(assistant.ask(question), where)
        for question in ("What is Pando?", "How many papers are there?", "Who won the 1966 final?")
    ]
    for exchange in asked:
        kept.append(conversation_id, exchange, owner="ada")
    conversation = kept.get(conversation_id, owner="ada")
    assert [each.exchange for each in conversation.exchanges] == asked
    assert conversation.filters == where
    assert [turn.question for turn in conversation.history()][:1] == ["What is Pando?"]


def test_what_was_stopped_or_failed_is_kept_too(
    kept: ConversationStore, begin: Callable[..., str]
) -> None:
    conversation_id = begin()
    stopped = Exchange(question="Why?", text="Because", stopped=True, timings_ms={"write": 2.0})
    failed = Exchange(question="How?", failure="The model is gone.")
    for exchange in (stopped, failed):
        kept.append(conversation_id, exchange, owner="ada")
    conversation = kept.get(conversation_id, owner="ada")
    assert [each.exchange for each in conversation.exchanges] == [stopped, failed]
    assert [turn.answer for turn in conversation.history()] == ["Because"]


def test_a_store_that_is_opened_again_holds_what_was_kept(
    place: Place, begin: Callable[..., str]
) -> None:
    conversation_id = begin("Do owls see?")
    again = ConversationStore(place)
    assert questions_of(again, conversation_id) == ["Do owls see?"]


def test_before_anything_is_kept_nothing_is_found(kept: ConversationStore) -> None:
    assert kept.summaries("ada") == kept.summaries("ada", query="owl") == []
    assert kept.ratings.listed() == []


# Lists


def test_conversations_are_listed_by_when_something_was_last_asked(
    kept: ConversationStore, begin: Callable[..., str]
) -> None:
    first, second = begin("First?"), begin("Second?")
    kept.append(first, answered("More?"), owner="ada")
    summaries = kept.summaries("ada")
    assert [(s.conversation_id, s.title, s.n_exchanges) for s in summaries] == [
        (first, "First?", 2),
        (second, "Second?", 1),
    ]
    assert (datetime.now(UTC) - summaries[0].updated_at).total_seconds() < 60
    assert [s.title for s in kept.summaries("ada", limit=1, offset=1)] == ["Second?"]


def test_a_conversation_without_a_question_is_not_listed(
    kept: ConversationStore, begin: Callable[..., str]
) -> None:
    begin()
    assert titles_of(kept) == []


def test_a_title_is_the_first_question_cut_at_a_word(
    kept: ConversationStore, begin: Callable[..., str]
) -> None:
    begin("How do sparse autoencoders\ncompare with transcoders on the faithfulness of circuits?")
    [title] = titles_of(kept)
    assert title == "How do sparse autoencoders compare with transcoders on the…"
    assert len(title) <= 60
    assert len(title_of("x" * 1_000)) == 60
    assert title_of("") == "Untitled"


def test_a_name_that_the_reader_gave_stays(
    kept: ConversationStore, begin: Callable[..., str]
) -> None:
    conversation_id = begin("First?")
    assert kept.rename(conversation_id, " My \n owls ", owner="ada") == "My owls"
    kept.replace_last(conversation_id, answered("Edited?"), owner="ada")
    assert titles_of(kept) == ["My owls"]
    assert kept.rename(conversation_id, "  ", owner="ada") == "Edited?"
    assert titles_of(kept) == ["Edited?"]
    assert len(kept.rename(conversation_id, "long " * 1_000, owner="ada")) <= 120


# Search


@pytest.mark.parametrize(
    "query",
    ["superposition", "SUPERPOS", "toy super", "sée", "owls see", "自编码", "ci", "toy models?"],
)
def test_search_finds_parts_of_words_in_questions_and_answers(
    query: str, kept: ConversationStore, begin: Callable[..., str]
) -> None:
    begin("Something else?")
    begin("What is superposition in toy models? 稀疏自编码器 ciné", "Dó öwls see?")
    assert titles_of(kept, query)[0].startswith("What is superposition")


def test_search_needs_every_word(kept: ConversationStore, begin: Callable[..., str]) -> None:
    begin("What is superposition?")
    assert titles_of(kept, "superposition bread") == []


def test_search_finds_a_name_that_the_reader_gave(
    kept: ConversationStore, begin: Callable[..., str]
) -> None:
    kept.rename(begin("First?"), "Bäume", owner="ada")
    assert titles_of(kept, "baume") == ["Bäume"]


def test_what_was_asked_again_or_deleted_is_not_found(
    kept: ConversationStore, begin: Callable[..., str]
) -> None:
    conversation_id = begin("Zebras?")
    kept.replace_last(conversation_id, answered("Lions?"), owner="ada")
    assert titles_of(kept, "zebra") == []
    kept.delete(conversation_id, owner="ada")
    assert titles_of(kept, "lion") == []


# Changes


def test_the_last_question_can_be_asked_again(
    kept: ConversationStore, begin: Callable[..., str]
) -> None:
    conversation_id = begin("One?", "Two?")
    kept.replace_last(conversation_id, answered("Second?"), owner="ada")
    assert questions_of(kept, conversation_id) == ["One?", "Second?"]
    kept.truncate(conversation_id, 1, owner="ada")
    assert questions_of(kept, conversation_id) == ["One?"]
    kept.truncate(conversation_id, 5, owner="ada")
    assert questions_of(kept, conversation_id) == ["One?"]
    kept.truncate(conversation_id, 0, owner="ada")
    kept.replace_last(conversation_id, answered("Anew?"), owner="ada")
    assert titles_of(kept) == ["Anew?"]


# Whose it is


def test_nothing_of_another_owner_can_be_seen_or_changed(
    kept: ConversationStore, begin: Callable[..., str]
) -> None:
    conversation_id = begin("Secret?")
    [exchange] = kept.get(conversation_id, owner="ada").exchanges
    number, other = exchange.exchange_id, {"owner": "eve"}
    for attempt in (
        lambda: kept.get(conversation_id, **other),
        lambda: kept.get(conversation_id),
        lambda: kept.append(conversation_id, answered(), **other),
        lambda: kept.replace_last(conversation_id, answered(), **other),
        lambda: kept.truncate(conversation_id, 0, **other),
        lambda: kept.rename(conversation_id, "Mine", **other),
        lambda: kept.delete(conversation_id, **other),
        lambda: kept.links.make(number, **other),
        lambda: kept.links.take_back(number, **other),
        lambda: kept.ratings.give(number, "down", **other),
    ):
        with pytest.raises(UnknownConversationError):
            attempt()
    assert kept.summaries("eve") == kept.summaries("eve", query="secret") == kept.summaries() == []
    assert kept.get(conversation_id, owner="ada").exchanges == (exchange,)


def test_an_owner_has_only_so_many_conversations(
    kept: ConversationStore, begin: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "MAX_CONVERSATIONS", 3)
    begin("Other's?", owner="eve")
    first = begin("0?")
    for number in range(1, 3):
        begin(f"{number}?")
    kept.append(first, answered(), owner="ada")
    begin("3?")
    assert titles_of(kept) == ["3?", "0?", "2?"]
    assert titles_of(kept, owner="eve") == ["Other's?"]


def test_what_is_kept_is_bounded(
    kept: ConversationStore, begin: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    conversation_id = begin("One?")
    with pytest.raises(TooLargeError, match="question"):
        kept.append(conversation_id, answered("?" * 100_001), owner="ada")
    with pytest.raises(TooLargeError, match="1,000,000"):
        kept.append(conversation_id, answered(text="x" * 1_000_000), owner="ada")
    monkeypatch.setattr(exchanges, "MAX_EXCHANGES", 1)
    with pytest.raises(TooLargeError, match="Begin a new one"):
        kept.append(conversation_id, answered(), owner="ada")
    assert questions_of(kept, conversation_id) == ["One?"]


# Links


def test_a_link_shows_one_exchange_until_it_is_taken_back(
    kept: ConversationStore, begin: Callable[..., str]
) -> None:
    conversation_id = begin("One?", "Two?")
    exchanges = kept.get(conversation_id, owner="ada").exchanges
    number = exchanges[1].exchange_id
    token = kept.links.make(number, owner="ada")
    assert len(token) >= 20
    assert kept.links.make(number, owner="ada") == token
    assert kept.links.follow(token) == exchanges[1].exchange
    assert [e.link for e in kept.get(conversation_id, owner="ada").exchanges] == ["", token]
    kept.links.take_back(number, owner="ada")
    with pytest.raises(UnknownConversationError, match="taken back"):
        kept.links.follow(token)
    assert kept.links.make(number, owner="ada") != token


def test_a_link_ends_with_its_exchange(kept: ConversationStore, begin: Callable[..., str]) -> None:
    conversation_id = begin("One?")
    [exchange] = kept.get(conversation_id, owner="ada").exchanges
    token = kept.links.make(exchange.exchange_id, owner="ada")
    kept.truncate(conversation_id, 0, owner="ada")
    with pytest.raises(UnknownConversationError):
        kept.links.follow(token)


# Feedback


def test_the_latest_thumb_counts_and_can_be_taken_back(
    kept: ConversationStore, begin: Callable[..., str]
) -> None:
    conversation_id = begin("One?")
    [exchange] = kept.get(conversation_id, owner="ada").exchanges
    kept.ratings.give(exchange.exchange_id, "up", owner="ada")
    kept.ratings.give(exchange.exchange_id, "down", " Wrong\npaper. ", owner="ada")
    [given] = kept.ratings.listed()
    assert (given.thumb, given.comment) == ("down", "Wrong paper.")
    assert (given.question, given.answer) == ("One?", "Owls see [1].")
    assert given.papers == (CitedPaper("owl", "OWL: Night Vision"),)
    [rated] = kept.get(conversation_id, owner="ada").exchanges
    assert (rated.thumb, rated.comment) == ("down", "Wrong paper.")
    kept.ratings.give(exchange.exchange_id, None, owner="ada")
    assert kept.ratings.listed() == []


def test_feedback_is_listed_newest_first_and_bounded(
    kept: ConversationStore, begin: Callable[..., str]
) -> None:
    for question, owner, thumb in (("A?", "ada", "up"), ("B?", "eve", "down"), ("C?", "", "up")):
        [exchange] = kept.get(begin(question, owner=owner), owner=owner).exchanges
        kept.ratings.give(exchange.exchange_id, thumb, owner=owner)
    listed = kept.ratings.listed()
    assert [feedback.question for feedback in listed] == ["C?", "B?", "A?"]
    assert [feedback.question for feedback in kept.ratings.listed(thumb="up")] == ["C?", "A?"]
    today = listed[-1].rated_at.date()
    assert len(kept.ratings.listed(since=today)) == 3
    assert kept.ratings.listed(since=today.replace(year=today.year + 1, day=1)) == []


def test_feedback_outlives_a_retry_and_ends_with_its_conversation(
    kept: ConversationStore, begin: Callable[..., str]
) -> None:
    conversation_id = begin("One?")
    [exchange] = kept.get(conversation_id, owner="ada").exchanges
    kept.ratings.give(exchange.exchange_id, "down", owner="ada")
    new = kept.replace_last(conversation_id, answered("One?", "Better [1]."), owner="ada")
    kept.ratings.give(new, "up", owner="ada")
    assert [feedback.answer for feedback in kept.ratings.listed()] == [
        "Better [1].",
        "Owls see [1].",
    ]
    kept.delete(conversation_id, owner="ada")
    assert kept.ratings.listed() == []


def test_a_comment_is_bounded(kept: ConversationStore, begin: Callable[..., str]) -> None:
    [exchange] = kept.get(begin("One?"), owner="ada").exchanges
    kept.ratings.give(exchange.exchange_id, "up", "x" * ratings.MAX_COMMENT_CHARS, owner="ada")
    with pytest.raises(TooLargeError, match="2,000"):
        kept.ratings.give(exchange.exchange_id, "up", "x" * 2_001, owner="ada")

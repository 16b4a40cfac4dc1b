"""What the page shows of an exchange at each moment."""

import html
import re
from dataclasses import replace

import pytest

from assistant.answer import Answer, AnswerSentence, Citation, Support
from ui.chat.conversation import Conversation, Exchange
from ui.chat.replies import conversation_html, exchange_html, reply
from vectorstore import Paper, Span

PAPER = Paper("id", "A Paper", "It says something.")
ANSWER = Answer(
    question="What?",
    standalone_question="What?",
    text="It does [1].",
    abstained=False,
    backend="extractive",
    sentences=(AnswerSentence("It does.", (1,), "supported", 1.0),),
    citations=(Citation(1, PAPER, Span(0, 18)),),
    nearest=(),
    timings_ms={},
)


def answered(answer: Answer, question: str = "What?") -> Exchange:
    return Exchange(3, question, text=answer.text, answer=answer, sentences=answer.sentences)


def words(shown: str) -> str:
    """Return what a reader sees of HTML."""
    return html.unescape(re.sub(r"<[^>]+>", " ", shown))


def test_an_awaited_reply_says_what_is_being_done_and_keeps_saying_it_as_text_comes() -> None:
    waiting = Exchange(1, "What?", status="Found 8 papers, reading…")
    assert "Found 8 papers" in reply(waiting)
    assert "working" in reply(waiting)
    grown = reply(replace(waiting, text="It does"))
    assert grown.index("Found 8 papers") < grown.index("It does")


def test_a_complete_answer_ends_with_its_sources_and_what_can_be_done() -> None:
    shown = reply(replace(answered(ANSWER), kept_id=7))
    assert 'href="#src-3-1"' in shown
    assert 'data-sources="3">1 source<' in shown
    for action in ("copy", "retry", "link", "thumb"):
        assert f'data-action="{action}"' in shown
    assert "support" not in words(shown.split("</details>")[1])


def test_an_answer_that_is_not_kept_cannot_be_judged_or_linked_to() -> None:
    shown = reply(answered(ANSWER))
    assert 'data-action="copy"' in shown
    assert 'data-action="link"' not in shown
    assert 'data-action="thumb"' not in shown


def test_a_shared_answer_can_be_read_and_copied_only() -> None:
    exchange = replace(answered(ANSWER), kept_id=7, suggestions=("Why?",))
    [shown] = conversation_html(Conversation((exchange,), shared=True))
    assert set(re.findall(r'data-action="(\w+)"', shown)) == {"sources", "copy"}
    assert "data-ask" not in shown


def test_what_the_reader_thought_of_it_is_shown() -> None:
    shown = reply(replace(answered(ANSWER), kept_id=7, thumb="down"))
    assert 'data-thumb="up" aria-pressed="false"' in shown
    assert 'data-thumb="down" aria-pressed="true"' in shown


@pytest.mark.parametrize(
    ("support", "caution"),
    [("partly", "1 sentence only partly supported"), ("unsupported", "1 sentence without support")],
)
def test_a_doubtful_sentence_is_marked_with_its_reason_and_counted(
    support: Support, caution: str
) -> None:
    sentence = AnswerSentence("It does.", (1,), support, 0.5, reason='The "quote" says <less>.')
    shown = reply(answered(replace(ANSWER, sentences=(sentence,))))
    assert caution in shown
    assert f'<span class="doubt {support}">It does</span>' in shown
    assert 'data-reason="The &quot;quote&quot; says &lt;less&gt;."' in shown


def test_an_abstention_looks_unlike_an_answer_and_leads_to_the_nearest_papers() -> None:
    abstained = replace(
        ANSWER, text="Not said.", abstained=True, citations=(), sentences=(), nearest=(PAPER,)
    )
    shown = reply(answered(abstained))
    assert '<div class="abstention"><p>Not said.</p>' in shown
    assert ">1 nearest paper<" in shown


def test_a_follow_up_says_how_it_was_read_and_a_plain_question_does_not() -> None:
    follow_up = replace(ANSWER, standalone_question="What does <Pando> do?")
    assert "Read as: What does &lt;Pando&gt; do?" in reply(answered(follow_up, "And Pando?"))
    assert "Read as" not in reply(answered(ANSWER, " what?  "))
    assert "Read as" in reply(Exchange(1, "And it?", reading="And Pando?"))


def test_a_failure_is_shown_without_markup_in_place_of_an_answer() -> None:
    shown = reply(Exchange(1, "What?", failure="Model <b>'x'</b> is not installed."))
    assert 'class="failure"' in shown
    assert "<b>" not in shown
    assert 'data-action="retry"' in shown


def test_text_that_was_cut_off_leads_nowhere() -> None:
    shown = reply(Exchange(1, "What?", text="It does [1].", stopped=True))
    assert "#src" not in shown
    assert "[1]" in shown
    assert "Stopped." in shown


def test_a_question_is_shown_as_typed_and_can_be_edited() -> None:
    shown = exchange_html(answered(ANSWER, "<i>What</i>\nis it?"))
    assert "&lt;i&gt;What&lt;/i&gt;\nis it?</h2>" in shown
    assert 'data-action="edit"' in shown
    growing = Exchange(1, "What?", status="Searching…")
    assert 'data-action="edit"' not in exchange_html(growing)


def test_questions_to_ask_next_are_buttons() -> None:
    shown = reply(replace(answered(ANSWER), suggestions=("Is <b> 1?", "And 2?")))
    assert re.findall(r"data-ask>([^<]+)<", shown) == ["Is &lt;b&gt; 1?", "And 2?"]

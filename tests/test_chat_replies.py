"""What the chat shows of an exchange at each moment."""

from dataclasses import replace

import pytest

from assistant.answer import Answer, AnswerSentence, Citation, Support
from ui.chat.conversation import Conversation, Exchange
from ui.chat.replies import linked, reply, to_messages
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
    return Exchange(3, question, text=answer.text, answer=answer)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("It does [1][12].", "It does [[1]](#src-3-1)[[12]](#src-3-12)."),
        (r"In the text \[1\] [2]", r"In the text \[1\] [[2]](#src-3-2)"),
        (r"A backslash \\[1]", r"A backslash \\[[1]](#src-3-1)"),
        ("[1](http://a.example) [x] [] [1", "[1](http://a.example) [x] [] [1"),
    ],
)
def test_each_marker_leads_to_its_source_and_nothing_else_does(text: str, shown: str) -> None:
    assert linked(text, 3) == shown


def test_an_awaited_reply_says_what_is_being_done_until_text_comes() -> None:
    waiting = Exchange(1, "What?", status="Found 8 papers, reading…")
    assert "Found 8 papers" in reply(waiting)
    assert "Found" not in reply(replace(waiting, text="It does"))


def test_a_complete_answer_ends_with_its_sources_and_a_copy_link() -> None:
    shown = reply(answered(ANSWER))
    assert shown.startswith("It does [[1]](#src-3-1).")
    assert "[1 source](#sources-3)" in shown
    assert "[Copy](#copy-3)" in shown
    assert "support" not in shown


@pytest.mark.parametrize(
    ("support", "caution"),
    [("partly", "1 sentence only partly supported"), ("unsupported", "1 sentence without support")],
)
def test_a_doubtful_sentence_is_told(support: Support, caution: str) -> None:
    doubtful = replace(ANSWER, sentences=(AnswerSentence("It does.", (1,), support, 0.5),))
    assert caution in reply(answered(doubtful))


def test_an_abstention_looks_unlike_an_answer() -> None:
    abstained = replace(ANSWER, text="Not said.", abstained=True, citations=(), sentences=())
    shown = reply(answered(abstained))
    assert '<div class="abstention">\n\nNot said.\n\n</div>' in shown
    assert "Copy" not in shown


def test_a_follow_up_says_how_it_was_read_and_a_plain_question_does_not() -> None:
    follow_up = replace(ANSWER, standalone_question="What does *Pando* do?")
    assert "Read as: What does &#42;Pando&#42; do?" in reply(answered(follow_up, "And Pando?"))
    assert "Read as" not in reply(answered(ANSWER, " what?  "))


def test_a_failure_is_shown_without_markup_in_place_of_an_answer() -> None:
    shown = reply(Exchange(1, "What?", failure="Model <b>'x'</b> is not installed."))
    assert "failure" in shown
    assert "<b>" not in shown


def test_text_that_was_cut_off_leads_nowhere() -> None:
    shown = reply(Exchange(1, "What?", text="It does [1].", stopped=True))
    assert "#src" not in shown
    assert "Stopped." in shown


def test_a_conversation_is_shown_as_questions_and_replies() -> None:
    messages = to_messages(Conversation((answered(ANSWER, "<i>What</i>?"),)))
    assert [message["role"] for message in messages] == ["user", "assistant"]
    assert "<i>" not in messages[0]["content"]

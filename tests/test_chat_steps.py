"""How an answer came about, and why each paper was found."""

import re
from collections.abc import Callable
from dataclasses import replace
from html import unescape

from assistant.answer import Answer, AnswerSentence
from assistant.trace import PartTrace, Round
from ui.chat.conversation import Exchange
from ui.chat.evidence.why import shared_words, why_html
from ui.chat.thread.steps import found_line, steps_html
from vectorstore import Hit, Paper
from vectorstore.search import Passage

MakePaper = Callable[..., Paper]
TIMES = {"understand": 0.2, "retrieve": 8.4, "write": 3.0, "check": 1_240.0}
ANSWER = Answer(
    question="And <it>?",
    standalone_question="What does <it> do?",
    text="It does.",
    abstained=False,
    backend="extractive",
    sentences=(AnswerSentence("It does.", (), "partly", 0.5),),
    citations=(),
    nearest=(),
    timings_ms=TIMES,
    trace=(PartTrace("What?", (Round(("what <does>",), ("a", "b"), 1),), "supported"),),
)


def hit(paper: Paper, n_passages: int = 2) -> Hit:
    passages = tuple(Passage(0, 1, 0.5) for _ in range(n_passages))
    return Hit(paper, passages, 0.62, 12.34, 0.81, ("quantiz", "affect"))


def words(shown: str) -> str:
    return unescape(re.sub(r"<[^>]+>", " ", shown))


def test_the_line_counts_passages_and_papers_and_says_how_long_it_took(
    make_paper: MakePaper,
) -> None:
    hits = (hit(make_paper("One")), hit(make_paper("Two"), 1))
    assert found_line(hits) == "Found 3 passages in 2 papers"
    shown = steps_html(Exchange(1, ANSWER.question, answer=ANSWER, hits=hits))
    assert "Found 3 passages in 2 papers · 1.3 s" in shown


def test_each_step_is_told_with_its_time(make_paper: MakePaper) -> None:
    shown = steps_html(Exchange(1, ANSWER.question, answer=ANSWER, hits=(hit(make_paper()),)))
    told = " ".join(words(shown).split())
    assert "Understood as “What does <it> do?” under 1 ms" in told
    assert "Searched “what <does>”, 2 papers 8 ms" in told
    assert "Read 2 passages in 1 paper" in told
    assert "Wrote 1 sentence with extractive 3 ms" in told
    assert "Checked 1 partly 1.2 s" in told
    assert "<it>" not in shown


def test_a_kept_answer_tells_its_papers_only_and_the_catalogue_is_named(
    make_paper: MakePaper,
) -> None:
    assert "Found 2 papers · " in steps_html(Exchange(1, "What?", answer=ANSWER))
    listed = replace(ANSWER, trace=())
    assert "Looked through the catalogue" in steps_html(Exchange(1, "What?", answer=listed))


def test_another_writer_s_failure_is_told() -> None:
    fell_back = replace(ANSWER, fell_back="no key <x>")
    shown = steps_html(Exchange(1, "What?", answer=fell_back))
    assert "because another writer failed: no key &lt;x&gt;" in shown


def test_what_a_paper_shares_with_the_question_is_named_as_it_was_typed(
    make_paper: MakePaper,
) -> None:
    paper = make_paper("Quantized models", abstract="How this affects them.")
    question = "How does quantization affect models?"
    assert shared_words(question, paper) == ["quantization", "affect", "models"]


def test_scores_are_told_where_they_are_known(make_paper: MakePaper) -> None:
    paper = make_paper("Quantized models")
    shown = words(why_html(paper, "quantization?", hit(paper)))
    assert "0.62 (cosine)" in shown
    assert "12.3 (BM25)" in shown
    without = why_html(paper, "quantization?", None)
    assert "quantization" in without
    assert "cosine" not in without
    assert why_html(paper, "pizza?", None) == ""

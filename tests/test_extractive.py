"""The extractive writer: answers out of the abstracts' own sentences."""

import re

import pytest

from assistant.abstention import ABSTENTION
from assistant.markdown import italic
from assistant.writers.extractive import MAX_LISTED
from vectorstore import split_sentences


def cited(answer) -> list[str]:
    return list(dict.fromkeys(citation.paper.short_title for citation in answer.citations))


def test_the_sentence_that_answers_comes_first_with_a_lead_in_that_says_whose_it_is(assistant):
    answer = assistant.ask("How many finetuned models does Pando contain?")
    assert answer.text.startswith("According to *Pando* (2026), ")
    assert "720" in answer.sentences[0].text
    assert cited(answer) == ["Pando"]


def test_a_passage_quotes_whole_sentences_of_one_abstract_and_none_twice(assistant):
    answer = assistant.ask("What is AttnTrace?")
    abstract = answer.citations[0].paper.abstract
    sentences = {span.of(abstract) for span in split_sentences(abstract)}
    quotes = [citation.quote for citation in answer.citations]
    assert set(quotes) <= sentences
    assert len(set(quotes)) == len(quotes) == len(answer.sentences)
    assert all(sentence.support == "supported" for sentence in answer.sentences)


def test_a_list_has_one_line_a_paper_with_its_title_and_a_sentence(assistant):
    answer = assistant.ask("Which papers use sparse autoencoders?")
    heading, _, lines = answer.text.partition("\n\n")
    assert heading == f"{len(answer.sentences)} papers, the closest first:"
    assert lines.count("\n- ") + 1 == len(answer.sentences) == len(cited(answer)) > 2
    for line, citation in zip(lines.split("\n"), answer.citations, strict=True):
        assert line.startswith(f"- {italic(citation.paper.title)} ({citation.paper.year}): ")


def test_a_list_of_one_is_in_the_singular(assistant):
    text = assistant.ask("Which papers study 4G mobile networks?").text
    assert text.startswith("1 paper, the closest first:\n\n- *Adaptive Alarm")


def test_a_long_list_is_cut_and_says_of_how_many(assistant):
    answer = assistant.ask("Which papers study interpretability of models?")
    assert len(answer.sentences) == MAX_LISTED
    assert re.match(rf"The {MAX_LISTED} closest of \d\d papers found:\n\n- ", answer.text)


def test_a_comparison_has_one_paragraph_a_side(assistant):
    answer = assistant.ask("How do Rex-Thinker and REF-VLM differ?")
    first, second = answer.text.split("\n\n")
    assert first.startswith("According to *Rex-Thinker* (2025), ")
    assert second.startswith("According to *REF-VLM* (2025), ")


@pytest.mark.parametrize(
    "question",
    [
        "What is the capital of Peru?",
        "Which papers study volcanoes?",
        "How does ZebraNet work?",
        "What learning rate was used to train REF-VLM?",
    ],
)
def test_what_the_abstracts_do_not_answer_is_not_answered(assistant, question):
    answer = assistant.ask(question)
    assert answer.abstained
    assert answer.text.startswith(ABSTENTION)
    assert answer.citations == ()
    assert len(answer.nearest) == 3


def test_a_yes_no_question_is_not_settled_by_papers_that_each_mention_one_side(assistant):
    assert assistant.ask("Is HotPotQA harder for LLMs than 4G alarm prediction?").abstained


def test_a_yes_no_comparison_of_two_papers_has_one_paragraph_a_side(assistant):
    answer = assistant.ask("Do Rex-Thinker and REF-VLM differ?")
    assert cited(answer) == ["Rex-Thinker", "REF-VLM"]

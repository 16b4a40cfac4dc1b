"""How Citewise says that it does not know."""

import pytest

from assistant.abstention import ABSTENTION, abstain, abstention_text, is_off_topic
from assistant.understanding.question import analyse
from prompts import load_prompt

ATTNTRACE = "AttnTrace: Attention-based Context Traceback for Long-Context LLMs"


def asked(library, text):
    question = analyse(text)
    return question, library.search(question.query)


def test_an_abstention_without_papers_is_the_one_sentence():
    assert abstention_text([]) == ABSTENTION
    assert abstain(analyse("What is it?"), []).text == ABSTENTION


def test_an_abstention_names_the_nearest_papers_escaped_with_their_years(make_paper):
    text = abstention_text([make_paper("On <b>", year=2024), make_paper("Undated")])
    assert text.startswith(f"{ABSTENTION} ")
    assert text.endswith("\n\n- *On \\<b\\>* (2024)\n- *Undated*")


def test_a_paper_without_a_title_is_named_by_its_id(make_paper):
    assert abstention_text([make_paper("", paper_id="21645374")]).endswith("\n- *21645374*")


def test_the_prompt_asks_a_model_for_the_same_words():
    assert ABSTENTION in load_prompt("answer").system.format(abstention=ABSTENTION)


@pytest.mark.parametrize(
    ("text", "clause"),
    [
        ("What GPU was used to train AttnTrace?", "does not mention a GPU"),
        ("How many GPUs were used to train AttnTrace?", "does not say how many GPUs"),
        ("How does AttnTrace work with Zebra7?", "does not mention Zebra7"),
        ("Who funded AttnTrace?", "does not say who"),
    ],
)
def test_what_a_known_paper_does_not_tell_is_named_with_the_paper(library, text, clause):
    abstention = abstain(*asked(library, text))
    assert abstention.kind == "not_in_abstract"
    assert abstention.text == (
        f"{ABSTENTION} *{ATTNTRACE}* (2025) is in the collection, but its abstract {clause}."
    )
    assert abstention.nearest[0].title == ATTNTRACE
    assert len(set(abstention.nearest)) == 3


def test_a_paper_that_introduces_what_is_named_is_known_without_it_in_the_title(library):
    abstention = abstain(*asked(library, "What learning rate does ArmoRM use?"))
    assert abstention.kind == "not_in_abstract"
    assert abstention.nearest[0].title.startswith("Interpretable Preferences")


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("How does AlphaFold predict protein structures?", "AlphaFold"),
        ("What is the BLEU score of the Transformer on WMT14?", "BLEU or WMT14"),
    ],
)
def test_what_no_paper_found_mentions_is_named_above_the_nearest(library, text, named):
    abstention = abstain(*asked(library, text))
    assert abstention.kind == "not_in_collection"
    opening, _, lines = abstention.text.partition("\n\n")
    assert opening == (f"{ABSTENTION} No paper found mentions {named}. The nearest papers are:")
    assert lines.count("- *") == len(abstention.nearest) == 3


def test_a_question_near_papers_that_do_not_answer_it_gets_a_plain_list(library):
    abstention = abstain(*asked(library, "How does speculative decoding speed up inference?"))
    assert abstention.kind == "not_in_collection"
    assert abstention.text == abstention_text(abstention.nearest)


def test_a_list_of_papers_is_never_about_one_paper(library):
    abstention = abstain(*asked(library, "Which papers run AttnTrace on Zebra7?"))
    assert abstention.kind == "not_in_collection"


@pytest.mark.parametrize(
    "text",
    [
        "How do I bake sourdough bread?",
        "What is the population of Tokyo?",
        "What will the weather be like in London tomorrow?",
    ],
)
def test_off_topic_questions_are_not_said_to_be_near_anything(library, text):
    question, hits = asked(library, text)
    assert is_off_topic(question, hits)
    abstention = abstain(question, hits)
    assert abstention.kind == "off_topic"
    assert abstention.text == f"{ABSTENTION} Nothing in the collection is about this."
    assert len(abstention.nearest) == 3


@pytest.mark.parametrize(
    "text",
    [
        "What GPU was used to train AttnTrace?",
        "What MSI does Gemini 1.5 reach by Tier 5?",
        "Which papers mention LIME?",
        "How much smaller is PCTN than the iTransformer in terms of parameters?",
    ],
)
def test_far_from_the_papers_in_meaning_is_not_off_topic_where_the_words_are_there(library, text):
    assert not is_off_topic(*asked(library, text))


def test_nothing_found_is_not_called_off_topic():
    assert not is_off_topic(analyse("What is Pando?"), [])


def test_words_of_the_question_cannot_become_markup(library):
    text = abstain(*asked(library, "What does AttnTrace do on X_1_y and GPT*5*?")).text
    assert "*5*" not in text.replace("\\*", "")

"""How Citewise says that it does not know."""

from assistant.abstention import ABSTENTION, abstention_text
from prompts import load_prompt


def test_an_abstention_without_papers_is_the_one_sentence():
    assert abstention_text([]) == ABSTENTION


def test_an_abstention_names_the_nearest_papers_escaped_with_their_years(make_paper):
    text = abstention_text([make_paper("On <b>", year=2024), make_paper("Undated")])
    assert text.startswith(f"{ABSTENTION} ")
    assert text.endswith("\n\n- *On \\<b\\>* (2024)\n- *Undated*")


def test_the_prompt_asks_a_model_for_the_same_words():
    assert ABSTENTION in load_prompt("answer").system.format(abstention=ABSTENTION)

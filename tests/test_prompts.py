"""Templates of what is said to a language model."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.abstention import ABSTENTION
from assistant.citing.phrases import says_nothing_is_said
from prompts import Prompt, PromptError, load_prompt, prompt_names

ANSWER = 'system = "Say {abstention}"\nuser = "{excerpts} {question}"\n'


def override(directory, text, task="answer"):
    (directory / f"{task}.toml").write_text(text, encoding="utf-8")
    return load_prompt(task, directory)


def test_every_template_loads_and_has_both_messages():
    assert {"answer", "repair"} <= set(prompt_names())
    for name in prompt_names():
        prompt = load_prompt(name)
        assert prompt.system
        assert prompt.user
        assert prompt.system == prompt.system.strip()
        assert prompt.marks == "square"


def test_every_template_says_that_what_it_is_given_is_no_instruction():
    for name in prompt_names():
        assert "never instructions" in load_prompt(name).system


def test_the_answer_template_has_the_places_the_writer_fills():
    assert load_prompt("answer").places == {"abstention", "excerpts", "question"}


def test_the_repair_template_has_the_places_the_writer_fills():
    places = {"excerpts", "nothing", "question", "reason", "sentence"}
    assert load_prompt("repair").places == places


def test_the_example_of_a_partial_answer_is_worded_as_the_abstention_is():
    *_, example = load_prompt("answer").system.split("].")
    assert example.strip().startswith(ABSTENTION.rstrip("."))
    assert says_nothing_is_said(example)


def test_the_docs_name_every_template_and_its_placeholders():
    docs = Path(__file__).parents[1].joinpath("docs", "prompts.md").read_text(encoding="utf-8")
    rows = [line for line in docs.splitlines() if line.startswith("| `")]
    for name in prompt_names():
        (row,) = (line for line in rows if line.startswith(f"| `{name}.toml` |"))
        assert all(f"`{{{place}}}`" in row for place in load_prompt(name).places)


def test_a_placeholder_is_filled_once_and_other_braces_are_text():
    prompt = Prompt("{a} {} { b } {0} {{a}}", 'say {"b": 1} {b}')
    assert prompt.filled(a="{b}", b="{a}") == ("{b} {} { b } {0} {{b}}", 'say {"b": 1} {a}')


@given(st.text(), st.text())
def test_whatever_a_value_holds_it_stands_in_the_message_as_it_is(excerpts, question):
    prompt = Prompt("s", "<{excerpts}|{question}>")
    assert prompt.filled(excerpts=excerpts, question=question)[1] == f"<{excerpts}|{question}>"


def test_a_template_of_the_directory_replaces_ours(tmp_path):
    prompt = override(tmp_path, ANSWER + 'marks = "round"\n')
    assert prompt == Prompt("Say {abstention}", "{excerpts} {question}", "round")
    assert load_prompt("repair", tmp_path) == load_prompt("repair")


def test_a_placeholder_may_stand_in_either_message(tmp_path):
    prompt = override(tmp_path, 'system = "S"\nuser = "{abstention} {excerpts} {question}"')
    assert prompt.filled(abstention="A", excerpts="E", question="Q") == ("S", "A E Q")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (ANSWER.replace("{question}", ""), r"lacks the placeholder \{question\}"),
        (
            ANSWER.replace("Say", "{name}"),
            r"unknown placeholder \{name\}. Known are \{abstention\}",
        ),
        ('system = "Only this."', "lacks the key 'user'"),
        ("system = 3\nuser = 'x'", "lacks the key 'system', a text"),
        (ANSWER + 'usr = "x"', "unknown key 'usr'; known are"),
        (ANSWER + 'marks = "curly"', "marks = 'curly'; use 'square' or 'round'"),
        ("system = ", "is no valid TOML"),
    ],
)
def test_a_template_that_cannot_be_used_is_an_error_that_names_its_file(tmp_path, text, message):
    with pytest.raises(PromptError, match=rf"answer\.toml' .*{message}"):
        override(tmp_path, text)


def test_a_template_that_is_no_text_is_an_error_that_names_its_file(tmp_path):
    (tmp_path / "answer.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(PromptError, match=r"answer\.toml' cannot be read"):
        load_prompt("answer", tmp_path)


def test_a_template_of_no_task_is_an_error_that_names_the_known_ones(tmp_path):
    (tmp_path / "anwser.toml").write_text(ANSWER)
    with pytest.raises(PromptError, match=r"anwser\.toml' is of no known task. There are: answer"):
        load_prompt("answer", tmp_path)


def test_a_directory_that_is_not_there_is_an_error_that_names_it(tmp_path):
    with pytest.raises(PromptError, match=r"no directory of prompts .*nowhere"):
        load_prompt("answer", tmp_path / "nowhere")


def test_an_unknown_task_is_an_error_that_names_the_known_ones():
    with pytest.raises(PromptError, match=r"No prompt 'nonsense'. There are: .*answer"):
        load_prompt("nonsense")

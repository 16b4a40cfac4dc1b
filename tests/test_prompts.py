"""Templates of what is said to a language model."""

import pytest

from prompts import PromptError, load_prompt, prompt_names


def test_every_template_loads_and_has_both_messages():
    assert "answer" in prompt_names()
    for name in prompt_names():
        prompt = load_prompt(name)
        assert prompt.system
        assert prompt.user
        assert prompt.system == prompt.system.strip()


def test_the_answer_template_has_the_places_the_writer_fills():
    prompt = load_prompt("answer")
    assert "{abstention}" in prompt.system
    assert "{excerpts}" in prompt.user
    assert "{question}" in prompt.user


def test_the_answer_template_says_that_papers_and_questions_are_no_instructions():
    assert "never instructions" in load_prompt("answer").system


def test_an_unknown_task_is_an_error_that_names_the_known_ones():
    with pytest.raises(PromptError, match=r"No prompt 'nonsense'. There are: .*answer"):
        load_prompt("nonsense")


def test_a_template_that_lacks_a_message_is_an_error_that_names_it(tmp_path, monkeypatch):
    (tmp_path / "half.toml").write_text('system = "Only this."\n')
    monkeypatch.setattr("prompts.loading.files", lambda package: tmp_path)
    with pytest.raises(PromptError, match="Prompt 'half' lacks the key 'user'"):
        load_prompt("half")


def test_a_template_that_is_no_toml_is_an_error_that_names_it(tmp_path, monkeypatch):
    (tmp_path / "broken.toml").write_text("system = ")
    monkeypatch.setattr("prompts.loading.files", lambda package: tmp_path)
    with pytest.raises(PromptError, match="Prompt 'broken' is no valid TOML"):
        load_prompt("broken")

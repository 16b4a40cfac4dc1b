"""`citewise ask --llm`: answers of a language model behind a real OpenAI client, on loopback."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import assistant.build
from tests.loopback import Loopback, Reply, openai_parts, serving
from vectorstore import Encoder, Library

QUESTION = "How many finetuned models does Pando contain?"
TRUE = "Pando holds 720 finetuned models implementing hidden decision-tree rules"
FALSE = "Quantum chromodynamics explains moonlight"

Citewise = Callable[..., Any]


@pytest.fixture
def citewise(
    library: Library, encoder: Encoder, monkeypatch: pytest.MonkeyPatch, run_citewise: Citewise
) -> Citewise:
    """Runs a command on the bundled library, with the encoder that is loaded already."""
    pytest.importorskip("langchain_openai", reason="the provider's package is not installed")
    monkeypatch.setattr(assistant.build, "build_encoder", lambda settings: encoder)
    monkeypatch.setenv("CITEWISE_LIBRARY", str(library.path))
    monkeypatch.setenv("CITEWISE_LLM", "openai:tiny")
    monkeypatch.setenv("CITEWISE_LLM_RETRIES", "0")
    return run_citewise


@pytest.fixture
def says(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Loopback]]:
    """Start a server that gives these texts in turn, word by word; a Reply is given as it is."""
    open_servers = []

    def start(*texts: str | Reply) -> Loopback:
        replies = [text if isinstance(text, Reply) else Reply(_words(text)) for text in texts]
        manager = serving(*replies)
        server = manager.__enter__()
        open_servers.append(manager)
        monkeypatch.setenv("OPENAI_BASE_URL", f"{server.address}/v1")
        return server

    yield start
    for manager in open_servers:
        manager.__exit__(None, None, None)


def _words(text: str) -> list[bytes]:
    return list(openai_parts(*(f"{word} " for word in text.split(" "))))


def test_a_models_marks_become_quotes_and_its_tokens_are_told(citewise, says):
    says(f"{TRUE} [1].")
    ended = citewise("ask", QUESTION, "--trace")
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.startswith(f"{TRUE} [1].\n")
    assert "[1] Pando: Do Interpretability" in ended.out
    assert "720" in ended.out.split("Sources")[1].split("Trace")[0]
    assert "round 1: “How many finetuned models does Pando contain?”: 8 papers, 1 supp" in ended.out
    assert "tokens: 11 in, 3 out" in ended.out


def test_json_tells_verdicts_trace_and_tokens(citewise, says):
    says(f"{TRUE} [1]. {FALSE} [2].")
    answer = citewise("ask", QUESTION, "--json").json
    assert [sentence["support"] for sentence in answer["sentences"]] == ["supported", "unsupported"]
    assert answer["sentences"][1]["reason"]
    assert answer["tokens"] == {"input_tokens": 11, "output_tokens": 3, "estimated": False}
    assert answer["trace"][0]["stopped"] == "supported"
    assert (answer["backend"], answer["cut"], answer["fell_back"]) == ("openai:tiny", None, None)


def test_what_the_check_finds_is_shown_under_the_answer(citewise, says):
    says(f"{TRUE} [1]. {FALSE} [2].")
    shown = citewise("ask", QUESTION).out
    assert f"{FALSE} [2]. (unsupported)" in shown
    assert f"Check\n- unsupported: “{FALSE}.”" in shown


def test_an_unsupported_sentence_is_dropped_when_asked(citewise, says):
    says(f"{TRUE} [1]. {FALSE} [2].")
    shown = citewise("ask", QUESTION, "--unsupported", "drop").out
    assert FALSE not in shown
    assert TRUE in shown


def test_an_unsupported_sentence_is_sent_back_with_the_finding(citewise, says):
    server = says(f"{FALSE} [1].", f"{TRUE} [1].")
    assert citewise("ask", QUESTION, "--unsupported", "retry").out.startswith(f"{TRUE} [1].")
    asked_again = server.asked[1]["messages"][1]["content"]
    assert FALSE in asked_again


def test_a_sentence_without_a_mark_is_attributed_afterwards(citewise, says):
    says(f"{TRUE}.")
    ended = citewise("ask", QUESTION)
    assert ended.out.startswith(f"{TRUE} [1].")
    assert "Attributed afterwards: [1]" in ended.out


def test_a_model_that_abstains_is_an_abstention(citewise, says):
    server = says("The abstracts do not say.")
    ended = citewise("ask", QUESTION, "--max-rounds", "1")
    assert ended.code == 3
    assert ended.out.startswith("The abstracts do not say.")
    assert len(server.asked) == 1


def test_a_model_that_abstains_is_asked_for_another_query_and_shown_other_papers(citewise, says):
    server = says("The abstracts do not say.", "decision-tree rules", "The abstracts do not say.")
    ended = citewise("ask", QUESTION, "--trace")
    assert ended.code == 3
    assert len(server.asked) == 3
    assert "round 2: “decision-tree rules”: 8 papers, 0 supported" in ended.out


def test_an_answer_that_is_cut_keeps_what_came_and_ends_with_1(citewise, says):
    says(
        Reply(list(openai_parts(f"{TRUE} [1]. ", "And then ", finish=None, usage=None)), dies=True)
    )
    ended = citewise("ask", QUESTION)
    assert ended.code == 1
    assert f"{TRUE} [1]." in ended.out
    assert "Sources" in ended.out
    assert "the answer was cut" in ended.err


def test_a_server_out_of_reach_is_an_error_or_the_extractive_writers_turn(citewise, monkeypatch):
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")
    ended = citewise("ask", QUESTION)
    assert (ended.code, ended.out) == (1, "")
    assert "openai:tiny" in ended.err
    ended = citewise("ask", QUESTION, "--llm-fallback")
    assert ended.code == 0
    assert "720" in ended.out
    assert "The extractive writer took over" in ended.err


def test_prompts_come_from_the_directory_of_the_settings(citewise, says, monkeypatch, tmp_path):
    ours = Path(assistant.build.__file__).parents[1] / "prompts" / "answer.toml"
    text = ours.read_text(encoding="utf-8").replace("You answer", "OHO! You answer")
    (tmp_path / "answer.toml").write_text(text, encoding="utf-8")
    monkeypatch.setenv("CITEWISE_PROMPTS", str(tmp_path))
    server = says(f"{TRUE} [1].")
    assert citewise("ask", QUESTION).code == 0
    assert "OHO!" in server.asked[0]["messages"][0]["content"]


def test_a_follow_up_is_completed_by_the_model(citewise, says):
    server = says(f"{TRUE} [1].", "How many authors does Pando have?")
    ended = citewise("ask", "How many authors does it have?", "--after", QUESTION)
    assert "(How many authors does Pando have?)" in ended.out
    assert "5 authors" in ended.out
    assert len(server.asked) == 2

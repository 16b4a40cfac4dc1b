"""`citewise llms` and `citewise llms test`."""

import subprocess
import sys

import pytest

from tests.loopback import Reply, error, openai_parts, serving

HEAVY = ("langchain", "langchain_core", "langchain_openai", "openai", "torch", "transformers")


def test_the_list_marks_the_current_backend_and_gives_the_line_that_mends(run_citewise):
    ended = run_citewise("llms")
    assert ended.code == 0
    assert "* extractive" in ended.out
    assert "Any other provider" in ended.out
    for line in ended.out.splitlines():
        if "no key" in line:
            assert "export " in line
        if "no package" in line:
            assert 'pip install "citewise[' in line


def test_the_list_is_json_too(run_citewise):
    listed = {row["name"]: row for row in run_citewise("llms", "--json").json}
    assert {"extractive", "openai", "ollama", "huggingface"} <= set(listed)
    assert listed["extractive"]["current"]
    assert listed["openai"]["state"] in ("no key", "no package")


def test_the_current_backend_comes_from_the_flag_or_the_environment(run_citewise, monkeypatch):
    assert "* ollama:owl" in run_citewise("llms", "--llm", "ollama:owl").out
    monkeypatch.setenv("CITEWISE_LLM", "ollama:lark")
    assert "* ollama:lark" in run_citewise("llms").out


def test_the_list_loads_nothing_heavy():
    code = "import sys, ui.cli.main as m; m.main(['llms']); print(*sys.modules, sep='\\n')"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = {name.split(".")[0] for name in done.stdout.splitlines()}
    assert "assistant" in loaded
    assert not loaded & set(HEAVY)


def test_a_test_of_extractive_needs_no_request(run_citewise):
    ended = run_citewise("llms", "test")
    assert ended.code == 0
    assert "no request" in ended.out
    assert run_citewise("llms", "test", "--json").json == {"backend": "extractive", "reply": None}


@pytest.fixture
def use_server(monkeypatch):
    pytest.importorskip("langchain_openai", reason="the provider's package is not installed")
    return lambda server: monkeypatch.setenv("OPENAI_BASE_URL", f"{server.address}/v1")


def test_a_test_shows_reply_tokens_and_time(run_citewise, use_server):
    with serving(Reply(list(openai_parts("Rea", "dy.")))) as server:
        use_server(server)
        ended = run_citewise("llms", "test", "openai:tiny")
        told = run_citewise("llms", "test", "openai:tiny", "--json").json
    assert ended.code == 0
    assert "Ready." in ended.out
    assert "11 in, 3 out" in ended.out
    assert "first token" in ended.out
    assert (told["reply"], told["input_tokens"], told["estimated"]) == ("Ready.", 11, False)
    assert 0 < told["first_token_ms"] <= told["total_ms"]


def test_json_may_be_asked_for_before_or_after_the_action(run_citewise):
    assert (
        run_citewise("llms", "--json", "test").json == run_citewise("llms", "test", "--json").json
    )


def test_a_test_of_the_current_backend_needs_no_name(run_citewise, use_server, monkeypatch):
    monkeypatch.setenv("CITEWISE_LLM", "openai:tiny")
    with serving(Reply(list(openai_parts("Ready.")))) as server:
        use_server(server)
        assert "Ready." in run_citewise("llms", "test").out


def test_a_reply_that_was_cut_at_its_limit_is_still_a_reply(run_citewise, use_server):
    with serving(Reply(list(openai_parts("Ready", finish="length")))) as server:
        use_server(server)
        ended = run_citewise("llms", "test", "openai:tiny")
    assert ended.code == 0
    assert "wrote until its limit" in ended.out


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (error(401, "bad key"), "OPENAI_API_KEY"),
        (Reply(list(openai_parts())), "wrote no text"),
        (Reply(list(openai_parts("Rea", finish=None, usage=None))), "connection ended"),
    ],
)
def test_a_test_that_fails_says_why_and_ends_with_1(reply, reason, run_citewise, use_server):
    with serving(reply) as server:
        use_server(server)
        ended = run_citewise("llms", "test", "openai:tiny")
    assert ended.code == 1
    assert reason in ended.err
    assert ended.out == ""


def test_an_unknown_backend_fails_before_any_request(run_citewise):
    ended = run_citewise("llms", "test", "olama:x")
    assert ended.code == 1
    assert "Did you mean 'ollama'" in ended.err

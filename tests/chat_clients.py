"""Real clients of OpenAI's API, each behind one call, so that they share their scenarios."""

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import openai
import pytest

ROOT = Path(__file__).parents[1]
SECONDS = 60
# Read now: the tests' environment has no variables of ours.
_NODE_MODULES = Path(os.environ.get("CITEWISE_NPM") or ROOT / "node_modules")
_SCRIPT = Path(__file__).with_name("npm_openai.mjs")


@dataclass(frozen=True)
class Asked:
    """A conversation, user and assistant by turns, and how to answer it."""

    said: tuple[str, ...]
    stream: bool = False
    usage: bool = False
    extra: dict[str, Any] = field(default_factory=dict)

    @property
    def messages(self) -> list[dict[str, str]]:
        roles = ("user", "assistant")
        return [{"role": roles[n % 2], "content": text} for n, text in enumerate(self.said)]

    @property
    def body(self) -> dict[str, Any]:
        options = {"stream_options": {"include_usage": True}} if self.usage and self.stream else {}
        return {
            "model": "citewise",
            "messages": self.messages,
            "stream": self.stream,
            **options,
            **self.extra,
        }


@dataclass(frozen=True)
class Told:
    """What a client made of the answer.

    `sources` is None for a client that drops the fields beyond OpenAI's. `error` is what it raised,
    with the text that came before it.
    """

    text: str = ""
    n_pieces: int = 1
    sources: list[dict[str, Any]] | None = None
    total_tokens: int | None = None
    error: str = ""


Client = Callable[[str, Asked], Told]


def python_openai(url: str, asked: Asked) -> Told:
    told: dict[str, Any] = {"text": "", "n_pieces": 0}
    with openai.OpenAI(base_url=url, api_key="none", max_retries=0, timeout=SECONDS) as client:
        try:
            answer = client.chat.completions.create(
                model="citewise",
                messages=asked.messages,
                stream=asked.stream,
                extra_body={k: v for k, v in asked.body.items() if k not in _GIVEN},
            )
            for chunk in answer if asked.stream else [answer]:
                _add_chunk(told, chunk.model_dump())
        except openai.APIError as error:
            return Told(**told, error=str(error))
    return Told(**told)


_GIVEN = ("model", "messages", "stream")


def langchain_openai(url: str, asked: Asked) -> Told:
    from langchain_openai import ChatOpenAI

    model = ChatOpenAI(
        model="citewise",
        base_url=url,
        api_key="none",
        max_retries=0,
        timeout=SECONDS,
        extra_body=asked.extra,
        stream_usage=asked.usage,
    )
    text, n_pieces, tokens = "", 0, None
    try:
        for piece in (
            model.stream(asked.messages) if asked.stream else [model.invoke(asked.messages)]
        ):
            text += piece.text
            n_pieces += bool(piece.text)
            if piece.usage_metadata:
                tokens = piece.usage_metadata["total_tokens"]
    except openai.APIError as error:
        return Told(text, n_pieces, error=str(error))
    return Told(text, n_pieces, total_tokens=tokens)


def curl(url: str, asked: Asked) -> Told:
    """Ask as a shell script would; an answer without its end is an error, as the guide says."""
    command = ["curl", "--silent", "--show-error", "--no-buffer", "--max-time", str(SECONDS)]
    command += ["--header", "Content-Type: application/json", "--data-binary", "@-"]
    ended = subprocess.run(
        [*command, f"{url}/chat/completions"],
        input=json.dumps(asked.body),
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    told: dict[str, Any] = {"text": "", "n_pieces": 0}
    lines = ended.stdout.splitlines()
    is_stream = any(line.startswith("data: ") for line in lines)
    datas = [line[6:] for line in lines if line.startswith("data: ")] if is_stream else lines
    for data in datas:
        if data == "[DONE]":
            return Told(**told)
        found = json.loads(data)
        if "error" in found:
            return Told(**told, error=found["error"]["message"])
        _add_chunk(told, found)
    return Told(**told, error="cut" if is_stream else "")


def npm_openai(url: str, asked: Asked) -> Told:
    if not shutil.which("node"):
        pytest.skip("node is not installed")
    package = _NODE_MODULES / "openai"
    if not package.is_dir():
        pytest.skip(f"npm's openai is not in {package.parent}: npm install openai, or CITEWISE_NPM")
    ended = subprocess.run(
        ["node", str(_SCRIPT), str(package), url],
        input=json.dumps(asked.body),
        capture_output=True,
        encoding="utf-8",
        timeout=SECONDS,
    )
    assert ended.returncode == 0, ended.stderr
    return Told(**json.loads(ended.stdout))


CLIENTS: Sequence[Client] = (python_openai, langchain_openai, curl, npm_openai)


def _add_chunk(told: dict[str, Any], chunk: dict[str, Any]) -> None:
    """Add a chunk, or a whole completion, to what was told."""
    for choice in chunk["choices"]:
        text = (choice.get("delta") or choice.get("message") or {}).get("content") or ""
        told["text"] += text
        told["n_pieces"] += bool(text)
    if chunk.get("sources") is not None:
        told["sources"] = chunk["sources"]
    if chunk.get("usage"):
        told["total_tokens"] = chunk["usage"]["total_tokens"]

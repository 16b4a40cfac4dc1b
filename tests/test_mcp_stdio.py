"""`citewise mcp`: a real process, the official client, and pipes that say other things."""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from mcp import ClientSession, StdioServerParameters
from mcp.client.stdio import stdio_client

from tests.mcp_clients import talk
from tests.test_import_cost import loaded_by
from vectorstore import Library

pytestmark = pytest.mark.slow

CITEWISE = str(Path(sys.executable).parent / "citewise")
PING = {"jsonrpc": "2.0", "id": 7, "method": "ping"}
INITIALIZE = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {
        "protocolVersion": "2025-06-18",
        "capabilities": {},
        "clientInfo": {"name": "test", "version": "1"},
    },
}

# The command as it is, over a library that something noisy opens.
NOISY = """
import os, subprocess, sys, ui.cli.starting
from ui.cli.main import main

start = ui.cli.starting.start_assistant

def noisy(settings):
    print("printed")
    sys.stdout.write("written")
    os.write(1, b"from native code")
    subprocess.run(["sh", "-c", "echo from a child; cat"], check=True)
    return start(settings)

import ui.cli.commands.mcp
ui.cli.commands.mcp.start_assistant = noisy
sys.exit(main(["mcp", *sys.argv[1:]]))
"""


@pytest.fixture
def own_library(library: Library, tmp_path: Path) -> Path:
    return shutil.copytree(library.path, tmp_path / "own")


@asynccontextmanager
async def started(*arguments: str, cwd: Path, log: Path) -> AsyncIterator[ClientSession]:
    server = StdioServerParameters(
        command=arguments[0], args=list(arguments[1:]), env=dict(os.environ), cwd=cwd
    )
    with log.open("w") as errors:
        async with (
            stdio_client(server, errlog=errors) as (received, sent),
            ClientSession(received, sent) as session,
        ):
            await session.initialize()
            yield session


async def look(session: ClientSession) -> dict[str, Any]:
    """Use every tool once."""
    tools = (await session.list_tools()).tools
    found = await session.call_tool("search", {"query": "Pando"})
    fetched = await session.call_tool("fetch", found.structuredContent["results"][0] | {})
    asked = await session.call_tool("ask", {"question": "What GPU was used to train AttnTrace?"})
    unknown = await session.call_tool("fetch", {"id": "none"})
    return {
        "tools": [tool.name for tool in tools],
        "title": fetched.structuredContent["title"],
        "abstained": asked.structuredContent["abstained"],
        "unknown": unknown.isError,
    }


SEEN = {
    "tools": ["search", "fetch", "ask", "related_work"],
    "title": "Pando: Do Interpretability Methods Work When Models Won't Explain Themselves?",
    "abstained": True,
    "unknown": True,
}


def test_a_client_starts_the_command_and_uses_every_tool_whatever_the_project_around_it_sets(
    own_library: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".env").write_bytes(b"FASTMCP_LOG_LEVEL=LOUD\nNAME=\xff\xfe\n")
    monkeypatch.setenv("FASTMCP_PORT", "none")
    log = tmp_path / "log"
    command = started(CITEWISE, "mcp", "--library", str(own_library), cwd=tmp_path, log=log)
    assert talk(command, look) == SEEN
    assert log.read_text() == ""


def test_nothing_but_the_protocol_reaches_standard_output(
    own_library: Path, tmp_path: Path
) -> None:
    log = tmp_path / "log"
    command = started(
        sys.executable, "-c", NOISY, "--library", str(own_library), cwd=tmp_path, log=log
    )
    assert talk(command, look) == SEEN
    said = log.read_text()
    for noise in ("printed", "written", "from native code", "from a child"):
        assert noise in said


def test_a_new_library_is_made_while_the_client_is_already_answered(tmp_path: Path) -> None:
    log = tmp_path / "log"
    command = started(CITEWISE, "mcp", "--library", str(tmp_path / "new"), cwd=tmp_path, log=log)
    assert talk(command, look) == SEEN
    assert "Making a library of the bundled papers" in log.read_text()


def test_a_library_that_cannot_be_opened_is_what_each_tool_says(tmp_path: Path) -> None:
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "todo.txt").write_text("buy owls")
    log = tmp_path / "log"

    async def search(session: ClientSession) -> list[Any]:
        return [await session.call_tool("search", {"query": "owls"}) for _ in range(2)]

    command = started(CITEWISE, "mcp", "--library", str(tmp_path / "notes"), cwd=tmp_path, log=log)
    for result in talk(command, search):
        assert result.isError
        assert "is no library and not empty" in result.content[0].text


@pytest.fixture
def server(own_library: Path) -> Iterator[subprocess.Popen[bytes]]:
    """The command, with pipes to it; it has answered the first message."""
    pipe = subprocess.PIPE
    command = [CITEWISE, "mcp", "--library", str(own_library)]
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe) as process:
        try:
            say(process, json.dumps(INITIALIZE).encode())
            assert b'"name":"citewise"' in process.stdout.readline()
            yield process
        finally:
            process.kill()


def say(process: subprocess.Popen[bytes], *lines: bytes) -> None:
    process.stdin.write(b"\n".join([*lines, b""]))
    process.stdin.flush()


def test_lines_that_are_no_messages_harm_nobody(server: subprocess.Popen[bytes]) -> None:
    nonsense = [b"{", b"\xff\xfe", b'{"jsonrpc": "2.0"}', b"[]", b""]
    say(server, *nonsense, json.dumps(PING).encode())
    messages = (json.loads(line) for line in iter(server.stdout.readline, b""))
    assert next(message for message in messages if message.get("id") == 7)["result"] == {}
    say(server, *nonsense)
    server.stdin.close()
    assert server.wait(60) == 0


def test_it_ends_when_its_input_does(server: subprocess.Popen[bytes]) -> None:
    out, err = server.communicate(timeout=60)
    assert (server.returncode, out, err) == (0, b"", b"")


def test_it_ends_quietly_when_its_client_is_gone(server: subprocess.Popen[bytes]) -> None:
    server.stdout.close()
    say(server, json.dumps(PING).encode())
    server.stdin.close()
    assert server.wait(60) == 0
    assert server.stderr.read() == b""


def test_ctrl_c_ends_it_while_it_waits(server: subprocess.Popen[bytes]) -> None:
    server.send_signal(signal.SIGINT)
    assert server.wait(60) == -signal.SIGINT
    assert server.stderr.read() == b""


def test_a_bad_setting_is_told_at_once(tmp_path: Path) -> None:
    ended = subprocess.run(
        [CITEWISE, "mcp", "--max-rounds", "9"], capture_output=True, text=True, timeout=60
    )
    assert (ended.returncode, ended.stdout) == (2, "")
    assert "--max-rounds" in ended.stderr


def test_the_command_line_does_not_load_the_sdk() -> None:
    assert "mcp" not in loaded_by("import ui.cli.main; ui.cli.main.build_parser()")
    assert "mcp" not in loaded_by("import ui.server, ui.mcp")

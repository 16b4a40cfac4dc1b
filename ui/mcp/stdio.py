"""MCP over standard input and output: what a desktop program starts."""

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import anyio
from mcp.server.stdio import stdio_server

from ui.mcp.server import create_server
from ui.mcp.threads import Opening

if TYPE_CHECKING:
    from assistant.assistant import Assistant
    from ui.mcp.server import PapersServer


def serve_stdio(open_assistant: "Callable[[], Assistant]") -> None:
    """Answer the client until it closes standard input.

    The client is answered at once; the library is opened meanwhile. A library that cannot be opened
    is what each tool then says, and tries again.
    """
    # Python would wait for the thread that reads standard input, which nothing can interrupt.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    opening = Opening(open_assistant)
    try:
        with _protocol_streams() as (source, sink):
            threading.Thread(target=_open_early, args=[opening], daemon=True).start()
            anyio.run(_serve, create_server(opening), source, sink)
    except* (BrokenPipeError, anyio.ClosedResourceError, anyio.BrokenResourceError):
        pass  # the client has gone


def _open_early(opening: Opening) -> None:
    try:
        opening()
    except Exception as error:  # noqa: BLE001 (whatever it is, the first tool call meets it again)
        sys.stderr.write(f"citewise: {error}\n")


async def _serve(server: "PapersServer", source: TextIO, sink: TextIO) -> None:
    streams = stdio_server(anyio.wrap_file(source), anyio.wrap_file(sink))
    async with streams as (received, sent):
        lowlevel = server.lowlevel
        await lowlevel.run(received, sent, lowlevel.create_initialization_options())


@contextmanager
def _protocol_streams() -> Iterator[tuple[TextIO, TextIO]]:
    """Give standard input and output to the protocol alone.

    What else is written to standard output, by native libraries and child processes too, goes to
    standard error; what else reads standard input finds it empty.
    """
    with (
        os.fdopen(os.dup(0), encoding="utf-8", errors="replace") as source,
        os.fdopen(os.dup(1), "w", encoding="utf-8", newline="\n") as sink,
        Path(os.devnull).open("rb") as nothing,
    ):
        sys.stdout.flush()
        os.dup2(nothing.fileno(), 0)
        os.dup2(2, 1)
        yield source, sink

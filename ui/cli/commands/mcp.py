"""`citewise mcp`: the library for programs that speak the Model Context Protocol, over stdio."""

import argparse
from functools import partial
from typing import Any

from ui.cli.exit_codes import ExitCode
from ui.cli.options import add_answering_options, add_command, settings_of
from ui.cli.starting import start_assistant


def add_to(commands: Any) -> None:
    """Add the command's parser."""
    parser = add_command(
        commands, "mcp", run, summary="serve search, fetch and ask by MCP over stdio", has_llm=True
    )
    add_answering_options(parser)


def run(arguments: argparse.Namespace) -> int:
    """Serve until the client closes standard input."""
    settings = settings_of(arguments)
    from ui.mcp.stdio import serve_stdio

    serve_stdio(partial(start_assistant, settings))
    return ExitCode.DONE

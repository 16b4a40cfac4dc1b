"""`citewise serve`: the chat and the API in one process."""

import argparse
from typing import Any

from ui.cli.exit_codes import ExitCode
from ui.cli.options import add_answering_options, add_command, settings_of
from ui.cli.starting import start_assistant
from ui.cli.terminal import write


def add_to(commands: Any) -> None:
    """Add the command's parser."""
    parser = add_command(commands, "serve", run, summary="serve the chat and the API", has_llm=True)
    add_answering_options(parser)
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (127.0.0.1)")
    parser.add_argument("--port", type=int, default=7860, help="port to listen on (7860)")
    parser.add_argument(
        "--no-auth", action="store_true", help="let anybody who can reach the address use it"
    )


def run(arguments: argparse.Namespace) -> int:
    """Serve until Ctrl-C."""
    from ui.server import check_host, check_port, serve

    check_host(arguments.host, no_auth=arguments.no_auth)
    check_port(arguments.host, arguments.port)
    serve(
        start_assistant(settings_of(arguments)),
        host=arguments.host,
        port=arguments.port,
        no_auth=arguments.no_auth,
        announce=lambda url: write(f"Citewise answers at {url} (Ctrl-C ends it)."),
    )
    return ExitCode.DONE

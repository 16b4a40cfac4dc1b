"""`citewise serve`: the chat and the API in one process."""

import argparse
from typing import TYPE_CHECKING, Any

from ui.cli.exit_codes import ExitCode
from ui.cli.options import add_answering_options, add_command, settings_of
from ui.cli.starting import start_assistant
from ui.cli.terminal import write

if TYPE_CHECKING:
    from assistant.assistant import Assistant
    from assistant.options import Unsupported
    from assistant.settings import Settings
    from ui.chat.features import Features
    from vectorstore import Library


def add_to(commands: Any) -> None:
    """Add the command's parser."""
    parser = add_command(commands, "serve", run, summary="serve the chat and the API", has_llm=True)
    add_answering_options(parser)
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (127.0.0.1)")
    parser.add_argument("--port", type=int, default=7860, help="port to listen on (7860)")
    parser.add_argument(
        "--no-auth", action="store_true", help="let anybody who can reach the address use it"
    )
    parser.add_argument(
        "--allow-upload",
        action="store_true",
        help="let whoever opens the chat add papers, and take the last import back",
    )


def run(arguments: argparse.Namespace) -> int:
    """Serve until Ctrl-C."""
    from ui.server import check_host, check_port, serve

    check_host(arguments.host, no_auth=arguments.no_auth)
    check_port(arguments.host, arguments.port)
    settings = settings_of(arguments)
    assistant = start_assistant(settings)
    serve(
        assistant,
        host=arguments.host,
        port=arguments.port,
        no_auth=arguments.no_auth,
        features=_features(arguments, settings, assistant.library),
        announce=lambda url: write(f"Citewise answers at {url} (Ctrl-C ends it)."),
    )
    return ExitCode.DONE


def _features(
    arguments: argparse.Namespace, settings: "Settings", library: "Library"
) -> "Features":
    """Return what the chat offers: the server's writer and the one that needs no model."""
    from assistant.build import build_assistant
    from assistant.settings import EXTRACTIVE
    from ui.chat.features import Features

    def make(llm: str, unsupported: "Unsupported") -> "Assistant":
        chosen = settings.model_copy(update={"llm": llm, "unsupported": unsupported})
        return build_assistant(chosen, library)

    return Features(
        allow_upload=arguments.allow_upload,
        backends=tuple(dict.fromkeys([settings.llm, EXTRACTIVE, *settings.chat_llms])),
        max_upload_bytes=settings.max_upload_megabytes << 20,
        make_assistant=make,
        contact=settings.contact,
    )

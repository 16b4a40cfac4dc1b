"""`citewise serve`: the chat and the API in one process."""

import argparse
from typing import TYPE_CHECKING, Any

from ui.access.options import add_access_options
from ui.cli.exit_codes import ExitCode
from ui.cli.options import add_answering_options, add_command, settings_of, whole_number
from ui.cli.starting import start_assistant, start_library
from ui.cli.terminal import write
from ui.widget.origins import parse_origin

if TYPE_CHECKING:
    import socket

    from assistant.assistant import Assistant
    from assistant.options import Unsupported
    from assistant.settings import Settings
    from ui.access.settings import AccessSettings
    from ui.chat.features import Features
    from ui.operations.workers import Worker
    from vectorstore import Library


def add_to(commands: Any) -> None:
    """Add the command's parser."""
    parser = add_command(commands, "serve", run, summary="serve the chat and the API", has_llm=True)
    add_answering_options(parser)
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (127.0.0.1)")
    parser.add_argument("--port", type=int, default=7860, help="port to listen on (7860)")
    parser.add_argument(
        "--workers", type=whole_number(1, 64), default=1, metavar="N", help="processes (1)"
    )
    parser.add_argument(
        "--log-format", choices=("human", "json"), default="human", help="form of the log (human)"
    )
    add_access_options(parser)
    parser.add_argument(
        "--widget-origin",
        action="append",
        type=parse_origin,
        default=[],
        metavar="ORIGIN",
        help="let pages of this origin, such as https://example.org, show the widget; repeatable",
    )
    parser.add_argument(
        "--allow-upload",
        action="store_true",
        help="let whoever opens the chat add papers, and take the last import back",
    )


def run(arguments: argparse.Namespace) -> int:
    """Serve until Ctrl-C."""
    from ui.access.options import access_settings
    from ui.access.store import KEYS_NAME
    from ui.operations.logs import configure_logs
    from ui.operations.workers import run_workers
    from ui.server import check_access, listen

    configure_logs(arguments.log_format)
    settings, access = settings_of(arguments), access_settings(arguments)
    check_access(access, settings.place(KEYS_NAME))
    listener = listen(arguments.host, arguments.port)
    if arguments.workers == 1:
        _serve(arguments, settings, access, listener)
        return ExitCode.DONE
    with listener:
        return run_workers(
            arguments.workers,
            lambda worker: _serve(arguments, settings, access, listener, worker),
            prepare=lambda: start_library(settings),
        )


def _serve(
    arguments: argparse.Namespace,
    settings: "Settings",
    access: "AccessSettings",
    listener: "socket.socket",
    worker: "Worker | None" = None,
) -> None:
    from ui.server import serve

    assistant = start_assistant(settings)
    is_first = worker is None or worker.index == 0
    serve(
        assistant,
        host=arguments.host,
        access=access,
        features=_features(arguments, settings, assistant.library, has_login=bool(access.logins)),
        widget_origins=arguments.widget_origin,
        announce=lambda url: (
            write(f"Citewise answers at {url} (Ctrl-C ends it).") if is_first else None
        ),
        listener=listener,
        worker=worker,
    )


def _features(
    arguments: argparse.Namespace, settings: "Settings", library: "Library", *, has_login: bool
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
        has_login=has_login,
    )

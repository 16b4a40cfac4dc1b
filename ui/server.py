"""One process that serves every face: the chat at /, the API at /v1."""

import contextlib
import errno
import socket
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fastapi import FastAPI

    from assistant.assistant import Assistant
    from ui.access.settings import AccessSettings
    from ui.chat.features import Features
    from ui.operations.routes import Probes
    from ui.operations.workers import Worker
    from ui.widget import WidgetSettings
    from vectorstore.database import Place

_LAST_PORT = 65_535


class ServeError(Exception):
    """The server cannot listen where it was told to."""


def create_app(
    assistant: "Assistant",
    *,
    with_chat: bool = True,
    features: "Features | None" = None,
    hosts: Sequence[str] = (),
    widget: "WidgetSettings | None" = None,
    probes: "Probes | None" = None,
    is_one_of_many: bool = False,
) -> "FastAPI":
    """Return the application: `/v1`, `/mcp`, `/healthz` and, with `with_chat`, the chat at `/`.

    `features` says what the chat offers beyond the conversation; None, nothing that changes papers.
    `hosts` are names that MCP clients may call the server by, beside this machine's own; `widget`
    says which pages may show the widget, None for none. `is_one_of_many` processes, none keeps what
    a client's next request needs.
    """
    from fastapi import FastAPI

    from ui.api import create_api
    from ui.api.failures import answer_failures
    from ui.chat.features import Features
    from ui.mcp.mounting import mount_mcp
    from ui.security import SecurityHeaders

    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    app.add_middleware(SecurityHeaders)
    answer_failures(app)
    app.add_api_route("/healthz", _healthz)
    features = features or Features()
    app.mount("/v1", create_api(assistant, backends=_others(assistant, features)))
    mount_mcp(app, assistant, hosts=hosts, stateless=is_one_of_many)
    if widget:
        from ui.widget.routes import widget_routes

        widget_routes(app, assistant, widget)
    if probes:
        from ui.operations.routes import add_probes

        add_probes(app, probes)
    if with_chat:
        from ui.chat.page import mount_chat

        app = mount_chat(app, assistant, features)  # last: it takes every path that is left
    return app


def _others(assistant: "Assistant", features: "Features") -> "Mapping[str, Assistant]":
    """Return the assistants that API clients may pick beside the server's own."""
    from ui.api.backends import MadeWhenAsked
    from ui.chat.views.assistants import Assistants
    from ui.chat.views.choices import Choices

    chosen = Assistants(assistant, features)
    names = features.backends[1:] if features.make_assistant else ()
    return MadeWhenAsked(names, lambda name: chosen.of(Choices(llm=name)))


def serve(
    assistant: "Assistant",
    *,
    host: str = "127.0.0.1",
    port: int = 7860,
    access: "AccessSettings | None" = None,
    features: "Features | None" = None,
    widget_origins: Sequence[str] = (),
    announce: Callable[[str], object] | None = None,
    listener: socket.socket | None = None,
    worker: "Worker | None" = None,
) -> None:
    """Serve until Ctrl-C. `announce` is told the address once requests are answered.

    By default it is written to standard error. `listener` is a socket that listens already, shared
    by several processes, of which `worker` is this one; pages of `widget_origins` may show the
    widget. Raises ServeError, as `check_access` and
    `check_port` do.
    """
    from assistant.settings import EXTRACTIVE
    from ui.access.buckets import Buckets
    from ui.access.installing import Access
    from ui.access.settings import AccessSettings
    from ui.access.store import KEYS_NAME
    from ui.operations.installing import Operations
    from ui.operations.observing import observed
    from ui.operations.serving import run_server
    from ui.widget import WidgetSettings
    from ui.widget.cors import ReadableByListedPages
    from vectorstore.following import following

    settings = access or AccessSettings(host=host)
    library = assistant.library
    check_access(settings, library.place(KEYS_NAME))
    offered = {assistant.backend, *(features.backends if features else ())}
    n_workers = worker.n_workers if worker else 1
    guard = Access.of(
        library.place(KEYS_NAME),
        settings,
        computes_only=offered == {EXTRACTIVE},
        n_workers=n_workers,
    )
    operations = Operations.of(worker.directory if worker else None)
    widget = WidgetSettings(
        frozenset(widget_origins), guard.widget_authoriser(), guard.buckets or Buckets()
    )

    def seen(each: "Assistant") -> "Assistant":
        return observed(guard.turns.given_to(each), operations.metrics)

    with (
        contextlib.suppress(KeyboardInterrupt),
        listener or listen(host, port) as listening,
        following(library),
    ):
        app = create_app(
            seen(assistant),
            features=features and features.with_assistants(seen),
            hosts=[host, *settings.allowed_hosts],
            widget=widget,
            probes=operations.probes(library, guard.places),
            is_one_of_many=worker is not None or library.catalogue.is_shared,
        )
        url = _url(host, listening.getsockname()[1])
        run_server(
            app,
            guard,
            operations,
            listener=listening,
            outside=[(ReadableByListedPages, {"origins": widget.origins})],
            started=lambda: (announce or _write_address)(url),
            parent=worker.parent if worker else None,
        )


def check_access(settings: "AccessSettings", keys: "Place") -> None:
    """Raise ServeError when others could reach the server and nobody said that they may.

    `keys` is where the library's keys are kept.
    """
    from ui.access.listening import why_not_listen
    from ui.access.ring import KeyRing
    from ui.access.store import KeyStore

    has_keys = not KeyRing(KeyStore(keys)).is_empty
    if reason := why_not_listen(settings, has_keys=has_keys):
        raise ServeError(reason)


def check_port(host: str, port: int) -> None:
    """Raise ServeError when nothing can listen there; quick, so call it before loading models."""
    listen(host, port).close()


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that has the port; raises ServeError.

    It listens once the server is ready: until then a proxy is refused, and asks another server.
    """
    if not 0 <= port <= _LAST_PORT:
        raise ServeError(f"There is no port {port}. Give --port one from 0 to {_LAST_PORT}.")
    with _refusing(host, port):
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        listener = socket.socket(family)
        try:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if family == socket.AF_INET6:
                listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            listener.bind((host, port))
        except OSError:
            listener.close()
            raise
        return listener


@contextlib.contextmanager
def _refusing(host: str, port: int) -> Iterator[None]:
    """Raise ServeError where the port cannot be had."""
    try:
        yield
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise ServeError(
                f"Port {port} of {host} is in use."
                " Stop what listens there, or pick another with --port."
            ) from None
        raise ServeError(
            f"Cannot listen on port {port} of {host}: {error.strerror}."
            " Pick others with --host and --port."
        ) from None


def _url(host: str, port: int) -> str:
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _write_address(url: str) -> None:
    sys.stderr.write(f"Citewise is at {url} (Ctrl-C ends it)\n")


async def _healthz() -> dict[str, str]:
    return {"status": "ok"}

"""Which door a path belongs to. What is not listed is a page, the most closed of all."""

from dataclasses import dataclass
from typing import Literal

from ui.access.keys import Scope

Face = Literal["api", "mcp", "widget", "probe", "metrics", "login", "page"]

_ANY: frozenset[Scope] = frozenset()
_ASK: frozenset[Scope] = frozenset({"ask"})
_SEARCH: frozenset[Scope] = frozenset({"search"})
_ADD: frozenset[Scope] = frozenset({"add"})


@dataclass(frozen=True, slots=True)
class Route:
    """A path's name in logs and metrics, of which there are few, and what is asked of who uses it.

    A key with one of `scopes` may; with any scope where they are empty. `is_counted` says that a
    request counts for rates, `is_work` that it takes one of the server's places, `is_long` that it
    brings a file, which is not held in memory, `is_quiet` that nobody asks later who used it.
    """

    name: str
    face: Face
    scopes: frozenset[Scope] = _ANY
    is_counted: bool = False
    is_work: bool = False
    is_long: bool = False
    is_quiet: bool = False


def _work(name: str, face: Face, scopes: frozenset[Scope]) -> Route:
    return Route(name, face, scopes, is_counted=True, is_work=True)


# A path, or the beginning of one where it ends in a slash. The first that fits counts.
_ROUTES: tuple[tuple[str, Route], ...] = (
    ("/v1/chat/completions", _work("/v1/chat/completions", "api", _ASK)),
    ("/v1/related-work", _work("/v1/related-work", "api", _ASK)),
    ("/v1/related-work/", _work("/v1/related-work", "api", _ASK)),
    ("/v1/search", _work("/v1/search", "api", _SEARCH)),
    ("/v1/papers", _work("/v1/papers", "api", _SEARCH)),
    ("/v1/papers/", _work("/v1/papers/{id}", "api", _SEARCH)),
    ("/v1/models", Route("/v1/models", "api", _ASK | _SEARCH, is_counted=True)),
    ("/v1/models/", Route("/v1/models/{id}", "api", _ASK | _SEARCH, is_counted=True)),
    ("/v1/imports", Route("/v1/imports", "api", _ADD, is_counted=True, is_long=True)),
    ("/v1/imports/", Route("/v1/imports", "api", _ADD, is_counted=True, is_long=True)),
    ("/v1", Route("/v1", "api", is_counted=True)),
    ("/v1/", Route("/v1/{other}", "api", is_counted=True)),
    # Its event stream (GET) is open for as long as a client is: it takes no place.
    ("/mcp", Route("/mcp", "mcp", _ASK, is_counted=True, is_work=True)),
    ("/mcp/", Route("/mcp", "mcp", _ASK, is_counted=True, is_work=True)),
    ("/widget/v1/chat/completions", _work("/widget/v1/chat/completions", "widget", _ASK)),
    ("/widget.js", Route("/widget.js", "widget")),
    ("/widget/", Route("/widget/{file}", "widget")),
    ("/healthz", Route("/healthz", "probe", is_quiet=True)),
    ("/readyz", Route("/readyz", "probe", is_quiet=True)),
    ("/metrics", Route("/metrics", "metrics", is_quiet=True)),
    ("/login", Route("/login", "login")),
    ("/logout", Route("/logout", "login")),
    ("/chat/writing/", _work("/chat/writing/{step}", "page", _ANY)),
    ("/chat/import", Route("/chat/import", "page", is_long=True)),
    ("/chat/", Route("/chat/{other}", "page")),
    ("/gradio_api/queue/join", Route("/gradio_api/queue/join", "page", is_counted=True)),
    ("/gradio_api/", Route("/gradio_api/{other}", "page")),
    ("/", Route("/", "page")),
)
_OTHER = Route("/{other}", "page", is_quiet=True)  # the page's own files, above all
_EXACT = {path: route for path, route in _ROUTES if not path.endswith("/") or path == "/"}
_PREFIXES = tuple(entry for entry in _ROUTES if entry[0].endswith("/") and entry[0] != "/")


def route_of(path: str) -> Route:
    """Return the route of a path, as it was decoded for the application."""
    if path in _EXACT:
        return _EXACT[path]
    return next((route for prefix, route in _PREFIXES if path.startswith(prefix)), _OTHER)

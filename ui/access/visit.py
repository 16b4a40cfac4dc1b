"""What is known of a request while it passes through: one object for all middleware."""

import re
import secrets
from dataclasses import dataclass, field

from starlette.datastructures import Headers
from starlette.types import Scope

from ui.access.routes import Route, route_of

_KEY = "citewise.visit"
# What may stand in a log and in a header as it came.
_SANE_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")


@dataclass(slots=True)
class Visit:
    """A request. `caller` is who it counts for: a key, a user, or an address."""

    route: Route
    request_id: str
    address: str
    caller: str
    key_id: str = ""
    user: str = ""
    refused: str = ""
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)  # for the response


def visit_of(scope: Scope) -> Visit:
    """Return the visit of an HTTP request; the first that asks makes it."""
    if _KEY not in scope:
        address = (scope.get("client") or ("", 0))[0]
        scope[_KEY] = Visit(
            route=route_of(scope["path"]),
            request_id=_request_id(Headers(scope=scope).getlist("x-request-id")),
            address=address,
            caller=f"address {address}",
        )
    visit: Visit = scope[_KEY]
    return visit


def _request_id(given: list[str]) -> str:
    if len(given) == 1 and _SANE_ID.fullmatch(given[0]):
        return given[0]
    return f"req_{secrets.token_hex(12)}"

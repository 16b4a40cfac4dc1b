"""Whether a request was made by our own page."""

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from fastapi.responses import JSONResponse

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response


def refusal_of_strangers(request: "Request") -> "Response | None":
    """Return the answer to a request that another site had its visitor's browser make, else None.

    Browsers say where a request comes from, in a header that no script can set. One that says
    nothing is refused too: every browser sends Origin with a POST.
    """
    if is_same_origin(request):
        return None
    return JSONResponse({"error": "Only Citewise's own page may ask for this."}, 403)


def is_same_origin(request: "Request") -> bool:
    """Return whether the browser says that our own page made the request."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    try:
        origin = urlsplit(request.headers.get("origin", "")).netloc
    except ValueError:
        return False
    return bool(origin) and origin == request.headers.get("host")

"""Whether an answer is one: its status, and what its body is instead."""

import json
import re

from vectorstore.live.errors import LiveError
from vectorstore.live.fetching import Response
from vectorstore.live.services import Service

JSON = "application/json"
_TITLE = re.compile(r"<title[^>]*>([^<]{1,200})</title>", re.IGNORECASE)
_WEB_PAGE = ("<!doctype html", "<html")
_MAX_SHOWN = 200


def check_status(service: Service, response: Response) -> None:
    """Raise LiveError, with what the service says, for a status that is no success."""
    if response.status == 200:
        return
    said = _said(response)
    raise LiveError(
        f"{service.name} refuses (HTTP {response.status}{said and f': {said}'})."
        + (" It may have blocked this network for a while." if response.status == 403 else "")
    )


def json_of(service: Service, response: Response) -> object:
    """Return the value of a JSON answer. Raises LiveError where it is none."""
    check_status(service, response)
    try:
        return json.loads(response.content)
    except (ValueError, RecursionError):
        raise not_expected(service, response, "JSON") from None


def not_expected(service: Service, response: Response, expected: str) -> LiveError:
    """Return the error for a body of another kind than `expected`."""
    text = _start(response)
    if text.lstrip().casefold().startswith(_WEB_PAGE):
        title = _TITLE.search(text)
        shown = f" ({' '.join(title[1].split())!r})" if title else ""
        return LiveError(
            f"{service.name} answered with a web page{shown} in place of {expected}. A check for"
            " robots or a login stands before it; try later, or from another network."
        )
    shown = " ".join(text.split())[:60]
    return LiveError(f"{service.name} answered with {shown!r} in place of {expected}. Try later.")


def _said(response: Response) -> str:
    """Return what an answer gives as its reason; "" where it gives none."""
    try:
        value = json.loads(response.content)
        said = value.get("error") or value.get("message") if isinstance(value, dict) else ""
    except (ValueError, RecursionError):
        title = _TITLE.search(_start(response))
        said = title[1] if title else ""
    return " ".join(said.split())[:_MAX_SHOWN] if isinstance(said, str) else ""


def _start(response: Response) -> str:
    return response.content[:20_000].decode("utf-8", "replace").lstrip("\ufeff")

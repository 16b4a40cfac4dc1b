"""Signing in and out: `/login` and `/logout`."""

import logging
import math
from http.cookies import CookieError, SimpleCookie
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, quote, urlsplit

import anyio
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from ui.access.addresses import network_of
from ui.access.buckets import Counting
from ui.access.errors import KeyStoreError
from ui.access.login_page import login_page, logout_page, page_policy, target_of
from ui.access.rate import Rate
from ui.access.seldom import SeldomWarning
from ui.access.sessions import SESSION_SECONDS, Sessions

if TYPE_CHECKING:
    from starlette.datastructures import Headers

    from ui.access.logins import Logins

logger = logging.getLogger(__name__)

_MAX_FORM_BYTES = 8 * 1024
_SECONDS_TO_SEND = 10.0
# Six tries a minute of one address; all together so few that a password of eight characters is not
# found from many addresses either.
_OF_ONE_ADDRESS, _OF_ALL = Rate(6, 60), Rate(60, 60)
_COOKIE, _SECURE_COOKIE = "citewise_session", "__Host-citewise_session"
_HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


def session_cookie(headers: "Headers") -> str:
    """Return what the browser sends as its session; empty where it has none."""
    try:
        cookies = SimpleCookie("; ".join(headers.getlist("cookie")))
    except CookieError:
        return ""
    found = cookies.get(_SECURE_COOKIE) or cookies.get(_COOKIE)
    return found.value if found else ""


class LoginRoutes:
    """Answers requests to the two paths."""

    def __init__(self, logins: "Logins", sessions: Sessions, tries: Counting) -> None:
        self._logins = logins
        self._sessions = sessions
        self._tries = tries
        self._warning = SeldomWarning(logger)

    async def respond(self, request: Request) -> Response:
        """Return the answer to a request to one of the paths."""
        try:
            return await self._respond(request)
        except KeyStoreError as error:
            self._warning.give(str(error))
            return _plain(503, "Nobody can sign in or out just now. Try again later.")

    async def _respond(self, request: Request) -> Response:
        if request.method not in ("GET", "HEAD", "POST"):
            return _plain(405, "Only GET and POST.", {"Allow": "GET, HEAD, POST"})
        is_post = request.method == "POST"
        if is_post and not is_own_page(request.headers):
            return _plain(403, "Only Citewise's own page may send this form.")
        if request.url.path == "/logout":
            return await self._log_out(request) if is_post else self._ask_to_leave(request)
        if is_post:
            return await self._log_in(request)
        return self._page(request.query_params.get("next", "/"))

    def _page(self, target: str, problem: str = "", status: int = 200, user: str = "") -> Response:
        form, target = self._sessions.form(), target_of(target)
        return _html(login_page(form=form, target=target, problem=problem, user=user), status)

    async def _log_in(self, request: Request) -> Response:
        wait = await self._seconds_to_wait(request)
        if wait:
            page = self._page("/", f"Too many attempts. Try again in {wait} seconds.", 429)
            page.headers["Retry-After"] = str(wait)
            return page
        try:
            said = await _form(request)
        except ClientDisconnect:
            return _plain(400, "The form did not arrive.")
        target = said.get("next", "/")
        if not await run_in_threadpool(self._sessions.accept_form, said.get("form", "")):
            return self._page(target, "The page was open for too long. Sign in again.", 403)
        user = said.get("user", "")
        if not self._logins.are_right(user, said.get("password", "")):
            return self._page(target, "Name or password is wrong.", 401, user)
        response = RedirectResponse(quote(target_of(target), "/?&=%#"), 303)
        self._set_cookie(response, request, self._sessions.start(user), SESSION_SECONDS)
        return response

    async def _seconds_to_wait(self, request: Request) -> int:
        address = network_of(request.client.host if request.client else "")
        of_one = await self._tries.take(f"logins of {address}", _OF_ONE_ADDRESS)
        of_all = await self._tries.take("logins of all", _OF_ALL)
        return math.ceil(max(of_one.wait_seconds, of_all.wait_seconds))

    def _ask_to_leave(self, request: Request) -> Response:
        user = self._sessions.user_of(session_cookie(request.headers))
        if user is None:
            return _with_headers(RedirectResponse("/login", 303))
        return _html(logout_page(user), 200)

    async def _log_out(self, request: Request) -> Response:
        cookie = session_cookie(request.headers)
        await run_in_threadpool(self._sessions.end, cookie)
        response = RedirectResponse("/login", 303)
        self._set_cookie(response, request, "", 0)
        return response

    def _set_cookie(self, response: Response, request: Request, value: str, seconds: int) -> None:
        is_secure = request.url.scheme == "https"
        response.set_cookie(
            _SECURE_COOKIE if is_secure else _COOKIE,
            value,
            max_age=seconds,
            path="/",
            secure=is_secure,
            httponly=True,
            samesite="lax",
        )
        _with_headers(response)


def is_own_page(headers: "Headers") -> bool:
    """Return whether the browser says that a page of this server sent the request."""
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    try:
        origin = urlsplit(headers.get("origin", "")).netloc
    except ValueError:
        return False
    return bool(origin) and origin == headers.get("host")


async def _form(request: Request) -> dict[str, str]:
    """Return the fields of a form; empty for what is too long, too slow or no form."""
    body = bytearray()
    with anyio.move_on_after(_SECONDS_TO_SEND) as sending:
        async for piece in request.stream():
            body += piece
            if len(body) > _MAX_FORM_BYTES:
                return {}
    if sending.cancelled_caught:
        return {}
    try:
        fields = parse_qs(body.decode(), max_num_fields=10)
    except ValueError:
        return {}
    return {name: values[-1] for name, values in fields.items()}


def _html(page: str, status: int) -> Response:
    response = HTMLResponse(page, status, {"Content-Security-Policy": page_policy()})
    return _with_headers(response)


def _plain(status: int, message: str, headers: dict[str, str] | None = None) -> Response:
    return _with_headers(Response(f"{message}\n", status, headers, "text/plain"))


def _with_headers(response: Response) -> Response:
    response.headers.update(_HEADERS)
    return response

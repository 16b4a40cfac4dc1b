"""The gate: a key for programs, a session for the chat, and how often each may come."""

import asyncio
from typing import TYPE_CHECKING
from urllib.parse import quote

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.access.addresses import is_this_machine, network_of
from ui.access.bearer import NO_KEY, AmbiguousError, bearer_token
from ui.access.buckets import Buckets, Counting
from ui.access.judging import fault_refusal, no_key_refusal, scope_refusal, too_many_refusal
from ui.access.keys import Key
from ui.access.login_routes import LoginRoutes, session_cookie
from ui.access.rate import Rate
from ui.access.refusals import Refusal, refuse
from ui.access.visit import Visit, visit_of

if TYPE_CHECKING:
    from ui.access.ring import KeyRing
    from ui.access.sessions import Sessions
    from ui.access.settings import AccessSettings
    from ui.access.shared_buckets import SharedBuckets

_WRONG_KEYS = Rate(30, 60)  # of one address; a guess at 256 bits needs more
_NO_LOGIN = Refusal(
    403,
    "no_login",
    "The chat is closed to other machines: no login is set up. Start the server with"
    " --auth USER:PASSWORD, or use /v1 with a key.",
)


class Gate:
    """ASGI middleware that lets in who may come in.

    `/v1` and `/mcp` want a key once one was made (or a session of the chat), and always where
    others than this machine come in. Pages want a session where logins are set up, and are closed
    to others where none are. The widget's routes look at their own keys.
    """

    def __init__(
        self,
        app: ASGIApp,
        settings: "AccessSettings",
        ring: "KeyRing",
        sessions: "Sessions | None",
        buckets: "SharedBuckets | None" = None,
    ) -> None:
        self._app = app
        self._settings = settings
        self._ring = ring
        self._sessions = sessions
        self._buckets: Counting = buckets or Buckets()
        self._login = (
            LoginRoutes(settings.logins, sessions, buckets or Buckets()) if sessions else None
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] != "http":
            await self._other(scope, receive, send)
            return
        visit = visit_of(scope)
        self._note_uses()
        if visit.route.face == "login" and self._login:
            response = await self._login.respond(Request(scope, receive))
            await response(scope, receive, send)
            return
        refusal = await self._judge(scope, visit)
        if refusal and self._wants_page(scope, refusal):
            refusal = Refusal(303, "no_session", "Sign in.", (("location", _login_path(scope)),))
        if refusal:
            await refuse(refusal, scope, receive, _with_headers(send, visit))
            return
        await self._app(scope, receive, _with_headers(send, visit))

    async def _other(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
        else:  # no face speaks over WebSockets: nothing is let through unseen
            await send({"type": "websocket.close", "code": 1008})

    async def _judge(self, scope: Scope, visit: Visit) -> Refusal | None:
        """Return why a request is not let in; None where it is. Says in `visit` whose it is."""
        headers = Headers(scope=scope)
        visit.caller = f"address {network_of(visit.address)}"
        match visit.route.face:
            case "api" | "mcp":
                return await self._judge_program(headers, visit)
            case "metrics":
                return self._judge_metrics(headers, visit)
            case "page" | "login":
                return await self._judge_page(headers, visit)
        return None

    async def _judge_program(self, headers: Headers, visit: Visit) -> Refusal | None:
        try:
            token = bearer_token(headers)
        except AmbiguousError as error:
            return Refusal(400, "ambiguous_key", str(error))
        if token != NO_KEY:
            refusal, key = await self._judge_key(token, visit)
            if key or refusal:
                return refusal or await self._count(visit, key)
        elif self._has_session(headers, visit):
            return await self._count(visit)
        if self._wants_key():
            return no_key_refusal(has_keys=not self._ring.is_empty)
        return await self._count(visit)

    async def _judge_key(self, token: str, visit: Visit) -> tuple[Refusal | None, Key | None]:
        """Return the key that a token is, or why it opens nothing; neither where none is wanted."""
        verdict = self._ring.judge(token)
        if verdict.key is None or verdict.fault:
            if not self._wants_key():
                return None, None  # clients must send some key: where none is wanted any will do
            tries = await self._buckets.take(f"wrong keys of {visit.caller}", _WRONG_KEYS)
            visit.key_id = verdict.key.key_id if verdict.key else ""
            if tries.wait_seconds:
                return too_many_refusal(tries), None
            return fault_refusal(verdict), None
        visit.key_id = verdict.key.key_id
        visit.caller = f"key {visit.key_id}"
        if not self._settings.no_auth:
            return scope_refusal(verdict.key, visit.route), verdict.key
        return None, verdict.key

    def _judge_metrics(self, headers: Headers, visit: Visit) -> Refusal | None:
        """Let this machine's own scraper in, and who has a key; not what a proxy passes on."""
        is_passed_on = "x-forwarded-for" in headers or "forwarded" in headers
        if self._settings.no_auth or (is_this_machine(visit.address) and not is_passed_on):
            return None
        try:
            token = bearer_token(headers)
        except AmbiguousError as error:
            return Refusal(400, "ambiguous_key", str(error))
        verdict = self._ring.judge(token)
        if verdict.key is None or verdict.fault or verdict.key.publishable:
            return no_key_refusal(has_keys=not self._ring.is_empty)
        visit.key_id = verdict.key.key_id
        return None

    async def _judge_page(self, headers: Headers, visit: Visit) -> Refusal | None:
        if self._sessions:
            if not self._has_session(headers, visit):
                return Refusal(401, "no_session", "Sign in at /login.")
        elif self._settings.is_exposed and not self._settings.no_auth:
            return _NO_LOGIN
        return await self._count(visit)

    def _has_session(self, headers: Headers, visit: Visit) -> bool:
        user = self._sessions.user_of(session_cookie(headers)) if self._sessions else None
        if user is None:
            return False
        visit.user = user
        visit.caller = f"user {user}"
        return True

    def _wants_key(self) -> bool:
        if self._settings.no_auth:
            return False
        is_guarded = self._settings.is_exposed or self._sessions is not None
        return is_guarded or not self._ring.is_empty

    def _wants_page(self, scope: Scope, refusal: Refusal) -> bool:
        """Return whether a person opened a page, who is shown the login rather than an error."""
        is_page = refusal.code == "no_session" and scope["method"] == "GET"
        return is_page and "text/html" in Headers(scope=scope).get("accept", "")

    async def _count(self, visit: Visit, key: Key | None = None) -> Refusal | None:
        """Count a request; return a refusal where its caller comes too often."""
        if not visit.route.is_counted:
            return None
        if key is None and not visit.user and is_this_machine(visit.address):
            return None
        rate = self._settings.address_rate
        if key:
            rate = key.rate or self._settings.key_rate
        allowance = await self._buckets.take(visit.caller, rate)
        visit.headers.extend(allowance.headers())
        return too_many_refusal(allowance) if allowance.wait_seconds else None

    def _note_uses(self) -> None:
        if self._ring.has_notes():
            asyncio.get_running_loop().run_in_executor(None, self._ring.note_uses)


def _login_path(scope: Scope) -> str:
    path = quote(scope["path"], safe="/")
    return "/login" if path == "/" else f"/login?next={path}"


def _with_headers(send: Send, visit: Visit) -> Send:
    async def send_with_headers(message: Message) -> None:
        if message["type"] == "http.response.start" and visit.headers:
            given = {name for name, _ in message.get("headers", ())}
            added = [header for header in visit.headers if header[0] not in given]
            message = {**message, "headers": [*message.get("headers", ()), *added]}
        await send(message)

    return send_with_headers

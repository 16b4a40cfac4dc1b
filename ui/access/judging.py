"""Why a key does not open a door, in words that say what does."""

import math

from ui.access.buckets import Allowance
from ui.access.keys import Key
from ui.access.refusals import Refusal
from ui.access.ring import Verdict
from ui.access.routes import Route

_CHALLENGE = (("www-authenticate", 'Bearer realm="citewise"'),)
_FAULTS = {
    "unknown": "This key is not known here. List the keys: citewise keys list",
    "expired": "This key has expired. Make a new one: citewise keys create NAME",
    "revoked": "This key was revoked. Make a new one: citewise keys create NAME",
}


def no_key_refusal(*, has_keys: bool) -> Refusal:
    """Return the answer to a request without a key."""
    message = "A key is needed: send the header 'Authorization: Bearer cw_...'."
    if not has_keys:
        message += " None was made yet: citewise keys create NAME"
    return Refusal(401, "missing_api_key", message, _CHALLENGE)


def fault_refusal(verdict: Verdict) -> Refusal:
    """Return the answer to a request with a key that opens nothing."""
    fault = verdict.fault or "unknown"
    code = "invalid_api_key" if fault == "unknown" else f"{fault}_api_key"
    return Refusal(401, code, _FAULTS[fault], _CHALLENGE)


def scope_refusal(key: Key, route: Route) -> Refusal | None:
    """Return why a good key is not enough for a route; None where it is."""
    if key.publishable:
        message = "A publishable key is for the widget only. Use a secret one, which begins 'cw_'."
        return Refusal(403, "publishable_key", message)
    if not route.scopes or route.scopes & key.scopes:
        return None
    wanted = " or ".join(sorted(route.scopes))
    message = f"{route.name} needs a key with the scope {wanted}. This one has: {_listed(key)}."
    return Refusal(403, "insufficient_scope", message)


def too_many_refusal(allowance: Allowance) -> Refusal:
    """Return the answer to one who comes too often."""
    seconds = max(1, math.ceil(allowance.wait_seconds))
    message = f"Too many requests: {allowance.rate} are answered. Try again in {seconds} s."
    return Refusal(429, "rate_limit_exceeded", message, (("retry-after", str(seconds)),))


def _listed(key: Key) -> str:
    return ", ".join(sorted(key.scopes)) or "none"

"""The pages for signing in and out. They hold no script, and may do nothing but send their form."""

import base64
import html
import re
from functools import cache
from hashlib import sha256
from importlib.resources import files

_MARK = re.compile(r"\{([a-z_]+)\}")
_PROBLEM = '<p class="problem" role="alert">{}</p>'


@cache
def _static(name: str) -> str:
    return (files("ui.access") / "static" / name).read_text(encoding="utf-8")


@cache
def page_policy() -> str:
    """Return the pages' content security policy: the one style is named by what it holds."""
    digest = base64.b64encode(sha256(_static("login.css").encode()).digest()).decode()
    return (
        f"default-src 'none'; style-src 'sha256-{digest}'; form-action 'self';"
        " base-uri 'none'; frame-ancestors 'none'"
    )


def login_page(*, form: str, target: str, problem: str = "", user: str = "") -> str:
    """Return the page for signing in; `target` is where to go from there."""
    focus = " autofocus"
    return _filled(
        "login.html",
        form=html.escape(form),
        next=html.escape(target),
        problem=_PROBLEM.format(html.escape(problem)) if problem else "",
        focus_user="" if user else focus,
        focus_password=focus if user else "",
        user=html.escape(user),
    )


def logout_page(user: str) -> str:
    """Return the page for signing out."""
    return _filled("logout.html", user=html.escape(user))


def _filled(name: str, **values: str) -> str:
    """Return a page with its marks filled, in one go: a value may look like a mark."""
    values["style"] = _static("login.css")
    return _MARK.sub(lambda found: values[found[1]], _static(name))


def target_of(text: str) -> str:
    """Return where to go after signing in: a path of ours, never another site.

    Browsers read a backslash as a slash and leave control characters out: "/\\evil.example" and
    "/\\t/evil.example" would lead away.
    """
    is_path = text.startswith("/") and not text.startswith("//")
    is_plain = text.isascii() and text.isprintable() and "\\" not in text
    return text if is_path and is_plain and len(text) <= 500 else "/"

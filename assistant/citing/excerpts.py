"""Papers as a model is shown them: numbered, fenced, and without what could pass for either."""

import re
import secrets
from collections.abc import Sequence

from assistant.citing.marks import MarkStyle, read_mark
from vectorstore import Paper
from vectorstore.invisible import without_invisible

_TAG = re.compile(r"<([/!|?A-Za-z][^<>]{0,200})>")  # HTML, and what steers a chat template
_ROLE = re.compile(r"\[(/?[A-Z_]{2,})\]")  # "[INST]"
_OWN_MARK = re.compile(r"[\[【［]\s*(\^?\s*\d[\d\s,;–-]*)[\]】］]")
_IN_BRACKETS = re.compile(r"[\[【［]([^\[\]【】［］]{1,80})[\]】］]")
_OWN_ROUND_MARK = re.compile(r"\(\s*(\d{1,3}(?:\s*[,;–-]\s*\d{1,3})*)\s*\)")


def as_data(text: str, style: MarkStyle = "square") -> str:
    """Return text of a paper or a person on one line, without marks, tags and hidden characters.

    Its `[3]` is shown as `(3)`, or as `‹3›` where the model cites in round brackets.
    """
    flat = " ".join(without_invisible(" ".join(text.split())).split())
    flat = _TAG.sub(r"‹\1›", flat).replace("<|", "‹|").replace("|>", "|›")
    flat = _OWN_MARK.sub(r"(\1)", _ROLE.sub(r"(\1)", flat))
    flat = _IN_BRACKETS.sub(
        lambda found: f"({found[1]})" if read_mark(found[0]) else found[0], flat
    )
    return _OWN_ROUND_MARK.sub(r"‹\1›", flat) if style == "round" else flat


def excerpt_of(paper: Paper, number: int, style: MarkStyle = "square") -> str:
    """Return a paper's excerpt, two lines: number, title and year; abstract."""
    key = f"({number})" if style == "round" else f"[{number}]"
    year = f" ({paper.year})" if paper.year else ""
    return f"{key} {as_data(paper.title, style)}{year}\n{as_data(paper.abstract, style)}"


def fenced(excerpts: Sequence[str]) -> str:
    """Return the excerpts between two lines with a code that no paper can know.

    Each excerpt is two lines of its own, so that none can forge another one's number either.
    """
    code = secrets.token_hex(4)
    body = "\n\n".join(excerpts)
    return f"----- excerpts {code} -----\n{body}\n----- end of excerpts {code} -----"

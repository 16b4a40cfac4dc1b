"""Formulas inside XML, reduced to text: MathML to its characters, TeX to `$...$`."""

import re

from vectorstore.cleaning.scripts import lowered, raised

# A formula in JATS often holds both: <alternatives><tex-math/><mml:math/></alternatives>.
_OPEN = re.compile(
    r"<(?P<name>(?:jats:)?(?:inline-formula|disp-formula|alternatives|tex-math)|(?:mml:)?math)"
    r"(?:\s[^<>]{0,2000})?>"
)
_TEX = re.compile(r"<(?:jats:)?tex-math[^<>]{0,2000}>")
_TEX_CLOSE = re.compile(r"</(?:jats:)?tex-math>")
_PREAMBLE_END, _DOCUMENT_END = "\\begin{document}", "\\end{document}"
_PIECE = re.compile(r"<(/?)(?:mml:|jats:)?([a-zA-Z-]{1,30})(?:\s[^<>]{0,2000})?(/?)>|([^<]+|<)")
_DROPPED = frozenset({"annotation", "annotation-xml"})
_MAX_DEPTH = 100


def replace_formulas(text: str) -> str:
    """Return `text` with each formula element as text: "x²", "a/b", or TeX where it is there."""
    pieces, end, unclosed = [], 0, set[str]()
    for opened in _OPEN.finditer(text):
        name = opened["name"]
        if opened.start() < end or name in unclosed:
            continue
        close = text.find(f"</{name}>", opened.end())
        if close < 0:
            unclosed.add(name)
            continue
        pieces += [text[end : opened.start()], _formula(name, text[opened.end() : close])]
        end = close + len(name) + 3
    return "".join([*pieces, text[end:]])


def _formula(name: str, inner: str) -> str:
    if name.endswith("tex-math"):
        return _tex(inner)
    opened = _TEX.search(inner)
    close = _TEX_CLOSE.search(inner, opened.end()) if opened else None
    return _tex(inner[opened.end() : close.start()]) if opened and close else _characters(inner)


def _tex(source: str) -> str:
    """Return the formula of a `tex-math` element, which may be a whole LaTeX document."""
    source = source.replace("<![CDATA[", "").replace("]]>", "")
    _, begin, body = source.partition(_PREAMBLE_END)
    source = body.partition(_DOCUMENT_END)[0] if begin else source
    formula = source.strip().strip("$").strip()
    return f"${formula}$" if formula else ""


def _characters(inner: str) -> str:
    """Return what a MathML formula says on one line."""
    stack: list[tuple[str, list[str]]] = [("", [])]
    for close, name, is_empty, characters in _PIECE.findall(inner):
        if characters:
            stack[-1][1].append(characters.strip())
        elif close and len(stack) > 1:
            closed, parts = stack.pop()
            stack[-1][1].append(_joined(closed, parts))
        elif not close and not is_empty and len(stack) < _MAX_DEPTH:
            stack.append((name, []))
    while len(stack) > 1:
        closed, parts = stack.pop()
        stack[-1][1].append(_joined(closed, parts))
    return "".join(stack[0][1])


def _joined(name: str, parts: list[str]) -> str:
    parts = [part for part in parts if part]
    if name in _DROPPED:
        return ""
    if name == "msup" and len(parts) == 2:
        return parts[0] + raised(parts[1])
    if name == "msub" and len(parts) == 2:
        return parts[0] + lowered(parts[1])
    if name == "mfrac" and len(parts) == 2:
        return "/".join(part if len(part) == 1 or part.isalnum() else f"({part})" for part in parts)
    if name == "msqrt":
        return f"√({''.join(parts)})"
    return "".join(parts)

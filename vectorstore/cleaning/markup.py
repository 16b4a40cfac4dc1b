"""HTML, JATS and MathML in abstracts, reduced to text.

Papers write of tags: "<think>", "<s>", "<user, item>" and "n<5 or m>3" are content. So a tag
goes only if its name is one that formats text and its partner is there, or if it has the prefix of
JATS or MathML.
"""

import re

from vectorstore.cleaning.mathml import replace_formulas
from vectorstore.cleaning.scripts import lowered, raised

_INLINE = "i|b|em|strong|sub|sup|inf|u|tt|small|big|font|span|a|sc|italic|bold|roman|monospace"
_BLOCKS = "p|div|li|ul|ol|h[1-6]|blockquote|center"
_TAG = re.compile(
    rf"<(?P<close>/)?(?P<prefix>jats:|mml:|xhtml:)?(?P<name>{_INLINE}|{_BLOCKS}|br|hr"
    r"|(?<=:)[a-z][a-z-]{0,30})(?P<rest>(?=[\s/>])[^<>]{0,2000})>",
    re.IGNORECASE,
)
_IS_BLOCK = re.compile(rf"(?:{_BLOCKS}|br|hr|sec|title|list|list-item|break)", re.IGNORECASE)
_COMMENT_OPEN, _COMMENT_CLOSE = "<!--", "-->"
_SCRIPT = re.compile(r"<(?:jats:)?(sub|sup|inf)>([^<>]{0,80})</(?:jats:)?\1>", re.IGNORECASE)
_TITLE = re.compile(r"<jats:title>([^<>]{0,200})</jats:title>")
_HREF = re.compile(r"""\bhref\s*=\s*["']?(https?://[^\s"'>]+)""", re.IGNORECASE)


def without_markup(text: str) -> str:
    """Return `text` without the tags that format it.

    Sub- and superscripts become Unicode's, paragraphs spaces, headings of sections "Methods:",
    links their text with the URL behind it.
    """
    if "<" not in text:
        return text
    text = replace_formulas(_without_comments(text))
    text = _SCRIPT.sub(_script, text)
    return _without_tags(_TITLE.sub(_heading, text))


def _script(found: re.Match[str]) -> str:
    return raised(found[2]) if found[1].lower() == "sup" else lowered(found[2])


def _heading(found: re.Match[str]) -> str:
    title = found[1].strip()
    if title.casefold() in {"abstract", ""}:
        return " "
    return f" {title} " if title[-1] in ".:?!" else f" {title}: "


def _without_comments(text: str) -> str:
    pieces, end = [], 0
    while (start := text.find(_COMMENT_OPEN, end)) >= 0:
        close = text.find(_COMMENT_CLOSE, start)
        if close < 0:
            break
        pieces.append(text[end:start])
        end = close + len(_COMMENT_CLOSE)
    return "".join([*pieces, text[end:]])


def _without_tags(text: str) -> str:
    tags = list(_TAG.finditer(text))
    shown = _shown(text, tags)
    pieces, end = [], 0
    for tag in tags:
        if tag.start() in shown:
            pieces += [text[end : tag.start()], shown[tag.start()]]
            end = tag.end()
    return "".join([*pieces, text[end:]])


def _shown(text: str, tags: list[re.Match[str]]) -> dict[int, str]:
    """Return what stands in the place of each tag that goes, by where the tag starts."""
    shown: dict[int, str] = {}
    opened: dict[str, list[re.Match[str]]] = {}
    for tag in tags:
        name = tag["name"].lower()
        if tag["prefix"] or name in {"br", "hr"}:
            shown[tag.start()] = _gap(name)
        elif not tag["close"]:
            opened.setdefault(name, []).append(tag)
        elif opened.get(name) and not _is_shown_off(text, opened[name][-1], tag):
            partner = opened[name].pop()
            shown[partner.start()], shown[tag.start()] = _gap(name), _gap(name)
            if url := _HREF.search(partner["rest"]):
                shown[tag.start()] = f" ({url[1]})"
    return shown


def _is_shown_off(text: str, partner: re.Match[str], close: re.Match[str]) -> bool:
    """Return whether the text writes of the tags, as in "the tokens <b> and </b>"."""
    between = text[partner.end() : min(close.start(), partner.end() + 6)]
    return between in {"", " and ", ", ", " ... ", "...", " or "}


def _gap(name: str) -> str:
    return " " if _IS_BLOCK.fullmatch(name) else ""

"""HTML and SGML entities, however often they were escaped."""

import re
from html import unescape
from html.entities import html5

# "&amp;amp;lt;" is one entity that was escaped twice. Only forms with a semicolon: "AT&T" is none.
_ENTITY = re.compile(r"&(?:amp;)*(#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
# Greek letters of ISO 8879, which MEDLINE records of publishers carry: "TGF-&bgr;".
_ISO_GREEK = dict(
    zip(
        "agr bgr ggr dgr egr zgr eegr thgr igr kgr lgr mgr ngr xgr ogr pgr rgr sgr tgr ugr phgr"
        " khgr psgr ohgr".split(),
        "αβγδεζηθικλμνξοπρστυφχψω",
        strict=True,
    )
)


def decode_entities(text: str) -> str:
    """Return `text` with the entities that have a meaning as characters; others stay."""
    return _ENTITY.sub(_character, text) if "&" in text else text


def _character(found: re.Match[str]) -> str:
    name = found[1]
    if name.startswith("#"):
        return unescape(f"&{name};")
    if name.lower() in _ISO_GREEK:
        letter = _ISO_GREEK[name.lower()]
        return letter if name.islower() else letter.upper()
    return html5.get(f"{name};", f"&{name};")

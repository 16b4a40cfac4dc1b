"""Words at a sentence's beginning that tie it to the one before, and are no part of its claim."""

import re

_OPENER = re.compile(
    r"""^(?:and|but|so|furthermore|moreover|additionally|in\ addition(?:\ to\ th(?:is|at|ese))?
        |however|nevertheless|nonetheless|thus|hence|therefore|consequently|as\ a\ (?:result
        |consequence)|notably|importantly|crucially|remarkably|specifically|in\ particular
        |more\ (?:specifically|precisely|importantly|generally|concretely)|concretely
        |(?:here\ )?in\ (?:this|the\ (?:present|current))\ (?:paper|work|study|article|thesis
        |report|survey|review|letter)|here|finally|lastly|last|then|next|first(?:ly)?
        |second(?:ly)?|third(?:ly)?|also|besides|indeed|overall|meanwhile|subsequently
        |accordingly|similarly|likewise|unfortunately|interestingly|surprisingly|counterintuitively
        |intuitively|conversely|on\ the\ (?:other|one)\ hand|in\ contrast|instead|in\ summary
        |in\ short|in\ details?|briefly|(?:as\ )?shown\ by\ [^,]{0,30}experiments
        |(?:to|in\ order\ to)\ (?:bridge|close|fill)\ [^,]{0,40}
        |(?:taken\ |all\ )?together|collectively|altogether|in\ sum|in\ conclusion
        |in\ other\ words|rather|for\ (?:instance|example)|to\ (?:this|that)\ end
        |(?:inspired|motivated|guided|driven)\ by\ (?:this|these|such)[^,]{0,40}
        |(?:based|building)\ (?:up)?on\ (?:this|these|that)[^,]{0,40}
        |for\ (?:this|these|that)\ (?:purpose|reason|end)s?
        |(?:to|in\ order\ to|towards?)\ (?:address|tackle|overcome|fill|bridge|answer|mitigate
        |solve|alleviate|resolve|remedy|close|meet|achieve|do|test|counter|handle|combat|facilitate
        |investigate|study)\ (?:this|these|that|those|such|it|so|the\ above)\b[^,]{0,60})
        \s*,\s+""",
    re.IGNORECASE | re.VERBOSE,
)


# "In this paper we show": a comma is as good as there.
_UNPAUSED = re.compile(
    r"^(?P<phrase>(?:after|based on|by|for|from|here|in|on|through|to|under|using|via|with)\b"
    r"[^,;:]{3,90}?|here) (?=(?:we|I) [a-z])",
    re.IGNORECASE,
)
_JOINS = frozenset("and as because but how if or than that what when where which while who".split())
_INSERTED = re.compile(
    r"^(?P<we>[Ww]e|I),? (?:hence|here|in (?:this|turn)(?: (?:paper|work|study))?|instead|therefore"
    r"|then|thus), "
)


def without_opener(text: str) -> str:
    """Return the text without "However, in this paper," and the like, as many as there are."""
    text = _INSERTED.sub(r"\g<we> ", _paused(text))
    before = None
    while before != text:
        before, text = text, _OPENER.sub("", text)
    return text


def _paused(text: str) -> str:
    """Return the text with a comma between a phrase at its beginning and "we"."""
    match = _UNPAUSED.match(text)
    if match is None or match["phrase"].split()[-1].casefold() in _JOINS:
        return text
    return f"{match['phrase']}, {text[match.end() :]}"

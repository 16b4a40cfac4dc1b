"""What a paper overcomes was said before: told without it, the rest of the sentence stands."""

import re

_OVERCOME = (
    r"(?:address|alleviat|break|bridg|clos|combat|eliminat|fill|fix|handl|meet|mitigat|overcom|remed"
    r"|resolv|solv|tackl)\w*"
)
_OBSTACLE = (
    rf"{_OVERCOME} (?:this|these|those|such an?|such|the above) (?:[\w-]+ )?[a-z-]+(?= |[,.]|$)"
)
_MEANS = r"(?:by|in|through|using|via|with)"

# "a method that overcomes this limitation by training" is "a method training"
_THAT_BY = re.compile(
    r",? (?:that|which) (?:(?:aims?|attempts?|helps?|seeks?|tries|try|is designed) to )?"
    rf"{_OBSTACLE} by (?=\w+ing\b)"
)
# "a benchmark that breaks this confound via an axis" is "a benchmark with an axis"
_THAT_WITH = re.compile(rf",? (?:that|which) {_OBSTACLE} (?:through|using|via|with) (?=an? )")
# "We tackle these limitations by training" is "We proceed by training"
_DEED = re.compile(rf"\b(?P<we>[Ww]e) {_OBSTACLE}(?= {_MEANS} )")
_PURPOSE = re.compile(
    rf"(?:(?P<before>\w+) (?:in order )?to|, (?:thereby|thus|hence|effectively)?\s?) ?{_OBSTACLE}"
    r"(?=[,.]|$)"
)
# Before "to overcome": without its object the sentence would be none.
_WANT_TO = frozenset(
    """
    ability able aim aimed aiming aims attempt attempts designed intended meant propose proposed
    proposes seek seeks tries try used
    """.split()
)


def without_obstacles(text: str) -> str:
    """Return the text without "to overcome this limitation" and the like, where it can do so."""
    text = _THAT_WITH.sub(" with ", _THAT_BY.sub(" ", text))
    return _PURPOSE.sub(_kept, _DEED.sub(r"\g<we> proceed", text))


def _kept(match: re.Match[str]) -> str:
    before = match["before"] or ""
    return match.group() if before in _WANT_TO else before

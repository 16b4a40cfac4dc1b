"""Questions in one: "What is Pando, and how many models does it contain?"."""

import re

from assistant.answer import Turn
from assistant.understanding.comparison import compared_sides
from assistant.understanding.followups import refers_back
from assistant.understanding.question import Form, analyse, name_phrases
from assistant.understanding.rewriting import RuleRewriter
from assistant.wording import phrase

_MAX_PARTS = 4
_MIN_WORDS = 3  # "How and why does it work?" is one question
_WH = r"(?:what|which|how|why|when|where|who|whose)"
_AUXILIARY = r"(?:does|do|did|can|could|is|are|was|were|has|have|had|will|would|should)"
_QUESTION = phrase(
    rf"^(?:{_WH}|{_AUXILIARY}|(?:in|on|for|by) (?:what|which|how)|explain|describe|tell"
    r"|summari[sz]e|define|compare|list|name|give)\b"
)
# "and what dogs do" asks nothing of its own: a verb stands before the subject where something does.
_INVERTED = phrase(rf"^(?:{_AUXILIARY}|who \w+|{_WH}(?: [\w-]+){{0,4}}? {_AUXILIARY} [\w-]+)\b")
_NEXT_SENTENCE = re.compile(r"(?<=\?)\s+")
_NEXT_CLAUSE = phrase(
    r"(?:,|;)? (?:and|as well as|but) (?:also )?"
    rf"(?=(?:{_WH}|{_AUXILIARY} (?:it|they|the))\b)|; (?=\w)|, (?={_WH} )"
)


def parts_of(question: str) -> list[str]:
    """Return the questions that a question holds, each standing alone; itself where it is one.

    A comparison stays whole, it is read side by side, and so does what asks for a list of papers.
    """
    if compared_sides(question) or analyse(question).form is Form.LIST:
        return [question]
    pieces = [
        _as_question(piece)
        for sentence in _NEXT_SENTENCE.split(question.strip())
        for piece in _clauses(sentence)
    ]
    if not 2 <= len(pieces) <= _MAX_PARTS or not all(map(_is_question, pieces)):
        return [question]
    first, *others = pieces
    if name_phrases(" ".join(others)) and not name_phrases(first):
        return [question]  # "How many samples and how many tasks does VTInstruct have?"
    before = [Turn(first)]
    parts = [first, *(RuleRewriter().rewrite(other, before) for other in others)]
    return [question] if any(map(refers_back, parts)) else parts


def _clauses(sentence: str) -> list[str]:
    first, *others = _NEXT_CLAUSE.split(sentence)
    return [first, *others] if all(map(_INVERTED.search, others)) else [sentence]


def _is_question(piece: str) -> bool:
    return len(piece.split()) >= _MIN_WORDS and _QUESTION.search(piece.strip()) is not None


def _as_question(piece: str) -> str:
    text = piece.strip(" ,;.?!")
    return f"{text[:1].upper()}{text[1:]}?"

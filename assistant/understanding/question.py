"""The shape of a question about content: what kind of answer would be one."""

import re
from dataclasses import dataclass
from enum import Enum

from vectorstore import STOPWORDS, content_terms, stem, words


class Expects(Enum):
    """What an answering sentence must hold."""

    NUMBER = "number"
    LINK = "link"
    DEFINITION = "definition"
    PERSON = "person"
    REASON = "reason"
    METHOD = "method"
    ANYTHING = "anything"


class Form(Enum):
    """How the answer is laid out."""

    PASSAGE = "passage"
    LIST = "list"
    COMPARISON = "comparison"


PAPER_NOUNS = frozenset(
    "paper papers article articles publication publications work works study studies research"
    " abstract abstracts author authors literature".split()
)

# Words that ask for a kind of thing every abstract is made of. The answer names the thing, not the
# kind ("Which dataset ...?" - "... on HotPotQA"), so they need not occur in it.
GENERIC_NOUNS = frozenset(
    stem(noun)
    for noun in (
        "advantage aim algorithm answer application approach architecture area aspect assumption"
        " backbone baseline basis benchmark benefit cause challenge claim class code component"
        " concept conclusion connection consequence contribution core corpus cost data dataset"
        " definition difference discovery domain drawback effect evidence example experiment"
        " explanation factor feature field finding focus framework function gain gap goal idea"
        " impact implication importance improvement innovation insight inspiration intuition issue"
        " kind language limitation link llm llms main meaning mechanism message method methodology"
        " metric modality model motivation name network novelty number objective observation origin"
        " outcome output part performance perspective phase pipeline point principle problem"
        " procedure property purpose question reason recommendation relation relationship repository"
        " result risk role scenario score setting shortcoming significance source stage step"
        " strategy structure sub-task system takeaway task technique technology term thing tool"
        " topic tradeoff type url use value variant way weakness"
    ).split()
)

_LIST = re.compile(
    r"""\b(?:which|what|list|show|find|any|name|all|give\ me|are\ there|recommend)\b
        (?:\s+\w+){0,3}?\s+(?:papers|articles|works|studies|publications|abstracts|surveys)\b
      | \bwhat\ (?:work|research|literature)\ (?:is|has|exists|was)\b
      | ^(?:papers|articles|works|studies|work|research|literature)\s+(?:on|about|that|which|using)\b
      | \b(?:is\ there|are\ there|any|some|all|more)\ (?:any\ )?(?:work|research|literature|papers?)\b
      | \beverything\ (?:about|on)\b
      | \b(?:papers|articles|works|studies|publications)\s*[?.!]*$
      | \bwho\ (?:studies|works\ on)\b""",
    re.IGNORECASE | re.VERBOSE,
)
_COMPARISON = re.compile(
    r"\b(?:compare[ds]?|comparing|comparison|differ|differs|difference|differences|distinguish(?:es)?"
    r"|contrast|versus|vs\.?|in common|similarities|unlike)\b",
    re.IGNORECASE,
)
_EXPECTS = (
    (Expects.LINK, r"\bwhere\b.*\b(?:code|source|data|dataset|datasets|weights|models?|repository"
                   r"|project|demo|resource|resources|checkpoints?|implementation|find|available"
                   r"|download|released?|follow|get|access|track)\b|\b(?:github|repository|repo|url|link|project page)\b"
                   r"|\bcode (?:is )?(?:available|released|public)"),
    (Expects.NUMBER, r"\bhow (?:many|much|large|big|long|often|fast|accurate)\b|\bby how\b"
                     r"|\b(?:what|which) (?:is the |was the )?(?:percentage|percent|fraction|share"
                     r"|proportion|number|accuracy|score|size|rate|factor|margin)\b"),
    (Expects.PERSON, r"^\s*(?:and )?who\b|\bwhose\b"),
    (Expects.REASON, r"\bwhy\b|\bwhat (?:motivates|causes|is the reason)\b|\breasons? (?:for|why)\b"),
    (Expects.METHOD, r"\bhow\b|\bin what way\b"),
    (Expects.DEFINITION, r"^\s*(?:what(?:'s| is| are| was| were)|who is|define|explain|describe"
                         r"|tell me (?:about|more)|what do you know about|summari[sz]e|give me an?"
                         r" (?:overview|summary))\b|\bstands? for\b|\bmean(?:s|ing)?\b"),
)  # fmt: skip
_EXPECTS_COMPILED = tuple((kind, re.compile(text, re.IGNORECASE)) for kind, text in _EXPECTS)

_AUXILIARY = (
    "is|are|was|were|does|do|did|has|have|had|can|could|would|should|will|must|may|might|use[ds]?"
)
_ASKED_NOUN = re.compile(
    rf"\b(?:how many|number of|which|what|whose)\s+(?!(?:{_AUXILIARY})\b)"
    rf"((?:[\w'’-]+\s+){{0,4}}?[\w'’-]+?)(?:\s+(?:{_AUXILIARY}|of|in|for|from|to|on)\b|\s*[?.]*$)"
    r"|\bwhat\s+(?:is|are|was|were)\s+(?:the|its|their)\s+(?!\w*\s*number\b)((?:[\w'’-]+\s+){0,3}?[\w'’-]+)\s+(?:of|used)\b",
    re.IGNORECASE,
)
_COUNTS = re.compile(r"\bhow many\b(?!\s+(?:fewer|more|less|times))|\bnumber of\b", re.IGNORECASE)
# Kinds whose members have names of their own, so that a sentence that answers holds such a name.
_NAMED_KINDS = frozenset(
    stem(noun)
    for noun in "algorithm approach baseline benchmark corpus data dataset framework language llm"
    " method model name system task technique tool transformer".split()
)
# Verbs that tie papers to a topic and are no part of it.
_LISTING_WORDS = frozenset(
    stem(word)
    for word in "list show find name recommend use using apply examine study deal mention discuss"
    " address explore consider focus propose investigate research everything employ concern work"
    " handle tackle cover relate introduce present analyse analyze look try involve review contain"
    " include describe work exist topic".split()
)
_PLURALS = frozenset({"people", "data", "children", "criteria", "corpora"})
_NUMBER_WORDS = frozenset("one two three four five six seven eight nine ten several".split())


@dataclass(frozen=True, slots=True)
class Question:
    """A question that stands alone, analysed.

    `terms` are stems that a good answer shares; `names` words of it that name
    something (they are capitalised or hold a digit), as written. `asked` are the words of the noun phrase that "which", "what"
    or "how many" asks for, in lower case; empty where there is none. `is_generic` says that it is
    of a kind that an answer instantiates without saying its name, `wants_name` that it does so by
    a proper name.
    """

    text: str
    form: Form
    expects: Expects
    terms: tuple[str, ...]
    names: tuple[str, ...]
    asked: tuple[str, ...]

    @property
    def query(self) -> str:
        """Return what is searched: the topic alone where papers are to be listed."""
        if self.form is not Form.LIST:
            return self.text
        dropped = STOPWORDS | PAPER_NOUNS
        kept = [
            word.group()
            for word in words(self.text)
            if word.group().casefold() not in dropped and stem(word.group()) not in _LISTING_WORDS
        ]
        return " ".join(kept) or self.text

    @property
    def counts(self) -> bool:
        """Return whether it asks how many of something there are."""
        return bool(_COUNTS.search(self.text))

    @property
    def name_stems(self) -> frozenset[str]:
        """Return the names as terms."""
        return frozenset(stem(name) for name in self.names)

    @property
    def is_generic(self) -> bool:
        """Return whether the asked kind is one that every abstract is made of, or not given."""
        return not self.asked or stem(self.asked[-1]) in GENERIC_NOUNS

    @property
    def wants_name(self) -> bool:
        """Return whether an answer names members of the asked kind ("on HotPotQA")."""
        return bool(self.asked) and stem(self.asked[-1]) in _NAMED_KINDS


def analyse(text: str) -> Question:
    """Return the analysis of a question that stands alone."""
    if text.isupper():
        text = text.lower()
    form = _form(text)
    return Question(
        text=text,
        form=form,
        expects=_expects(text),
        terms=tuple(dict.fromkeys(_question_terms(text, form))),
        names=tuple(dict.fromkeys(_names(text))),
        asked=_asked(text),
    )


def _form(text: str) -> Form:
    if _COMPARISON.search(text):
        return Form.COMPARISON
    return Form.LIST if _LIST.search(text) else Form.PASSAGE


def _expects(text: str) -> Expects:
    for kind, pattern in _EXPECTS_COMPILED:
        if pattern.search(text):
            return kind
    return Expects.ANYTHING


def name_phrases(text: str) -> list[re.Match[str]]:
    """Return the names in the text, words that stand together taken as one, numbers left out."""
    names = [name for name in _names(text) if not name.isdigit()]
    if not names:
        return []
    name = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
    one = rf"(?:{name})(?![\w-])"
    return list(re.finditer(rf"(?<![\w-]){one}(?:\s+{one})*", text))


def _question_terms(text: str, form: Form) -> list[str]:
    kept = [word.group() for word in words(text) if word.group().casefold() not in PAPER_NOUNS]
    found = content_terms(" ".join(kept))
    if form is not Form.LIST:
        return found
    return [term for term in found if term not in _LISTING_WORDS] or found


def _names(text: str) -> list[str]:
    """Return the words written like names, the first word of the question aside."""
    named = []
    for position, word in enumerate(words(text)):
        surface = word.group()
        if surface.casefold() in STOPWORDS | PAPER_NOUNS or stem(surface) in GENERIC_NOUNS:
            continue
        capital = position > 0 and surface[0].isupper()
        parts = surface.split("-")
        if len(parts) > 1 and not _is_marked(surface) and sum(p[:1].isupper() for p in parts) < 2:
            named.extend(part for part in parts if _is_marked(part))
        elif capital or _is_marked(surface):
            named.append(surface)
    return [name for name in named if stem(name) not in GENERIC_NOUNS]


def _is_marked(word: str) -> bool:
    """Return whether a word is written like a name wherever it stands: "GPT-4", "AttnTrace"."""
    parts = [part for part in word.split("-") if part]
    marked = [p for p in parts if p[1:] != p[1:].lower() or p[0].isdigit() or p.isupper()]
    if len(parts) == 1 and len(word) == 1:
        return False
    return len(marked) == len(parts) if len(parts) < 3 else bool(marked)


def _asked(text: str) -> tuple[str, ...]:
    match = _ASKED_NOUN.search(text)
    if not match:
        return ()
    phrase = (match.group(1) or match.group(2)).casefold().split()
    if phrase[0] in STOPWORDS:  # "what they generate" asks for no noun
        return ()
    kept = [word for word in phrase if word not in STOPWORDS | _NUMBER_WORDS]
    if _COUNTS.search(text):
        plural = next((n for n, word in enumerate(kept) if word in _PLURALS or word.endswith("s")), None)
        kept = kept if plural is None else kept[: plural + 1]  # "people took part in"
    return tuple(kept)

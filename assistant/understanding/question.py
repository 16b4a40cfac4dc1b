"""The shape of a question about content: what kind of answer would be one."""

import re
from dataclasses import dataclass
from enum import Enum
from itertools import pairwise

from assistant.understanding.lexicon import (
    ACRONYMS_OF_KINDS,
    EVALUATIVE_WORDS,
    GENERIC_NOUNS,
    IRREGULAR_PLURALS,
    LISTING_WORDS,
    NAMED_KINDS,
    NUMBER_WORDS,
    PAPER_NOUNS,
    PRONOUNS,
)
from assistant.wording import phrase
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


_PAPERS = "(?:papers|articles|works|studies|publications)"
_LIST = phrase(
    rf"\b(?:which|what|list|show|find|any|name|all|give me|are there|recommend)\b(?: \w+){{0,3}}?"
    rf" (?:{_PAPERS}|abstracts|surveys)\b"
    r"|\bwhat (?:work|research|literature) (?:is|has|exists|was)\b"
    r"|^what(?:'s| is| was| has| have)?(?: been)? (?:published|appeared|c[ao]me out|new on)\b"
    rf"|^(?:{_PAPERS}|work|research|literature) (?:on|about|that|which|using)\b"
    r"|\b(?:is there|are there|any|some|all|more) (?:any )?(?:work|research|literature|papers?)\b"
    rf"|\beverything (?:about|on)\b|\b{_PAPERS}\s*[?.!]*$|\bwho (?:studies|works on)\b"
)
_COMPARISON = phrase(
    r"\b(?:compare[ds]?|comparing|comparison|differs?|differences?|distinguish(?:es)?|contrast"
    r"|versus|vs\.?|in common|similarities|unlike)\b"
)
_EXPECTS = tuple(
    (kind, phrase(pattern))
    for kind, pattern in (
        (Expects.LINK,
         r"\bwhere\b.*\b(?:code|source|data|datasets?|weights|models?|repository|project|demo"
         r"|resources?|checkpoints?|implementation|find|available|download|released?|follow|get"
         r"|access|track)\b|\b(?:github|repository|repo|url|link|project page)\b"
         r"|\bcode (?:is )?(?:available|released|public)"),
        (Expects.NUMBER,
         r"\bhow (?:many|much|large|big|long|often|fast|accurate)\b|\bby how\b|\b(?:what|which)"
         r" (?:is the |was the )?(?:percentage|percent|fraction|share|proportion|number|accuracy"
         r"|score|size|rate|factor|margin)\b"),
        (Expects.PERSON, r"^\s*(?:and )?who\b|\bwhose\b"),
        (Expects.REASON,
         r"\bwhy\b|\bwhat (?:motivates|causes|is the reason)\b|\breasons? (?:for|why)\b"),
        (Expects.METHOD, r"\bhow\b|\bin what way\b"),
        (Expects.DEFINITION,
         r"^\s*(?:what(?:'s| is| are| was| were)(?! the\b)|who is|define|explain|describe"
         r"|tell me (?:about|more)|what do you know about|summari[sz]e"
         r"|give me an? (?:overview|summary))\b|\bstands? for\b|\bmean(?:s|ing)?\b"),
    )
)  # fmt: skip
# Words that only ask to be told: they are no topic, though no paper holds them.
_REQUEST = phrase(
    r"^(?:(?:can|could|would|will) you )?(?:please )?(?:tell me(?: more)?|explain(?: to me)?"
    r"|describe|summari[sz]e|define|show me|i (?:want|would like) to (?:know|learn)"
    r"|give me an? (?:overview|summary)|what do you know)\b"
)
_COUNTS = phrase(r"\bhow many\b(?! (?:fewer|more|less|times))|\bnumber of\b")

_TRIED_ON = phrase(
    r"^what\b.*\b(?:applied|benchmarked|evaluated|run|tested|tried|validated) (?:on|over|with)\W*$"
)
_SUBJECT = phrase(r"^(?:how|why|when|where) (?:does|do|did|is|are|was|were|can|could)\b")
_AUXILIARY = (
    r"(?:is|are|was|were|do|does|did|has|have|had|can|could|would|should|will|must|may|might"
    r"|use[ds]?)"
)  # fmt: skip
_WORDS = r"(?:[\w'’-]+ )"
_PREPOSITION = "(?:across|at|by|for|from|in|into|of|on|over|to|under|with)"
_OPENING = f"(?:[^,]*, )?(?:(?:and|but|so) )?(?:{_PREPOSITION} )?"
_ASKED_NOUN = phrase(
    rf"(?:^{_OPENING}(?:how many|which|what|whose)|\bnumber of) (?!{_AUXILIARY}\b)"
    rf"({_WORDS}{{0,4}}?[\w'’-]+?)(?: (?:{_AUXILIARY}|of|in|for|from|to|on)\b|\s*[?.]*$)"
    r"|\bwhat (?:is|are|was|were) (?:the|its|their) (?!\w*\s*number\b)"
    rf"({_WORDS}{{0,3}}?[\w'’-]+) (?:of|used)\b"
)


@dataclass(frozen=True, slots=True)
class Question:
    """A question that stands alone, analysed.

    `terms` are stems that a good answer shares; `names` are words, as written, that name something
    (they are capitalised or hold a digit). `asked` are the words of the noun phrase that "which",
    "what" or "how many" asks for, in lower case; empty where there is none.
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
            if word.group().casefold() not in dropped and stem(word.group()) not in LISTING_WORDS
        ]
        return " ".join(kept) or self.text

    @property
    def counts(self) -> bool:
        """Return whether it asks how many of something there are."""
        return bool(_COUNTS.search(self.text))

    @property
    def subject(self) -> tuple[str, ...]:
        """Return the first two stems of the subject: "How does speculative decoding ...?".

        Empty where the question is not put as "how (why, when, where) does X ...".
        """
        match = _SUBJECT.search(self.text)
        rest = words(self.text[match.end() :]) if match else []
        if not rest or rest[0].group().casefold() in PRONOUNS:
            return ()
        skipped = STOPWORDS | PAPER_NOUNS | NUMBER_WORDS | EVALUATIVE_WORDS
        kept = [w.group() for w in rest if w.group().casefold() not in skipped]
        return tuple(stem(word) for word in kept[:2])

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
        asks_kind = bool(self.asked) and stem(self.asked[-1]) in NAMED_KINDS
        return asks_kind or _TRIED_ON.search(self.text) is not None


def analyse(text: str) -> Question:
    """Return the analysis of a question that stands alone."""
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
    for kind, pattern in _EXPECTS:
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
    asked = words(_REQUEST.sub("", text)) or words(text)
    kept = [word.group() for word in asked if word.group().casefold() not in PAPER_NOUNS]
    found = content_terms(" ".join(kept))
    if form is not Form.LIST:
        return found
    return [term for term in found if term not in LISTING_WORDS] or found


def _names(text: str) -> list[str]:
    """Return the words written like names, the first word of the question aside."""
    named: list[str] = []
    for position, word in enumerate(words(text)):
        surface = word.group()
        if surface.casefold() in STOPWORDS | PAPER_NOUNS:
            continue
        capital = position > 0 and surface[0].isupper()
        parts = surface.split("-")
        if len(parts) > 1 and not _is_marked(surface) and sum(p[:1].isupper() for p in parts) < 2:
            named.extend(part for part in parts if _is_marked(part))
        elif capital or _is_marked(surface):
            named.append(surface)
    return [name for name in named if not _is_generic(name)]


def _is_generic(name: str) -> bool:
    """Return whether a name is a kind of thing after all: "LLMs", "Dataset", but not "FIND"."""
    is_acronym = name.isupper() and stem(name) not in ACRONYMS_OF_KINDS
    return stem(name) in GENERIC_NOUNS and not is_acronym


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
    kept = [word for word in phrase if word not in STOPWORDS | NUMBER_WORDS]
    if _COUNTS.search(text):
        plural = next(
            (n for n, word in enumerate(kept) if word in IRREGULAR_PLURALS or word.endswith("s")),
            None,
        )
        kept = kept if plural is None else kept[: plural + 1]  # "people took part in"
    for place, (word, following) in enumerate(pairwise(kept)):
        if word.endswith("s") and following.endswith("ed"):
            return tuple(kept[: place + 1])  # "datasets served to test"
    return tuple(kept)

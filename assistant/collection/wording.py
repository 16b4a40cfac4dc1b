"""How people word questions about a collection: patterns, and words that are no topic."""

import re
from dataclasses import dataclass

from assistant.collection.query import Key
from assistant.wording import NUMBERS, phrase
from vectorstore import STOPWORDS


@dataclass(frozen=True, slots=True)
class Ordering:
    """Words that ask for the first papers by a key."""

    pattern: re.Pattern[str]
    key: Key
    descending: bool


PAPERS = (
    r"(?:papers?|articles?|publications?|works?|studies|study|abstracts?|preprints?|entries|entry"
    r"|documents?|records?|ones?|surveys?)"
)
NUMBER = rf"(?:\d{{1,4}}|{'|'.join(NUMBERS)})"
_LIBRARY = "(?:collection|library|corpus|database)"
_MOST = "(?:most|(?:largest|highest|greatest) number of)"
_LEAST = "(?:fewest|least|(?:smallest|lowest|minimum) number of)"
_TEAM = "(?:author (?:list|team|group)|team|group of authors|list of authors|group|list)"
_DATED = "(?:published|released|written|dated|posted|added|appear(?:ed|s)?|came out|comes? out)"

ORDERINGS = tuple(
    Ordering(phrase(pattern), key, descending)
    for key, descending, pattern in (
        (Key.AUTHORS, True,
         rf"\b{_MOST} (?:co-?)?authors\b|\b(?:largest|biggest|longest) {_TEAM}\b"
         r"|\bmost (?:people|co-?authored)\b"),
        (Key.AUTHORS, False, rf"\b{_LEAST} (?:co-?)?authors\b|\bsmallest {_TEAM}\b"),
        (Key.COMMENTS, True,
         rf"\b{_MOST} (?:comments|discussions?|replies)\b|\b(?:highest|most) comment count\b"
         r"|\bmost[ -](?:discussed|commented(?: on)?|debated|talked about|popular)\b"),
        (Key.COMMENTS, False, rf"\b{_LEAST} comments\b|\bleast[ -](?:discussed|commented)\b"),
        (Key.PUBLISHED, True,
         rf"\b(?:newest|latest|youngest|most recent(?:ly)?)\b(?=.*\b(?:{PAPERS}|{_DATED})\b|\W*$)"
         rf"|\b{PAPERS}\b.*\b{_DATED} (?:last|latest|most recently)\b"),
        (Key.PUBLISHED, False,
         rf"\b(?:oldest|earliest)\b(?=.*\b(?:{PAPERS}|{_DATED})\b|\W*$)"
         rf"|\bfirst (?:paper|article|publication)\b(?! to)"
         rf"|\b{PAPERS}\b.*\b{_DATED} (?:first|earliest)\b"),
    )
)  # fmt: skip

FACTS = tuple(
    (key, phrase(pattern))
    for key, pattern in (
        (Key.AUTHORS,
         r"\bhow many (?:co-?)?authors\b(?=.*\b(?:have|has|had|wrote|written|worked|behind"
         r"|involved|of|on|author(?:ed)?|are there|does|did|were)\b)"
         r"|\bhow many (?:people|persons|researchers)(?: (?:are|is|were|was|have|had|there)){0,2}"
         r" (?:behind|on|wrote|written|worked on|(?:co-?)?authored|the authors"
         r"|does\b.*\b(?:article|paper|work) have)\b"
         r"|\bnumber of (?:co-?)?authors (?:of|on|for|does|did|has)\b|\bauthor count\b"
         r"|\bwho (?:wrote|authored|are the authors|is the author)\b"
         r"|\bnames? of the authors of\b|^\W*(?:list |name )?(?:the )?authors of\b"),
        (Key.PUBLISHED,
         rf"\bwhen (?:was|were|is|did|has)\b.*\b(?:{_DATED}|publication|appear)\b"
         r"|\b(?:what|which) (?:year|date|month|day) (?:was|is|did)\b.*\b(?:published|released|from"
         r"|out|appear)|\b(?:publication|release) (?:date|year)\b|\bwhat (?:year|date) is\b"
         r"|\bhow (?:old|recent) is\b|\bin (?:what|which) (?:year|month)\b"),
        (Key.COMMENTS, r"\bhow many comments\b|\bcomment count\b|\bnumber of comments\b"),
    )
)  # fmt: skip

# Not what a paper counts: "how many papers does A Survey on Birds review".
COUNT = phrase(
    rf"\bhow many (?:\w+[\s-]+){{0,2}}?{PAPERS}\b(?! (?:does|did) (?!(?:the|this|your) {_LIBRARY}))"
    rf"|\b(?:total )?(?:number|count) of {PAPERS}\b"
)
SIZE = phrase(rf"\b(?:how (?:big|large) is|size of) (?:the|this|your) {_LIBRARY}\b")
# Ties counted papers to a topic: "how many papers mention X", but not "how many did X read".
ABOUT = phrase(
    rf"\b{PAPERS}\b(?: (?:are|is|were|do you have|does the library have|there|here|that|which"
    rf"|in the {_LIBRARY})){{0,4}} (?:about|address\w*|concern\w*|cover\w*|deal\w* with|discuss\w*"
    r"|focus\w*|for|involv\w*|mention\w*|on|propos\w*|regarding|relate\w*|studies|study|studying"
    r"|use|uses|using|with)\b"
)
# How many papers are asked for: "which three papers", but not "which of the 43 papers".
ASKED_PAPERS = phrase(
    rf"(?:^\W*|\b(?:which|what|show|list|name|find|me|are) )(?:the )?({NUMBER}) {PAPERS}\b"
)
EVERYTHING = phrase(
    rf"\b(?:list|show|give|what|which|name)\b.*\b(?:all|every|the|your)\b.*\b{PAPERS}\b"
)
PER_YEAR = phrase(
    rf"\b{PAPERS}\b.*\b(?:per|each|every|by) year\b"
    rf"|\b(?:distribution|breakdown)\b.*\b{PAPERS}\b.*\byears?\b"
)
MEAN_AUTHORS = phrase(r"\b(?:average|mean) (?:number of )?authors\b|\bauthors\b.*\bon average\b")
SPAN = phrase(
    r"\b(?:what|which) (?:years|dates|period|time ?(?:span|range|period))\b.*\b(?:cover|span"
    rf"|{_LIBRARY}|papers)|\b(?:date|time|year) (?:range|span)\b"
)


SINGLE_AUTHOR = phrase(
    r"\b(?:a |by )?(?:single|only one|just one|sole|one|lone|solo|1)[ -]author(?:ed|s)?\b"
    r"|\bsolo (?:papers?|works?)\b|\bwritten (?:alone|by (?:one|a single) person)\b"
)
_HOW = "(?:(?:not? )?(?:more|fewer|less) than|over|under|at least|at most|up to|exactly)"
_COUNTED = "(?P<counted>(?:co-?)?authors|comments?)"
COUNT_BOUND = phrase(
    rf"\b(?P<how>{_HOW})?\s*\b(?P<n>{NUMBER})(?: |(?P<plus>\+)\s*)(?P<or>or (?:more|fewer|less) )?"
    rf"{_COUNTED}\b"
)
# Two bounds in one: "between 5 and 7 authors", "more than 4 but fewer than 8 authors".
COUNT_RANGE = phrase(
    rf"\b(?:between (?P<low>{NUMBER}) and |(?:from )?(?P<from>{NUMBER})(?: to |\s*[-–]\s*))"
    rf"(?P<high>{NUMBER}) {_COUNTED}\b"
)
COUNT_PAIR = phrase(
    rf"\b(?P<first>{_HOW} {NUMBER}) (?:and|but) (?P<second>{_HOW} {NUMBER}) {_COUNTED}\b"
)

# Words that frame a question about the collection and say nothing of a topic.
FRAME = STOPWORDS | frozenset(
    """
    abstract abstracts added appear appeared appears article articles author authored authors
    available average behind bundled called came co-author collection come comment comments contain
    contained contains corpus count counts daily database date dated dates day describe
    described describes discuss discusses distribution document documents entries entry exist
    exists face find first got hold holds hugging huggingface include included includes index
    indexed introduce introduced introduces know last library link list listed mean mention
    mentioned mentioning mentions month name new number old one ones order ordered page paper
    paper's papers people people's period person persons posted preprint preprints present
    presented presents propose proposed proposes public publication publications publish
    published publishes range receive received recent recently record records release released
    researcher researchers share show size sort sorted span studies study team tell time title
    titled titles top total using work worked works write written wrote year year's years yours
    """.split()
)

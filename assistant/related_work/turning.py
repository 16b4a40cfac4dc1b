"""A sentence of an abstract as somebody else reports it: "We introduce X" is "Doe introduces X".

What cannot be turned with certainty is reported with "the authors" and cited at its end.
"""

import re
from dataclasses import dataclass
from typing import Literal

from assistant.related_work.fitness import is_fit, with_indefinite_objects
from assistant.related_work.openers import without_opener
from assistant.related_work.persons import FIRST_PERSON, capital, in_third_person
from assistant.related_work.subjects import Subject, product_of, subject_of
from assistant.related_work.verbs import COORDINATED, base_form, third_person
from vectorstore import Paper

_LOOSE = (
    r"(?:also|further(?:more)?|then|first|finally|additionally|next|thus|therefore|hence|here"
    r"|instead|moreover)"
)
_ADVERB = r"(?!(?:apply|comply|imply|multiply|rely|reply|supply)\b)(?:[a-z]+ly)"
_WE = re.compile(
    rf"^(?P<before>(?:(?!\b(?:[Ww]e|us|I)\b)[^;:]){{0,160}}?,\s+|)(?:[Ww]e|I)\s+"
    rf"(?:{_LOOSE}\s+)*(?P<adverb>(?:{_ADVERB}\s+)?)(?P<verb>[a-z][a-z-]*(?:n['’]t)?)"
    r"(?P<rest>\b.*)$"
)
# What stands before "we" and may stay: a phrase that leans on nothing outside of its sentence.
_LEANS = re.compile(r"\b(?:this|these|that|those|such|it|they|its|their|former|latter|above)\b")
_PHRASE = re.compile(
    r"^(?:after|although|as|based on|because|building (?:up)?on|by|despite|during|for|from|given|if"
    r"|in|inspired by|motivated by|on|since|through|to|under|unlike|using|via|when|while|whereas"
    r"|with|without|[a-z]+ing|across|among|at|beyond)\b",
    re.IGNORECASE,
)
_PURPOSE = re.compile(
    r"^(?:based|building|by|inspired|leveraging|motivated|through|to|using|via)\b", re.IGNORECASE
)
_PAPER = re.compile(
    r"^(?:this|the|the (?:current|present)) (?:position )?(?:paper|work|study|article|thesis|survey"
    rf"|review|report|research|tutorial)\s+(?:{_LOOSE}\s+)*(?P<adverb>(?:{_ADVERB}\s+)?)"
    r"(?P<verb>[a-z-]+(?:s|ed))(?P<rest>\b.*)$",
    re.IGNORECASE,
)
_OUR_RESULTS = re.compile(
    r"^Our (?P<what>(?:[\w-]+ ){0,3}?(?:experiments|results|findings|evaluations|analyses"
    r"|simulations|studies|observations))\b",
    re.IGNORECASE,
)
_BRINGS = frozenset("introduce present propose release develop describe offer contribute".split())
_APPOSED = r"^\s+(?:the )?{name}(?:\s+\([^)]*\))?\s*(?:,|:|\s[-–—]+|—)\s+(?P<what>(?:an?|the) .+)$"
_SHARED_SUBJECT = re.compile(
    rf"(?:,\s+(?:and|or|but|then)|,|\b(?:and|or|but|then))\s+(?:{_LOOSE}\s+|{_ADVERB}\s+)*(?P<verb>[a-z][a-z-]+)\b"
)
_OWN_CLAUSE = re.compile(
    r"\b(?:to|that|which|who|whose|can|could|may|might|will|would|should|must|do|does|did|help\w*"
    r"|let|how|where|when|whether|what|why|if|as|because|while|we|not)\b"
)
# Verbs that are nouns too: "and measure" may go on with either.
_MAY_BE_NOUN = frozenset(
    """
    address aim benchmark bound call compare design detail estimate focus gain highlight map
    measure model outline point probe report review study survey test trace train use
    """.split()
)
_MODAL = frozenset("can cannot could did do may might must shall should will would".split())

Place = Literal["subject", "product", "end"]


@dataclass(frozen=True, slots=True)
class Turned:
    """A sentence in the third person.

    The citation, with the words `named` that it follows, stands between `before` and `after`: of
    place `subject` these name the authors or the study, of `product` what they made; at the `end`
    it stands before the full stop, and `named` is empty. `claim` is the sentence without them.
    """

    place: Place
    before: str
    named: str
    after: str
    claim: str

    @property
    def n_words(self) -> int:
        """Return the number of words, the citation's own number left out."""
        return len(f"{self.before} {self.named} {self.after}".split())


def turn(sentence: str, paper: Paper, *, follows: bool = False) -> Turned | None:
    """Return the sentence as somebody else reports it; None where it is unfit to be.

    `follows` says that a sentence on the same paper stands before it, so that the authors need not
    be named again.
    """
    text = without_opener(" ".join(sentence.split())).rstrip()
    if not is_fit(text):
        return None
    text = with_indefinite_objects(re.sub(r"\s*[;:,]$", "", text))
    text = text if text.endswith((".", "!")) else f"{text}."
    subject = subject_of(paper)
    return (
        _by_we(text, paper, subject, follows=follows)
        or _by_paper(text, subject, follows=follows)
        or _by_product(text, paper, follows=follows)
        or _at_end(text)
    )


def _by_we(text: str, paper: Paper, subject: Subject, *, follows: bool) -> Turned | None:
    match = _WE.match(text)
    if not match or (match["before"] and not _PHRASE.match(match["before"])):
        return None
    before = in_third_person(match["before"], subject)
    if _LEANS.search(before.casefold()):
        if not _PURPOSE.match(before):
            return None  # "For these languages, ..." bounds what is said
        before = ""
    verb, rest = match["verb"].lower(), match["rest"]
    product = product_of(paper)
    if product and not before and verb in _BRINGS and not subject.is_plural:
        apposed = _as_product(product, rest)
        if apposed:
            return apposed
    if not subject.is_plural:
        agreed = _agreeing(verb, rest)
        if agreed is None:
            return None
        verb, rest = agreed
    return _with_subject(before, f"{match['adverb']}{verb}", rest, subject, follows=follows)


def _by_paper(text: str, subject: Subject, *, follows: bool) -> Turned | None:
    match = _PAPER.match(text)
    if not match or text.split()[2].casefold() in {"on", "of"}:
        return None
    verb = match["verb"]
    if subject.is_plural:
        if _shares_subject(match["rest"], singular=True):
            return None
        verb = base_form(verb)
    return _with_subject("", f"{match['adverb']}{verb}", match["rest"], subject, follows=follows)


def _with_subject(
    before: str, verb: str, rest: str, subject: Subject, *, follows: bool
) -> Turned | None:
    rest = in_third_person(rest, subject)
    claim = capital(f"{before}the authors {verb}{rest}")
    if follows:
        return _at_end_again(before, verb, rest, subject, claim)
    named = subject.text
    if before and subject.kind == "study":
        named = named[:1].lower() + named[1:]
    return Turned("subject", capital(before), named, f" {verb}{rest}", claim)


def _at_end_again(before: str, verb: str, rest: str, subject: Subject, claim: str) -> Turned:
    pronoun = "they" if subject.is_plural else "it" if subject.kind == "study" else subject.text
    return _ended(capital(f"{before}{pronoun} {verb}{rest}"), claim)


def _as_product(product: str, rest: str) -> Turned | None:
    """Return "Pando is a benchmark ..." for "introduce Pando, a benchmark ...", else None."""
    match = re.match(_APPOSED.format(name=re.escape(product)), rest)
    if not match or _shares_subject(match["what"]) or FIRST_PERSON.search(match["what"]):
        return None
    return Turned("product", "", product, f" is {match['what']}", f"{product} is {match['what']}")


def _by_product(text: str, paper: Paper, *, follows: bool) -> Turned | None:
    """Return a sentence that begins with the name of what the paper brings, cited behind it."""
    product = product_of(paper)
    if not product or follows or not re.match(rf"{re.escape(product)}\s+[a-z]", text):
        return None
    after = in_third_person(text[len(product) :], None)
    return Turned("product", "", product, after, f"{product}{after}")


def _at_end(text: str) -> Turned | None:
    found = _OUR_RESULTS.match(text)
    if found:
        text = capital(text[found.start("what") :])
    text = re.sub(r"^Our\b", "The authors'", text)
    text = capital(in_third_person(text, None))
    return _ended(text, text)


def _ended(text: str, claim: str) -> Turned:
    return Turned("end", text[:-1], "", text[-1], claim)


def _agreeing(verb: str, rest: str) -> tuple[str, str] | None:
    """Return verb and rest as they follow a subject in the singular; None where it is unsure."""
    if not _shares_subject(rest):
        return third_person(verb), rest
    if verb in _MODAL:
        return (verb, rest) if verb not in {"do"} else None
    pieces, end = [], 0
    for match in _SHARED_SUBJECT.finditer(rest):
        shared = match["verb"]
        if shared not in COORDINATED:
            continue
        if shared in _MAY_BE_NOUN or _OWN_CLAUSE.search(rest[: match.start()]):
            return None
        pieces += [rest[end : match.start("verb")], third_person(shared)]
        end = match.end("verb")
    return third_person(verb), "".join([*pieces, rest[end:]])


def _shares_subject(rest: str, *, singular: bool = False) -> bool:
    """Return whether a further verb may share the subject: "introduce X and evaluate it"."""
    verbs = (match["verb"] for match in _SHARED_SUBJECT.finditer(rest))
    return any((base_form(verb) if singular else verb) in COORDINATED for verb in verbs)

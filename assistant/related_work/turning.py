"""A sentence of an abstract as somebody else reports it: "We introduce X" is "Doe introduces X".

What cannot be turned with certainty is cited at its end, or left out where it would say "we".
"""

import re

from assistant.related_work.agreement import agreeing, shares_subject
from assistant.related_work.fitness import is_fit
from assistant.related_work.obstacles import without_obstacles
from assistant.related_work.openers import without_opener
from assistant.related_work.persons import FIRST_PERSON, capital, in_third_person
from assistant.related_work.subjects import Subject, product_of, study_of, subject_of
from assistant.related_work.turned import Turned, ended
from assistant.related_work.verbs import base_form, is_finite
from vectorstore import Paper

_LOOSE = (
    r"(?:also|further(?:more)?|then|first|finally|additionally|next|thus|therefore|hence|here"
    r"|instead|moreover)"
)
_ADVERB = r"(?!(?:apply|comply|imply|multiply|rely|reply|supply)\b)(?:[a-z]+ly)"
WE = re.compile(
    rf"^(?P<before>(?:(?!\b(?:[Ww]e|us|I)\b)[^;:]){{0,160}}?,\s+|)(?:[Ww]e|I)\s+"
    rf"(?:{_LOOSE}\s+)*(?P<adverb>(?:{_ADVERB}\s+)?)(?P<verb>(?!team\b)[a-z][a-z-]*(?:n['’]t)?)"
    r"(?P<rest>\b.*)$"
)
# What stands before "we" and may stay: a phrase that leans on nothing outside of its sentence.
_LEANS = re.compile(r"\b(?:this|these|that|those|such|it|they|its|their|former|latter|above)\b")
_PHRASE = re.compile(
    r"^(?:after|although|as|based on|because|building (?:up)?on|by|despite|during|for|from|given|if"
    r"|in|inspired by|motivated by|on|since|through|to|under|unlike|using|via|when|while|whereas"
    r"|with|without|[a-z]+ing|[a-z]+ed (?:by|on|with)|across|among|at|beyond)\b",
    re.IGNORECASE,
)
_PURPOSE = re.compile(
    r"^(?:based|building|by|inspired|leveraging|motivated|through|to|using|via)\b", re.IGNORECASE
)
_PAPER = re.compile(
    r"^(?:this|our|the|the (?:current|present)) (?:position )?(?:paper|work|study"
    rf"|article|thesis|survey|review|report|research|tutorial)\s+(?:{_LOOSE}\s+)*(?P<adverb>(?:{_ADVERB}\s+)?)"
    r"(?P<verb>[a-z-]+(?:s|ed))(?P<rest>\b.*)$",
    re.IGNORECASE,
)
_RESULTS = r"(?:analys[ei]s|evaluations?|experiments|findings|observations|results|simulations)"
_SHOWN = re.compile(
    rf"^(?:Our|The|These) (?:[\w-]+ ){{0,3}}?{_RESULTS}"
    r" (?:also |further |clearly |consistently )?(?P<verb>confirm|demonstrate|find|reveal|show)s?"
    r"(?P<rest> .+)$"
)
# "In this paper, two models are proposed" is "Two models are proposed by Doe".
_PASSIVE = re.compile(
    r"^(?P<what>(?i:an?|one|two|three|four|several|new|novel)\b[^,;:]{8,120}?)"
    r" (?P<be>is|are|was|were) (?P<done>(?:\w+ly )?(?:analy[sz]ed|described|developed|examined"
    r"|explored|introduced|investigated|presented|proposed|studied))(?P<rest>\b(?! by\b).*)$"
)
BRINGS = {
    "introduce": "introduced", "present": "presented", "propose": "proposed",
    "release": "released", "develop": "developed", "describe": "described",
    "offer": "offered", "contribute": "contributed",
}  # fmt: skip
_APPOSED = (
    r"^\s+(?:the )?{name}(?:\s+\([^)]*\))?\s*"
    r"(?:(?:,|:|\s[-–—]+|—)\s+(?P<what>(?:an?|the) .+)|,? (?:which|that) (?P<does>[a-z]+s .+))$"
)

_IN_THIS_PAPER = re.compile(r"(?<=\w) in this (?:paper|work|study|article)(?=[ ,.])")
_SAYSWE = re.compile(r"\b(?:we|us)\b")


def turn(sentence: str, paper: Paper, *, follows: bool = False) -> Turned | None:
    """Return the sentence as somebody else reports it; None where it is unfit to be.

    `follows` says that a sentence on the same paper stands before it: who "they" are is known.
    """
    text = prepared(sentence)
    if not text:
        return None
    subject = subject_of(paper)
    return (
        _by_we(text, paper, subject, follows=follows)
        or _by_paper(text, paper, subject, follows=follows)
        or _by_results(text, subject, follows=follows)
        or _by_possession(text, subject, follows=follows)
        or _by_whom(text, subject, follows=follows)
        or _by_product(text, subject, product_of(paper), follows=follows)
        or _at_end(text, subject, follows=follows)
    )


def prepared(sentence: str) -> str:
    """Return the sentence without opener and obstacle; empty where it is unfit."""
    text = without_opener(" ".join(sentence.replace("**", "").split())).rstrip()
    text = _IN_THIS_PAPER.sub("", text)
    if not is_fit(text):
        return ""
    text = re.sub(r"\s*[;:,]$", "", text)
    return without_obstacles(text if text.endswith((".", "!")) else f"{text}.")


def _by_we(text: str, paper: Paper, subject: Subject, *, follows: bool) -> Turned | None:
    match = WE.match(text)
    if not match or (match["before"] and not _PHRASE.match(match["before"])):
        return None
    before = in_third_person(match["before"], subject)
    if _LEANS.search(before.casefold()):
        if not _PURPOSE.match(before):
            return None  # "For these languages, ..." bounds what is said
        before = ""
    verb, rest = match["verb"].lower(), match["rest"]
    if subject.kind == "name" and not before and verb in BRINGS and not follows:
        said = of_product(subject.text, rest)
        if said:
            return Turned("product", "", subject.text, f" {said}", f"{subject.text} {said}")
    subject = _who_did(subject, verb, rest, paper)
    if not subject.is_plural:
        agreed = None if _SAYSWE.search(rest) else agreeing(verb, rest)
        if agreed:
            verb, rest = agreed
        elif subject.kind == "authors":
            return None
        else:
            subject = _authors_of(subject)
    return _with_subject(before, f"{match['adverb']}{verb}", rest, subject, follows=follows)


def _who_did(subject: Subject, verb: str, rest: str, paper: Paper) -> Subject:
    """Return the study where it brings what it is named for: no "FIND introduces FIND"."""
    is_brought = subject.kind == "name" and (verb in BRINGS or subject.text in rest)
    return study_of(paper) if is_brought else subject


def _authors_of(subject: Subject) -> Subject:
    """Return "The authors of a 2024 study", which every verb agrees with."""
    text = subject.text if subject.kind == "name" else subject.text[:1].lower() + subject.text[1:]
    return Subject(f"The authors of {text}".rstrip(), "study", is_plural=True)


def _by_paper(text: str, paper: Paper, subject: Subject, *, follows: bool) -> Turned | None:
    match = _PAPER.match(text)
    if not match or text.split()[2].casefold() in {"on", "of"}:
        return None
    verb = match["verb"]
    subject = _who_did(subject, base_form(verb), match["rest"], paper)
    if subject.is_plural:
        if shares_subject(match["rest"], singular=True):
            return None
        verb = base_form(verb)
    return _with_subject("", f"{match['adverb']}{verb}", match["rest"], subject, follows=follows)


def _by_results(text: str, subject: Subject, *, follows: bool) -> Turned | None:
    """Return "Doe shows that ..." for "Our experiments show that ...", else None."""
    match = _SHOWN.match(text)
    if not match or (FIRST_PERSON.search(match["rest"]) and not follows):
        return None
    verb = match["verb"] if subject.is_plural else f"{match['verb']}s"
    return _with_subject("", verb, match["rest"], subject, follows=follows)


def _by_possession(text: str, subject: Subject, *, follows: bool) -> Turned | None:
    """Return "The system of Doe ..." for "Our system ...", else None."""
    head, does = (
        _split_at_verb(re.sub(r"^Our (?:[Pp]roposed )?", "", text))
        if text.startswith("Our ")
        else ("", "")
    )
    if follows or not head or subject.kind != "authors" or FIRST_PERSON.search(head):
        return None
    after = in_third_person(does, subject)
    return Turned(
        "subject", f"The {head} of ", subject.text, f" {after}", f"The authors' {head} {after}"
    )


def _split_at_verb(text: str) -> tuple[str, str]:
    """Return a noun phrase of at most five words and the clause of which it is the subject."""
    parts = text.split()
    for n in range(1, min(6, len(parts))):
        if parts[n - 1].endswith((",", ")")):
            break
        if is_finite(parts[n]):
            return " ".join(parts[:n]), " ".join(parts[n:])
    return "", ""


def _by_whom(text: str, subject: Subject, *, follows: bool) -> Turned | None:
    """Return "Two models are proposed by Doe ..." for "Two models are proposed ...", else None."""
    match = _PASSIVE.match(text)
    if not match or follows or not subject.text or FIRST_PERSON.search(text):
        return None
    named = subject.text
    if subject.kind == "study":
        named = named[:1].lower() + named[1:]
    before = capital(f"{match['what']} {match['be']} {match['done']}")
    return Turned("subject", f"{before} by ", named, match["rest"], f"{before}{match['rest']}")


def _with_subject(
    before: str, verb: str, rest: str, subject: Subject, *, follows: bool
) -> Turned | None:
    rest = in_third_person(rest, subject)
    claim = capital(f"{before}the authors {verb}{rest}")
    if follows:
        pronoun = "they" if subject.is_plural else "it"
        if subject.kind == "authors" and not subject.is_plural:
            pronoun = subject.text
        return ended(capital(f"{before}{pronoun} {verb}{rest}"), claim)
    named = subject.text
    if before and subject.kind == "study":
        named = named[:1].lower() + named[1:]
    return Turned("subject", capital(before), named, f" {verb}{rest}", claim)


def of_product(product: str, rest: str) -> str:
    """Return "is a benchmark ..." for "introduce Pando, a benchmark ...", or nothing."""
    match = re.match(_APPOSED.format(name=re.escape(product)), rest)
    what = (match["does"] or f"is {match['what']}") if match else ""
    return "" if shares_subject(what) or FIRST_PERSON.search(what) else what


def _by_product(text: str, subject: Subject, product: str, *, follows: bool) -> Turned | None:
    """Return a sentence that begins with the name of what the paper brings, cited behind it."""
    if not product or not re.match(rf"{re.escape(product)}\s+[a-z]", text):
        return None
    after = text[len(product) :]
    if FIRST_PERSON.search(after):
        return None
    if follows:
        return ended(f"{'It' if subject.kind == 'name' else product}{after}", text)
    return Turned("product", "", product, after, text)


def _at_end(text: str, subject: Subject, *, follows: bool) -> Turned | None:
    """Return the sentence as it stands; None where it says "we" and nobody knows who that is."""
    if not FIRST_PERSON.search(text):
        return ended(capital(text), text)
    if not follows or re.search(r"\b(?:[Ww]e|I|us|me)\b", text):
        return None
    text = capital(in_third_person(text, subject))
    return ended(text, text)

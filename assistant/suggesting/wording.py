"""Phrases of titles as they stand inside a question: capitals, gerunds, nouns that count."""

import re
from functools import lru_cache

from assistant.understanding.noun_phrases import is_plural
from assistant.wording import phrase
from vectorstore import STOPWORDS, Paper

# Verbs that titles begin with as gerunds ("Decoding ..."). Those that only say that something was
# looked at ("Exploring ...") are in the second table: their object is the topic.
_DEEDS = """
    accelerate achieve adapt address advance align annotate augment automate boost bridge build
    calibrate capture characterize classify combine compress compute constrain construct control
    convert correct create debias decode decompose demystify detect diagnose discover
    disentangle dissect distill edit elicit embed empower enable encode enhance enrich ensure
    estimate explain exploit extend extract facilitate find fine-tune finetune forecast generate
    ground group guide handle harness identify improve incorporate increase induce infer inject
    integrate interpret learn leverage link localize locate map mine minimize mitigate model
    monitor navigate optimize parse personalize plan predict preserve prevent probe prune
    quantify rank recognise recognize reconstruct recover reduce refine reformulate represent
    resolve retrieve reveal score segment select simplify simulate solve steer strengthen
    structure summarize support synthesize tackle tag teach trace track train transfer translate
    uncover understand unify unlock unveil utilize verify visualize
    """.split()
_LOOKS = """
    analyse analyze assess benchmark compare evaluate examine explore investigate measure study
    survey test
    """.split()
_DOUBLING = frozenset("control embed infer map plan tag transfer".split())

_INNER_CAPITAL = re.compile(r"\w[A-Z0-9]|^[A-Z0-9]+$|\d")
_CAPITAL_AMONG_OTHERS = re.compile(
    r"(?<![\w-])[a-z][\w’'-]*[,;]? (?=([A-Z][a-z’']+)(?: [a-z]|[.,;:?!]))"
)
_PLAIN_WORD = re.compile(r"[A-Z][a-z’']+s?$")


def _gerund(verb: str) -> str:
    if verb in _DOUBLING:
        return f"{verb}{verb[-1]}ing"
    return f"{verb[:-1] if verb.endswith('e') else verb}ing"


_DEED_OF = {_gerund(verb): verb for verb in _DEEDS}
_GERUND = "|".join(sorted(_DEED_OF, key=len, reverse=True))
_STARTS_WITH_DEED = phrase(rf"^({_GERUND})(?: and ({_GERUND}))? (?=\w)")
_STARTS_WITH_LOOK = phrase(rf"^(?:{'|'.join(map(_gerund, _LOOKS))}) ")

# Written with a capital everywhere, though an abstract may have them only at the head of a phrase.
_PROPER = frozenset(
    """
    Africa African American Amharic Arabic Asia Asian Australian Basque Bayes Bayesian Bengali
    Boltzmann Brazilian Britain British Bulgarian Carlo Catalan China Chinese Covid Croatian
    Czech Danish Dirichlet Dutch Egyptian English Estonian Euclidean Europe European Finnish
    Fourier French Galician Gaussian German Germany Greek Hausa Hebrew Hindi Hungarian Icelandic
    India Indian Indonesian Internet Irish Italian Japan Japanese Kalman Korean Kurdish Latin
    Latvian Lithuanian Malay Malayalam Maltese Mandarin Marathi Markov Monte Nepali Norwegian
    Persian Polish Portuguese Python Quechua Reddit Romanian Russian Sanskrit Scottish Serbian
    Shapley Sinhala Slavic Slovak Slovene Slovenian Spanish Swahili Swedish Swiss Tamil Telugu
    Thai Tibetan Turkish Twitter Ukrainian Urdu Uyghur Vietnamese Welsh Wikipedia Yoruba Zipf
    Zulu
    """.split()
)
_ANOTHER_GERUND = phrase(r"\band \w+ing\b")
_COUNTABLE = frozenset(
    """
    algorithm approach architecture benchmark classifier corpus dataset decoder encoder framework
    library method metric model network parser pipeline platform strategy study suite survey system
    task technique tool toolkit transformer
    """.split()
)
_MASS = re.compile(r"(?:[ts]ion|ing|ment|[ae]nce|sis|ity|ics|ism|age|gy)$")
_BEHIND_HEAD = re.compile(r" (?:of|for|in|from|to|on|with|under|across) ")
_VOWEL = re.compile(r"(?:[aeio]|un(?!i)|[FHLMNRSX][A-Z])")


def in_sentence(text: str, paper: Paper) -> str:
    """Return a piece of a title, or a defined term, as it would stand inside a sentence.

    A word keeps its capitals where it is written like a name, or the abstract writes it so among
    words that are not; in a title without capitals, all but the first word do.
    """
    words = text.split()
    is_headline = _is_headline(paper.title)
    return " ".join(
        "-".join(_lowered(part, paper, keep=not is_headline and n > 0) for part in word.split("-"))
        for n, word in enumerate(words)
    )


def _lowered(word: str, paper: Paper, *, keep: bool) -> str:
    bare = word.strip("()[],;:'\"’”“")
    if bare == "A":
        return word.lower()
    if keep or bare in _PROPER or _INNER_CAPITAL.search(bare) or not _PLAIN_WORD.match(bare):
        return word
    return word if bare in _names_in(paper.abstract) else word.lower()


@lru_cache(maxsize=2_000)
def _names_in(abstract: str) -> frozenset[str]:
    """Return the words that have their capital among words that have none."""
    return frozenset(_CAPITAL_AMONG_OTHERS.findall(abstract))


def _is_headline(title: str) -> bool:
    plain = [w for w in title.split()[1:] if w.isalpha() and w.casefold() not in STOPWORDS]
    return sum(word[0].isupper() for word in plain) * 2 >= len(plain)


def deed(text: str) -> str:
    """Return "decode LLM representations" for "decoding LLM representations"; "" if it is none."""
    match = _STARTS_WITH_DEED.match(text)
    if not match or _ANOTHER_GERUND.search(text[match.end() :]):
        return ""
    verbs = " and ".join(_DEED_OF[gerund.casefold()] for gerund in match.groups() if gerund)
    return f"{verbs} {text[match.end() :]}"


def looked_at(text: str) -> str:
    """Return "the encoding of speech" for "exploring the encoding of speech"; "" if it is none."""
    match = _STARTS_WITH_LOOK.match(text)
    return text[match.end() :] if match else ""


def with_article(text: str) -> str:
    """Return a noun phrase with the article that it wants: "a parser", "the cost of speech"."""
    head = head_of(text)
    if phrase(r"^(?:an?|the) ").match(text) or is_plural(head):
        return text
    if re.match(r"[\w-]+(?: [\w-]+)? of ", text):
        return f"the {text}"
    if head not in _COUNTABLE:
        return text
    return f"an {text}" if _VOWEL.match(text) else f"a {text}"


def is_mass(text: str) -> bool:
    """Return whether a noun phrase does without article and plural: "knowledge distillation"."""
    return _MASS.search(head_of(text)) is not None


def head_of(text: str) -> str:
    """Return the noun that a phrase is about, in lower case: "parser" of "a parser for speech"."""
    return _BEHIND_HEAD.split(text)[0].split()[-1].casefold()

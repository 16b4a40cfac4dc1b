"""Noun phrases of titles and abstracts, as candidates for the name of a theme.

No tagger: a phrase is the end of a run of words between punctuation, stop words and the words that
every paper uses of itself. What is no noun phrase among them is in few papers, or in all alike.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from vectorstore.analysis import STOPWORDS, stem

# The stems of a phrase: "vision-language model" and "Vision Language Models" are one.
Key = tuple[str, ...]

MAX_WORDS = 3
_TOKEN = re.compile(r"[^\W_]+(?:[-'’/][^\W_]+)*|[^\s\w]")
_SENTENCE_ENDS = frozenset(".?!:")
_PART = re.compile(r"[-/]")
_MIN_LETTERS = 2

# Verbs of abstracts, adjectives of praise, and the parts of a paper: they end a run.
_OF_EVERY_PAPER = frozenset(
    """
    abilities ability able abstract accuracy accurate achieve achieved achieves achieving action
    adapt address addresses addressing advance advances aim aims allow allowing allows analyse
    analyze analyzes answer answering answers applied apply applying approach approaches article
    assess assesses assessing available based baseline baselines become becomes behave behavior
    behaviors behaviour behaviours benchmark benchmarks best better bridge bring build building
    builds called capabilities capability capable capture captures case certain challenge
    challenges challenging changed claim clear code com combine combines combining common
    compare compared compares comparing complex component components comprehensive conclude
    conduct conducted consider considers consist consistent consists contain contains contribute
    contribution contributions current data dataset datasets deeper demonstrate demonstrated
    demonstrates demonstrating depend derive describe describes design designed designing
    despite determine develop developed developing develops different difficult discover discuss
    discussed diverse drive driven easy effect effective effectiveness efficient emerge emerged
    emerging employ employs enable enables enabling encoded encourage end-to-end enhance
    enhanced enhances enhancing ensure era establish evaluate evaluated evaluates evaluating
    evidence examine examines example existing experiment experimental experiments explain
    explains explore explores exploring extend extends extensive face faces fact fail fails find
    finding findings finds first focus focused focuses focusing form found framework frameworks
    full fully future gain gains gap gaps general generate generates github good great help
    helps high higher highlight highlights http https human humans identifies identify
    identifying ii iii illustrate impact implement important improve improved improvement
    improvements improves improving include includes including increase increases increasing
    increasingly indicate inform input inputs insight insights inspire introduce introduced
    introduces introducing investigate investigates investigating involve isolate issue issues
    iv key known lack large-scale last lead leading leads learn leave level levels leverage
    leverages leveraging limit limitation limitations limited limits literature little long low
    lower main maintain major mean means measure measures method methods metric metrics missing
    mitigate model models modern motivate motivated need needs new next note novel number
    observe obtain obtained offer offers open-source optimal order outperform outperforming
    outperforms output outputs overall overcome paper papers paradigm particular perform
    performance performs pipeline play plays popular possible potential powerful practical
    practice present presented presenting presents previous primary prior problem problems
    procedure produce produces producing progress promising propose proposed proposes proposing
    provide provided provides providing publicly question questions range rather reach
    real-world recent recently recover reduce reduces reducing release released releases relies
    rely remain remains remarkable replace report reported represent require required requires
    requiring research researchers result resulting results reveal revealing reveals rich role
    scenario scenarios second seek serve set sets setting settings several show showed showing
    shown shows significant significantly similar simple single solution solutions solve solving
    specific stage stages standard state-of-the-art step steps still strategies strategy strong
    studied studies study studying substantial success successful suffer suggest suggesting
    suggests superior support supports survey systematic tackle take target task tasks technique
    techniques test tested themselves three time today together traditional train trained
    training two type types typical unclear understand understanding unified unique use used
    useful uses using usually utilize validate variety various vary vast verify version way ways
    well whole wide widely wider widespread work works world www yield yielding yields zero
    """.split()
)
# Of these only the run is not at an end: "language models" is a name, "models" is none.
_HEADS = frozenset(
    """
    abilities ability accuracy answer answering answers behavior behaviors behaviour behaviours
    benchmark benchmarks capabilities capability component components data dataset datasets
    design explore explores generate input inputs learn measure measures metric metrics model
    models output outputs performance question questions research step steps task tasks test
    time training understanding
    """.split()
)
# Nouns that end as adjectives and participles do.
_NOUNS = frozenset(
    """
    appraisal approval arrival credential denial dial disposal feed goal hospital interval
    journal manual material need portal potential professional proposal refusal removal renewal
    retrieval reversal rival seed signal speed survival table terminal trial tutorial variable
    vegetable withdrawal
    """.split()
)
_NO_NOUN = re.compile(r".{2,}(?:ed|al|able|ible|ous|ful|less)$")
_BREAKS = (_OF_EVERY_PAPER - _HEADS) | STOPWORDS


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase as it stands in a text.

    `is_whole` where no further noun stands before it, `is_first` where it begins a sentence: its
    capital says nothing.
    """

    key: Key
    surface: str
    is_whole: bool
    is_first: bool


def phrases(text: str) -> Iterator[Phrase]:
    """Yield the phrases of one to three words of a text, in order, repeated ones too.

    "sparse autoencoders for language models" gives "autoencoders", "sparse autoencoders",
    "language models", and no "models", which every paper has.
    """
    for run, is_first in _runs(text):
        if not _may_be_noun(run[-1]):
            continue
        stems = [tuple(map(stem, _PART.split(word))) for word in run]
        for n in range(1, min(len(run), MAX_WORDS) + 1):
            if n > 1 or run[-1].casefold() not in _OF_EVERY_PAPER:
                yield Phrase(
                    sum(stems[-n:], ()),
                    " ".join(run[-n:]),
                    n == len(run),
                    is_first and n == len(run),
                )


def _runs(text: str) -> Iterator[tuple[list[str], bool]]:
    """Yield runs of telling words, and whether they begin a sentence."""
    run: list[str] = []
    before, is_first = ".", True
    for token in [*_TOKEN.findall(text), "."]:
        if not _is_break(token):
            is_first = is_first if run else before in _SENTENCE_ENDS
            run.append(token)
        elif run:
            yield run, is_first
            run = []
        before = token


def _is_break(token: str) -> bool:
    word = token.casefold()
    if len(word) < _MIN_LETTERS or word in _BREAKS:
        return True
    return word.endswith("ly") or not any(letter.isalpha() for letter in word)


def _may_be_noun(word: str) -> bool:
    low = word.casefold()
    singular = low.removesuffix("s")
    return not _NO_NOUN.match(low) if singular not in _NOUNS else True

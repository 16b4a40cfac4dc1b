"""How far the terms of a question occur in a text, in other words too."""

from collections.abc import Collection, Iterable, Mapping
from functools import lru_cache

from assistant.reading.abbreviations import abbreviations
from vectorstore import Paper, stem, terms

# What researchers say in one word and ask in another. A group's words are taken as near-synonyms.
_SYNONYMS = (
    "fast speed quick slow latency second efficient cost computation runtime time expensive",
    "large big size contain comprise scale sample pair hold include",
    "dataset benchmark corpus data collection",
    "outperform surpass exceed beat superior better improve improvement gain increase boost raise"
    " enhance",
    "evaluate evaluation test experiment validate assess examine measure score",
    "limitation challenge drawback weakness shortcoming fail struggle caution difficult lack"
    " limited problem",
    "result finding find show demonstrate reveal discover conclude achieve reach",
    "introduce propose present develop new novel",
    "code github implementation repository software source release available",
    "reduce mitigate eliminate minimize lower decrease alleviate debias",
    "explain explanation explainability interpret interpretability understand describe",
    "cause lead reason because due motivate",
    "human user people person participant subject",
    "method approach technique framework strategy algorithm",
    "train training fine-tune finetune finetuned trained optimize",
    "select choose pick identify",
    "llm language-model chatgpt",
    "image visual vision",
    "medical clinical biomedical medicine health healthcare radiology radiologist diagnosis patient"
    " cancer disease",
    "maximum max maximal highest largest most",
    "minimum min minimal lowest smallest fewest least",
    "compare comparison versus than against contrast",
    "step stage phase",
    "trustworthy reliable faithful trust reliability",
    "replace substitute instead alternative",
    "wrong incorrect misleading illusory false",
    "predict prediction forecast",
    "need require necessary",
    "robust fragile fragility stable",
)
SAME_STEM, _PREFIX, _SYNONYM = 1.0, 0.9, 0.6
SAME_WORD = _PREFIX  # from here on a match is another form of the word, and no synonym
_MIN_PREFIX = 5


@lru_cache(maxsize=1)
def _groups() -> Mapping[str, frozenset[str]]:
    table: dict[str, frozenset[str]] = {}
    for line in _SYNONYMS:
        group = frozenset(stem(word) for word in line.split())
        for word in group:
            table[word] = table.get(word, frozenset()) | group
    return table


def term_match(term: str, text_terms: Collection[str]) -> float:
    """Return how well `text_terms` hold the term, between 0 and 1.

    1 for the stem itself, 0.9 for one that it begins or that begins it (the stemmer parts
    "represent" from "representation"), 0.6 for a near-synonym, else 0.
    """
    if term in text_terms:
        return SAME_STEM
    alike = _by_beginning(frozenset(text_terms)).get(term[:_MIN_PREFIX], ())
    if any(_same_beginning(term, other) for other in alike):
        return _PREFIX
    if not _groups().get(term, frozenset()).isdisjoint(text_terms):
        return _SYNONYM
    return 0.0


@lru_cache(maxsize=20_000)
def _by_beginning(text_terms: frozenset[str]) -> Mapping[str, list[str]]:
    """Return the terms by their first letters: one of other letters is no form of a word."""
    groups: dict[str, list[str]] = {}
    for term in text_terms:
        groups.setdefault(term[:_MIN_PREFIX], []).append(term)
    return groups


def _same_beginning(term: str, other: str) -> bool:
    short, long = sorted((term, other), key=len)
    return len(short) >= _MIN_PREFIX and len(long) - len(short) <= 4 and long.startswith(short)


def term_matches(wanted: Iterable[str], text_terms: Collection[str]) -> dict[str, float]:
    """Return how well `text_terms` hold each wanted term; see `term_match`."""
    return {term: term_match(term, text_terms) for term in wanted}


def coverage(weights: Mapping[str, float], text_terms: Collection[str]) -> float:
    """Return the weighted share of the terms that `text_terms` hold, between 0 and 1."""
    return weighted_share(weights, term_matches(weights, text_terms))


def weighted_share(weights: Mapping[str, float], matches: Mapping[str, float]) -> float:
    """Return the mean of the terms' matches by their weights; 0 where no term is wanted."""
    total = sum(weights.values())
    held = sum(weight * matches[term] for term, weight in weights.items())
    return held / total if total else 0.0


def expanded_terms(text: str, paper: Paper) -> frozenset[str]:
    """Return the terms of `text`, with the long form of each abbreviation of the paper it uses.

    And the other way round: where it spells a long form, the abbreviation counts as used.
    """
    return _expanded_terms(text, paper.title, paper.abstract)


def paper_terms(paper: Paper) -> frozenset[str]:
    """Return the expanded terms of a paper's title and abstract together."""
    return expanded_terms(f"{paper.title}. {paper.abstract}", paper)


@lru_cache(maxsize=20_000)
def _expanded_terms(text: str, title: str, abstract: str) -> frozenset[str]:
    found = set(terms(text))
    folded = text.casefold()
    for short, long_form in abbreviations(f"{title}. {abstract}").items():
        if stem(short) in found or stem(f"{short}s") in found:
            found.update(terms(long_form), (stem(short),))
        elif _singular(long_form) in folded:
            found.add(stem(short))
    return frozenset(found)


def _singular(phrase: str) -> str:
    return phrase.casefold().removesuffix("s")


def jaccard(first: Iterable[str], second: Iterable[str]) -> float:
    """Return the overlap of two sets of terms: 0 for none, 1 for the same."""
    one, other = set(first), set(second)
    return len(one & other) / len(one | other) if one | other else 0.0

"""Headings of paragraphs: the noun phrase that a group's papers have and the others have not."""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import combinations

from assistant.reading.abbreviations import abbreviations
from assistant.related_work.subjects import product_of
from assistant.related_work.worth import content_stems
from assistant.suggesting.wording import in_sentence
from vectorstore import Paper, stem
from vectorstore.themes.phrases import Key, phrases

Nearness = Callable[[Sequence[str]], Sequence[float]]  # of phrases to a group, cosines

OTHER = "Other work"
_MIN_STEMS = 2  # "agents" heads no paragraph, "LLM agents" may
_MIN_PAPERS = 2
_SHARE_SAYING, _SHARE_TITLED = 0.5, 0.3  # of a group's papers have it, or have it in their titles
_SHARE_OF_TWO = 0.5  # have one of two phrases: "X and Y"
_OF_TOPIC, _SAYS_NO_MORE = 0.4, 0.3  # have a phrase of the topic's words, which is worth less
_N_COMPARED, _N_PAIRED = 24, 6
_TOO_COMMON = frozenset(
    map(
        stem,
        """
        accuracy analysis approach comparative comprehensive dataset evaluation experiment framework
        language large learning llm method model modeling nlp network neural performance result
        system task text training
        """.split(),
    )
)
# Verbs, adverbs and the like that stand where a noun would.
_NO_NOUN = re.compile(
    r"(?:(?<!estim)(?<!clim)(?<!templ)(?<!candid)(?<!\bst)(?<!\br)(?<!upd)ate|(?:al|[aeiou]l)ize|ify"
    r"|exists?|moreover|furthermore|yet|thus|hence|respectively|such|like|short|long|high|low|better"
    r"|worse)$",
    re.IGNORECASE,
)
# Nouns that a heading has in the plural.
_COUNTED = re.compile(
    r"(?:\w{3}[eo]r|agent|algorithm|benchmark|dataset|document|embedding|feature|field"
    r"|framework|graph|head|language|lexicon|method|metric|model|network|neuron|pair|prompt|question"
    r"|representation|resource|set|strategy|summary|system|task|text|token|vector)$"
)
_IS_ABBREVIATION = re.compile(r"^[A-Z][A-Za-z]*[A-Z]s?$")


@dataclass(slots=True)
class _Counts:
    """Which papers of a group have a phrase, how written, and how many in their titles."""

    titles: Counter[Key] = field(default_factory=Counter)
    holders: dict[Key, set[int]] = field(default_factory=lambda: defaultdict(set))
    surfaces: dict[Key, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))


def headings(
    groups: Sequence[Sequence[Paper]], topic: str, nearness: Sequence[Nearness]
) -> list[str]:
    """Return a heading a group, no two alike; "Other work" where its papers share no phrase.

    A phrase says more than the topic does, and is scored by the share of the group that has it
    against that of the other groups, and by how near it is to the group.
    """
    counted = [_counted(group) for group in groups]
    given: list[str] = []
    for number, group in enumerate(groups):
        others = [paper for at, each in enumerate(groups) if at != number for paper in each]
        elsewhere = _counted(others)
        scored = _scored(counted[number], len(group), elsewhere, len(others), stems(topic))
        ranked = [
            (key, text)
            for key, text in _ranked(scored, counted[number], group, nearness[number])
            if not any(_alike(text, other) for other in given) and not stems(text) <= stems(topic)
        ]
        given.append(_capital(_chosen(ranked, counted[number], len(group), stems(topic))))
    return given


def stems(text: str) -> set[str]:
    """Return the stems of a text's words and of the parts of its compounds, no function words."""
    return content_stems(re.sub(r"[-/]", " ", text))


def _counted(papers: Sequence[Paper]) -> _Counts:
    counts = _Counts()
    for number, paper in enumerate(papers):
        counts.titles.update({phrase.key for phrase in phrases(paper.title)})
        for text in (paper.title, paper.abstract):
            for phrase in phrases(text):
                counts.holders[phrase.key].add(number)
                counts.surfaces[phrase.key][phrase.surface] += text is paper.abstract
    return counts


def _scored(
    counts: _Counts, n_papers: int, elsewhere: _Counts, n_others: int, topic: set[str]
) -> dict[Key, float]:
    found = {}
    for key, holders in counts.holders.items():
        if len(holders) < _MIN_PAPERS or len(key) < _MIN_STEMS or _TOO_COMMON.issuperset(key):
            continue
        share = len(holders) / n_papers
        lift = math.log((share + 0.05) / (len(elsewhere.holders[key]) / max(1, n_others) + 0.05))
        new = 1.0 if set(key) - topic - _TOO_COMMON else _SAYS_NO_MORE
        found[key] = new * lift * (share + counts.titles[key] / n_papers)
    return {key: score for key, score in found.items() if score > 0}


def _ranked(
    scored: dict[Key, float], counts: _Counts, papers: Sequence[Paper], nearness: Nearness
) -> list[tuple[Key, str]]:
    """Return the phrases with their words, best first by score and nearness together."""
    best = sorted(scored, key=lambda key: (-scored[key], key))[:_N_COMPARED]
    named = [(key, _words(counts.surfaces[key], papers)) for key in best]
    named = [(key, text) for key, text in named if text]
    near = nearness([text for _, text in named])
    worth = {
        key: scored[key] * max(0.0, cosine) for (key, _), cosine in zip(named, near, strict=True)
    }
    return sorted(named, key=lambda each: (-worth[each[0]], each[0]))


def _chosen(
    ranked: Sequence[tuple[Key, str]], counts: _Counts, n_papers: int, topic: set[str]
) -> str:
    """Return the best phrase that enough papers have; else two, else one of the topic's words."""
    telling = [(key, text) for key, text in ranked if stems(text) - topic - _TOO_COMMON]
    for key, text in telling:
        is_said = len(counts.holders[key]) >= _SHARE_SAYING * n_papers
        if is_said or counts.titles[key] >= max(_MIN_PAPERS, _SHARE_TITLED * n_papers):
            return text
    for (first, text), (second, other) in combinations(telling[:_N_PAIRED], 2):
        together = counts.holders[first] | counts.holders[second]
        if len(together) >= _SHARE_OF_TWO * n_papers and not stems(text) & stems(other):
            return f"{text} and {other}"
    of_topic = (text for key, text in ranked if len(counts.holders[key]) >= _OF_TOPIC * n_papers)
    return next(of_topic, OTHER)


def _words(surfaces: Counter[str], papers: Sequence[Paper]) -> str:
    """Return the phrase as abstracts write it, in the plural; "" where it is no noun phrase."""
    text = min(surfaces, key=lambda each: (-surfaces[each], sum(map(str.isupper, each)), each))
    if len(text.split()) == 1 and not text.endswith("ing"):  # "out-of-vocabulary"
        return ""
    if _NO_NOUN.search(text) or any(product_of(paper) in text.split() for paper in papers):
        return ""
    spelled = [_spelled(word, papers) for word in text.split()]
    if not all(spelled):
        return ""
    paper = next((each for each in papers if text in each.abstract), papers[0])
    return _plural(in_sentence(" ".join(spelled), paper))


def _spelled(word: str, papers: Sequence[Paper]) -> str:
    """Return a word, or what it abbreviates in a paper; "" where none says what that is."""
    if not _IS_ABBREVIATION.match(word):
        return word
    short = re.sub(r"(?<=[A-Z])s$", "", word)
    long_forms = (abbreviations(paper.abstract).get(short) for paper in papers)
    return " ".join(next(filter(None, long_forms), "").split())


def _plural(text: str) -> str:
    """Return "dependency parsers" of "dependency parser"; what may not be counted stays."""
    if not _COUNTED.search(text):
        return text
    return f"{text[:-1]}ies" if text.endswith("y") else f"{text}s"


def _alike(one: str, other: str) -> bool:
    first, second = stems(one), stems(other)
    return first <= second or second <= first


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:] if text[1:2].islower() or text[1:2] in "- " else text

"""What a section is held against: sentences of the same abstracts, chosen by known methods."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from importlib import import_module
from itertools import pairwise, zip_longest
from typing import Any

from assistant.errors import EvaluationError
from assistant.related_work.evaluation.examples import Example
from assistant.related_work.evaluation.rouge import stems, without_marks
from vectorstore import split_sentences, words

Baseline = Callable[[Example, int], str]


def lead(example: Example, n_words: int) -> str:
    """Return the first sentences: of each abstract its first, then of each its second, ..."""
    by_paper = [sentences_of(paper.abstract) for paper in example.references]
    rounds = zip_longest(*by_paper)
    return _filled((each for together in rounds for each in together if each), n_words)


def lex_rank(example: Example, n_words: int) -> str:
    """Return the sentences that most others are like (Erkan and Radev, 2004), by sumy."""
    return _by_sumy(example, n_words, "lex_rank", "LexRankSummarizer")


def text_rank(example: Example, n_words: int) -> str:
    """Return the sentences that share most words with others (Mihalcea and Tarau, 2004)."""
    return _by_sumy(example, n_words, "text_rank", "TextRankSummarizer")


def oracle(example: Example, n_words: int) -> str:
    """Return the sentences that raise ROUGE most, one after another: what no method can know."""
    del n_words
    target = stems(without_marks(example.related_work))
    pool = {
        sentence: stems(sentence)
        for paper in example.references
        for sentence in sentences_of(paper.abstract)
    }
    chosen: list[str] = []
    best = 0.0
    while pool:
        tried = {s: _gain([*chosen, s], target) for s in pool}
        sentence = max(tried, key=lambda each: tried[each])
        if tried[sentence] <= best:
            break
        best = tried[sentence]
        chosen.append(sentence)
        del pool[sentence]
    return " ".join(chosen)


BASELINES: dict[str, Baseline] = {
    "lead": lead,
    "LexRank": lex_rank,
    "TextRank": text_rank,
    "oracle": oracle,
}


def sentences_of(text: str) -> list[str]:
    """Return the sentences of a text."""
    return [span.of(text) for span in split_sentences(text)]


def _filled(sentences: Iterable[str], n_words: int) -> str:
    """Return sentences until they come nearest to the number of words; at least one."""
    chosen: list[str] = []
    total = 0
    for sentence in sentences:
        more = len(words(sentence))
        if chosen and total + more / 2 > n_words:
            break
        chosen.append(sentence)
        total += more
    return " ".join(chosen)


def _gain(sentences: Sequence[str], target: Sequence[str]) -> float:
    """Return the sum of the F1 of words and of pairs of words."""
    text = [stem for sentence in sentences for stem in stems(sentence)]
    pairs = (list(pairwise(each)) for each in (text, target))
    return _f1(text, target) + _f1(*pairs)


def _f1(one: Sequence[Any], other: Sequence[Any]) -> float:
    shared = (Counter(one) & Counter(other)).total()
    return 2 * shared / (len(one) + len(other)) if shared else 0.0


def _by_sumy(example: Example, n_words: int, module: str, name: str) -> str:
    ranked = _ranked(example, module, name)
    chosen = _filled(ranked, n_words)
    in_order = [s for paper in example.references for s in sentences_of(paper.abstract)]
    return " ".join(s for s in in_order if s in chosen)


def _ranked(example: Example, module: str, name: str) -> list[str]:
    """Return all sentences, best first."""
    try:
        summarizer_module = import_module(f"sumy.summarizers.{module}")
        stemmer = import_module("sumy.nlp.stemmers").Stemmer("english")
        parser = import_module("sumy.parsers.plaintext").PlaintextParser
    except ImportError:
        raise EvaluationError(
            "LexRank and TextRank need the package sumy. Install it: pip install 'citewise[eval]'."
        ) from None
    text = "\n".join(paper.abstract for paper in example.references)
    parsed = parser.from_string(text, _Tokenizer())
    summarizer = getattr(summarizer_module, name)(stemmer)
    rated = summarizer.rate_sentences(parsed.document) if module == "text_rank" else None
    if rated is not None:
        return [str(each) for each in sorted(rated, key=lambda each: -rated[each])]
    return _lex_ranked(summarizer, parsed.document)


def _lex_ranked(summarizer: Any, document: Any) -> list[str]:
    """Return sentences in the order of LexRank's scores, which sumy itself does not give."""
    sentences = list(document.sentences)
    tokens = [summarizer._to_words_set(sentence) for sentence in sentences]
    if not any(tokens):
        return [str(sentence) for sentence in sentences]
    tf, idf = summarizer._compute_tf(tokens), summarizer._compute_idf(tokens)
    matrix = summarizer._create_matrix(tokens, summarizer.threshold, tf, idf)
    scores = summarizer.power_method(matrix, summarizer.epsilon)
    order = sorted(range(len(sentences)), key=lambda at: -scores[at])
    return [str(sentences[at]) for at in order]


class _Tokenizer:
    """Sentences and words for sumy, by our own rules: its own would download a model."""

    def to_sentences(self, text: str) -> tuple[str, ...]:
        return tuple(sentences_of(text))

    def to_words(self, text: str) -> tuple[str, ...]:
        return tuple(match.group() for match in words(text))

"""Which names of a question a paper must mention, and whether it does."""

import re

from assistant.reading.contribution import contribution_span
from assistant.reading.matching import SAME_WORD, expanded_terms, paper_terms, term_match
from assistant.understanding.question import Question
from assistant.wording import phrase
from vectorstore import STOPWORDS, Paper, stem, words

_MIN_CAPITALS = 4
_MIN_SHARE = 0.75  # of the ordinary words of a text in title case that begin with a capital
_MAX_WORDS_OF_NAME = 5
_ARTICLE = phrase(r"^(?:the|an?) ")
_BEGINS = re.compile(r"[.:?!]\s+[\"'(]*$")  # stands before a word with which a sentence begins


def names_to_find(question: Question) -> tuple[str, ...]:
    """Return the question's names without the words that a headline or a new sentence capitalises.

    "Is Acupuncture Efficacious for Treating Vocal Pathologies?" names nothing.
    """
    text = question.text
    ordinary = [word for word in words(text) if _is_ordinary(word.group())]
    capitals = [word for word in ordinary[1:] if word.group()[0].isupper()]
    if len(capitals) >= max(_MIN_CAPITALS, _MIN_SHARE * (len(ordinary) - 1)):
        return tuple(name for name in question.names if not _is_ordinary(name))
    beginning = {word.group() for word in ordinary if _BEGINS.search(text[: word.start()])} - {
        word.group() for word in ordinary if not _BEGINS.search(text[: word.start()])
    }
    return tuple(name for name in question.names if name not in beginning)


def is_in_title(question: Question, paper: Paper) -> bool:
    """Return whether the paper's title has a name of the question."""
    of_title = expanded_terms(paper.title, paper)
    return any(term_match(stem(name), of_title) >= SAME_WORD for name in names_to_find(question))


def names_paper(question: Question, paper: Paper) -> bool:
    """Return whether the question holds the paper's own name: before a colon, or introduced in it.

    "Pando: Do Interpretability Methods Work ...?" is named by "What is Pando?", and what introduces
    "FIND (Function INterpretation and Description)" by "What is FIND?".
    """
    introducing = contribution_span(paper).of(paper.abstract)
    if any(is_acronym(name) and _has_word(name, introducing) for name in question.names):
        return True
    name, colon, _ = paper.title.partition(":")
    name = _ARTICLE.sub("", name.strip())
    if not (colon and name) or len(name.split()) > _MAX_WORDS_OF_NAME:
        return False
    return _has_word(name, question.text, re.IGNORECASE)


def is_acronym(name: str) -> bool:
    """Return whether a name is written in capitals: "FIND"."""
    return name.isupper() and name.isalpha() and len(name) > 1


def _has_word(word: str, text: str, flags: int = 0) -> bool:
    return re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text, flags) is not None


def missing_names(question: Question, paper: Paper) -> list[str]:
    """Return the names of the question that the paper does not mention."""
    text = f"{paper.title}. {paper.abstract}"
    held = paper_terms(paper)
    return [
        name
        for name in names_to_find(question)
        if not (_is_held(name, text, held) or is_spelled_out(name, text))
    ]


def _is_held(name: str, text: str, held: frozenset[str]) -> bool:
    """Return whether the paper has the name; capitals count in acronyms ("FIND" is not "find")."""
    if name.isupper() and name.isalpha():
        return re.search(rf"(?<![^\W_]){re.escape(name)}s?(?![^\W_])", text) is not None
    parts = [stem(part) for part in re.split(r"[-.]", name) if part]
    if term_match(stem(name), held) >= SAME_WORD:
        return True
    return len(parts) > 1 and all(part in held for part in parts)


def is_spelled_out(acronym: str, text: str) -> bool:
    """Return whether words that follow each other begin with the acronym's letters: PCA, CNNs."""
    letters = acronym.removesuffix("s").casefold()
    initials = "".join(part[0].casefold() for part in re.findall(r"[^\W_]+", text))
    return acronym[:2].isupper() and len(letters) > 2 and letters in initials


def _is_ordinary(word: str) -> bool:
    """Return whether a word has the letters of any other: no digit, no capital but the first."""
    folded = word.casefold()
    return folded not in STOPWORDS and word.isalpha() and word[1:] == folded[1:]

"""A finished section: paragraphs of sentences, each tied to the words that it stands on."""

from dataclasses import dataclass
from typing import Any

from assistant.answer import Support, paper_to_json
from assistant.related_work.plan import Considered, Plan
from vectorstore import Paper, Span, words


@dataclass(frozen=True, slots=True)
class Mark:
    """A citation inside a sentence. `authors` are the words before it that `\\citet` prints too."""

    paper_ids: tuple[str, ...]
    authors: str = ""


Part = str | Mark


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence: text and citations in turn, and the spans of abstracts that support it.

    `draft_quote` are words of the draft that it quotes.
    """

    parts: tuple[Part, ...]
    evidence: tuple[tuple[Paper, Span], ...]
    support: Support = "supported"
    score: float = 1.0
    draft_quote: str = ""

    @property
    def paper_ids(self) -> tuple[str, ...]:
        """Return the ids of the papers that it cites, in order, each once."""
        marks = (part for part in self.parts if isinstance(part, Mark))
        return tuple(dict.fromkeys(each for mark in marks for each in mark.paper_ids))

    def text(self, numbers: dict[str, int]) -> str:
        """Return the sentence as plain text, with the papers' numbers in brackets."""
        return "".join(
            part if isinstance(part, str) else plain_mark(part, numbers) for part in self.parts
        )

    @property
    def n_words(self) -> int:
        """Return the number of words; those of authors count, numbers do not."""
        texts = (part if isinstance(part, str) else part.authors for part in self.parts)
        return len(words(" ".join(texts)))


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A theme's sentences, in order."""

    heading: str
    sentences: tuple[Sentence, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A related-work section. Every sentence cites, and is supported by what it cites.

    `papers` are those cited, in the order of their numbers, counted from 1. `considered` are those
    found and not cited. `n_dropped` sentences were written and left out: not supported.
    """

    plan: Plan
    paragraphs: tuple[Paragraph, ...]
    papers: tuple[Paper, ...]
    considered: tuple[Considered, ...]
    backend: str
    n_dropped: int = 0

    @property
    def sentences(self) -> list[Sentence]:
        """Return the sentences of all paragraphs."""
        return [each for paragraph in self.paragraphs for each in paragraph.sentences]

    @property
    def numbers(self) -> dict[str, int]:
        """Return the number of each cited paper by its id."""
        return {paper.paper_id: number for number, paper in enumerate(self.papers, 1)}

    @property
    def n_words(self) -> int:
        """Return the number of words of all sentences."""
        return sum(sentence.n_words for sentence in self.sentences)

    @property
    def text(self) -> str:
        """Return the section as plain text without headings."""
        return "\n\n".join(
            " ".join(sentence.text(self.numbers) for sentence in paragraph.sentences)
            for paragraph in self.paragraphs
        )

    def to_json(self) -> dict[str, Any]:
        """Return the JSON form; see docs/related-work.md."""
        numbers = self.numbers
        return {
            "topic": self.plan.topic,
            "backend": self.backend,
            "n_words": self.n_words,
            "n_dropped": self.n_dropped,
            "paragraphs": [
                {
                    "heading": paragraph.heading,
                    "sentences": [sentence_to_json(s, numbers) for s in paragraph.sentences],
                }
                for paragraph in self.paragraphs
            ],
            "papers": [
                {"number": number, **paper_to_json(paper)}
                for number, paper in enumerate(self.papers, 1)
            ],
            "considered": [
                {"paper_id": each.paper_id, "title": each.title, "reason": each.reason}
                for each in self.considered
            ],
        }


def plain_mark(mark: Mark, numbers: dict[str, int]) -> str:
    """Return a citation as text: "Doe et al. [3]", "[1, 4–6]"."""
    listed = _ranges(sorted(numbers[each] for each in mark.paper_ids))
    return f"{mark.authors} [{listed}]".lstrip()


def _ranges(numbers: list[int]) -> str:
    """Return "1, 2, 5–8": three and more in a row are a range."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    shown = (f"{run[0]}–{run[-1]}" if len(run) > 2 else ", ".join(map(str, run)) for run in runs)
    return ", ".join(shown)


def sentence_to_json(sentence: Sentence, numbers: dict[str, int]) -> dict[str, Any]:
    """Return a sentence with its provenance; offsets count characters of the abstract."""
    return {
        "text": sentence.text(numbers),
        "citations": [numbers[paper_id] for paper_id in sentence.paper_ids],
        "support": sentence.support,
        "score": sentence.score,
        "draft_quote": sentence.draft_quote or None,
        "evidence": [
            {
                "number": numbers[paper.paper_id],
                "paper_id": paper.paper_id,
                "start": span.start,
                "end": span.end,
                "quote": span.of(paper.abstract),
            }
            for paper, span in sentence.evidence
        ],
    }

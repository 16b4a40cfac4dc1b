"""What comes out of a question: an answer, its sentences, and the words they stand on."""

from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any, Literal

from assistant.backends.tokens import TokenMeter
from assistant.trace import PartTrace
from vectorstore import Paper, Span

Support = Literal["supported", "partly", "unsupported"]
AbstentionKind = Literal["off_topic", "not_in_collection", "not_in_abstract"]


@dataclass(frozen=True, slots=True)
class Turn:
    """An earlier question of the conversation, and what was answered.

    `paper_ids` are the papers that the answer cited, in order. Where a face does not know them (an
    API client sends only text), the assistant finds the papers of the question again.
    """

    question: str
    answer: str = ""
    paper_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Citation:
    """A numbered quote: `quote == paper.abstract[span.start:span.end]`, to the character.

    Two sentences that stand on different words of one paper have two citations.
    """

    number: int
    paper: Paper
    span: Span

    @property
    def quote(self) -> str:
        """Return the cited words."""
        return self.span.of(self.paper.abstract)


@dataclass(frozen=True, slots=True)
class AnswerSentence:
    """One sentence without its markers, the numbers it cites, and how well they support it.

    `score` is the probability that they do. `attributed` says that the writer cited nothing and the
    check found what supports the sentence. `reason` tells a reader what is wrong; it is empty where
    the sentence is supported.
    """

    text: str
    citations: tuple[int, ...]
    support: Support
    score: float
    attributed: bool = False
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """A cited answer, or an abstention that names the nearest papers.

    `text` is Markdown with `[n]` markers; paper text in it is escaped. `timings_ms` has one entry a
    stage of the path: understand, retrieve, write, check. `trace` tells what was searched; it is
    empty for a question about the collection. `tokens` is what language models spent. `abstention`
    is why there is no answer, None where there is one. `cut` says why the answer ends too early,
    and `fell_back` why another writer than the chosen one wrote it; both are empty where all went
    well.
    """

    question: str
    standalone_question: str
    text: str
    abstained: bool
    backend: str
    sentences: tuple[AnswerSentence, ...]
    citations: tuple[Citation, ...]
    nearest: tuple[Paper, ...]
    timings_ms: dict[str, float]
    trace: tuple[PartTrace, ...] = ()
    tokens: TokenMeter = field(default_factory=TokenMeter)
    abstention: AbstentionKind | None = None
    cut: str = ""
    fell_back: str = ""

    def as_turn(self) -> Turn:
        """Return the answer as history for the next question."""
        ids = tuple(dict.fromkeys(citation.paper.paper_id for citation in self.citations))
        return Turn(self.standalone_question, self.text, ids)

    def to_json(self) -> dict[str, Any]:
        """Return the JSON form that `citewise ask --json` prints; see docs/json.md."""
        return {
            "question": self.question,
            "standalone_question": self.standalone_question,
            "answer": self.text,
            "abstained": self.abstained,
            "backend": self.backend,
            "sentences": [asdict(sentence) for sentence in self.sentences],
            "citations": [citation_to_json(citation) for citation in self.citations],
            "nearest": [{"paper_id": p.paper_id, "title": p.title} for p in self.nearest],
            "timings_ms": {stage: round(ms, 2) for stage, ms in self.timings_ms.items()},
            "trace": [part.to_json() for part in self.trace],
            "tokens": asdict(self.tokens),
            "abstention": self.abstention,
            "cut": self.cut or None,
            "fell_back": self.fell_back or None,
        }


def citation_to_json(citation: Citation) -> dict[str, Any]:
    """Return a citation as every face sends it; offsets count characters of the abstract."""
    paper = citation.paper
    return {
        "number": citation.number,
        **paper_to_json(paper),
        "quote": citation.quote,
        "start": citation.span.start,
        "end": citation.span.end,
    }


def paper_to_json(paper: Paper) -> dict[str, Any]:
    """Return what is said of a paper wherever it is named."""
    return {
        "paper_id": paper.paper_id,
        "title": paper.title,
        "authors": list(paper.authors),
        "n_authors": paper.n_authors,
        "year": paper.year,
        "published": _iso(paper.published),
        "url": paper.link,
    }


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None

"""Sections of examples, scored beside what people wrote and beside baselines."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from statistics import fmean, median

from assistant.related_work.drafts import parse_draft
from assistant.related_work.errors import DraftError
from assistant.related_work.evaluation.baselines import BASELINES
from assistant.related_work.evaluation.examples import Example
from assistant.related_work.evaluation.rouge import Rouge, mean, rouge, without_marks
from assistant.related_work.plan import Claim, Plan, PlannedPaper, PlannedTheme
from assistant.related_work.section import Section
from assistant.related_work.writing import ExtractiveSectionWriter, write_section
from vectorstore import words

Write = Callable[[Example, int], Section]

OURS = "citewise"
_OVER_MEDIAN = 1.25


@dataclass(frozen=True, slots=True)
class Scored:
    """One example: the section, and the text and scores of every system by its name."""

    example: Example
    section: Section
    texts: dict[str, str]
    scores: dict[str, Rouge]


@dataclass(frozen=True, slots=True)
class Row:
    """The scores of a system over all examples, and how many words it wrote on average."""

    rouge: Rouge
    n_words: float


@dataclass(frozen=True, slots=True)
class Summary:
    """All systems; of ours also the share of references cited and of sentences supported."""

    n_examples: int
    n_words: int
    rows: dict[str, Row]
    citation_coverage: float
    supported_share: float


def usual_length(examples: Sequence[Example]) -> int:
    """Return the number of words that every system is given: a quarter over the sections' median.

    There the F1 of all of them, of the first sentences too, is higher than at the median.
    """
    usual = median(n_words_of(without_marks(each.related_work)) for each in examples)
    return round(_OVER_MEDIAN * usual)


def n_words_of(text: str) -> int:
    """Return the number of words of a text."""
    return len(words(text))


def section_of(example: Example, n_words: int, writer: ExtractiveSectionWriter) -> Section:
    """Return the section on the references, all under one theme, in the order given.

    The example's abstract is its draft.
    """
    papers = {paper.paper_id: paper for paper in example.references if paper.abstract}
    theme = PlannedTheme("", tuple(PlannedPaper(paper_id) for paper_id in papers))
    plan = Plan(example.abstract, (theme,), words=n_words, claims=_claims_of(example.abstract))
    return write_section(plan, papers, writer)


def _claims_of(abstract: str) -> tuple[Claim, ...]:
    try:
        return parse_draft(abstract, is_latex=False).claims
    except DraftError:  # no sentence in it
        return ()


def measure(examples: Sequence[Example], n_words: int, write: Write) -> Iterator[Scored]:
    """Yield each example with the scores of all systems at one length."""
    for example in examples:
        section = write(example, n_words)
        texts = {OURS: section.text}
        texts |= {name: baseline(example, n_words) for name, baseline in BASELINES.items()}
        scores = {name: rouge(example.related_work, text) for name, text in texts.items()}
        yield Scored(example, section, texts, scores)


def summarise(scored: Sequence[Scored], n_words: int) -> Summary:
    """Return the means."""
    sentences = [sentence for each in scored for sentence in each.section.sentences]
    supported = sum(sentence.support == "supported" for sentence in sentences)
    return Summary(
        n_examples=len(scored),
        n_words=n_words,
        rows={
            name: Row(
                mean([each.scores[name] for each in scored]),
                fmean(n_words_of(without_marks(each.texts[name])) for each in scored),
            )
            for name in (OURS, *BASELINES)
        },
        citation_coverage=fmean(
            len(each.section.papers) / len(each.example.references) for each in scored
        ),
        supported_share=supported / max(1, len(sentences)),
    )

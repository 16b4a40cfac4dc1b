"""The closing sentence of a theme: what the draft does that the cited abstracts do not say."""

from collections.abc import Sequence

from assistant.checking.checker import Checker
from assistant.related_work.plan import Claim, Plan
from assistant.related_work.section import Mark, Sentence
from assistant.related_work.worth import stems_of
from assistant.writers.writer import DraftSentence, Evidence
from vectorstore import STOPWORDS, Paper, stem

_MAX_CHARS = 320
_STOP = frozenset(map(stem, STOPWORDS))


def closing_sentence(
    plan: Plan, sentences: Sequence[Sentence], papers: Sequence[Paper], checker: Checker
) -> list[Sentence]:
    """Return one sentence that quotes the draft, or none.

    It is the claim nearest to the theme that no cited abstract bears out, as the check finds; that
    much, and no more, is said of the papers.
    """
    cited_ids = {paper_id for sentence in sentences for paper_id in sentence.paper_ids}
    cited = [paper for paper in papers if paper.paper_id in cited_ids]
    own = [claim for claim in plan.claims if not claim.wants_citation]
    for claim in sorted(own, key=lambda each: -_nearness(each, cited)):
        if len(claim.text) <= _MAX_CHARS and not _is_borne_out(claim, cited, checker):
            return [_quoting(claim, cited)]
    return []


def _is_borne_out(claim: Claim, papers: Sequence[Paper], checker: Checker) -> bool:
    drafts = (DraftSentence(claim.text, (Evidence(paper),), claim=claim.text) for paper in papers)
    return any(checker.check(draft).support == "supported" for draft in drafts)


def _quoting(claim: Claim, cited: Sequence[Paper]) -> Sentence:
    quote = claim.text.rstrip(".").strip()
    these = "the abstract of" if len(cited) == 1 else "the abstracts of"
    return Sentence(
        parts=(
            f"What {these} ",
            Mark(tuple(paper.paper_id for paper in cited)),
            f" {'does' if len(cited) == 1 else 'do'} not state is what our draft says: “{quote}”.",
        ),
        evidence=(),
        draft_quote=quote,
    )


def _nearness(claim: Claim, papers: Sequence[Paper]) -> float:
    """Return how many content words of the claim the papers have, as a share."""
    wanted = set(stems_of(claim.text)) - _STOP
    held = {each for paper in papers for each in stems_of(f"{paper.title} {paper.abstract}")}
    return len(wanted & held) / max(1, len(wanted))

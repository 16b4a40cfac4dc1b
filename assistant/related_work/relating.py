"""The closing sentence of a theme: what the draft does that the cited abstracts do not say."""

from collections.abc import Collection, Sequence

from assistant.checking.checker import Checker
from assistant.related_work.openers import without_opener
from assistant.related_work.plan import Claim, Plan
from assistant.related_work.section import Mark, Sentence
from assistant.related_work.shortening import beginnings
from assistant.related_work.worth import content_stems, stems_of
from assistant.writers.writer import DraftSentence, Evidence
from vectorstore import Paper

_MAX_CHARS = 320
_WORDS_QUOTED, _A_WORD_OVER = 20, 0.02


def own_claim(
    plan: Plan, papers: Sequence[Paper], checker: Checker, said: Collection[str]
) -> Claim | None:
    """Return what the draft says beyond the papers of a theme, or None.

    It is the claim nearest to the theme that no abstract bears out, as the check finds, and that
    is not among those `said` of another theme.
    """
    own = [claim for claim in plan.claims if not claim.wants_citation and claim.text not in said]
    for claim in sorted(own, key=lambda each: -_worth(each, papers)):
        if len(claim.text) <= _MAX_CHARS and not _is_borne_out(claim, papers, checker):
            return claim
    return None


def quoted(claim: Claim) -> str:
    """Return the words of a claim that are quoted: without "In this paper," and last clauses."""
    text = without_opener(claim.text).rstrip(".").strip()
    return [text, *beginnings(text)][-1]


def closing_sentence(claim: Claim, sentences: Sequence[Sentence]) -> Sentence:
    """Return the sentence that quotes the draft: that the abstracts do not state it is all it says.

    It cites what the theme's `sentences` cite.
    """
    cited = tuple(dict.fromkeys(each for sentence in sentences for each in sentence.paper_ids))
    quote = quoted(claim)
    before = "The abstract of " if len(cited) == 1 else "None of the abstracts of "
    states = "does not state" if len(cited) == 1 else "states"
    return Sentence(
        parts=(before, Mark(cited), f" {states} what our draft says: “{quote}”."),
        evidence=(),
        draft_quote=quote,
    )


def _is_borne_out(claim: Claim, papers: Sequence[Paper], checker: Checker) -> bool:
    drafts = (DraftSentence(claim.text, (Evidence(paper),), claim=claim.text) for paper in papers)
    return any(checker.check(draft).support == "supported" for draft in drafts)


def _worth(claim: Claim, papers: Sequence[Paper]) -> float:
    """Return the share of the claim's content words that the papers have, less if it is long."""
    wanted = content_stems(claim.text)
    held = {each for paper in papers for each in stems_of(f"{paper.title} {paper.abstract}")}
    n_over = max(0, len(claim.text.split()) - _WORDS_QUOTED)
    return len(wanted & held) / max(1, len(wanted)) - _A_WORD_OVER * n_over

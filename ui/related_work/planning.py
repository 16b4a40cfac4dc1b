"""From what was asked to the plan of a section."""

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from ui.related_work.requests import PlanBody, SectionRequest

if TYPE_CHECKING:
    from assistant.related_work.drafts import Draft
    from assistant.related_work.plan import Plan
    from vectorstore import Library, SearchFilter

_LATEX = re.compile(r"\\(?:documentclass|begin|section|subsection|cite\w*|title|textbf|emph)\b")


def plan_for(asked: SectionRequest, library: "Library") -> "Plan":
    """Return the plan that a request gives, or make one.

    Raises PlanError where nothing near enough is found, or the plan given is none or names papers
    that the library lacks; DraftError for a draft without a sentence.
    """
    return planned(
        library,
        asked.topic,
        draft=draft_of(asked.draft) if asked.draft.strip() else None,
        given=_checked(asked.plan, library) if asked.plan else None,
        words=asked.words,
        n_papers=asked.papers,
        where=asked.where,
    )


def planned(
    library: "Library",
    topic: str,
    *,
    draft: "Draft | None",
    given: "Plan | None",
    words: int | None,
    n_papers: int | None,
    where: "SearchFilter | None",
) -> "Plan":
    """Return the plan given, with the claims of the draft and the length asked for, or make one.

    Where a plan is given nothing is searched. Raises as `Planner.plan` does.
    """
    from assistant.related_work.planning import Planner

    if given:
        claims = draft.claims if draft else given.claims
        return replace(given, words=words or given.words, claims=claims)
    return Planner(library).plan(topic, draft=draft, words=words, n_papers=n_papers, where=where)


def _checked(body: PlanBody, library: "Library") -> "Plan":
    from assistant.related_work.plan import Plan
    from assistant.related_work.planning import papers_of
    from assistant.related_work.writing import check_plan

    plan = Plan.from_json(json.dumps(body.model_dump()))
    return check_plan(plan, papers_of(plan, library))


def draft_of(text: str) -> "Draft":
    """Return a pasted text as a draft, LaTeX where it has LaTeX's commands.

    Raises DraftError where it holds no sentence.
    """
    from assistant.related_work.drafts import parse_draft

    return parse_draft(text, is_latex=bool(_LATEX.search(text)))

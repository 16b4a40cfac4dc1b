"""From what was asked to the plan of a section."""

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from ui.related_work.requests import SectionRequest

if TYPE_CHECKING:
    from assistant.related_work.drafts import Draft
    from assistant.related_work.plan import Plan
    from vectorstore import Library

_LATEX = re.compile(r"\\(?:documentclass|begin|section|subsection|cite\w*|title|textbf|emph)\b")


def plan_for(asked: SectionRequest, library: "Library") -> "Plan":
    """Return the plan that was given, or make one.

    Raises PlanError where nothing near enough is found, or the plan given is none or names papers
    that the library lacks; DraftError for a draft without a sentence.
    """
    from assistant.related_work.plan import Plan
    from assistant.related_work.planning import Planner, papers_of
    from assistant.related_work.writing import check_plan

    draft = draft_of(asked.draft) if asked.draft.strip() else None
    if asked.plan:
        plan = Plan.from_json(json.dumps(asked.plan.model_dump()))
        plan = check_plan(plan, papers_of(plan, library))
        claims = draft.claims if draft else plan.claims
        return replace(plan, words=asked.words or plan.words, claims=claims)
    return Planner(library).plan(
        asked.topic,
        draft=draft,
        words=asked.words,
        n_papers=asked.papers,
        where=asked.where,
    )


def draft_of(text: str) -> "Draft":
    """Return a pasted text as a draft, LaTeX where it has LaTeX's commands.

    Raises DraftError where it holds no sentence.
    """
    from assistant.related_work.drafts import parse_draft

    return parse_draft(text, is_latex=bool(_LATEX.search(text)))

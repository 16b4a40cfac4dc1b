"""A section while it is written: a paragraph more each time."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from assistant.related_work.plan import Plan
    from assistant.related_work.section import Section
    from assistant.related_work.writing import SectionWriter
    from vectorstore import Library


@dataclass(frozen=True, slots=True)
class SectionPicture:
    """The section so far. Numbers of papers stay as they are when it grows.

    While it grows, `section.considered` names papers that later paragraphs may yet cite.
    """

    section: "Section"
    is_whole: bool = False


def written(plan: "Plan", library: "Library", writer: "SectionWriter") -> Iterator[SectionPicture]:
    """Yield the section after each paragraph, and once more when it is whole.

    Raises PlanError for a plan without papers, or that names papers which the library lacks.
    """
    from assistant.related_work.planning import papers_of
    from assistant.related_work.writing import Progress, check_plan, finished

    papers = papers_of(plan, library)
    plan, progress = check_plan(plan, papers), Progress()
    for paragraph in writer.paragraphs(plan, papers, progress):
        progress.paragraphs.append(paragraph)
        yield SectionPicture(finished(plan, papers, progress, writer.name))
    yield SectionPicture(finished(plan, papers, progress, writer.name), is_whole=True)

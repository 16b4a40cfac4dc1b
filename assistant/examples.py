"""Example questions made from the library at hand."""

from collections import Counter

from assistant.reading.abbreviations import abbreviations
from vectorstore import Library, Paper

_MAX_PAPERS_READ = 500


def example_questions(library: Library) -> list[str]:
    """Return up to four questions that the library can answer; none for an empty one."""
    papers = library.catalogue.papers()[:_MAX_PAPERS_READ]
    if not papers:
        return []
    named = [paper for paper in papers if paper.short_title != paper.title]
    years = Counter(paper.year for paper in papers if paper.year)
    topic = _common_abbreviation(papers)
    questions = [
        f"What is {named[0].short_title}?" if named else "",
        f"Which papers study {topic}?" if topic else "",
        f"How do {named[0].short_title} and {named[1].short_title} differ?"
        if len(named) > 1
        else "",
        f"Which papers were published in {years.most_common(1)[0][0]}?" if years else "",
    ]
    return [question for question in questions if question]


def _common_abbreviation(papers: list[Paper]) -> str:
    """Return the long form, in the plural if it was, that most papers define an abbreviation of.

    The commonest of all is what the whole library is about, and so is passed over if there are two.
    """
    defined: Counter[str] = Counter()
    for paper in papers:
        defined.update(
            {long_form.casefold() for long_form in abbreviations(paper.abstract).values()}
        )
    ranked = [long_form for long_form, n_papers in defined.most_common(2) if n_papers > 1]
    return ranked[-1] if ranked else ""

"""Which papers are about a topic, exactly: those whose words hold all of it."""

from assistant.reading.matching import SAME_WORD, paper_terms, term_match
from assistant.reading.naming import missing_names
from assistant.understanding.question import analyse
from vectorstore import Library, Paper, SearchFilter, content_terms

_MIN_SHARE = 0.75  # of the words by which a single paper is meant
_TOP_K = 5


def papers_about(topic: str, library: Library, where: SearchFilter) -> list[Paper]:
    """Return the papers within `where` that hold every term of the topic, newest first."""
    papers = library.catalogue.papers(where)
    if not topic:
        return papers
    holding = library.papers_with_all_terms(topic)
    return [paper for paper in papers if paper.paper_id in holding]


def the_paper_about(topic: str, library: Library, where: SearchFilter) -> Paper | None:
    """Return the paper that the topic's words single out; None where none holds enough of them."""
    names = analyse(f"the {topic}")
    for hit in library.search(topic, top_k=_TOP_K, where=where):
        if _share(topic, hit.paper) >= _MIN_SHARE and not missing_names(names, hit.paper):
            return hit.paper
    return None


def _share(topic: str, paper: Paper) -> float:
    held = paper_terms(paper)
    wanted = content_terms(topic)
    return sum(term_match(term, held) >= SAME_WORD for term in wanted) / len(wanted)

"""Which papers a list holds."""

from assistant.reading.listing import relevant_papers
from assistant.reading.scoring import score_sentences, term_weights
from assistant.understanding.question import analyse


def listed(library, text: str) -> list[str]:
    question = analyse(text)
    weights = term_weights(question, library)
    hits = library.search(question.query, top_k=24)
    candidates = score_sentences(question, hits, weights, library)
    return [c.hit.paper.title for c in relevant_papers(question, candidates, weights)]


def test_a_list_holds_the_papers_that_hold_the_topic(library):
    titles = listed(library, "Which papers study concept bottleneck models?")
    assert any("Concept Bottleneck" in title for title in titles)
    assert not any("MM-RLHF" in title for title in titles)


def test_alternatives_joined_by_or_are_each_enough(library):
    titles = listed(library, "Which papers are about speech or cancer?")
    assert any("Speech" in title for title in titles)
    assert any("Cancer" in title for title in titles)


def test_a_paper_that_lacks_a_name_of_the_question_is_not_listed(library):
    assert listed(library, "Which papers use ZebraNet?") == []


def test_no_paper_is_listed_twice(library):
    titles = listed(library, "Which papers study interpretability of models?")
    assert len(titles) == len(set(titles)) > 10

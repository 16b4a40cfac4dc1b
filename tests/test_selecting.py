"""Which further sentences of the answering paper belong into the answer."""

import pytest

from assistant.reading.scoring import Candidate
from assistant.reading.selecting import readable, select_sentences
from assistant.understanding.question import analyse
from vectorstore import Hit, Paper, Span, stem, words

QUESTION = analyse("Do zebras and lions run?")


def candidate(position: int, text: str, score: float, paper_id: str = "a") -> Candidate:
    hit = Hit(Paper(paper_id, "Title", text), (), 0.5, 1.0, 1.0, ())
    found = frozenset(stem(word.group()) for word in words(text))
    return Candidate(hit, position, Span(0, len(text)), found, 0.5, 0.5, 0.5, score)


BEST = candidate(2, "Zebras run quickly", 2.0)


def positions(*others: Candidate, question=QUESTION) -> list[int]:
    return [c.position for c in select_sentences(question, BEST, [BEST, *others])]


def test_the_best_comes_first_and_the_others_in_the_abstracts_order():
    assert positions(candidate(5, "Lions sleep", 1.9), candidate(0, "Plains burn", 1.95)) == [
        2,
        0,
        5,
    ]


@pytest.mark.parametrize(
    ("text", "score", "position"),
    [
        ("Quickly run the zebras", 1.95, 5),  # says it again
        ("Plains burn", 1.4, 5),  # scores far less
        ("Lions sleep", 1.3, 5),  # new, but scores far less still
    ],
)
def test_what_repeats_or_scores_far_less_is_left_out(text, score, position):
    assert positions(candidate(position, text, score)) == [2]


def test_what_answers_another_part_of_the_question_may_score_less():
    assert positions(candidate(5, "Lions sleep", 1.5)) == [2, 5]


def test_what_goes_on_from_a_selected_sentence_may_score_less():
    assert positions(candidate(3, "Plains burn", 1.45)) == [2, 3]


@pytest.mark.parametrize(
    ("best", "order"),
    [
        ("We tackle these limitations with zebras", [0, 2, 5]),
        ("They solve such well-known problems", [0, 2, 5]),
        ("To meet this challenge, zebras run", [0, 2, 5]),
        ("In this paper, zebras run", [2, 0, 5]),
        ("Limitations of zebras are these", [2, 0, 5]),
    ],
)
def test_what_takes_up_an_earlier_sentence_is_read_after_it(best, order):
    others = [candidate(0, "Plains burn", 1.0), candidate(5, "Lions sleep", 1.0)]
    assert [c.position for c in readable([candidate(2, best, 2.0), *others])] == order


def test_sentences_of_other_papers_stay_out():
    assert positions(candidate(5, "Lions sleep", 2.0, paper_id="b")) == [2]


def test_a_question_has_room_for_three_sentences_one_for_a_number_two_and_for_a_link_one():
    others = [candidate(n, f"Word{n} different{n}", 1.9) for n in (4, 6, 8, 10)]
    assert len(positions(*others)) == 3
    assert len(positions(*others, question=analyse("How many zebras run?"))) == 2
    assert len(positions(*others, question=analyse("Where is the code?"))) == 1

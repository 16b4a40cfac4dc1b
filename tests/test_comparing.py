"""Two things side by side."""

import pytest

from assistant.reading.comparing import read_sides, unmentioned_sides
from assistant.understanding.question import analyse


def papers(library, text: str) -> list[str]:
    sides = read_sides(analyse(text), library)
    return [side.sentences[0].hit.paper.short_title for side in sides]


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("How do Rex-Thinker and REF-VLM differ?", ["Rex-Thinker", "REF-VLM"]),
        ("Compare FG-CXR with ProtoPathway.", ["FG-CXR", "ProtoPathway"]),
        ("IM-RAG vs. AttnTrace", ["IM-RAG", "AttnTrace"]),
        ("Compare Pando with ZebraNet.", ["Pando"]),
        ("Compare ZebraNet with LionNet.", []),
        ("What is Pando?", []),
        ("Where do FG-CXR and ProtoPathway get their data?", ["FG-CXR", "ProtoPathway"]),
        ("Where do Pando and ZebraNet get their data?", []),
        ("What accuracy does FG-CXR reach on ImageNet?", []),
    ],
)
def test_each_thing_compared_has_the_paper_that_is_about_it(library, question, expected):
    assert papers(library, question) == expected


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("How do Rex-Thinker and REF-VLM differ?", []),
        ("Compare Pando with ZebraNet.", ["ZebraNet"]),
        ("Compare steering vectors and neural probing.", ["steering vectors"]),
        ("How do Claude and Gemini differ?", []),
        ("What is ZebraNet?", []),
        ("Compare Pando with the way in which zebras of the plains run.", []),
    ],
)
def test_what_no_paper_cited_mentions_is_known(library, question, expected):
    asked = analyse(question)
    cited = [side.sentences[0].hit.paper for side in read_sides(asked, library)]
    assert unmentioned_sides(asked, cited, library) == expected


def test_a_side_is_read_in_one_paper_and_is_short(library):
    for side in read_sides(analyse("How do IM-RAG and AttnTrace differ?"), library):
        assert 1 <= len(side.sentences) <= 2
        assert {sentence.hit.paper.paper_id for sentence in side.sentences} == {side.paper_id}


def test_where_one_paper_speaks_of_both_it_is_read_once(library):
    sides = read_sides(analyse("How do Claude and Gemini differ?"), library)
    assert len(sides) == 1
    assert "Moral Sensitivity" in sides[0].sentences[0].hit.paper.title

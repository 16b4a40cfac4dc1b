"""Sentences of abstracts in the third person: grammar, agreement, and who is named."""

import re
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.related_work.alternatives import introduced
from assistant.related_work.candidates import candidates_of
from assistant.related_work.fitness import depends_on_text_before, leans_on_text_before
from assistant.related_work.shortening import shortened
from assistant.related_work.subjects import subject_of
from assistant.related_work.turning import turn
from assistant.related_work.verbs import base_form, third_person
from vectorstore import Paper

MakePaper = Callable[..., Paper]


def told(sentence: str, paper: Paper, *, follows: bool = False) -> str | None:
    """Return the turned sentence with [1] for its citation."""
    turned = turn(sentence, paper, follows=follows)
    if turned is None:
        return None
    named = f"{turned.named} " if turned.named else ""
    before = turned.before if turned.place != "end" else f"{turned.before} "
    return f"{before}{named}[1]{turned.after}"


@pytest.fixture
def by_three(make_paper: MakePaper) -> Paper:
    return make_paper("On Owls", "We ...", authors=("Ann Doe", "Bo Roe", "Cy Poe"), n_authors=3)


@pytest.fixture
def by_one(make_paper: MakePaper) -> Paper:
    return make_paper("On Owls", "We ...", authors=("Ann van der Doe",), n_authors=1)


@pytest.fixture
def unnamed(make_paper: MakePaper) -> Paper:
    return make_paper("On Owls", "We ...", year=2024, n_authors=3)


@pytest.mark.parametrize(
    ("sentence", "by_many", "by_a_study"),
    [
        (
            "We introduce a new method for finding owls.",
            "Doe et al. [1] introduce a new method for finding owls.",
            "A 2024 study [1] introduces a new method for finding owls.",
        ),
        (
            "However, in this paper, we study owls and show that they hear.",
            "Doe et al. [1] study owls and show that they hear.",
            "A 2024 study [1] studies owls and shows that they hear.",
        ),
        (
            "By listening at night, we find that our owls are quiet.",
            "By listening at night, Doe et al. [1] find that their owls are quiet.",
            "By listening at night, a 2024 study [1] finds that its owls are quiet.",
        ),
        (
            "This paper presents a large corpus of calls of owls.",
            "Doe et al. [1] present a large corpus of calls of owls.",
            "A 2024 study [1] presents a large corpus of calls of owls.",
        ),
        (
            "We also have carefully trained owls for three years.",
            "Doe et al. [1] have carefully trained owls for three years.",
            "A 2024 study [1] has carefully trained owls for three years.",
        ),
        (
            "To address this limitation, we tackle this bias by training on calls.",
            "Doe et al. [1] proceed by training on calls.",
            "A 2024 study [1] proceeds by training on calls.",
        ),
        (
            "In this work we present an approach that overcomes this limitation by listening.",
            "Doe et al. [1] present an approach listening.",
            "A 2024 study [1] presents an approach listening.",
        ),
        (
            "We, therefore, train a large model of owls to mitigate this problem.",
            "Doe et al. [1] train a large model of owls.",
            "A 2024 study [1] trains a large model of owls.",
        ),
        (
            "In this paper, two new models of the calls of owls are proposed for hunting.",
            "Two new models of the calls of owls are proposed by Doe et al. [1] for hunting.",
            "Two new models of the calls of owls are proposed by a 2024 study [1] for hunting.",
        ),
        (
            "Our experiments show that owls hear at 5 kHz.",
            "Doe et al. [1] show that owls hear at 5 kHz.",
            "A 2024 study [1] shows that owls hear at 5 kHz.",
        ),
    ],
)
def test_first_person_becomes_third_with_its_verb(
    sentence: str, by_many: str, by_a_study: str, by_three: Paper, unnamed: Paper
) -> None:
    assert told(sentence, by_three) == by_many
    assert told(sentence, unnamed) == by_a_study


def test_one_author_takes_a_singular_verb_and_keeps_the_particle(by_one: Paper) -> None:
    sentence = "I introduce a method and evaluate it on owls."
    assert told(sentence, by_one) == (
        "van der Doe [1] introduces a method and evaluates it on owls."
    )


def test_an_unsure_second_verb_is_left_to_the_authors_of_the_study(unnamed: Paper) -> None:
    sentence = "We aim to identify owls and evaluate their calls."
    assert told(sentence, unnamed) == (
        "The authors of a 2024 study [1] aim to identify owls and evaluate their calls."
    )


def test_a_paper_that_brings_a_named_thing_is_told_by_its_name(make_paper: MakePaper) -> None:
    abstract = "We introduce Strix, a benchmark of owls that hear. Strix has nine parts."
    paper = make_paper("Strix: Owls that Hear", abstract, year=2024)
    assert told("We introduce Strix, a benchmark of owls that hear.", paper) == (
        "Strix [1] is a benchmark of owls that hear."
    )
    assert told("Strix has nine parts and ninety owls.", paper) == (
        "Strix [1] has nine parts and ninety owls."
    )


def test_a_paper_of_which_nothing_is_known_is_its_number(make_paper: MakePaper) -> None:
    assert (
        told("We introduce a method for owls.", make_paper()) == "[1] introduces a method for owls."
    )


def test_a_second_sentence_does_not_name_the_authors_again(by_three: Paper, unnamed: Paper) -> None:
    sentence = "We evaluate it on five forests of Norway."
    assert (
        told(sentence, by_three, follows=True) == "They evaluate it on five forests of Norway [1]."
    )
    assert told(sentence, unnamed, follows=True) == "It evaluates it on five forests of Norway [1]."


def test_what_is_theirs_is_said_to_be_of_the_authors(by_three: Paper, unnamed: Paper) -> None:
    sentence = "Our proposed detector of owls outperforms our baselines in nine forests."
    assert told(sentence, by_three) == (
        "The detector of owls of Doe et al. [1] outperforms their baselines in nine forests."
    )
    assert told(sentence, unnamed) is None
    assert told(sentence, unnamed, follows=True) == (
        "Its proposed detector of owls outperforms its baselines in nine forests [1]."
    )


def test_a_sentence_that_says_we_is_not_told_before_anybody_is_named(by_three: Paper) -> None:
    sentence = "Hearing is what we measure in all of these birds."
    assert told(sentence, by_three) is None


def test_a_paper_with_a_name_and_no_authors_is_told_by_its_name(make_paper: MakePaper) -> None:
    abstract = "We introduce Strix, a benchmark of owls that hear. We evaluate nine ears on Strix."
    paper = make_paper("Strix: Owls that Hear", abstract, year=2024)
    assert told("We evaluate nine ears of old owls.", paper) == (
        "Strix [1] evaluates nine ears of old owls."
    )
    assert told("We introduce Strix and its nine large parts.", paper) == (
        "A 2024 study [1] introduces Strix and its nine large parts."
    )


def test_a_brought_thing_may_come_before_those_who_brought_it(make_paper: MakePaper) -> None:
    abstract = "We introduce Strix, a benchmark of owls that hear. Strix has nine parts."
    paper = make_paper(
        "Strix: Owls that Hear", abstract, authors=("Ann Doe", "Bo Roe"), n_authors=2
    )
    turned = introduced("We introduce Strix, a benchmark of owls that hear.", paper)
    assert turned is not None
    assert f"{turned.before}{turned.named}{turned.after}" == (
        "Strix, introduced by Doe and Roe, is a benchmark of owls that hear."
    )


@pytest.mark.parametrize(
    ("sentence", "leans"),
    [
        ("We study this question in the forests of Norway.", True),
        ("We prove its superiority over ears of other birds.", True),
        ("We find that hearing helps such birds at night.", True),
        ("We study owls and show that these owls hear.", False),
        (
            "We present a large corpus of owls of the far north and test nine models on this task.",
            False,
        ),
        ("We find that hearing matters such that owls hunt.", False),
    ],
)
def test_a_reference_leans_on_other_sentences_unless_its_own_names_it(
    sentence: str, leans: bool
) -> None:
    assert leans_on_text_before(sentence, sentence.replace("We", "The authors")) is leans


def test_what_another_sentence_must_name_first_is_not_told_alone(make_paper: MakePaper) -> None:
    abstract = (
        "Owls hear. The annotated corpus is evaluated by nine experts. In this work, we collect"
        " many calls of owls.They are told apart by ear."
    )
    standing = [
        each.quote
        for each in candidates_of(make_paper("Calls of Owls", abstract))
        if each.is_standing
    ]
    assert standing == ["In this work, we collect many calls of owls."]


def test_every_shorter_form_is_a_beginning_of_the_sentence(by_three: Paper) -> None:
    turned = turn(
        "We introduce a corpus of calls of nine hundred owls, which live in Norway, showing how"
        " they hear.",
        by_three,
    )
    assert turned is not None
    forms = list(shortened(turned))
    assert [form.n_words for form in forms] == sorted(
        (form.n_words for form in forms), reverse=True
    )
    assert len(forms) == 2
    for form in forms:
        assert turned.after.startswith(form.after.rstrip("."))
        assert turned.claim.startswith(form.claim.rstrip("."))


@pytest.mark.parametrize(
    "sentence",
    [
        "Our code is available at https://github.com/owls/owls for everyone.",
        "Do owls hear better than any other bird?",
        "Owls hear well, as others have found before [12].",
        "We hear owls.",
        "The code is publicly available for all who want it.",
    ],
)
def test_what_is_unfit_for_a_section_is_left_out(sentence: str, by_three: Paper) -> None:
    assert turn(sentence, by_three) is None


def test_a_sentence_that_needs_the_one_before_says_so() -> None:
    assert depends_on_text_before("It has nine parts.")
    assert depends_on_text_before("However, this shows that owls hear.")
    assert not depends_on_text_before("Owls hear at night.")


def test_numerals_and_the_united_states_are_no_persons(by_three: Paper) -> None:
    sentence = "We study owls of the US: i) their calls and ii) their flight."
    turned = told(sentence, by_three)
    assert turned is not None
    assert "US: i) their" in turned


def test_no_first_person_is_left_in_any_sentence_of_the_bundled_papers(
    bundled_papers: tuple[Paper, ...],
) -> None:
    n_turned = 0
    for paper in bundled_papers:
        for candidate in candidates_of(paper):
            turned = candidate.turned
            text = f"{turned.before} {turned.named} {turned.after}"
            assert not re.search(r"\b(?:[Ww]e|[Oo]ur|[Oo]urs|us)\b", text), text
            assert "the authors shows" not in text.lower()
            n_turned += 1
    assert n_turned > 150


def test_two_authors_are_both_named(make_paper: MakePaper) -> None:
    subject = subject_of(make_paper(authors=("Ann Doe", "Bo Roe"), n_authors=2))
    assert (subject.text, subject.is_plural) == ("Doe and Roe", True)


def test_authors_that_the_source_left_out_count(make_paper: MakePaper) -> None:
    assert subject_of(make_paper(authors=("Ann Doe",), n_authors=9)).text == "Doe et al."


@pytest.mark.parametrize(
    ("verb", "form"),
    [
        *(("show", "shows"), ("study", "studies"), ("have", "has"), ("are", "is"), ("go", "goes")),
        *(("address", "addresses"), ("can", "can"), ("trained", "trained"), ("found", "found")),
        *(("don't", "doesn't"), ("exceed", "exceeds"), ("teach", "teaches"), ("employ", "employs")),
    ],
)
def test_verbs_agree_with_a_singular_subject(verb: str, form: str) -> None:
    assert third_person(verb) == form


@pytest.mark.parametrize(
    "verb", ["show", "study", "have", "address", "teach", "use", "employ", "are"]
)
def test_a_verb_turned_to_the_singular_and_back_is_itself(verb: str) -> None:
    assert base_form(third_person(verb)) == verb


@given(st.text(max_size=300))
def test_any_text_is_turned_or_left_out_without_an_error(text: str) -> None:
    turned = turn(text, Paper("x", "A Paper", text))
    assert turned is None or turned.claim

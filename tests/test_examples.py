"""Example questions made from the library at hand."""

from assistant.examples import example_questions


def test_every_example_of_the_bundled_library_is_answered_with_citations(assistant, library):
    questions = example_questions(library)
    assert len(questions) == 4
    assert len(set(questions)) == 4
    for question in questions:
        answer = assistant.ask(question)
        assert not answer.abstained, question
        assert answer.citations


def test_an_empty_library_has_no_examples(make_library):
    assert example_questions(make_library()) == []


def test_papers_without_names_or_dates_give_only_what_can_be_asked(make_library, make_paper):
    library = make_library([make_paper("A plain title of five words", "Plain.", year=2020)])
    assert example_questions(library) == ["Which papers were published in 2020?"]

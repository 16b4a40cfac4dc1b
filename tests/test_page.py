"""The answer as it grows: what was given out is never taken back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.abstention import ABSTENTION
from assistant.checking.checker import Verdict
from assistant.page import UNSUPPORTED_MARK, Page
from assistant.writers.writer import DraftSentence
from vectorstore import Paper, Span

PAPER = Paper("z", "Zebras", "Zebras run fast. The herd holds 720 zebras.")
SUPPORTED = Verdict("supported", 0.9, ((PAPER, Span(0, 16)),))
UNSUPPORTED = Verdict("unsupported", 0.1, ((PAPER, Span(0, 16)),), reason="No.")


def test_words_are_given_as_they_come_and_the_rest_with_the_finished_sentence():
    page = Page()
    assert page.grow("Zebras ru") == "Zebras ru"
    assert page.grow("n fast") == "n fast"
    sentence, delta = page.add(DraftSentence("Zebras run fast.", ()), SUPPORTED)
    assert delta == " [1]."
    assert sentence.citations == (1,)
    assert page.text == "Zebras run fast [1]."


WORDS = st.lists(st.sampled_from(["Zebras", "run", "The", "abstracts", "do", "not", "*", " ", "é"]))


@given(st.lists(st.tuples(WORDS.map(" ".join), st.sampled_from([" ", "\n\n", "\n- "]), st.data())))
def test_all_that_is_given_out_is_the_text_however_it_was_cut(sentences):
    page = Page()
    given_out = []
    for text, lead, data in sentences:
        whole = lead + text
        cuts = sorted(data.draw(st.lists(st.integers(0, len(whole)), max_size=4)))
        for start, end in zip([0, *cuts], cuts, strict=False):
            given_out.append(page.grow(whole[start:end]))
        given_out.append(page.add(DraftSentence(f"{text}.", (), lead=lead), SUPPORTED)[1])
    assert "".join(given_out) == page.text
    assert page.text == page.text.lstrip()


def test_what_may_become_the_abstention_is_held_back_until_it_does_not():
    page = Page()
    assert page.grow("The abstracts do") == ""
    assert page.grow(" describe") == "The abstracts do describe"
    assert Page().grow(ABSTENTION) == ""


def test_an_unfinished_sentence_is_forgotten_when_a_paragraph_begins():
    page = Page()
    page.grow("The abstracts")
    page.begin_paragraph()
    assert page.grow("Zebras run") == "Zebras run"


def test_a_paragraph_after_another_has_an_empty_line_before_it_whatever_its_lead():
    page = Page()
    for lead in ("", "\n- "):
        page.begin_paragraph()
        page.add(DraftSentence("Zebras run.", (), lead=lead), SUPPORTED)
    assert page.text == "Zebras run [1].\n\n- Zebras run [1]."


def test_an_unsupported_sentence_says_so_and_keeps_its_source_and_the_reason():
    page = Page()
    sentence, delta = page.add(DraftSentence("Zebras fly.", ()), UNSUPPORTED)
    assert delta == f"Zebras fly [1].{UNSUPPORTED_MARK}"
    assert (sentence.reason, page.n_supported) == ("No.", 0)


def test_pieces_that_do_not_begin_their_sentence_are_a_writers_defect():
    page = Page()
    page.grow("Lions sl")
    with pytest.raises(RuntimeError, match="does not begin with its pieces"):
        page.add(DraftSentence("Zebras run.", ()), SUPPORTED)

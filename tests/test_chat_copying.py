"""What a reader pastes into their notes."""

from assistant.answer import Answer, Citation
from ui.chat.copying import copied_text
from vectorstore import Paper, Span


def test_a_copied_answer_is_plain_text_with_a_line_a_citation() -> None:
    paper = Paper("id", "A Paper", "It says.", ("A. Moreno", "L. Chen"), year=2024, doi="10.1/x")
    answer = Answer(
        "What?", "What?", r"It \[really\] costs \$5 [1].", False, "extractive", (),
        (Citation(1, paper, Span(0, 8)),), (), {},
    )  # fmt: skip
    assert copied_text(answer) == (
        "It [really] costs $5 [1].\n\n[1] A. Moreno, L. Chen. A Paper. 2024. https://doi.org/10.1/x"
    )


def test_an_abstention_is_copied_without_references() -> None:
    answer = Answer("What?", "What?", "Not said.", True, "extractive", (), (), (), {})
    assert copied_text(answer) == "Not said."

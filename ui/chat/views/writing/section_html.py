"""A section as HTML: its paragraphs, and the cards of its papers with the cited words marked.

Markers and cards are those of answers, so that the page shows quotes the same way.
"""

from typing import TYPE_CHECKING

from assistant.answer import AnswerSentence, Citation
from ui.chat.cards import paper_card
from ui.chat.escaping import html_text
from ui.chat.evidence.marking import marked_abstract
from ui.chat.formulas import text_html
from ui.chat.thread.doubts import closing_html, doubtful, opening_html
from ui.chat.thread.prose import chip_html

if TYPE_CHECKING:
    from assistant.related_work.section import Mark, Section, Sentence
    from vectorstore import Paper

_TURN = "writing"  # in the addresses of markers, where answers have the number of their exchange


class SectionHtml:
    """One section, drawn a part at a time.

    A paper has one number, and a quote of its own for each sentence that cites it: quotes are
    counted through the section, and a marker leads to that of its sentence.
    """

    def __init__(self, section: "Section") -> None:
        self._section = section
        self._numbers = section.numbers
        self._quotes: dict[str, list[Citation]] = {paper.paper_id: [] for paper in section.papers}
        self._first: dict[tuple[int, str], int] = {}  # quote of a sentence, by its id() and paper
        evidence = ((s, paper, span) for s in section.sentences for paper, span in s.evidence)
        for number, (sentence, paper, span) in enumerate(evidence, 1):
            self._quotes[paper.paper_id].append(Citation(number, paper, span))
            self._first.setdefault((id(sentence), paper.paper_id), number)

    def paragraph(self, index: int) -> str:
        """Return a paragraph with its heading."""
        paragraph = self._section.paragraphs[index]
        heading = f"<h4>{text_html(paragraph.heading)}</h4>" if paragraph.heading else ""
        text = " ".join(self._sentence(sentence) for sentence in paragraph.sentences)
        return f'<div class="theme-text">{heading}<p>{text}</p></div>'

    def cards(self, first: int = 0) -> list[str]:
        """Return the cards of all papers but the first ones."""
        return [self._card(paper) for paper in self._section.papers[first:]]

    def _sentence(self, sentence: "Sentence") -> str:
        text = "".join(
            text_html(part) if isinstance(part, str) else self._markers(part, sentence)
            for part in sentence.parts
        )
        checked = AnswerSentence("", (), sentence.support, sentence.score)
        if not doubtful([checked]):
            return text
        return f"{opening_html(checked)}{text}{closing_html(checked)}"

    def _markers(self, mark: "Mark", sentence: "Sentence") -> str:
        markers = "".join(
            chip_html(_TURN, self._place(paper_id, sentence), shown=self._numbers[paper_id])
            for paper_id in sorted(mark.paper_ids, key=self._numbers.__getitem__)
        )
        return f"{html_text(mark.authors)} {markers}".lstrip()

    def _place(self, paper_id: str, sentence: "Sentence") -> int | str:
        """Return where a marker leads: to the sentence's quote, or to the paper as a whole."""
        return self._first.get((id(sentence), paper_id)) or f"p{self._numbers[paper_id]}"

    def _card(self, paper: "Paper") -> str:
        number, quotes = self._numbers[paper.paper_id], self._quotes[paper.paper_id]
        place = f"src-{_TURN}-p{number}"
        chip = (
            f'<span class="anchor" id="{place}" data-number=""></span>'
            f'<a class="chip" href="#{place}" aria-label="Paper {number}">{number}</a>'
        )
        return paper_card(paper, marked_abstract(paper.abstract, quotes, _TURN), chips=chip)

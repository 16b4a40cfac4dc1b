"""The sources pane: one card a paper, the cited words marked, nothing of a paper run as HTML."""

import re
from collections.abc import Callable
from datetime import date
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.answer import Answer, Citation
from ui.chat.cards import byline, cited_card, date_of, sections_html, sources_html
from ui.chat.conversation import Conversation, Exchange
from ui.chat.evidence.marking import marked_abstract
from vectorstore import Paper, Span

MakePaper = Callable[..., Paper]


class Page(HTMLParser):
    """Reads HTML: all text, and for each number the marked text and its anchor."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.text = ""
        self.marked: dict[str, str] = {}
        self.tags: list[tuple[str, dict[str, Any]]] = []
        self._numbers: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag == "mark":
            self._numbers = (dict(attrs)["data-numbers"] or "").split()

    def handle_endtag(self, tag: str) -> None:
        if tag == "mark":
            self._numbers = []

    def handle_data(self, data: str) -> None:
        self.text += data
        for number in self._numbers:
            self.marked[number] = self.marked.get(number, "") + data

    def ids(self) -> list[str]:
        return [attrs["id"] for _, attrs in self.tags if "id" in attrs]


def answer(*citations: Citation, nearest: tuple[Paper, ...] = (), question: str = "Why?") -> Answer:
    return Answer(
        question=question,
        standalone_question=question,
        text="Because [1].",
        abstained=not citations,
        backend="extractive",
        sentences=(),
        citations=citations,
        nearest=nearest,
        timings_ms={},
    )


def asked(*answers: Answer) -> Conversation:
    return Conversation(
        tuple(Exchange(n, a.question, answer=a) for n, a in enumerate(answers, start=1))
    )


@st.composite
def abstracts_and_spans(draw: st.DrawFn) -> tuple[str, list[Span]]:
    abstract = draw(st.text(alphabet="ab <>&\"'_\n", min_size=1, max_size=40))
    bounds = st.integers(0, len(abstract))
    spans = draw(st.lists(st.tuples(bounds, bounds), max_size=4))
    return abstract, [Span(min(pair), max(pair)) for pair in spans]


@given(abstracts_and_spans())
def test_the_marked_words_are_the_quote_to_the_character_even_where_spans_overlap(
    drawn: tuple[str, list[Span]],
) -> None:
    abstract, spans = drawn
    paper = Paper("id", "Title", abstract)
    citations = [Citation(number, paper, span) for number, span in enumerate(spans, start=1)]
    page = Page(marked_abstract(abstract, citations, turn=7))
    assert page.text == abstract
    assert page.marked == {str(c.number): c.quote for c in citations if c.quote}
    assert sorted(page.ids()) == sorted(f"src-7-{c.number}" for c in citations)


def test_citations_of_one_paper_share_a_card(make_paper: MakePaper) -> None:
    one = make_paper("One", abstract="It is. It was.")
    two = make_paper("Two", abstract="They are.")
    html = sources_html(
        asked(
            answer(
                Citation(1, one, Span(0, 6)),
                Citation(2, two, Span(0, 9)),
                Citation(3, one, Span(7, 14)),
            )
        )
    )
    assert html.count('<article class="card"') == 2
    assert Page(html).marked == {"1": "It is.", "2": "They are.", "3": "It was."}


def test_sources_of_earlier_answers_stay(make_paper: MakePaper) -> None:
    cited = answer(Citation(1, make_paper(abstract="It says."), Span(0, 8)))
    first, second = sections_html(asked(cited, cited))
    assert {"src-1-1", "sources-1"} <= set(Page(first).ids())
    assert {"src-2-1", "sources-2"} <= set(Page(second).ids())


def test_an_abstention_shows_the_nearest_papers_without_marks(make_paper: MakePaper) -> None:
    html = sources_html(asked(answer(nearest=(make_paper("Near"), make_paper("Nearer")))))
    assert html.count('<article class="card"') == 2
    assert "<mark" not in html
    assert "None of them was cited" in html


def test_nothing_of_a_paper_or_a_question_is_markup(make_paper: MakePaper) -> None:
    evil = '<script>alert(1)</script><img src=x onerror=alert(1)>" onclick="x'
    paper = make_paper(evil, abstract=evil, authors=(evil,), url="javascript:alert(1)")
    html = sources_html(asked(answer(Citation(1, paper, Span(0, 8)), question=evil)))
    page = Page(html)
    assert {tag for tag, _ in page.tags} <= {
        "section",
        "p",
        "article",
        "header",
        "a",
        "h3",
        "span",
        "mark",
        "div",
        "button",
        *("details", "summary", "dl", "dt", "dd"),
    }
    assert not any(name.startswith("on") for _, attrs in page.tags for name in attrs)
    assert not any("javascript" in attrs.get("href", "") for _, attrs in page.tags)
    assert page.text.count(evil) == 4
    [paper_button] = [attrs for _, attrs in page.tags if "data-paper" in attrs]
    assert paper_button["data-paper"] == paper.paper_id


def test_dollars_that_are_no_formula_are_shown(make_paper: MakePaper) -> None:
    paper = make_paper(abstract="It costs $5 and $6 with ${n} and {{m}}.")
    assert paper.abstract in Page(cited_card([Citation(1, paper, Span(0, 8))], 1)).text


def test_a_formula_is_drawn_inside_a_quote_and_left_where_a_quote_cuts_it(
    make_paper: MakePaper,
) -> None:
    paper = make_paper(abstract="We get $x_1 < 3$ here. And $y^2$ there.")
    whole, cut = Citation(1, paper, Span(0, 22)), Citation(2, paper, Span(23, 30))
    html = marked_abstract(paper.abstract, [whole, cut], 1)
    assert "<msub><mi>x</mi><mn>1</mn></msub>" in html
    assert "And $y^</mark>2$ there." in html


def test_a_paper_is_cited_as_bibtex_without_inventing_authors(make_paper: MakePaper) -> None:
    counted = make_paper("Counted", n_authors=5, authors=(), year=2024)
    page = Page(cited_card([Citation(1, counted, Span(0, 2))], 1))
    [bibtex] = [attrs["data-bibtex"] for _, attrs in page.tags if "data-bibtex" in attrs]
    assert bibtex.startswith("@misc{")
    assert "author        =" not in bibtex
    assert "abstract" not in bibtex


@pytest.mark.parametrize(
    ("fields", "shown"),
    [
        ({"authors": ("A. Moreno", "L. Chen")}, "A. Moreno, L. Chen"),
        ({"authors": tuple("ABCDEF"), "n_authors": 6}, "A, B, C, D and 2 more"),
        ({"n_authors": 5}, "5 authors"),
        ({"n_authors": 1}, "1 author"),
        ({}, ""),
    ],
)
def test_authors_are_named_or_counted(
    make_paper: MakePaper, fields: dict[str, Any], shown: str
) -> None:
    assert byline(make_paper(**fields)) == shown


def test_the_date_is_as_exact_as_it_is_known(make_paper: MakePaper) -> None:
    assert date_of(make_paper(published=date(2026, 5, 9), year=2026)) == "9 May 2026"
    assert date_of(make_paper(year=2026)) == "2026"
    assert date_of(make_paper()) == ""


@pytest.mark.parametrize(
    ("fields", "label"),
    [
        ({"arxiv_id": "2301.00001"}, "arXiv 2301.00001"),
        ({"url": "https://www.aclanthology.org/x"}, "aclanthology.org"),
        ({"doi": "10.1/x"}, "doi.org"),
        ({}, "Find on arXiv"),
    ],
)
def test_the_link_says_where_it_leads(
    make_paper: MakePaper, fields: dict[str, Any], label: str
) -> None:
    html = cited_card([Citation(1, make_paper(**fields), Span(0, 2))], 1)
    link = re.search(
        r'<a href="(http[^"]+)" target="_blank" rel="noopener noreferrer">(.+?)</a>', html
    )
    assert link
    assert link[2] == label

"""The Write view's routes and what they draw: plans, paragraphs, cards, files."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from assistant.assistant import Assistant
from assistant.related_work.plan import Plan, PlannedPaper, PlannedTheme
from assistant.related_work.section import Mark, Paragraph, Section, Sentence
from tests.api_calls import events_of
from ui.api.failures import answer_failures
from ui.chat.features import Features
from ui.chat.views.writing.form import writing_html
from ui.chat.views.writing.routes import add_writing_routes
from ui.chat.views.writing.section_html import SectionHtml
from vectorstore import Paper, Span

OURS = {"Sec-Fetch-Site": "same-origin"}
THEIRS = {"Sec-Fetch-Site": "cross-site", "Origin": "https://other.example"}
TOPIC = "sparse autoencoders"
HOSTILE = Path(__file__).parent / "data" / "hostile.jsonl"
TEXTS = [json.loads(line) for line in HOSTILE.read_text(encoding="utf-8").splitlines()]
ALLOWED = (
    r"<(?:/?(?:div|h3|h4|p|article|header|button|mark|math|m\w+|semantics|annotation)\b"
    r"|/?span\b|/?a\b)"
)


@pytest.fixture(scope="module")
def client(assistant: Assistant) -> TestClient:
    app = FastAPI()
    answer_failures(app)
    add_writing_routes(app, assistant, Features())
    return TestClient(app, headers=OURS)


@pytest.fixture(scope="module")
def plan(client: TestClient) -> dict[str, Any]:
    return client.post("/chat/writing/plan", json={"topic": TOPIC, "words": 120}).json()


@pytest.fixture(scope="module")
def events(client: TestClient, plan: dict[str, Any]) -> list[Any]:
    return events_of(client.post("/chat/writing/section", json={"plan": plan}))


def test_a_section_comes_paragraph_by_paragraph_with_a_card_for_each_paper(
    events: list[Any],
) -> None:
    *paragraphs, last, done = events
    assert done == "[DONE]"
    assert paragraphs
    cards = [card for event in paragraphs for card in event["cards"]]
    assert len(cards) == last["whole"]["n_papers"]
    assert all(card.count("<mark ") for card in cards)


def test_every_marker_leads_to_marked_words_or_to_its_paper(events: list[Any]) -> None:
    text = "".join(event["paragraph"] for event in events[:-2])
    cards = "".join(card for event in events[:-2] for card in event["cards"])
    targets = re.findall(r'class="marker" href="#(src-writing-[p\d]+)"', text)
    ids = re.findall(r'id="(src-writing-[p\d]+)"', cards)
    assert targets
    assert set(targets) <= set(ids)
    assert len(ids) == len(set(ids))


def test_the_files_are_those_of_one_section(events: list[Any]) -> None:
    whole = events[-2]["whole"]
    files = whole["files"]
    section = json.loads(files["json"])
    keys = {paper["key"] for paper in section["papers"]}
    assert set(re.findall(r"@misc\{(.*?),", files["bib"])) == keys
    assert all(f"{{{key}}}" in files["tex"] and f"{{{key}}}" in files["latex"] for key in keys)
    assert "\\bibliography{related-work}" in files["tex"]
    assert files["md"].startswith("## Related work")
    assert len(files["csv"].splitlines()) == len(keys) + 1
    assert whole["considered"] == section["considered"]


def test_a_selection_bounds_the_plan(client: TestClient, plan: dict[str, Any]) -> None:
    some = [paper["paper_id"] for paper in plan["themes"][0]["papers"]][:2]
    asked = {"topic": TOPIC, "filters": {"paper_ids": some}}
    bounded = client.post("/chat/writing/plan", json=asked).json()
    planned = [paper["paper_id"] for theme in bounded["themes"] for paper in theme["papers"]]
    assert sorted(planned) == sorted(some)


@pytest.mark.parametrize("path", ["plan", "section"])
def test_pages_of_other_sites_get_nothing(
    client: TestClient, plan: dict[str, Any], path: str
) -> None:
    asked = {"topic": TOPIC} if path == "plan" else {"plan": plan}
    response = client.post(f"/chat/writing/{path}", json=asked, headers=THEIRS)
    assert response.status_code == 403


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"topic": ""}, "A topic, a draft or a plan is needed"),
        ({"topic": TOPIC, "filters": {"year_from": 2090}}, "near the topic"),
        ({"draft": "Owls."}, "holds no sentence"),
    ],
)
def test_what_cannot_be_planned_is_told(
    client: TestClient, asked: dict[str, Any], told: str
) -> None:
    response = client.post("/chat/writing/plan", json=asked)
    assert response.status_code == 400
    assert told in response.json()["error"]["message"]


def test_a_plan_without_papers_is_told_before_anything_is_written(client: TestClient) -> None:
    asked = {"plan": {"topic": TOPIC, "themes": [{"name": "Empty", "papers": []}]}}
    response = client.post("/chat/writing/section", json=asked)
    assert response.status_code == 400
    assert "no paper" in response.json()["error"]["message"]


def test_the_form_knows_the_bounds() -> None:
    assert "{" not in writing_html().replace("\\cite{?}", "")


# What is drawn

MakePaper = Callable[..., Paper]


def section_of(*sentences: Sentence, papers: tuple[Paper, ...], heading: str = "") -> Section:
    theme = PlannedTheme(heading, tuple(PlannedPaper(paper.paper_id) for paper in papers))
    return Section(
        plan=Plan("x", (theme,)),
        paragraphs=(Paragraph(heading, sentences),),
        papers=papers,
        considered=(),
        backend="extractive",
    )


def test_two_sentences_of_one_paper_show_its_number_and_lead_to_their_own_words(
    make_paper: MakePaper,
) -> None:
    paper = make_paper("Owls", "Owls see. Owls hear.")
    said = (("Owls see ", Span(0, 9)), ("Owls hear ", Span(10, 20)))
    sentences = (
        Sentence((text, Mark((paper.paper_id,)), "."), ((paper, span),)) for text, span in said
    )
    section = section_of(*sentences, papers=(paper,))
    drawn = SectionHtml(section)
    assert re.findall(r'href="#src-writing-(\w+)"[^>]*>(\[\d\])<', drawn.paragraph(0)) == [
        ("1", "[1]"),
        ("2", "[1]"),
    ]
    assert '<mark data-numbers="2">Owls hear.</mark>' in drawn.cards()[0]


def test_a_sentence_that_is_doubted_is_marked_as_in_answers(make_paper: MakePaper) -> None:
    paper = make_paper("Owls", "Owls see.")
    mark = Mark((paper.paper_id,))
    sentence = Sentence(("Owls fly ", mark, "."), ((paper, Span(0, 9)),), support="partly")
    drawn = SectionHtml(section_of(sentence, papers=(paper,))).paragraph(0)
    assert '<span class="doubt partly">Owls fly' in drawn
    assert 'class="doubt-mark partly"' in drawn


def test_a_sentence_about_a_paper_as_a_whole_leads_to_its_card(make_paper: MakePaper) -> None:
    paper = make_paper("Owls", "Owls see.")
    sentence = Sentence(("What ", Mark((paper.paper_id,)), " does not state."), ())
    drawn = SectionHtml(section_of(sentence, papers=(paper,)))
    assert 'href="#src-writing-p1"' in drawn.paragraph(0)
    assert 'id="src-writing-p1"' in drawn.cards()[0]


@pytest.mark.parametrize("text", TEXTS, ids=lambda text: text["id"])
def test_whatever_a_paper_or_a_model_writes_is_shown_as_text(
    text: dict[str, str], make_paper: MakePaper
) -> None:
    hostile = text["text"]
    paper = make_paper(hostile, hostile, paper_id=hostile, authors=(hostile,), url=hostile)
    mark = Mark((paper.paper_id,), authors=hostile)
    sentence = Sentence((hostile, mark, hostile), ((paper, Span(0, len(hostile))),))
    drawn = SectionHtml(section_of(sentence, papers=(paper,), heading=hostile))
    html = drawn.paragraph(0) + "".join(drawn.cards())
    for tag in re.findall(r"<[^>]*", html):
        assert re.match(ALLOWED, tag), tag
        assert not re.search(r"\son\w+\s*=", re.sub(r'"[^"]*"', '""', tag)), tag
    assert not re.search(r'href="(?!#|https?://)', html)

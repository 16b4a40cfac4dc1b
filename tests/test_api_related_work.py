"""`/v1/related-work`: the section, its plan passed back, its stream, and what is refused."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient
from jsonschema import Draft202012Validator

from assistant.assistant import Assistant
from assistant.writers.extractive import ExtractiveWriter
from tests.api_calls import api_client, error_of, events_of, mounted, sent, serving
from tests.slow_library import SlowLibrary
from ui.api import create_api
from vectorstore import Library

URL = "/v1/related-work"
TOPIC = "sparse autoencoders"
CLAIMS = (
    "We introduce Strix, a corpus of the calls of nine hundred owls."
    " Sparse autoencoders find features that people can read in language models [?]."
)
MARKDOWN = f"# Listening to owls\n\n{CLAIMS}"
LATEX = f"\\title{{Listening to owls}}\n\\begin{{abstract}}\n{CLAIMS}\n\\end{{abstract}}"


@pytest.fixture(scope="module")
def client(assistant: Assistant) -> TestClient:
    return api_client(assistant)


@pytest.fixture(scope="module")
def section(client: TestClient) -> dict[str, Any]:
    return written(client, topic=TOPIC, words=120, table=True)


@pytest.fixture(scope="module")
def document(client: TestClient) -> dict[str, Any]:
    return client.get("/v1/openapi.json").json()


def written(client: TestClient, **fields: Any) -> dict[str, Any]:
    response = client.post(URL, json=fields)
    assert response.status_code == 200, response.text
    return response.json()


def sentences(section: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for paragraph in section["paragraphs"]:
        yield from paragraph["sentences"]


def check(document: dict[str, Any], name: str, value: Any) -> None:
    reference = {"$ref": f"#/components/schemas/{name}", "components": document["components"]}
    Draft202012Validator(reference).validate(value)


# The section


def test_every_sentence_cites_and_quotes_the_abstracts_to_the_character(
    section: dict[str, Any], library: Library
) -> None:
    assert section["object"] == "related_work"
    assert list(sentences(section))
    numbers = {paper["number"] for paper in section["papers"]}
    for sentence in sentences(section):
        assert sentence["citations"]
        assert set(sentence["citations"]) <= numbers
        for span in sentence["evidence"]:
            paper = library.catalogue.get([span["paper_id"]])[span["paper_id"]]
            assert paper.abstract[span["start"] : span["end"]] == span["quote"]


def test_the_bibtex_has_the_cited_papers_and_the_rest_is_told_with_reasons(
    section: dict[str, Any],
) -> None:
    keys = [paper["key"] for paper in section["papers"]]
    assert section["bibtex"].count("@misc{") == len(keys) == len(set(keys))
    assert all(f"@misc{{{key}," in section["bibtex"] for key in keys)
    cited = {paper["paper_id"] for paper in section["papers"]}
    left_out = {paper["paper_id"]: paper["reason"] for paper in section["considered"]}
    assert not cited & left_out.keys()
    assert all(left_out.values())


def test_every_cell_of_the_table_is_a_quote_or_null(
    section: dict[str, Any], library: Library, client: TestClient
) -> None:
    assert len(section["table"]) == len(section["papers"])
    for row in section["table"]:
        paper = library.catalogue.get([row["paper_id"]])[row["paper_id"]]
        for name in ("task", "method", "data", "finding", "code"):
            if cell := row[name]:
                assert paper.abstract[cell["start"] : cell["end"]] == cell["quote"]
    assert written(client, plan=section["plan"])["table"] is None


def test_the_text_comes_in_the_format_that_was_asked_for(
    client: TestClient, section: dict[str, Any]
) -> None:
    plan = section["plan"]
    latex = written(client, plan=plan, format="latex")
    markdown = written(client, plan=plan, format="markdown")
    assert latex["text"].startswith("\\section{Related work}")
    assert all(f"{{{paper['key']}}}" in latex["text"] for paper in latex["papers"])
    assert "### References" in markdown["text"]
    assert section["text"].startswith(section["paragraphs"][0]["sentences"][0]["text"])


def test_a_plan_that_was_edited_decides_what_is_written(
    client: TestClient, section: dict[str, Any]
) -> None:
    plan = json.loads(json.dumps(section["plan"]))
    paper_id = plan["themes"][0]["papers"][0]["paper_id"]
    plan["themes"] = [{"name": "By hand", "papers": [paper_id]}]
    edited = written(client, plan=plan, words=60)
    assert [paragraph["heading"] for paragraph in edited["paragraphs"]] == ["By hand"]
    assert [paper["paper_id"] for paper in edited["papers"]] == [paper_id]
    assert edited["plan"]["words"] == 60


def test_a_plan_that_is_sent_back_as_it_came_gives_the_same_section(
    client: TestClient, section: dict[str, Any]
) -> None:
    again = written(client, plan=section["plan"], table=True)
    own = ("id", "created")
    assert {k: v for k, v in again.items() if k not in own} == {
        k: v for k, v in section.items() if k not in own
    }


@pytest.mark.parametrize("draft", [MARKDOWN, LATEX], ids=["Markdown", "LaTeX"])
def test_a_draft_needs_no_topic_and_is_quoted(client: TestClient, draft: str) -> None:
    section = written(client, draft=draft, words=100)
    quotes = [sentence["draft_quote"] for sentence in sentences(section)]
    assert any(quote and quote.startswith("We introduce Strix") for quote in quotes)


def test_filters_and_the_number_of_papers_bound_the_plan(client: TestClient) -> None:
    section = written(client, topic=TOPIC, papers=3, filters={"year_from": 2026})
    planned = [paper for theme in section["plan"]["themes"] for paper in theme["papers"]]
    assert 1 <= len(planned) <= 3
    assert {paper["year"] for paper in planned} == {2026}


# A stream


def test_a_stream_sends_the_plan_each_paragraph_the_section_and_done(
    client: TestClient, section: dict[str, Any], document: dict[str, Any]
) -> None:
    request = {"plan": section["plan"], "table": True, "stream": True}
    plan, *paragraphs, whole, done = events_of(client.post(URL, json=request))
    assert plan["plan"] == section["plan"]
    assert [each["index"] for each in paragraphs] == list(range(len(section["paragraphs"])))
    assert [each["paragraph"] for each in paragraphs] == section["paragraphs"]
    assert [paper for each in paragraphs for paper in each["papers"]] == section["papers"]
    assert whole["text"] == section["text"]
    assert done == "[DONE]"
    assert len({(each["id"], each["created"]) for each in (plan, *paragraphs, whole)}) == 1
    check(document, "RelatedWorkPlanned", plan)
    check(document, "RelatedWork", whole)
    for each in paragraphs:
        check(document, "RelatedWorkParagraph", each)


def test_what_cannot_be_planned_is_refused_before_a_stream_begins(client: TestClient) -> None:
    nothing_near = {"topic": TOPIC, "filters": {"year_from": 2090}, "stream": True}
    assert client.post(URL, json=nothing_near).status_code == 400


# Refusals


@pytest.mark.parametrize(
    ("fields", "code", "told"),
    [
        ({}, "nothing_asked", "topic"),
        ({"topic": " ", "draft": "\n"}, "nothing_asked", "topic"),
        ({"topic": TOPIC, "filters": {"year_from": 2090}}, "no_papers_found", "near the topic"),
        ({"draft": "Owls."}, "invalid_draft", "no sentence"),
        ({"topic": "a" * 4_001}, "string_too_long", "topic"),
        ({"draft": "a" * 100_001}, "string_too_long", "draft"),
        ({"topic": TOPIC, "words": 19}, "greater_than_equal", "words"),
        ({"topic": TOPIC, "papers": 201}, "less_than_equal", "papers"),
        ({"topic": TOPIC, "paper": 3}, "extra_forbidden", "paper"),
        ({"plan": {"topic": "x", "themes": []}}, "invalid_plan", "no paper"),
        ({"plan": {"topic": "x", "themes": [{"papers": ["nobody"]}]}}, "invalid_plan", "nobody"),
        ({"plan": {"topic": "x", "themes": [], "wrods": 1}}, "extra_forbidden", "wrods"),
        ({"plan": {"topic": "x", "themes": [], "words": 1}}, "greater_than_equal", "plan.words"),
        ({"plan": {"topic": "x", "themes": []}, "papers": 3}, "plan_and_search", "plan"),
        (
            {"plan": {"topic": "x", "themes": [{"papers": ["a"] * 150}] * 2}},
            "too_many_papers",
            "200 papers",
        ),
    ],
)
def test_what_cannot_be_written_is_a_400_that_says_what_is_wrong(
    client: TestClient, fields: dict[str, Any], code: str, told: str
) -> None:
    response = client.post(URL, json=fields)
    assert response.status_code == 400
    error = error_of(response)
    assert error["code"] == code
    assert told in error["message"]


def test_what_no_json_can_hold_is_refused_and_not_told_back(client: TestClient) -> None:
    paper = '{"paper_id": "a", "found_by": "\\ud800", "relevance": NaN}'
    body = f'{{"plan": {{"topic": "x", "themes": [{{"papers": [{paper}]}}]}}}}'
    response = client.post(URL, content=body, headers={"Content-Type": "application/json"})
    assert response.status_code == 400


def test_a_backend_that_is_not_served_is_a_404(client: TestClient) -> None:
    response = client.post(URL, json={"topic": TOPIC, "backend": "openai:none"})
    assert response.status_code == 404
    assert error_of(response)["param"] == "backend"


# Going away


@pytest.mark.parametrize("stream", [False, True])
def test_writing_ends_when_its_client_goes_away(library: Library, stream: bool) -> None:
    slow = SlowLibrary(library)
    assistant = Assistant(slow, ExtractiveWriter(library))
    with serving(mounted(create_api(assistant))) as address:
        with sent(address, {"topic": TOPIC, "words": 600, "stream": stream}, url=URL):
            assert slow.begun.wait(30)
        slow.wait_until_idle()
        assert slow.n_compared < 20

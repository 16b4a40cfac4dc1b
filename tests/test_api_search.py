"""`/v1/search`: what is found, by GET and by POST, and what is refused."""

from typing import Any

import pytest
from fastapi.testclient import TestClient

from assistant.assistant import Assistant
from tests.api_calls import api_client, error_of
from vectorstore import Library

QUERY = "sparse autoencoders"


@pytest.fixture(scope="module")
def client(assistant: Assistant) -> TestClient:
    return api_client(assistant)


def found(response: Any) -> list[dict[str, Any]]:
    assert response.status_code == 200, response.text
    return response.json()["results"]


def test_papers_come_in_the_library_s_order_with_what_explains_it(
    client: TestClient, library: Library
) -> None:
    results = found(client.get("/v1/search", params={"query": QUERY, "top_k": 5}))
    hits = library.search(QUERY, top_k=5)
    assert [result["paper_id"] for result in results] == [hit.paper.paper_id for hit in hits]
    for result, hit in zip(results, hits, strict=True):
        assert result["title"] == hit.paper.title
        assert result["fused_score"] == pytest.approx(hit.fused_score, abs=1e-4)
        assert result["bm25_score"] == pytest.approx(hit.bm25_score, abs=1e-4)
        assert result["matched_terms"] == list(hit.matched_terms)
        assert result["passages"]
        for passage in result["passages"]:
            assert hit.paper.abstract[passage["start"] : passage["end"]] == passage["text"]


def test_get_and_post_find_the_same(client: TestClient) -> None:
    filters = {"year_from": 2025, "sources": ["hf-daily-papers"]}
    parameters = {"query": QUERY, "top_k": 4, "diversity": 0.5}
    by_get = client.get("/v1/search", params={**parameters, **filters})
    by_post = client.post("/v1/search", json={**parameters, "filters": filters})
    assert by_get.json() == by_post.json()
    assert by_get.json()["query"] == QUERY
    assert found(by_get)


def test_filters_bound_what_is_found(client: TestClient) -> None:
    ids = [r["paper_id"] for r in found(client.get("/v1/search", params={"query": QUERY}))][:2]
    only = found(client.get("/v1/search", params={"query": QUERY, "paper_ids": ids}))
    assert [result["paper_id"] for result in only] == ids
    years = {"query": QUERY, "year_from": 2023, "year_to": 2024}
    assert {r["year"] for r in found(client.get("/v1/search", params=years))} <= {2023, 2024}
    assert found(client.get("/v1/search", params={"query": QUERY, "authors": ["Nobody"]})) == []


def test_the_server_s_own_number_of_papers_is_found_without_top_k(
    client: TestClient, assistant: Assistant
) -> None:
    results = found(client.post("/v1/search", json={"query": QUERY}))
    assert len(results) == assistant.options.top_k


@pytest.mark.parametrize(
    ("fields", "param"),
    [
        ({}, "query"),
        ({"query": ""}, "query"),
        ({"query": "  "}, "query"),
        ({"query": "a" * 4_001}, "query"),
        ({"query": QUERY, "top_k": 0}, "top_k"),
        ({"query": QUERY, "top_k": 101}, "top_k"),
        ({"query": QUERY, "diversity": 1.1}, "diversity"),
        ({"query": QUERY, "year": 2024}, "year"),
    ],
)
def test_a_search_that_cannot_be_done_is_a_400_that_names_the_field(
    client: TestClient, fields: dict[str, Any], param: str
) -> None:
    for response in (
        client.get("/v1/search", params=fields),
        client.post("/v1/search", json=fields),
    ):
        assert response.status_code == 400
        error = error_of(response)
        assert error["param"] == param
        assert param in error["message"]


def test_years_that_end_before_they_begin_are_refused(client: TestClient) -> None:
    years = {"year_from": 2025, "year_to": 2024}
    response = client.get("/v1/search", params={"query": QUERY, **years})
    assert response.status_code == 400
    assert error_of(response)["code"] == "years_reversed"
    body = {"query": QUERY, "filters": years}
    assert error_of(client.post("/v1/search", json=body))["param"] == "filters"

"""`/v1/papers`: the list in pages, and one paper."""

from collections.abc import Callable, Sequence
from datetime import date
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote

import pytest
from fastapi.testclient import TestClient

from tests.api_calls import api_client, error_of
from vectorstore import Library, Paper

MakeLibrary = Callable[[Sequence[Paper]], Library]
MakePaper = Callable[..., Paper]


@pytest.fixture
def papers(make_paper: MakePaper) -> list[Paper]:
    return [
        make_paper("Beta", "It is the second.", paper_id="b/2", year=2024, n_comments=7),
        make_paper("Alpha", "It is the first.", published=date(2025, 5, 1), year=2025, n_authors=3),
        make_paper("Gamma", "It is the third.", paper_id="c?x=1&y=#é +", n_authors=9),
        make_paper(
            "Delta", "Fourth.", published=date(2024, 2, 1), year=2024, authors=("Ada Strix",)
        ),
    ]


@pytest.fixture
def library_of_four(make_library: MakeLibrary, papers: list[Paper]) -> Library:
    return make_library(papers)


@pytest.fixture
def client(library_of_four: Library) -> TestClient:
    return api_client(SimpleNamespace(library=library_of_four, backend="none"))


def listed(client: TestClient, **parameters: Any) -> dict[str, Any]:
    response = client.get("/v1/papers", params=parameters)
    assert response.status_code == 200, response.text
    return response.json()


def titles(client: TestClient, **parameters: Any) -> list[str]:
    return [paper["title"] for paper in listed(client, **parameters)["data"]]


# The list


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("newest", ["Alpha", "Delta", "Beta", "Gamma"]),
        ("oldest", ["Beta", "Delta", "Alpha", "Gamma"]),
        ("title", ["Alpha", "Beta", "Delta", "Gamma"]),
        ("authors", ["Gamma", "Alpha", "Delta", "Beta"]),
        ("comments", ["Beta", "Alpha", "Delta", "Gamma"]),
    ],
)
def test_papers_are_listed_in_the_order_asked_for(
    client: TestClient, sort: str, expected: list[str]
) -> None:
    assert titles(client, sort=sort) == expected


def test_newest_first_is_the_catalogue_s_own_order(
    client: TestClient, library_of_four: Library
) -> None:
    assert titles(client) == [paper.title for paper in library_of_four.catalogue.papers()]


def test_pages_joined_are_the_whole_list(client: TestClient) -> None:
    pages = [listed(client, limit=3, offset=offset) for offset in (0, 3)]
    assert [page["has_more"] for page in pages] == [True, False]
    assert {page["total"] for page in pages} == {4}
    joined = [paper["title"] for page in pages for paper in page["data"]]
    assert joined == titles(client)
    assert listed(client, offset=100)["data"] == []


def test_filters_bound_the_list(client: TestClient) -> None:
    assert titles(client, year_from=2024, year_to=2024) == ["Delta", "Beta"]
    assert titles(client, authors=["strix"]) == ["Delta"]
    assert titles(client, paper_ids=["b/2", "none"]) == ["Beta"]
    assert listed(client, year_from=2030) == {
        "object": "list",
        "data": [],
        "total": 0,
        "limit": 20,
        "offset": 0,
        "has_more": False,
    }


def test_a_paper_that_is_added_or_removed_meanwhile_is_seen(
    client: TestClient, library_of_four: Library, make_paper: MakePaper
) -> None:
    assert len(titles(client)) == 4
    library_of_four.add([make_paper("Epsilon", year=2026)])
    assert titles(client)[0] == "Epsilon"
    library_of_four.remove(["b/2"])
    assert "Beta" not in titles(client)


@pytest.mark.parametrize(
    ("parameters", "param"),
    [
        ({"sort": "best"}, "sort"),
        ({"limit": 0}, "limit"),
        ({"limit": 101}, "limit"),
        ({"offset": -1}, "offset"),
        ({"page": 2}, "page"),
        ({"published_from": "0"}, "published_from"),
    ],
)
def test_a_list_that_cannot_be_made_is_a_400_that_names_the_field(
    client: TestClient, parameters: dict[str, Any], param: str
) -> None:
    response = client.get("/v1/papers", params=parameters)
    assert response.status_code == 400
    assert error_of(response)["param"] == param


# One paper


def test_a_paper_has_its_abstract_and_where_it_comes_from(
    client: TestClient, papers: list[Paper]
) -> None:
    data = client.get("/v1/papers/b/2").json()
    assert (data["paper_id"], data["title"]) == ("b/2", "Beta")
    assert data["abstract"] == "It is the second."
    assert [origin["id"] for origin in data["origins"]] == ["b/2"]


def test_every_listed_paper_can_be_read_whatever_its_id_holds(
    client: TestClient, papers: list[Paper]
) -> None:
    for paper in papers:
        for path in (quote(paper.paper_id), quote(paper.paper_id, safe="")):
            response = client.get(f"/v1/papers/{path}")
            assert response.status_code == 200, path
            assert response.json()["paper_id"] == paper.paper_id


@pytest.mark.parametrize("name", ["none", "b", "b/2/3", "", "%00", "..%2F..%2Fetc%2Fpasswd"])
def test_a_paper_that_is_not_there_is_a_404(client: TestClient, name: str) -> None:
    response = client.get(f"/v1/papers/{name}")
    assert response.status_code == 404
    assert error_of(response)["code"] == "paper_not_found"

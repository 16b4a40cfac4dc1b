"""What the Papers view fetches, over real routes."""

import gzip
import json
import threading
from types import SimpleNamespace

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from ui.chat.features import Features
from ui.chat.views.drawing import add_view_routes
from ui.chat.views.papers.map_keeper import MapKeeper
from ui.chat.views.papers.table import table_json
from vectorstore.catalogue.listing import list_papers

OURS = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def serve_views():
    """Return a maker of a client of the views' routes over a library."""

    def serve(library, **features):
        app = FastAPI()
        add_view_routes(app, SimpleNamespace(library=library), Features(**features))
        return TestClient(app)

    return serve


@pytest.fixture
def owls(make_paper):
    return make_paper(
        "Owls See",
        "Owls see 1 < 2 in the dark.",
        authors=("Ada Strix", "Ben Bubo"),
        year=2024,
        url="https://example.org/owls",
        source="jsonl",
    )


def test_all_papers_come_in_columns(serve_views, make_library, owls, make_paper):
    client = serve_views(make_library([owls, make_paper("Bats", year=2023)]))
    table = client.get("/chat/papers.json").json()
    assert table["titles"] == ["Owls See", "Bats"]
    assert table["authors"] == ["Ada Strix, Ben Bubo", 0]
    assert table["dates"] == ["2024", "2023"]
    assert [table["source_names"][at] for at in table["sources"]] == ["jsonl", ""]
    assert table["links"] == ["https://example.org/owls", ""]
    assert table["histogram"].startswith("<svg")


def test_the_table_is_sent_again_only_after_a_change(serve_views, make_library, owls, make_paper):
    library = make_library([owls])
    client = serve_views(library)
    etag = client.get("/chat/papers.json").headers["etag"]
    again = client.get("/chat/papers.json", headers={"If-None-Match": etag})
    assert (again.status_code, again.content) == (304, b"")
    library.add([make_paper("Bats")])
    later = client.get("/chat/papers.json", headers={"If-None-Match": etag})
    assert later.status_code == 200
    assert later.headers["etag"] != etag
    assert len(later.json()["ids"]) == 2


def test_links_that_a_browser_should_not_follow_are_left_out(make_library, make_paper):
    papers = [make_paper("Harm", url="javascript:alert(1)"), make_paper("Data", url="data:x")]
    library = make_library(papers)
    assert json.loads(table_json(list_papers(library.catalogue)))["links"] == ["", ""]


def test_half_a_character_in_a_title_breaks_no_table(serve_views, make_library, make_paper):
    library = make_library([make_paper("Owls")])
    listing = list_papers(library.catalogue)
    listing.titles[0] = "Owls \ud83e"
    assert "Owls" in table_json(listing).encode(errors="replace").decode()


def test_an_opened_paper_has_its_abstract_and_bibtex(serve_views, make_library, owls):
    client = serve_views(make_library([owls]))
    found = client.get("/chat/paper.json", params={"id": owls.paper_id}).json()
    assert found["abstract_html"] == "Owls see 1 &lt; 2 in the dark."
    assert found["authors"] == ["Ada Strix", "Ben Bubo"]
    assert found["link"] == "https://example.org/owls"
    assert found["bibtex"].startswith("@misc{")
    assert "Strix" in found["bibtex"]


def test_formulas_of_an_abstract_are_drawn_and_markup_is_shown(
    serve_views, make_library, make_paper
):
    paper = make_paper("Sums", r"We show $x^2 > 1$ and <img src=x onerror=alert(1)> too.")
    client = serve_views(make_library([paper]))
    found = client.get("/chat/paper.json", params={"id": paper.paper_id}).json()
    assert "<math" in found["abstract_html"]
    assert "<img" not in found["abstract_html"]


def test_a_paper_that_is_gone_is_not_found(serve_views, make_library):
    answer = serve_views(make_library()).get("/chat/paper.json", params={"id": "gone"})
    assert answer.status_code == 404
    assert "no longer" in answer.json()["error"]


def test_bibtex_of_several_papers_comes_in_the_order_asked(
    serve_views, make_library, owls, make_paper
):
    bats = make_paper("Bats", authors=("Nora Noctule",))
    client = serve_views(make_library([owls, bats]))
    ids = [bats.paper_id, "gone", owls.paper_id]
    text = client.post("/chat/bibtex", json=ids, headers=OURS).text
    assert text.count("@misc{") == 2
    assert text.index("Noctule") < text.index("Strix")


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site", "Origin": "http://testserver"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://[bad"},
    ],
)
def test_another_site_is_refused(serve_views, make_library, headers):
    client = serve_views(make_library(), allow_upload=True)
    assert client.post("/chat/bibtex", json=[], headers=headers).status_code == 403
    assert client.post("/chat/import", content=b"x", headers=headers).status_code == 403


def test_our_own_origin_suffices_where_the_browser_says_no_more(serve_views, make_library):
    headers = {"Origin": "http://testserver"}
    answer = serve_views(make_library()).post("/chat/bibtex", json=[], headers=headers)
    assert answer.status_code == 200


def test_the_map_is_drawn_by_a_thread_and_then_sent(make_library, make_paper):
    library = make_library([make_paper(f"Owls {n}", f"Owls of kind {n} see.") for n in range(12)])
    keeper = MapKeeper(library)
    assert keeper.compressed() is None
    drawn = map_when_drawn(keeper)
    assert sorted(drawn["ids"]) == sorted(record.paper.paper_id for record in records(library))
    assert {theme["size"] > 0 for theme in drawn["themes"]} == {True}


def test_the_map_follows_the_papers(make_library, make_paper):
    library = make_library([make_paper(f"Owls {n}") for n in range(5)])
    keeper = MapKeeper(library)
    keeper.compressed()
    assert len(map_when_drawn(keeper)["ids"]) == 5
    library.add([make_paper("Bats")])
    assert keeper.compressed() is None
    assert len(map_when_drawn(keeper)["ids"]) == 6


def test_a_map_that_cannot_be_drawn_is_told_and_not_tried_again_and_again(
    make_library, make_paper, caplog
):
    library = make_library([make_paper("Owls")])
    keeper = MapKeeper(library)
    keeper._drawn = broken
    assert keeper.compressed() is None
    wait_for(keeper)
    assert keeper.compressed() == b""
    assert "could not be drawn" in caplog.text


def test_the_page_waits_for_the_map_without_blocking(serve_views, make_library, make_paper):
    client = serve_views(make_library([make_paper("Owls")]))
    answer = client.get("/chat/map.json")
    assert answer.status_code in {200, 202}
    assert client.get("/chat/map.js").headers["content-type"].startswith("text/javascript")
    assert client.get("/chat/map.css").headers["content-type"].startswith("text/css")


def map_when_drawn(keeper):
    wait_for(keeper)
    return json.loads(gzip.decompress(keeper.compressed()))


def wait_for(keeper):
    for thread in threading.enumerate():
        if thread.name == "map of the papers":
            thread.join(60)
    assert keeper._thread is not None


def broken():
    raise RuntimeError("no numbers")


def records(library):
    return library.catalogue.all_records()

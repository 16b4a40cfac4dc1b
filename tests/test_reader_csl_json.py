"""CSL-JSON: arrays, wrapped arrays, single items; and what only looks like it."""

import json
from datetime import date
from typing import Any

import pytest

from tests.mutations import SAMPLES, check_survives, opened, papers_of, rows_of
from vectorstore.paper import Paper
from vectorstore.readers.csl_json import READER

SAMPLE = (SAMPLES / "csl_json.json").read_bytes()


def item(**fields: Any) -> dict[str, Any]:
    return {
        "type": "article",
        "title": "Owls",
        "abstract": "They fly.",
        "issued": {"raw": "2001"},
    } | {name.replace("_", "-"): value for name, value in fields.items()}


def paper_with(**fields: Any) -> Paper:
    [paper] = papers_of(READER, json.dumps([item(**fields)]))
    return paper


def test_the_sample_is_recognised_and_each_item_is_accounted_for() -> None:
    assert READER.recognises(opened(SAMPLE))
    first, second, reject, fourth = rows_of(READER, SAMPLE)
    assert first == Paper(
        paper_id="2409.00001",
        title="Quiet Flight of <i>Barn</i> Owls",
        abstract="We measure the flight of 12 owls. It is quiet at 5 kHz and above.",
        authors=("Ada Marsh", "Juan de la Cruz", "Martin King Jr.", "Owl Society"),
        n_authors=4,
        published=date(2024, 9, 3),
        year=2024,
        arxiv_id="2409.00001",
        doi="10.48550/arxiv.2409.00001",
        url="http://arxiv.org/abs/2409.00001v2",
        source="csl-json",
    )
    assert isinstance(second, Paper)
    assert (second.paper_id, second.doi) == ("99000002", "10.1000/owl.2")
    assert (second.published, second.year) == (None, 2020)  # a span of days
    assert str(reject) == "line 28: no abstract: 'A Paper Without Abstract'"
    assert isinstance(fourth, Paper)
    assert (fourth.published, fourth.url) == (date(2018, 5, 3), "")


@pytest.mark.parametrize(
    "wrap",
    [
        lambda one: json.dumps([one, one]),
        lambda one: json.dumps({"items": [one, one]}),
        lambda one: json.dumps({"references": [one, one]}, indent=1),
        lambda one: f"{json.dumps(one)}\n{json.dumps(one)}\n",
    ],
    ids=["array", "items", "references", "lines"],
)
def test_items_are_found_wherever_programs_put_them(wrap: Any) -> None:
    text = wrap(item())
    assert READER.recognises(opened(text))
    assert len(papers_of(READER, text)) == 2


@pytest.mark.parametrize("indent", [None, 2])
def test_one_item_alone_is_read(indent: int | None) -> None:
    text = json.dumps(item(), indent=indent)
    assert READER.recognises(opened(text))
    assert len(papers_of(READER, text)) == 1


@pytest.mark.parametrize(
    "other",
    [
        {"id": "x", "title": "Owls", "abstract": "They fly.", "authors": ["Ada Marsh"]},
        {"id": "https://openalex.org/W1", "type": "article", "title": "Owls", "authorships": []},
        {"paperId": "x", "title": "Owls", "authors": [{"name": "Ada"}], "year": 2001},
        {"key": "A", "data": {"itemType": "book", "title": "Owls"}},
        {"type": "article", "title": "Owls", "issued": "2001"},
    ],
)
def test_other_json_is_not_taken_for_csl(other: dict[str, Any]) -> None:
    assert not READER.recognises(opened(json.dumps([other])))
    assert not READER.recognises(opened(json.dumps(other)))


@pytest.mark.parametrize(
    ("issued", "published", "year"),
    [
        ({"date-parts": [["2024", "05", "22"]]}, date(2024, 5, 22), 2024),
        ({"date-parts": [[2024, 5]]}, None, 2024),
        ({"date-parts": [[2024, 5, 22], [2024, 5, 22]]}, date(2024, 5, 22), 2024),
        ({"date-parts": [[2024, 13, 99]]}, None, 2024),
        ({"literal": "May 22, 2024"}, date(2024, 5, 22), 2024),
        ({"date-parts": "2024"}, None, None),
        ({"date-parts": [[]], "raw": "2024-05-22"}, date(2024, 5, 22), 2024),
        ("2024", None, None),
        (None, None, None),
    ],
)
def test_a_day_is_taken_only_where_it_is_told(
    issued: Any, published: date | None, year: int | None
) -> None:
    paper = paper_with(issued=issued)
    assert (paper.published, paper.year) == (published, year)


def test_a_line_of_zoteros_notes_may_hold_the_arxiv_id() -> None:
    assert paper_with(note="cited 3 times\narXiv:2409.00001 [cs]").arxiv_id == "2409.00001"
    assert paper_with(note="An answer to arXiv:2409.00001").arxiv_id == ""


@pytest.mark.parametrize("author", [None, "Ada", [None, 3, "Ada"], {"family": "Marsh"}, [[]]])
def test_names_of_another_shape_are_left_out(author: Any) -> None:
    assert paper_with(author=author).authors == ()


def test_a_mark_that_is_no_object_is_ignored() -> None:
    assert paper_with(custom={"citewise": 3}).doi == paper_with(custom="x").doi == ""
    marked = paper_with(custom={"citewise": {"id": "x", "n_authors": "many", "n_comments": -1}})
    assert (marked.paper_id, marked.n_authors, marked.n_comments) == ("x", None, None)


def test_a_forged_mark_brings_no_address_that_is_none() -> None:
    assert paper_with(custom={"citewise": {"id": "x"}}, URL="javascript:alert(1)").url == ""


def test_damage_ends_in_papers_and_rejects() -> None:
    check_survives(READER, SAMPLE)

"""arXiv ids in every spelling."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vectorstore.readers.arxiv_ids import ArxivId, parse_arxiv_id


@pytest.mark.parametrize(
    "text",
    [
        "2409.13740",
        " arXiv:2409.13740 ",
        "arxiv: 2409.13740 [cs.CL]",
        "oai:arXiv.org:2409.13740",
        "https://arxiv.org/abs/2409.13740",
        "http://export.arxiv.org/abs/2409.13740?context=cs",
        "https://www.arxiv.org/pdf/2409.13740.pdf",
        "arxiv.org/pdf/2409.13740#page=3",
        "https://arxiv.org/html/2409.13740/",
        "https://ar5iv.labs.arxiv.org/html/2409.13740",
        "https://ar5iv.org/abs/2409.13740",
        "https://huggingface.co/papers/2409.13740",
        "https://doi.org/10.48550/arXiv.2409.13740",
        "10.48550/arxiv.2409.13740",
        "doi:10.48550/arXiv.2409.13740",
    ],
)
def test_every_spelling_of_one_id_is_the_same_id(text):
    assert parse_arxiv_id(text) == ArxivId("2409.13740")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2409.13740v12", ArxivId("2409.13740", 12)),
        ("https://arxiv.org/pdf/2409.13740v2.pdf", ArxivId("2409.13740", 2)),
        ("0704.0001v1", ArxivId("0704.0001", 1)),
        ("math.GT/0309136", ArxivId("math/0309136")),
        ("http://arxiv.org/abs/cond-mat/0102536v1", ArxivId("cond-mat/0102536", 1)),
        ("arXiv:cond-mat.str-el/0102536", ArxivId("cond-mat/0102536")),
        ("CS.CL/0112017", ArxivId("cs/0112017")),
    ],
)
def test_versions_and_old_ids_are_told_apart(text, expected):
    assert parse_arxiv_id(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2409.137",
        "2413.13740",
        "1.2409.13740",
        "2409.13740v0",
        "10.1000/2409.13740",
        "see arXiv:2409.13740",
        "math/030913",
        "https://example.org/abs/2409.13740",
    ],
)
def test_what_is_not_an_id_as_a_whole_is_none(text):
    assert parse_arxiv_id(text) is None


@pytest.mark.parametrize(
    ("arxiv_id", "year"),
    [("2409.13740", 2024), ("0704.0001", 2007), ("hep-th/9901001", 1999), ("math/0309136", 2003)],
)
def test_an_id_tells_its_year(arxiv_id, year):
    assert ArxivId(arxiv_id).year == year


@given(st.text(max_size=60))
def test_what_is_parsed_is_parsed_again_from_its_url(text):
    found = parse_arxiv_id(text)
    assert found is None or parse_arxiv_id(found.url) == found


@given(st.from_regex(r"\A\d{2}(0[1-9]|1[0-2])\.\d{4,5}(v[1-9])?\Z"))
def test_every_new_id_round_trips_through_its_url(text):
    found = parse_arxiv_id(text)
    assert found is not None
    assert found.url == f"https://arxiv.org/abs/{text}"

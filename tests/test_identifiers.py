"""arXiv ids, DOIs, addresses: found where they are meant, in one form each."""

import pytest

from vectorstore.readers.identifiers import (
    acl_id_in,
    arxiv_id_in,
    bare_arxiv_id,
    doi_in,
    paper_id_of,
    web_address,
)


@pytest.mark.parametrize(
    "text",
    [
        "arXiv:2409.00001",
        "arXiv:2409.00001v2 [cs.CL]",
        "arXiv preprint arXiv:2409.00001",
        "http://arxiv.org/abs/2409.00001v3",
        "https://doi.org/10.48550/arXiv.2409.00001",
        "10.48550/ARXIV.2409.00001",
    ],
)
def test_an_id_that_says_what_it_is_is_found(text: str) -> None:
    assert arxiv_id_in("", text) == bare_arxiv_id(text) == "2409.00001"


@pytest.mark.parametrize(
    "text", ["2409.00001", "Comment on arXiv:2409.00001", "see arxiv.org", "arXiv:24.1", ""]
)
def test_a_number_or_a_mention_is_not(text: str) -> None:
    assert arxiv_id_in(text) == ""


def test_a_field_of_arxivs_own_may_hold_the_number_alone() -> None:
    assert bare_arxiv_id("2409.00001v2") == "2409.00001"
    assert bare_arxiv_id("hep-th/9901001") == "hep-th/9901001"


@pytest.mark.parametrize(
    "text",
    [
        "10.1000/ABC",
        "https://doi.org/10.1000/abc",
        "doi: 10.1000/abc.",
        "10.1000%2FABC",
        "x 10.1000/abc;",
    ],
)
def test_a_doi_is_bare_and_in_lower_case(text: str) -> None:
    assert doi_in("", text) == "10.1000/abc"


@pytest.mark.parametrize("text", ["10.1/x", "ftp://a", "", "version 10.2"])
def test_what_is_no_doi_is_none(text: str) -> None:
    assert doi_in(text) == ""


def test_only_the_web_has_addresses() -> None:
    assert web_address("javascript:alert(1)", "file:///a", "HTTPS://a.org/b ") == "HTTPS://a.org/b"
    assert web_address("https://a.org/b c", "", "http://" + "x" * 3000) == ""


@pytest.mark.parametrize(
    ("address", "acl_id"),
    [
        ("https://aclanthology.org/2020.acl-main.1/", "2020.acl-main.1"),
        ("https://www.aclweb.org/anthology/P18-1001", "P18-1001"),
        ("http://aclweb.org/anthology/P/P18/P18-1001.pdf", "P18-1001"),
        ("https://aclanthology.org/volumes/2020.acl-main/", ""),
        ("https://example.org/2020.acl-main.1", ""),
    ],
)
def test_a_page_of_the_anthology_tells_the_id(address: str, acl_id: str) -> None:
    assert acl_id_in(address) == acl_id


def test_a_paper_goes_by_the_first_id_that_it_has() -> None:
    assert paper_id_of("Owls", arxiv_id="1", registered="2", doi="3") == "1"
    assert paper_id_of("Owls", registered="2", doi="3") == "2"
    assert paper_id_of("Owls", doi="3") == "3"
    assert paper_id_of("Owls").startswith("owls-")

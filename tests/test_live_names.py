"""The names of live sources: what each asks, and what is refused."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vectorstore.live.doi import DoiRecord
from vectorstore.live.errors import LiveNameError
from vectorstore.live.hf import daily_papers
from vectorstore.live.names import PREFIXES, is_live, live_query


@pytest.mark.parametrize(
    ("name", "spelled"),
    [
        ("hf-daily:2025-05-22", "hf-daily:2025-05-22"),
        ("HF-Daily: today ", "hf-daily:today"),
        ("hf-daily:2025-05-01..2025-05-22", "hf-daily:2025-05-01..2025-05-22"),
        ("hf-daily:2025-05", "hf-daily:2025-05"),
        ("hf-search: night  owls", "hf-search:night owls"),
        ("arxiv-search:cat:cs.CL AND abs:retrieval", "arxiv-search:cat:cs.CL AND abs:retrieval"),
        ("arxiv:2409.13740", "arxiv:2409.13740"),
        ("arxiv:2409.13740v2, math.GT/0309136,2409.13740v2", "arxiv:2409.13740v2,math/0309136"),
        ("https://arxiv.org/abs/2409.13740v3", "arxiv:2409.13740v3"),
        ("http://www.arxiv.org/pdf/2409.13740.pdf", "arxiv:2409.13740"),
        ("doi:10.5555/Owls.2021.7", "doi:10.5555/owls.2021.7"),
        ("doi:https://doi.org/10.5555/owls", "doi:10.5555/owls"),
        ("https://doi.org/10.5555/owls", "doi:10.5555/owls"),
        ("doi:10.48550/arXiv.2409.13740", "arxiv:2409.13740"),
        ("https://doi.org/10.48550/arXiv.2409.13740", "arxiv:2409.13740"),
    ],
)
def test_a_name_has_one_form_which_means_the_same(name, spelled):
    query, again = live_query(name), live_query(spelled)
    assert query is not None
    assert query.name == spelled
    assert again == query
    assert is_live(name)


@pytest.mark.parametrize(
    "name",
    [
        *("papers.bib", "C:papers.bib", "zotero:library", "arxivs:2409.13740", "-", "", ":", "doi"),
        *("https://example.org/abs/2409.13740", "https://arxiv.org/list/cs.CL/new"),
        *("https://notarxiv.org/abs/2409.13740", "http://[", "https://huggingface.co/papers"),
    ],
)
def test_any_other_name_is_that_of_a_file_or_page(name):
    assert live_query(name) is None
    assert not is_live(name)


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("hf-daily:", "Write hf-daily:2025-05-22, hf-daily:today,"),
        ("hf-daily:22.5.2025", "'hf-daily:22.5.2025' is no day. Write hf-daily:2025-05-22"),
        ("hf-daily:2025-02-30", "is no day. Write hf-daily:2025-05-22"),
        ("hf-daily:2025-13", "is no day. Write"),
        ("hf-daily:2025-05-22..2025-05-01", "ends before it begins. Write"),
        ("hf-daily:2025-05-22..", "is no day"),
        ("hf-daily:9999-01-01", "lies in the future"),
        ("hf-daily:2020-01-01", "Daily Papers begin on 2023-05-04"),
        ("hf-search: ", "such as hf-search:interpretability"),
        ("hf-search:" + "owl " * 100, "up to 250 characters"),
        ("arxiv-search:", "such as arxiv-search:'cat:cs.CL AND abs:retrieval'"),
        ("arxiv-search:owls\x1b[31m", "arxiv-search:'cat:cs.CL AND abs:retrieval'"),
        ("arxiv:", "'' in 'arxiv:...' is no arXiv id. Write arxiv:2409.13740,"),
        ("arxiv:2409.13740,owls", "'owls' in 'arxiv:...' is no arXiv id"),
        ("arxiv:2409.13740v0", "is no arXiv id"),
        ("doi:owls", "'doi:owls' is no DOI. Write doi:10.1000/xyz123"),
        ("doi:10.5555/a b", "is no DOI"),
        ("arxiv:" + ",".join(f"2401.{n:05d}" for n in range(2_001)), "takes up to 2,000 ids"),
    ],
)
def test_a_malformed_name_is_refused_with_the_right_form(name, form):
    assert is_live(name)
    with pytest.raises(LiveNameError) as error:
        live_query(name)
    assert form in str(error.value)
    assert len(str(error.value)) < 400


def test_a_day_of_today_is_no_future_and_tomorrow_is():
    today = date(2025, 5, 22)
    assert daily_papers("2025-05-22", today).days == (today, today)
    assert daily_papers("2025-05", today).days == (date(2025, 5, 1), date(2025, 5, 31))
    with pytest.raises(LiveNameError, match="future"):
        daily_papers("2025-05-23", today)


def test_a_doi_may_hold_any_character_that_dois_have():
    query = live_query("doi:10.1002/(SICI)1097-4571(199205)43:4<284::AID-ASI3>3.0.CO;2-0")
    assert isinstance(query, DoiRecord)
    assert query.doi == "10.1002/(sici)1097-4571(199205)43:4<284::aid-asi3>3.0.co;2-0"


@given(st.sampled_from([*PREFIXES, "https", "http", ""]), st.text(max_size=60))
def test_any_text_is_a_query_a_file_or_refused(prefix, text):
    name = f"{prefix}:{text}"
    query, refusal = None, ""
    try:
        query = live_query(name)
    except LiveNameError as error:
        refusal = str(error)
    assert len(refusal) < 500
    assert is_live(name) == bool(query or refusal)
    assert query is None or live_query(query.name) == query


def test_every_prefix_is_in_the_guide():
    page = (Path(__file__).parents[1] / "docs" / "adding.md").read_text(encoding="utf-8")
    for prefix in PREFIXES:
        assert f"`citewise add {prefix}:" in page

"""Live sources: what each service answers becomes papers, page by page, and what may go wrong."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date

import pytest

from tests.live_service import (
    ATOM,
    CSL,
    HTML,
    Arxiv,
    Reply,
    Request,
    Service,
    always,
    arxiv_id,
    daily,
    sample,
    serving,
)
from vectorstore import Paper, ReadError
from vectorstore.importing import ImportReport, Rows
from vectorstore.live.client import LiveClient
from vectorstore.live.query import Asked
from vectorstore.live.sources import LiveSources
from vectorstore.readers.formats import read_source

QUERY, DAILY, SEARCH = "/api/query", "/api/daily_papers", "/api/papers/search"
DAY = "2025-05-22"


@pytest.fixture
def service() -> Iterator[Service]:
    with serving() as service:
        yield service


class Read:
    """What came of reading live sources."""

    def __init__(self, service: Service, *names: str, **asked) -> None:
        client = LiveClient(base_urls=service.urls, clock=service.clock)
        self.rejects: list[str] = []
        self.report = ImportReport()
        asked = Asked(**{"today": date(2025, 5, 22), **asked})
        live = LiveSources(client, asked=asked)
        rows = Rows(
            names,
            self.report,
            take_reject=lambda source, reject: self.rejects.append(f"{source}: {reject}"),
            live=live,
        )
        self.papers: list[Paper] = list(rows)
        self.sources = [(source.source, source.n_papers) for source in self.report.sources]

    @property
    def error(self) -> str:
        [error] = self.report.errors.values()
        return error


# arXiv


def test_a_search_of_arxiv_is_read_newest_first_in_pages_with_their_names(service):
    service.answers[QUERY] = Arxiv(450)
    read = Read(service, "arxiv-search:cat:cs.CL AND abs:owls", max_papers=500)
    assert [p.paper_id for p in read.papers] == [arxiv_id(n) for n in range(450, 0, -1)]
    assert read.sources == [
        ("arxiv-search:cat:cs.CL AND abs:owls (1-200)", 200),
        ("arxiv-search:cat:cs.CL AND abs:owls (201-400)", 200),
        ("arxiv-search:cat:cs.CL AND abs:owls (401-450)", 50),
    ]
    assert read.report.errors == {}
    assert service.asked[0].params == {
        "search_query": "cat:cs.CL AND abs:owls",
        "start": "0",
        "max_results": "200",
        "sortBy": "submittedDate",
        "sortOrder": "descending",
    }
    assert read.papers[0].url == "https://arxiv.org/abs/2505.00450v1"
    assert read.papers[0].source == "arxiv-api"


@pytest.mark.parametrize(
    ("wanted", "got", "sizes"), [(None, 200, ["200"]), (250, 250, ["200", "50"]), (7, 7, ["7"])]
)
def test_a_search_ends_at_its_bound(service, wanted, got, sizes):
    service.answers[QUERY] = Arxiv(450)
    read = Read(service, "arxiv-search:owls", max_papers=wanted)
    assert len(read.papers) == got
    assert [request.params["max_results"] for request in service.asked] == sizes


def empty_once(arxiv: Arxiv, start: int, total: int) -> Callable[[Request], Reply]:
    """Answer one request for the page at `start` with no entries."""
    left = [start]

    def answer(request: Request) -> Reply:
        if int(request.params["start"]) in left:
            left.clear()
            return arxiv.feed([], total, start)
        return arxiv(request)

    return answer


@pytest.mark.parametrize(("start", "total"), [(200, 450), (200, 0), (0, 450), (0, 0)])
def test_an_empty_page_where_there_should_be_papers_is_asked_for_again(service, start, total):
    service.answers[QUERY] = empty_once(Arxiv(450), start, total)
    read = Read(service, "arxiv-search:owls", max_papers=450)
    assert len(read.papers) == 450
    assert len(service.asked) == 4
    assert read.report.errors == {}


def test_a_page_that_stays_empty_is_an_error_after_what_came(service):
    arxiv = Arxiv(450)
    service.answers[QUERY] = lambda request: (
        arxiv(request) if request.params["start"] == "0" else arxiv.feed([], 450, 200)
    )
    read = Read(service, "arxiv-search:owls", max_papers=450)
    assert len(read.papers) == 200
    assert "arXiv sent an empty page where paper 201 of 450 is; asked 5 times" in read.error


def test_a_page_with_fewer_papers_than_asked_for_loses_none(service):
    arxiv = Arxiv(450)

    def short(request: Request) -> Reply:
        fewer = str(min(int(request.params["max_results"]), 150))
        return arxiv(replace(request, params={**request.params, "max_results": fewer}))

    service.answers[QUERY] = short
    assert len(Read(service, "arxiv-search:owls", max_papers=450).papers) == 450
    assert service.starts() == [0, 150, 300]


def test_a_search_without_papers_is_an_error_when_asked_twice(service):
    service.answers[QUERY] = Arxiv(0)
    assert Read(service, "arxiv-search:owls").error == "'arxiv-search:owls' has no papers."
    assert len(service.asked) == 2


@pytest.mark.parametrize("status", [200, 400])
def test_an_error_of_arxiv_is_told_in_its_words(service, status):
    service.answers[QUERY] = always(sample("arxiv_error.xml", ATOM, status=status))
    error = Read(service, "arxiv-search:cat:cs.CL AND (").error
    assert "arXiv answered with an error: malformed query: unbalanced parentheses" in error
    assert len(service.asked) == 1


def test_papers_are_read_by_id_in_requests_of_a_hundred(service):
    service.answers[QUERY] = Arxiv(150, revised=frozenset({150}))
    name = "arxiv:" + ",".join(arxiv_id(n) for n in range(150, 0, -1))
    read = Read(service, name)
    assert len(read.papers) == 150
    assert read.papers[0].url.endswith("v2")
    assert [request.params["max_results"] for request in service.asked] == ["100", "50"]
    assert [source for source, _ in read.sources] == [
        "arxiv:2505.00150,... (1-100 of 150)",
        "arxiv:2505.00150,... (101-150 of 150)",
    ]


def test_a_version_is_asked_for_where_one_is_named(service):
    service.answers[QUERY] = Arxiv(9)
    assert Read(service, "https://arxiv.org/pdf/2505.00007v1").sources == [
        ("arxiv:2505.00007v1", 1)
    ]
    assert service.asked[0].params["id_list"] == "2505.00007v1"


def test_an_id_that_arxiv_does_not_have_is_a_reject_and_an_error(service):
    service.answers[QUERY] = Arxiv(9)
    read = Read(service, "arxiv:2505.00001,2505.00077")
    assert [paper.paper_id for paper in read.papers] == ["2505.00001"]
    assert read.rejects == ["arxiv:2505.00077: no such paper at arXiv: '2505.00077'"]
    assert read.report.n_rejected == 1
    assert read.error == (
        "arXiv has no paper '2505.00077'; look at https://arxiv.org/abs/2505.00077"
    )


# Hugging Face


def test_a_day_of_daily_papers_is_read(service):
    service.answers[DAILY] = always(sample("hf_daily_2025-05-22.json"))
    read = Read(service, f"hf-daily:{DAY}")
    assert read.sources == [(f"hf-daily:{DAY}", 2)]
    assert [(p.paper_id, p.title, p.n_comments) for p in read.papers] == [
        ("2505.99901", "Owls That Reason: Night Vision for Language Models", 2),
        ("2505.99902", "Echo: Bats as a Memory", 1),
    ]
    assert service.asked[0].params == {"date": DAY, "limit": "100", "p": "0"}


def test_a_range_of_days_is_read_from_the_last_and_empty_days_are_passed_over(service):
    service.answers[DAILY] = daily({"2025-05-21": [1, 2], "2025-05-23": [3], "2025-05-24": [4]})
    read = Read(service, "hf-daily:2025-05-20..2025-05-23", today=date(2025, 5, 30))
    assert [paper.paper_id for paper in read.papers] == [arxiv_id(n) for n in (3, 1, 2)]
    assert read.report.skipped == {
        "hf-daily:2025-05-22": "no papers on that day",
        "hf-daily:2025-05-20": "no papers on that day",
    }
    assert read.report.errors == {}


def test_a_month_is_read_up_to_today(service):
    service.answers[DAILY] = daily({"2025-05-02": [1]})
    assert len(Read(service, "hf-daily:2025-05", today=date(2025, 5, 3)).papers) == 1
    assert [r.params["date"] for r in service.asked] == ["2025-05-03", "2025-05-02", "2025-05-01"]


def test_a_day_of_many_papers_is_read_to_its_end(service):
    service.answers[DAILY] = daily({DAY: list(range(1, 231))})
    assert Read(service, "hf-daily:today").sources == [
        (f"hf-daily:{DAY}", 100),
        (f"hf-daily:{DAY} (page 2)", 100),
        (f"hf-daily:{DAY} (page 3)", 30),
    ]


def test_a_mirror_that_knows_no_pages_ends_after_the_first(service):
    all_of_them = daily({DAY: list(range(1, 61))})
    service.answers[DAILY] = lambda r: all_of_them(replace(r, params={**r.params, "p": "0"}))
    assert Read(service, "hf-daily:today").sources == [(f"hf-daily:{DAY}", 60)]
    assert len(service.asked) == 2


def test_days_without_any_paper_are_an_error(service):
    service.answers[DAILY] = daily({})
    assert Read(service, "hf-daily:today").error == "'hf-daily:today' has no papers."


def test_a_search_of_hugging_face_is_read(service):
    service.answers[SEARCH] = always(sample("hf_search.json"))
    read = Read(service, "hf-search:night owls", max_papers=500)
    assert [paper.arxiv_id for paper in read.papers] == ["2505.99901"]
    assert service.asked[0].params == {"q": "night owls", "limit": "120"}


def test_a_search_of_hugging_face_that_finds_nothing_is_an_error(service):
    service.answers[SEARCH] = always(Reply(b"[]"))
    assert Read(service, "hf-search:owls").error == "'hf-search:owls' has no papers."


# DOIs


@pytest.mark.parametrize(
    ("file", "doi", "title", "abstract"),
    [
        ("crossref.json", "10.5555/owls.2021.7", "Counting Owls in the Dark", "We count owls in"),
        ("datacite.json", "10.5555/zenodo.owls", "OwlCalls: A Thousand Calls", "A data set of"),
    ],
)
def test_the_record_of_a_doi_is_read(service, file, doi, title, abstract):
    service.answers[f"/{doi}"] = always(Reply(status=302, headers={"Location": "/agency"}))
    service.answers["/agency"] = always(sample(file, CSL))
    [paper] = Read(service, f"doi:{doi}").papers
    assert (paper.title, paper.doi, paper.source) == (title, doi, "csl-json")
    assert abstract in paper.abstract
    assert [request.headers["accept"] for request in service.asked] == [CSL, CSL]


@pytest.mark.parametrize(
    "ending", [".bib", ".csv", ".ris", ".txt", ".xml", ".jsonl", ".gz", ".nbib"]
)
def test_a_doi_that_ends_like_the_name_of_a_file_is_none(service, ending):
    doi = f"10.5555/owls{ending}"
    service.answers[f"/{doi}"] = always(sample("crossref.json", CSL))
    assert Read(service, f"doi:{doi}").sources == [(f"doi:{doi}", 1)]


@pytest.mark.parametrize("abstract", [None, "", "<jats:p> </jats:p>"])
def test_a_record_without_abstract_is_a_reject_that_says_what_to_do(service, abstract):
    record = {"type": "book", "DOI": "10.5555/x", "title": "Owls", "author": [{"family": "Strix"}]}
    body = json.dumps(record | ({} if abstract is None else {"abstract": abstract})).encode()
    service.answers["/10.5555/x"] = always(Reply(body, CSL))
    read = Read(service, "doi:10.5555/x")
    assert read.papers == []
    [reject] = read.rejects
    assert reject.startswith("doi:10.5555/x: no abstract; add it from a file that has one, such as")
    assert "citewise add FILE" in read.error
    assert [source.format for source in read.report.sources] == ["csl-json"]


@pytest.mark.parametrize(
    ("reply", "message"),
    [
        (Reply(b"<html>DOI Not Found", HTML, 404), "doi.org knows no DOI '10.5555/x'"),
        (Reply(status=406), "The agency of '10.5555/x' gives no CSL-JSON"),
        (
            Reply(status=302, headers={"Location": "https://publisher.example/x"}),
            "doi.org sends on to 'https://publisher.example/x'",
        ),
        (Reply(b"[1]", CSL), "in place of a CSL-JSON record"),
    ],
)
def test_a_doi_that_has_no_record_is_a_clear_error(service, reply, message):
    service.answers["/10.5555/x"] = always(reply)
    read = Read(service, "doi:10.5555/x")
    assert message in read.error
    assert read.error.startswith("doi:10.5555/x: ")


def test_a_doi_of_arxiv_is_asked_for_at_arxiv(service):
    service.answers[QUERY] = Arxiv(9)
    assert Read(service, "doi:10.48550/arXiv.2505.00004").sources == [("arxiv:2505.00004", 1)]


# What is no answer

NAMES = ["arxiv-search:owls", "arxiv:2505.00001", "hf-daily:today", "hf-search:x", "doi:10.5555/x"]


@pytest.mark.parametrize("name", NAMES)
def test_a_web_page_in_place_of_an_answer_is_told(service, name):
    service.first = [sample("robot_check.html", HTML)]
    error = Read(service, name).error
    assert "answered with a web page ('Just a moment...') in place of " in error
    assert "try later, or from another network" in error
    assert len(service.asked) == 1


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "body", [b"", b"null", b"{}", b"[" * 100_000, b"\x00\xff" * 50, b"<feed", b"42", b'"x"']
)
def test_any_other_body_is_an_error(service, name, body):
    service.first = [Reply(body)]
    read = Read(service, name)
    assert read.papers == []
    assert read.error


@pytest.mark.parametrize("name", NAMES)
def test_a_block_is_told(service, name):
    service.first = [Reply(b'{"error": "Access denied"}', status=403)]
    error = Read(service, name).error
    assert "refuses (HTTP 403: Access denied). It may have blocked this network" in error


def test_an_error_that_hugging_face_sends_as_an_answer_is_told(service):
    service.first = [Reply(b'{"error": "Invalid date"}')]
    assert "Hugging Face answered with an error: Invalid date" in Read(service, NAMES[2]).error


def test_records_that_are_no_papers_are_rejected_one_by_one(service):
    records = [{"paper": {"id": "2505.00001"}}, None, 1, {"paper": []}]
    good = json.loads(sample("hf_search.json").body)
    service.answers[SEARCH] = always(Reply(json.dumps(good + records).encode()))
    read = Read(service, "hf-search:owls")
    assert len(read.papers) == 1
    assert read.report.n_rejected == 4


def test_one_source_that_fails_does_not_keep_others_from_being_read(service):
    service.answers[QUERY] = Arxiv(9)
    read = Read(service, "hf-search:owls", "arxiv:2505.00001", "hf-daily:22.5.")
    assert len(read.papers) == 1
    assert list(read.report.errors) == ["hf-search:owls", "hf-daily:22.5."]


def test_the_python_interface_reads_a_live_source_by_name(service, monkeypatch):
    service.answers[QUERY] = Arxiv(9)
    monkeypatch.setenv("CITEWISE_ARXIV_URL", service.address)
    assert [paper.arxiv_id for paper in read_source("arxiv:2505.00009").papers] == ["2505.00009"]
    with pytest.raises(ReadError, match="arXiv has no paper"):
        read_source("arxiv:2505.00010")

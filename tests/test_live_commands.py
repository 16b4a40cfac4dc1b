"""`citewise add` of live sources and `citewise sync`: interrupted, repeated, without network."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import assistant.build
from tests.live_service import (
    Arxiv,
    Clock,
    Reply,
    Request,
    Service,
    always,
    arxiv_id,
    daily,
    sample,
    serving,
    with_etag,
)
from vectorstore import importing
from vectorstore.catalogue import CATALOGUE_NAME
from vectorstore.live import client as client_module
from vectorstore.live import sources as sources_module
from vectorstore.live import syncing
from vectorstore.live.services import SERVICES
from vectorstore.live.sources import remembered
from vectorstore.live.state import LiveState

QUERY, DAILY, SEARCH = "/api/query", "/api/daily_papers", "/api/papers/search"
OWLS = "arxiv-search:abs:owls"

Citewise = Callable[..., Any]  # gives the `Ended` of conftest.py


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Iterator[Service]:
    """Serve in the place of all services, by a clock that sleeps at once."""
    with serving() as service:
        for each in SERVICES:
            monkeypatch.setenv(each.variable, service.address)
        monkeypatch.setattr(client_module, "Clock", lambda: service.clock)
        yield service


@pytest.fixture
def citewise(
    hash_encoder: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run_citewise: Citewise
) -> Citewise:
    """Runs a command in this process, on a library that does not exist yet and an empty cache."""
    monkeypatch.setenv("CITEWISE_LIBRARY", str(tmp_path / "library"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(assistant.build, "build_encoder", lambda settings: hash_encoder)
    return run_citewise


@pytest.fixture
def states(tmp_path: Path) -> Callable[[], list[LiveState]]:
    return lambda: remembered(tmp_path / "library" / CATALOGUE_NAME)


def at(monkeypatch: pytest.MonkeyPatch, moment: str) -> None:
    """Let it be this moment in UTC."""
    from datetime import date

    for module in (sources_module, syncing):
        monkeypatch.setattr(module, "utc_now", lambda: moment)
    for module in (syncing, __import__("vectorstore.live.query").live.query):
        monkeypatch.setattr(module, "utc_today", lambda: date.fromisoformat(moment[:10]))


# Adding


def test_a_search_is_added_and_remembered(citewise, service, states):
    service.answers[QUERY] = Arxiv(450)
    ended = citewise("add", OWLS, "--max", "300", "--contact", "ada@strix.example", "--json")
    assert (ended.code, len(ended.json["added"])) == (0, 300)
    assert [s["source"] for s in ended.json["sources"]] == [f"{OWLS} (1-200)", f"{OWLS} (201-300)"]
    assert all("ada@strix.example" in r.headers["user-agent"] for r in service.asked)
    [state] = states()
    assert (state.name, state.max_papers, state.resume) == (OWLS, 300, "")
    assert state.read_at == state.added_at


def test_without_max_a_search_ends_at_two_hundred(citewise, service, states):
    service.answers[QUERY] = Arxiv(450)
    assert citewise("add", OWLS).out.startswith("200 added, ")
    assert states()[0].max_papers is None


def test_max_counts_over_all_sources_and_what_was_not_begun_is_not_remembered(
    citewise, service, states
):
    service.answers[QUERY] = Arxiv(9)
    assert citewise("add", "arxiv:2505.00001", "arxiv:2505.00002", "--max", "1").code == 0
    assert [state.name for state in states()] == ["arxiv:2505.00001"]


def test_a_file_and_a_live_source_are_added_in_one_command(citewise, service, make_jsonl, states):
    service.answers[QUERY] = Arxiv(9)
    ended = citewise("add", make_jsonl({"title": "T", "abstract": "A."}), "arxiv:2505.00009")
    assert ended.out.startswith("2 added")
    assert [state.name for state in states()] == ["arxiv:2505.00009"]


@pytest.mark.parametrize("name", ["hf-daily:22.5.2025", "arxiv:owls", "doi:x", "hf-search:"])
def test_a_malformed_name_is_bad_usage_before_anything_is_asked(citewise, service, tmp_path, name):
    ended = citewise("add", OWLS, name)
    assert (ended.code, ended.out, service.asked) == (2, "", [])
    assert name.partition(":")[0] + ":" in ended.err
    assert not (tmp_path / "library").exists()


def test_a_contact_that_is_no_address_is_bad_usage(citewise, service):
    ended = citewise("add", OWLS, "--contact", "ada\nX-Evil: 1")
    assert (ended.code, service.asked) == (2, [])
    assert "'contact'" in ended.err


def test_without_network_one_line_says_so_and_nothing_is_made(citewise, monkeypatch, tmp_path):
    monkeypatch.setattr(client_module, "Clock", Clock)
    monkeypatch.setenv("CITEWISE_ARXIV_URL", "http://127.0.0.1:9")
    ended = citewise("add", OWLS)
    assert (ended.code, ended.out) == (1, "")
    [line] = ended.err.splitlines()
    assert line.startswith(f"citewise: {OWLS}: Cannot reach 127.0.0.1 (")
    assert line.endswith("Files need no network: citewise add FILE")
    assert list(tmp_path.iterdir()) == []


def test_a_dry_run_tells_and_leaves_no_library(citewise, service, tmp_path):
    service.answers[QUERY] = Arxiv(9)
    ended = citewise("add", OWLS, "--dry-run")
    assert ended.out.startswith("It would be: 9 added")
    assert not (tmp_path / "library").exists()


def test_a_dry_run_changes_nothing_of_what_is_remembered(citewise, service, states):
    service.answers[QUERY] = Arxiv(9)
    citewise("add", "arxiv:2505.00001")
    before = states()
    citewise("add", OWLS, "--dry-run")
    citewise("sync", "--dry-run")
    assert states() == before


def test_a_record_without_abstract_is_in_the_file_of_rejects(citewise, service, tmp_path):
    service.answers["/10.5555/x"] = always(Reply(b'{"type": "book", "title": "Owls"}'))
    ended = citewise("add", "doi:10.5555/x", "--rejects", tmp_path / "rejects.jsonl")
    assert ended.code == 1
    [line] = (tmp_path / "rejects.jsonl").read_text().splitlines()
    assert json.loads(line)["source"] == "doi:10.5555/x"
    assert json.loads(line)["reason"].startswith("no abstract; ")


def test_the_same_command_is_answered_from_the_cache(citewise, service, tmp_path):
    service.answers[DAILY] = with_etag(sample("hf_daily_2025-05-22.json"))
    assert citewise("add", "hf-daily:2025-05-22").out.startswith("2 added, 0 updated, 0 unchanged")
    assert citewise("add", "hf-daily:2025-05-22").out.startswith("0 added, 0 updated, 2 unchanged")
    assert "if-none-match" in service.asked[1].headers
    assert list((tmp_path / "cache" / "citewise" / "answers").iterdir())


# Interrupted


def fails_at(arxiv: Arxiv, start: int) -> Callable[[Request], Reply]:
    def answer(request: Request) -> Reply:
        is_it = request.params["start"] == str(start)
        return Reply(status=503) if is_it else arxiv(request)

    return answer


def test_what_failed_at_a_page_goes_on_there_when_it_is_added_again(citewise, service, states):
    arxiv = Arxiv(900)
    service.answers[QUERY] = fails_at(arxiv, 600)
    failed = citewise("add", OWLS, "--max", "900")
    assert failed.code == 1
    assert failed.out.startswith("600 added")
    *_, error, told = failed.err.splitlines()
    assert error.startswith(f"citewise: {OWLS}: 127.0.0.1 is in trouble (HTTP 503); asked 5 times")
    assert told == (f"What came before of '{OWLS}' is safe. The same command goes on at paper 601.")
    assert (states()[0].resume, states()[0].read_at) == ("600", None)
    service.answers[QUERY], service.asked = arxiv, []
    done = citewise("add", OWLS, "--max", "900")
    assert (done.code, service.starts()) == (0, [600, 800])
    assert done.out.startswith("300 added, 0 updated, 0 unchanged; the library holds 900")
    assert f"Going on with '{OWLS}' at paper 601, where it stopped." in done.err
    assert states()[0].resume == ""
    assert states()[0].read_at == states()[0].added_at


def interrupted_before(n_requests: int, service: Service) -> Callable[[float], None]:
    """Return a sleep that is interrupted when so many requests were answered."""
    sleep = service.clock.sleep

    def stop_later(seconds: float) -> None:
        if len(service.asked) == n_requests:
            raise KeyboardInterrupt
        sleep(seconds)

    return stop_later


@pytest.mark.parametrize(
    ("n_requests", "n_stored", "resume", "n_left"), [(4, 750, 600, 150), (1, 150, 0, 750)]
)
def test_what_was_interrupted_goes_on_at_the_first_page_that_was_not_stored_whole(
    citewise, service, states, monkeypatch, n_requests, n_stored, resume, n_left
):
    monkeypatch.setattr(importing, "BATCH_PAPERS", 150)
    service.answers[QUERY] = Arxiv(900)
    with monkeypatch.context() as patch:
        patch.setattr(service.clock, "sleep", interrupted_before(n_requests, service))
        ended = citewise("add", OWLS, "--max", "900")
    assert ended.code == 130
    assert f"{n_stored} papers are safe" in ended.err
    assert (states()[0].resume, states()[0].read_at) == (str(resume), None)
    service.asked = []
    assert citewise("add", OWLS, "--max", "900").out.startswith(f"{n_left} added, 0 updated, 150 ")
    assert service.starts() == list(range(resume, 900, 200))
    assert states()[0].resume == ""


def test_a_range_of_days_goes_on_at_the_day_that_failed(citewise, service, states):
    days = daily({f"2025-05-{day:02}": [day] for day in range(1, 6)})
    service.answers[DAILY] = lambda request: (
        Reply(status=400) if request.params["date"] == "2025-05-03" else days(request)
    )
    failed = citewise("add", "hf-daily:2025-05-01..2025-05-05")
    assert failed.out.startswith("2 added")
    assert failed.err.rstrip().endswith("The same command goes on at 2025-05-03.")
    service.answers[DAILY], service.asked = days, []
    assert citewise("add", "hf-daily:2025-05-01..2025-05-05").out.startswith("3 added")
    assert [r.params["date"][-2:] for r in service.asked] == ["03", "02", "01"]


def test_what_never_gave_a_paper_is_not_remembered(citewise, service, make_jsonl, states):
    service.answers[QUERY] = always(Reply(status=400))
    source = make_jsonl({"title": "T", "abstract": "A."})
    assert citewise("add", source, OWLS).code == 1
    assert states() == []


# Syncing


def test_a_sync_finds_two_new_papers_and_stops_at_the_first_page_without_any(
    citewise, service, states, monkeypatch
):
    at(monkeypatch, "2025-05-22T10:00:00+00:00")
    service.answers[QUERY] = Arxiv(900)
    citewise("add", OWLS, "--max", "900")
    service.answers[QUERY], service.asked = Arxiv(902), []
    at(monkeypatch, "2025-05-23T10:00:00+00:00")
    ended = citewise("sync", "--json")
    assert (ended.code, ended.json["new"], ended.json["papers"]) == (0, 2, 902)
    assert ended.json["synced"][0]["added"] == [arxiv_id(902), arxiv_id(901)]
    assert service.starts() == [0, 200]
    assert states()[0].added_at.startswith("2025-05-22")
    assert (states()[0].read_at or "").startswith("2025-05-23")
    again = citewise("sync")
    assert (again.code, again.out) == (
        0,
        f"{OWLS}: 0 new, 200 unchanged\n0 added; the library holds 902 papers.\n",
    )


def test_a_sync_takes_a_new_version_of_a_paper(citewise, service):
    service.answers[QUERY] = Arxiv(9)
    citewise("add", OWLS)
    service.answers[QUERY] = Arxiv(9, revised=frozenset({4}))
    assert f"{OWLS}: 0 new, 8 unchanged, 1 updated\n" in citewise("sync").out
    [paper] = [p for p in citewise("papers", "--json").json if p["paper_id"] == arxiv_id(4)]
    assert paper["url"].endswith("v2")


def test_a_sync_goes_on_with_what_was_left_over(citewise, service, states):
    arxiv = Arxiv(900)
    service.answers[QUERY] = fails_at(arxiv, 600)
    citewise("add", OWLS, "--max", "900")
    service.answers[QUERY], service.asked = Arxiv(903), []
    assert citewise("sync").out.startswith(f"{OWLS}: 300 new, ")
    assert service.starts() == [0, 200, 600, 800]
    assert states()[0].resume == ""


def test_a_sync_that_fails_keeps_what_is_known_and_asks_the_others(citewise, service, states):
    service.answers[QUERY] = Arxiv(9)
    service.answers[DAILY] = daily({"2025-05-22": [1]})
    citewise("add", OWLS)
    citewise("add", "hf-daily:2025-05")
    before = states()
    service.answers[QUERY] = always(Reply(status=400))
    ended = citewise("sync")
    assert ended.code == 1
    assert f"citewise: {OWLS}: arXiv refuses (HTTP 400)" in ended.err
    assert "hf-daily:2025-05: 0 new" in ended.out
    assert [state for state in states() if state.name == OWLS] == [
        state for state in before if state.name == OWLS
    ]


def test_daily_papers_are_synced_from_the_day_before_they_were_last_read(
    citewise, service, monkeypatch
):
    days = {f"2025-05-{day:02}": [day] for day in range(1, 27)}
    service.answers[DAILY] = daily(days)
    at(monkeypatch, "2025-05-22T10:00:00+00:00")
    citewise("add", "hf-daily:today")
    citewise("add", "hf-daily:2025-05-20")
    service.asked = []
    at(monkeypatch, "2025-05-25T10:00:00+00:00")
    assert citewise("sync", "--json").json["new"] == 3
    assert [r.params["date"][-2:] for r in service.asked] == ["25", "24", "23", "22"]
    at(monkeypatch, "2025-05-26T10:00:00+00:00")
    assert citewise("sync", "hf-daily:today", "--json").json["new"] == 1


def test_a_day_of_many_papers_is_synced_whole(citewise, service, monkeypatch):
    service.answers[DAILY] = daily({"2025-05-23": [1]})
    at(monkeypatch, "2025-05-23T10:00:00+00:00")
    citewise("add", "hf-daily:today")
    service.answers[DAILY] = daily({"2025-05-23": list(range(1, 231)), "2025-05-22": [900]})
    assert citewise("sync", "--json").json["new"] == 229


def test_a_quiet_day_is_no_error_of_a_sync(citewise, service, monkeypatch):
    service.answers[DAILY] = daily({"2025-05-23": [1]})
    at(monkeypatch, "2025-05-23T10:00:00+00:00")
    citewise("add", "hf-daily:today")
    at(monkeypatch, "2025-05-25T10:00:00+00:00")
    ended = citewise("sync")
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.startswith("hf-daily:today: 0 new, 1 unchanged\n")


def test_a_dry_run_of_a_sync_tells_what_is_new_and_does_nothing(citewise, service, states):
    service.answers[QUERY] = Arxiv(9)
    citewise("add", OWLS)
    before = states()
    service.answers[QUERY] = Arxiv(11)
    ended = citewise("sync", "--dry-run")
    assert ended.out == (
        f"{OWLS}: would be 2 new, 9 unchanged\n2 would be added; the library holds 9 papers.\n"
    )
    assert states() == before


def test_sources_are_listed_named_and_forgotten(citewise, service, states):
    service.answers[QUERY] = Arxiv(9)
    citewise("add", "https://arxiv.org/abs/2505.00007", OWLS, "--max", "5")
    listed = citewise("sync", "--list", "--json").json
    assert {each["name"]: each["max_papers"] for each in listed} == {
        OWLS: 5,
        "arxiv:2505.00007": None,
    }
    assert f"{OWLS}  (read 20" in citewise("sync", "--list").out
    assert citewise("sync", "https://arxiv.org/abs/2505.00007").out.startswith("arxiv:2505.00007: ")
    assert citewise("sync", "--forget", OWLS).code == 0
    assert [state.name for state in states()] == ["arxiv:2505.00007"]
    assert citewise("papers", "--count").out == "4\n"  # one came from both
    unknown = citewise("sync", OWLS)
    assert unknown.code == 2
    assert "was not added. List what was: citewise sync --list" in unknown.err


def test_without_any_live_source_a_sync_says_how_to_begin(citewise, make_jsonl):
    ended = citewise("sync")
    assert (ended.code, ended.out) == (1, "")
    assert "Begin with: citewise add hf-daily:today" in ended.err
    citewise("add", make_jsonl({"title": "T", "abstract": "A."}))
    assert "Begin with: citewise add hf-daily:today" in citewise("sync").err


def test_a_source_of_a_later_version_is_named_and_the_others_are_asked(citewise, service, tmp_path):
    service.answers[QUERY] = Arxiv(9)
    citewise("add", OWLS)
    from vectorstore.catalogue import Catalogue

    catalogue = Catalogue(tmp_path / "library" / "catalogue.sqlite")
    catalogue.put_live(
        LiveState("crossref-search:owls", None, "2020-01-01T00:00:00+00:00", None, "")
    )
    catalogue.close()
    ended = citewise("sync")
    assert ended.code == 1
    assert "is no live source of this Citewise. Update it" in ended.err
    assert f"{OWLS}: 0 new, 9 unchanged" in ended.out

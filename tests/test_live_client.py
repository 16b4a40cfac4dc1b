"""The client: how it asks, how long it waits, what it refuses."""

import gzip
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from tests.live_service import JSON, Clock, Reply, Request, Service, always, serving, with_etag
from vectorstore.live import fetching
from vectorstore.live.answers import check_status
from vectorstore.live.cache import AnswerCache, CachedAnswer
from vectorstore.live.client import LiveClient, user_agent
from vectorstore.live.errors import LiveError, TryAgainError
from vectorstore.live.fetching import Response
from vectorstore.live.services import ARXIV, DOI, HF, SERVICES, base_urls_of_environment

OWLS = Reply(b'["owls"]')


@pytest.fixture
def service() -> Iterator[Service]:
    with serving() as service:
        service.answers["/owls"] = always(OWLS)
        yield service


@pytest.fixture
def make_client(service: Service) -> Callable[..., LiveClient]:
    def make(**options) -> LiveClient:
        options = {"base_urls": service.urls, "clock": service.clock, **options}
        return LiveClient(**options)

    return make


def ask(client: LiveClient, of=HF, path="/owls", **params: str) -> bytes:
    return client.get(of, path, params, JSON, lambda response: check_status(of, response))


def refused(client: LiveClient, **options) -> str:
    with pytest.raises(LiveError) as error:
        ask(client, **options)
    return str(error.value)


# How it asks


def test_it_says_who_it_is_and_whom_to_write_to(service, make_client):
    assert ask(make_client(contact="ada@strix.example")) == OWLS.body
    ask(make_client())
    with_contact, without = (request.headers["user-agent"] for request in service.asked)
    assert re.fullmatch(r"citewise/\d+\.\d+\.\S+ \(mailto:ada@strix\.example\)", with_contact)
    assert with_contact == user_agent("ada@strix.example")
    assert re.fullmatch(r"citewise/\d+\.\d+\.\S+", without)
    assert service.asked[0].headers["accept"] == JSON


@pytest.mark.parametrize(("of", "seconds"), [(ARXIV, 3.0), (HF, 0.5), (DOI, 1.0)])
def test_requests_to_a_host_lie_apart(service, make_client, of, seconds):
    client = make_client()
    for _ in range(4):
        ask(client, of=of)
    times = [request.at for request in service.asked]
    assert {after - before for before, after in pairwise(times)} == {seconds}


def test_a_pause_that_was_long_enough_costs_no_more(service, make_client):
    client = make_client()
    ask(client)
    service.clock.time += 60
    ask(client)
    assert service.clock.slept == []


@pytest.mark.parametrize("variable", ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"])
def test_proxies_and_passwords_of_the_environment_do_not_reach_this_machine(
    service, make_client, monkeypatch, tmp_path, variable
):
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login owl password secret\n")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv(variable, "http://127.0.0.1:9")
    assert ask(make_client()) == OWLS.body
    assert not {"authorization", "cookie"} & service.asked[0].headers.keys()


def test_a_proxy_that_cannot_be_used_is_named(monkeypatch):
    monkeypatch.setenv("HTTPS_PROXY", "socks9://owls")
    client = LiveClient(base_urls={}, clock=Clock())
    assert "Mend or unset HTTPS_PROXY" in refused(client)


def test_other_addresses_come_from_the_environment(service, monkeypatch):
    for each in SERVICES:
        monkeypatch.setenv(each.variable, f"{service.address}/")
    assert set(base_urls_of_environment().values()) == {f"{service.address}/"}
    assert ask(LiveClient(clock=service.clock)) == OWLS.body


@pytest.mark.parametrize(
    "url",
    ["owls", "http://owls.example", "ftp://127.0.0.1", "https://", "https://x:y", "https://a?b"],
)
def test_an_address_that_is_not_safe_is_refused_with_its_variable(url):
    with pytest.raises(LiveError, match=r"CITEWISE_ARXIV_URL must be like 'https://export\.arxiv"):
        LiveClient(base_urls={"arXiv": url})


# Trouble


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_trouble_passes(service, make_client, status):
    service.first = [Reply(status=status), Reply(status=status)]
    assert ask(make_client()) == OWLS.body
    assert len(service.asked) == 3
    assert service.clock.slept == [1.5, 3.0]  # twice as long each time, with a part left to chance


def test_a_service_is_given_the_time_it_asks_for(service, make_client):
    service.first = [Reply(status=429, headers={"Retry-After": "17"})]
    ask(make_client())
    assert service.clock.slept == [17.0]


def test_a_moment_to_come_back_at_is_understood(service, make_client):
    service.first = [Reply(status=503, headers={"Retry-After": "Thu, 01 Jan 2015 00:00:00 GMT"})]
    assert ask(make_client()) == OWLS.body
    service.first = [Reply(status=503, headers={"Retry-After": "Fri, 01 Jan 2100 00:00:00 GMT"})]
    assert "Try again then." in refused(make_client())


@pytest.mark.parametrize("text", ["soon", "-1", "", "9" * 40, "1e9", "Thu, 99 Foo 2015"])
def test_a_retry_after_that_means_nothing_is_passed_over(service, make_client, text):
    service.first = [Reply(status=503, headers={"Retry-After": text})]
    assert ask(make_client()) == OWLS.body


def test_a_wait_beyond_two_minutes_is_left_to_the_person(service, make_client):
    service.first = [Reply(status=429, headers={"Retry-After": "3600"})]
    message = refused(make_client())
    assert message.endswith(
        "asks for fewer requests (HTTP 429), and to wait 3,600 s. Try again then."
    )
    assert service.clock.slept == []


def test_after_five_tries_it_gives_up_and_leaves_the_host_alone(service, make_client):
    service.answers["/owls"] = always(Reply(status=503))
    client = make_client()
    message = refused(client)
    assert "is in trouble (HTTP 503); asked 5 times. Try again later." in message
    assert refused(client, path="/other") == message
    assert len(service.asked) == 5


def test_a_refusal_is_told_with_what_the_service_says(service, make_client):
    service.answers["/owls"] = always(Reply(b'{"error": "Invalid date"}', status=400))
    assert refused(make_client()) == "Hugging Face refuses (HTTP 400: Invalid date)."
    assert len(service.asked) == 1


def test_without_network_it_says_so_soon_and_what_works(service):
    client = LiveClient(base_urls={"Hugging Face": "http://127.0.0.1:9"}, clock=service.clock)
    message = refused(client)
    assert message.startswith("Cannot reach 127.0.0.1 (")
    assert message.endswith("Files need no network: citewise add FILE")
    assert sum(service.clock.slept) < 10


def test_an_answer_that_breaks_off_is_asked_for_again(service, make_client):
    service.first = [replace(OWLS, dies=True)]
    assert ask(make_client()) == OWLS.body
    service.answers["/owls"] = always(replace(OWLS, dies=True))
    assert "broke the connection off" in refused(make_client())


def test_a_silent_service_is_not_waited_for(service, make_client):
    service.first = [Reply(hangs=True)]
    assert ask(make_client(timeout_seconds=0.2)) == OWLS.body
    service.first = [Reply(hangs=True)] * 5
    assert "does not answer within 0.2 s" in refused(make_client(timeout_seconds=0.2))


def test_an_answer_that_trickles_ends_in_time(service, make_client, monkeypatch):
    monkeypatch.setattr(fetching, "_ANSWER_TIMEOUTS", -1)
    assert "sends too slowly" in refused(make_client())


@pytest.mark.parametrize("is_packed", [False, True])
def test_an_answer_that_is_too_large_is_refused(service, make_client, monkeypatch, is_packed):
    monkeypatch.setattr(fetching, "MAX_ANSWER_BYTES", 1 << 20)
    body = b" " * (1 << 21)
    reply = Reply(gzip.compress(body), headers={"Content-Encoding": "gzip"})
    service.answers["/owls"] = always(reply if is_packed else Reply(body))
    assert refused(make_client()) == "127.0.0.1 sent more than 1 MiB at once."
    assert len(service.asked) == 1


def test_an_answer_that_cannot_be_unpacked_is_asked_for_again(service, make_client):
    service.first = [replace(OWLS, headers={"Content-Encoding": "gzip"})]
    assert ask(make_client()) == OWLS.body


def test_what_the_check_wants_again_is_asked_for_again(service, make_client):
    bodies = []

    def check(response: Response) -> None:
        bodies.append(response.content)
        if len(bodies) < 3:
            raise TryAgainError("no owls yet", is_of_host=False)

    client = make_client()
    assert client.get(HF, "/owls", {}, JSON, check) == OWLS.body
    assert len(service.asked) == 3


# Redirects


def moved(location: str) -> Reply:
    return Reply(status=302, headers={"Location": location})


def test_a_redirect_within_the_service_is_followed_with_what_was_asked(service, make_client):
    service.answers["/10.5555/x"] = always(moved("/owls"))
    assert ask(make_client(), of=DOI, path="/10.5555/x") == OWLS.body
    assert service.asked[1].headers["accept"] == JSON


@pytest.mark.parametrize(
    "location",
    [
        "https://publisher.example/login",
        "http://api.crossref.org/v1/works",
        "https://crossref.org.evil.example/",
        "file:///etc/passwd",
        "http://169.254.169.254/latest",
        "https://[",
    ],
)
def test_a_redirect_to_elsewhere_is_refused(service, make_client, location):
    service.answers["/owls"] = always(moved(location))
    message = refused(make_client(), of=DOI)
    assert message.startswith("doi.org sends on to ")
    assert "Save the record from there as RIS or BibTeX" in message
    assert len(service.asked) == 1


def test_a_redirect_to_this_machine_is_refused_from_elsewhere():
    from vectorstore.live.services import may_redirect

    for target in ("http://127.0.0.1/x", "https://localhost/x"):
        assert not may_redirect(DOI, DOI.base_url, target)
    assert may_redirect(
        DOI, DOI.base_url, "https://api.crossref.org/v1/works/10.5555%2Fx/transform"
    )
    assert may_redirect(DOI, "https://mirror.example", "https://mirror.example/y")
    assert not may_redirect(DOI, DOI.base_url, "https://mirror.example/y")


def test_redirects_that_never_end_do(service, make_client):
    service.answers["/owls"] = always(moved("/owls"))
    assert "on more than 5 times" in refused(make_client())
    assert len(service.asked) == 6


# The cache


@pytest.fixture
def cache(tmp_path: Path) -> AnswerCache:
    return AnswerCache(tmp_path / "answers")


def test_what_did_not_change_is_served_from_the_cache(service, make_client, cache):
    service.answers["/owls"] = with_etag(OWLS)
    for _ in range(2):
        assert ask(make_client(cache=cache), day="1") == OWLS.body
    assert "if-none-match" not in service.asked[0].headers
    assert service.asked[1].headers["if-none-match"] == 'W/"made-up"'


def test_what_changed_replaces_what_was_kept(service, make_client, cache):
    service.answers["/owls"] = with_etag(OWLS)
    ask(make_client(cache=cache))
    service.answers["/owls"] = with_etag(Reply(b'["bats"]'), '"2"')
    assert ask(make_client(cache=cache)) == b'["bats"]'
    assert ask(make_client(cache=cache)) == b'["bats"]'
    assert service.asked[2].headers["if-none-match"] == '"2"'


def test_a_date_does_where_there_is_no_etag(service, make_client, cache):
    day = "Thu, 22 May 2025 00:00:00 GMT"

    def answer(request: Request) -> Reply:
        is_known = request.headers.get("if-modified-since") == day
        return Reply(status=304) if is_known else replace(OWLS, headers={"Last-Modified": day})

    service.answers["/owls"] = answer
    assert [ask(make_client(cache=cache)) for _ in range(2)] == [OWLS.body] * 2


def test_an_answer_without_a_state_or_that_is_an_error_is_not_kept(
    service, make_client, cache, tmp_path
):
    ask(make_client(cache=cache))
    service.answers["/owls"] = always(Reply(status=404, headers={"ETag": '"1"'}))
    refused(make_client(cache=cache))
    assert not (tmp_path / "answers").exists()


def test_an_answer_that_the_check_wants_again_is_not_kept(service, make_client, cache, tmp_path):
    service.answers["/owls"] = with_etag(OWLS)

    def check(response: Response) -> None:
        raise TryAgainError("no owls", is_of_host=False)

    with pytest.raises(LiveError, match="no owls; asked 5 times"):
        make_client(cache=cache).get(HF, "/owls", {}, JSON, check)
    assert not (tmp_path / "answers").exists()


@pytest.mark.parametrize(
    "damage",
    [
        lambda raw: b"",
        lambda raw: raw[:-1],
        lambda raw: raw[:20],
        lambda raw: b"[]\n" + raw,
        lambda raw: b"null\n",
        lambda raw: raw.replace(b"owls", b"bats"),
        lambda raw: b"\xff" * 100,
    ],
)
def test_a_damaged_entry_is_a_miss(service, make_client, cache, tmp_path, damage):
    service.answers["/owls"] = with_etag(OWLS)
    ask(make_client(cache=cache))
    [path] = (tmp_path / "answers").iterdir()
    path.write_bytes(damage(path.read_bytes()))
    assert ask(make_client(cache=cache)) == OWLS.body
    assert "if-none-match" not in service.asked[1].headers
    assert ask(make_client(cache=cache)) == OWLS.body
    assert "if-none-match" in service.asked[2].headers


def test_the_cache_stays_within_its_bounds_and_drops_what_was_not_used(tmp_path):
    cache = AnswerCache(tmp_path, max_bytes=10_000)
    for number in range(20):
        cache.put(f"https://x/{number}", JSON, CachedAnswer('"1"', "", b"x" * 1_000))
        assert cache.get("https://x/0", JSON)
    assert sum(path.stat().st_size for path in tmp_path.iterdir()) <= 10_000
    assert cache.get("https://x/19", JSON)
    assert cache.get("https://x/1", JSON) is None
    cache.put("https://x/large", JSON, CachedAnswer('"1"', "", b"x" * 5_000))
    assert cache.get("https://x/large", JSON) is None


def test_a_cache_that_cannot_be_written_is_no_error(service, make_client, tmp_path):
    (tmp_path / "file").write_text("")
    service.answers["/owls"] = with_etag(OWLS)
    assert ask(make_client(cache=AnswerCache(tmp_path / "file"))) == OWLS.body

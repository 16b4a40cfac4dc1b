"""One of two servers behind nginx ends, under load and with streams under way."""

import json
import signal
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.nginx import needs_nginx
from tests.postgres_servers import PostgresServer
from tests.replicas import (
    SLOW,
    PatientModel,
    Replica,
    Replicated,
    in_one_database,
    patient_model,
    replicated,
)

pytestmark = [pytest.mark.slow, needs_nginx]

ASK = "/v1/chat/completions"
QUESTIONS = ("What is Pando?", "What is ProtoPathway?", "Which papers are about agents?")
N_READERS = 6
SECONDS = 120.0


@pytest.fixture(scope="module")
def started(
    postgres: PostgresServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Replicated, PatientModel]]:
    directory = tmp_path_factory.mktemp("pair")
    sharing = in_one_database(postgres.new_database(), directory)
    with patient_model() as model:
        may_ask = {**model.environment, "CITEWISE_CHAT_LLMS": json.dumps([SLOW])}
        with replicated(sharing, directory, **may_ask) as running:
            yield running, model


@pytest.fixture
def model(started: tuple[Replicated, PatientModel]) -> Iterator[PatientModel]:
    """Return the language model, which goes on when a test says so, or is over."""
    _, model = started
    model.go_on.clear()
    yield model
    model.go_on.set()


@pytest.fixture
def pair(started: tuple[Replicated, PatientModel]) -> Replicated:
    """Return both replicas, at work."""
    pair, _ = started
    for replica in pair.replicas:
        assert_takes_requests(pair, replica)
    return pair


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a request. `error` is the code of its error event, or what broke off."""

    question: str
    request_id: str
    status: int = 0
    text: str = ""
    error: str = ""

    @property
    def is_answered(self) -> bool:
        return self.status == 200 and not self.error


def asked(
    pair: Replicated, question: str, *, begun: Callable[[], Any] = lambda: None, **fields: Any
) -> Outcome:
    """Ask through nginx and read to the end; `begun` is called at the first words of a stream."""
    name = uuid4().hex
    headers = {**pair.headers, "X-Request-Id": name}
    said = {"messages": [{"role": "user", "content": question}], "model": "citewise", **fields}
    try:
        with httpx.stream(
            "POST", f"{pair.url}{ASK}", json=said, headers=headers, timeout=SECONDS
        ) as response:
            if fields.get("stream") and response.status_code == 200:
                return _streamed(question, name, response, begun)
            content = json.loads(response.read()) if response.status_code == 200 else {}
    except httpx.TransportError as error:
        return Outcome(question, name, error=repr(error))
    text = content["choices"][0]["message"]["content"] if content else ""
    return Outcome(question, name, response.status_code, text)


def _streamed(
    question: str, name: str, response: httpx.Response, begun: Callable[[], Any]
) -> Outcome:
    text = ""
    for line in response.iter_lines():
        data = line.removeprefix("data: ")
        if data == "[DONE]":
            return Outcome(question, name, 200, text)
        if not line.startswith("data: "):
            continue
        event = json.loads(data)
        if "error" in event:
            return Outcome(question, name, 200, text, event["error"]["code"])
        text += event["choices"][0]["delta"].get("content") or ""
        begun()
    return Outcome(question, name, 200, text, "a stream without an end")


@dataclass
class Crowd:
    """Readers who ask one question after the other, whole and streamed by turns, until `enough`."""

    pair: Replicated
    outcomes: list[Outcome] = field(default_factory=list)
    enough: threading.Event = field(default_factory=threading.Event)

    def ask_on(self, first: int) -> None:
        n = first
        while not self.enough.is_set():
            self.outcomes.append(asked(self.pair, QUESTIONS[n % 3], stream=n % 2 == 0))
            n += 1

    @property
    def n_answered(self) -> int:
        return sum(outcome.is_answered for outcome in self.outcomes)


@contextmanager
def set_at_the_end(*events: threading.Event) -> Iterator[None]:
    """Let waiting threads go on whatever happens in the `with` block, so that a test can fail."""
    try:
        yield
    finally:
        for event in events:
            event.set()


def until(holds: Callable[[], Any]) -> None:
    """Return once something holds; the test's own time limit bounds it."""
    pause = threading.Event()
    while not holds():
        pause.wait(0.02)


def tried(pair: Replicated, outcome: Outcome) -> list[int]:
    """Return the ports that took a request, once nginx has written them down."""
    return pair.proxy.tried(request_id=outcome.request_id, at_least=1)


def streams_on_both(pair: Replicated, pool: ThreadPoolExecutor) -> list[Any]:
    """Begin eight answers that are slow, and return them once each has said its first words."""
    streams, begun = [], Counter[int]()
    for n in range(8):
        slow = {"stream": True, "backend": SLOW, "begun": lambda n=n: begun.update([n])}
        streams.append(pool.submit(asked, pair, QUESTIONS[0], **slow))
        until(lambda n=n: begun[n] or streams[n].done())
    assert not any(stream.done() for stream in streams), [s.result() for s in streams if s.done()]
    return streams


def assert_takes_requests(pair: Replicated, replica: Replica) -> None:
    """Start a replica, unless it runs, and see that nginx sends it requests as it does others."""
    replica.start()

    def takes_some() -> bool:
        outcome = asked(pair, QUESTIONS[0])
        assert outcome.is_answered
        return tried(pair, outcome) == [replica.port]

    until(takes_some)


def test_a_replica_killed_under_load_loses_what_it_was_streaming_and_says_so(
    pair: Replicated, model: PatientModel
) -> None:
    """Every request is accounted for: answered as ever, or told that its answer was cut."""
    expected = {question: asked(pair, question).text for question in QUESTIONS}
    assert all(expected.values())
    victim, survivor = pair.replicas
    crowd = Crowd(pair)
    with ThreadPoolExecutor(N_READERS + 8) as pool, set_at_the_end(crowd.enough, model.go_on):
        slow = streams_on_both(pair, pool)
        readers = [pool.submit(crowd.ask_on, n) for n in range(N_READERS)]
        until(lambda: crowd.n_answered >= 30 or any(reader.done() for reader in readers))
        victim.kill()
        until(lambda: any(stream.done() for stream in slow))
        answered = crowd.n_answered
        until(lambda: crowd.n_answered >= answered + 30)
        model.go_on.set()
        crowd.enough.set()
        ended = [stream.result(SECONDS) for stream in slow]
        for reader in readers:
            reader.result(SECONDS)

    cut = [outcome for outcome in ended if not outcome.is_answered]
    assert 0 < len(cut) < len(ended)
    assert {tried(pair, outcome)[-1] for outcome in ended if outcome.is_answered} == {survivor.port}
    for outcome in crowd.outcomes:
        if outcome.is_answered:
            assert outcome.text == expected[outcome.question]
        else:
            cut.append(outcome)
    assert {outcome.error for outcome in cut} == {"cut"}
    assert all(tried(pair, outcome)[-1] == victim.port for outcome in cut)
    assert_takes_requests(pair, victim)


def test_a_whole_answer_that_a_killed_replica_was_at_comes_from_the_other(
    pair: Replicated, model: PatientModel
) -> None:
    with ThreadPoolExecutor(1) as pool, set_at_the_end(model.go_on):
        waiting = pool.submit(asked, pair, QUESTIONS[0], backend=SLOW)
        until(lambda: any(map(is_answering, pair.replicas)) or waiting.done())
        victim = next(filter(is_answering, pair.replicas))
        victim.kill()
        model.go_on.set()
        outcome = waiting.result(SECONDS)
    assert outcome.is_answered
    assert outcome.text.startswith("Pando is a benchmark")
    assert tried(pair, outcome) == [victim.port, pair.beside(victim).port]


def is_answering(replica: Replica) -> bool:
    metrics = httpx.get(f"{replica.url}/metrics", timeout=SECONDS).text
    return "citewise_answers_in_flight 1" in metrics


def test_streams_of_a_replica_that_is_told_to_end_are_finished_and_new_ones_go_elsewhere(
    pair: Replicated, model: PatientModel
) -> None:
    leaving, staying = pair.replicas
    with ThreadPoolExecutor(8) as pool, set_at_the_end(model.go_on):
        slow = streams_on_both(pair, pool)
        leaving.send(signal.SIGTERM)
        until(lambda: is_closed(leaving))
        fresh = [asked(pair, question, stream=n % 2 == 0) for n, question in enumerate(QUESTIONS)]
        model.go_on.set()
        ended = [stream.result(SECONDS) for stream in slow]
    assert all(outcome.is_answered for outcome in (*ended, *fresh))
    assert {tried(pair, outcome)[-1] for outcome in fresh} == {staying.port}
    leaving.stop()
    assert_takes_requests(pair, leaving)


def is_closed(replica: Replica) -> bool:
    """Return whether nobody listens any more."""
    try:
        httpx.get(f"{replica.url}/healthz", timeout=5)
    except httpx.TransportError:
        return True
    return False

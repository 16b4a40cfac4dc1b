"""Numbers: counting, adding up workers, Prometheus' format, an assistant that is watched."""

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st

from assistant.answer import Answer, AnswerSentence
from assistant.backends.tokens import TokenMeter
from assistant.errors import BackendError, QuestionError
from assistant.events import Completed, Event, TextDelta, Understood
from tests.access_servers import ASK, Behind
from ui.operations.exchange import Exchange
from ui.operations.exposition import exposition
from ui.operations.families import FAMILIES
from ui.operations.installing import Operations
from ui.operations.metrics import Metrics
from ui.operations.observing import observed
from ui.operations.readiness import ReadinessCheck
from ui.operations.routes import add_probes
from vectorstore import Library

if TYPE_CHECKING:
    from assistant.assistant import Assistant

NO_PROCESS = 2**22 + 1  # beyond the last number that Linux gives

_LINE = re.compile(
    r'# (HELP|TYPE) [a-z_]+ .+|[a-z_]+(\{([a-z_]+="(\\.|[^"\\\n])*",?)+\})? (-?[0-9.e+-]+|\+Inf)'
)


def value(text: str, series: str) -> float:
    """Return the number of a series as Prometheus would read it."""
    found = re.search(rf"^{re.escape(series)} (.+)$", text, re.MULTILINE)
    return float(found[1]) if found else 0.0


class Scripted:
    """An assistant that says what a test wants."""

    backend = "scripted"

    def __init__(self, *events: Event, failure: Exception | None = None) -> None:
        self.events = events
        self.failure = failure
        self.closed = 0

    def stream(self, question: str, **bounds: Any) -> Iterator[Event]:
        try:
            yield from self.events
            if self.failure:
                raise self.failure
        finally:
            self.closed += 1


def answer(**fields: Any) -> Answer:
    fields = {
        "question": "Q",
        "standalone_question": "Q",
        "text": "A",
        "abstained": False,
        "backend": "scripted",
        "sentences": (),
        "citations": (),
        "nearest": (),
        "timings_ms": {"understand": 1.0, "retrieve": 20.0, "write": 300.0, "check": 2.0},
        **fields,
    }
    return Answer(**fields)


# The format


def test_every_line_is_one_that_prometheus_reads() -> None:
    metrics = Metrics()
    metrics.add("citewise_http_requests_total", route='/"x"\\\n', method="GET", status="200")
    metrics.observe("citewise_answer_stage_seconds", 0.3, stage="write")
    metrics.set("citewise_workers", 2)
    text = exposition(metrics.samples())
    assert text.endswith("\n")
    assert [line for line in text.splitlines() if not _LINE.fullmatch(line)] == []
    assert r'route="/\"x\"\\\n"' in text


def test_a_histogram_is_cumulative() -> None:
    metrics = Metrics()
    for seconds in (0.001, 0.3, 0.3, 100.0):
        metrics.observe("citewise_first_text_seconds", seconds)
    text = exposition(metrics.samples())
    assert value(text, 'citewise_first_text_seconds_bucket{le="0.005"}') == 1
    assert value(text, 'citewise_first_text_seconds_bucket{le="0.5"}') == 3
    assert value(text, 'citewise_first_text_seconds_bucket{le="60"}') == 3
    assert value(text, 'citewise_first_text_seconds_bucket{le="+Inf"}') == 4
    assert value(text, "citewise_first_text_seconds_count") == 4
    assert value(text, "citewise_first_text_seconds_sum") == pytest.approx(100.601)


@given(st.floats(0, 1e6, allow_nan=False))
def test_the_last_bucket_counts_all(seconds: float) -> None:
    metrics = Metrics()
    metrics.observe("citewise_first_text_seconds", seconds)
    samples = metrics.samples()
    assert samples["citewise_first_text_seconds_bucket", (("le", "+Inf"),)] == 1


def test_a_family_is_used_as_what_it_is() -> None:
    with pytest.raises(TypeError, match="is a histogram"):
        Metrics().add("citewise_first_text_seconds")
    with pytest.raises(KeyError):
        Metrics().add("no_such_metric")


@pytest.mark.parametrize("family", FAMILIES.values(), ids=lambda family: family.name)
def test_names_follow_the_conventions(family: Any) -> None:
    assert family.name.startswith("citewise_")
    assert family.name.endswith("_total") == (family.kind == "counter")
    assert family.name.endswith("_seconds") == (family.kind == "histogram")


# Several workers


def test_the_counts_of_all_workers_add_up(tmp_path: Path) -> None:
    metrics = Metrics()
    metrics.add("citewise_refused_total", 2, reason="busy")
    metrics.set("citewise_workers", 1)
    metrics.set("citewise_build_info", 1, version="1")
    exchange = Exchange(metrics, tmp_path)
    others = [
        ["citewise_refused_total", [["reason", "busy"]], 3],
        ["citewise_workers", [], 1],
        ["citewise_build_info", [["version", "1"]], 1],
    ]
    (tmp_path / f"{os.getppid()}.json").write_text(json.dumps(others), encoding="utf-8")
    (tmp_path / f"{NO_PROCESS}.json").write_text(json.dumps(others), encoding="utf-8")
    (tmp_path / "1.json").write_text("{broken", encoding="utf-8")
    text = exposition(exchange.samples())
    assert value(text, 'citewise_refused_total{reason="busy"}') == 8  # that of the dead one too
    assert value(text, "citewise_workers") == 2
    assert value(text, 'citewise_build_info{version="1"}') == 1


def test_what_a_worker_writes_another_reads(tmp_path: Path) -> None:
    metrics = Metrics()
    metrics.observe("citewise_first_text_seconds", 0.2)
    Exchange(metrics, tmp_path).write()
    (file,) = tmp_path.iterdir()
    file.rename(tmp_path / "1.json")
    assert Exchange(Metrics(), tmp_path).samples() == metrics.samples()


# An assistant that is watched


def test_an_answer_is_counted_with_all_that_it_took() -> None:
    metrics = Metrics()
    sentences = tuple(
        AnswerSentence(text, (1,), support, 0.5)
        for text, support in (("A", "supported"), ("B", "unsupported"), ("C", "unsupported"))
    )
    done = Completed(answer(sentences=sentences, tokens=TokenMeter(100, 20)))
    watched = observed(Scripted(Understood("Q"), TextDelta("A"), done), metrics)  # type: ignore[arg-type]
    assert watched.ask("Q").text == "A"
    assert watched.backend == "scripted"
    text = exposition(metrics.samples())
    assert value(text, 'citewise_answers_total{outcome="answered"}') == 1
    assert value(text, 'citewise_sentences_total{support="unsupported"}') == 2
    assert value(text, 'citewise_tokens_total{direction="in"}') == 100
    assert value(text, 'citewise_answer_stage_seconds_sum{stage="retrieve"}') == 0.02
    assert value(text, "citewise_first_text_seconds_count") == 1
    assert value(text, "citewise_answers_in_flight") == 0


@pytest.mark.parametrize(
    ("script", "outcome"),
    [
        (Scripted(Completed(answer(abstained=True, abstention="off_topic"))), "abstained"),
        (Scripted(Completed(answer(cut="the model failed"))), "cut"),
        (Scripted(failure=BackendError("down")), "failed"),
        (Scripted(failure=QuestionError("empty")), "refused"),
    ],
)
def test_every_outcome_has_its_count(script: Scripted, outcome: str) -> None:
    metrics = Metrics()
    watched = observed(script, metrics)  # type: ignore[arg-type]
    try:
        list(watched.stream("Q"))
    except (BackendError, QuestionError):
        assert outcome in ("failed", "refused")
    text = exposition(metrics.samples())
    assert value(text, f'citewise_answers_total{{outcome="{outcome}"}}') == 1
    assert value(text, 'citewise_abstentions_total{kind="off_topic"}') == (outcome == "abstained")


def test_who_leaves_ends_the_work_and_is_counted() -> None:
    metrics, script = Metrics(), Scripted(*[TextDelta("word ")] * 100)
    events = observed(script, metrics).stream("Q")  # type: ignore[arg-type]
    next(events)
    assert value(exposition(metrics.samples()), "citewise_answers_in_flight") == 1
    events.close()  # type: ignore[attr-defined]
    assert script.closed == 1
    text = exposition(metrics.samples())
    assert value(text, 'citewise_answers_total{outcome="abandoned"}') == 1
    assert value(text, "citewise_answers_in_flight") == 0


def test_a_real_answer_is_watched_without_a_change(assistant: "Assistant") -> None:
    metrics = Metrics()
    watched = observed(assistant, metrics)
    question = "How many finetuned models does Pando contain?"
    assert watched.ask(question).text == assistant.ask(question).text
    assert watched.library is assistant.library
    text = exposition(metrics.samples())
    assert value(text, 'citewise_sentences_total{support="supported"}') >= 1
    assert value(text, 'citewise_answer_stage_seconds_count{stage="check"}') == 1


# Requests


def test_requests_are_counted_by_few_names(tmp_path: Path) -> None:
    behind = Behind(tmp_path)
    client = behind.client()
    client.post(ASK, content=b"quick")
    for n in range(50):
        client.get(f"/v1/papers/{n}")
    client.get("/v1/models?key=x")
    client.request("BREW", "/v1/models")
    text = exposition(behind.operations.metrics.samples())
    series = 'citewise_http_requests_total{{route="{}",method="{}",status="{}"}}'
    assert value(text, series.format("/v1/papers/{id}", "GET", 200)) == 50
    assert value(text, series.format(ASK, "POST", 200)) == 1
    assert value(text, series.format("/v1/models", "other", 405)) == 1
    assert value(text, 'citewise_refused_total{reason="key_in_address"}') == 1
    assert value(text, "citewise_streams_in_flight") == 0
    assert len(text.splitlines()) < 150


# Probes


def probing(library: Library) -> TestClient:
    app, operations = FastAPI(), Operations.of()
    add_probes(app, operations.probes(library))
    return TestClient(app)


def test_a_library_that_answers_is_ready(library: Library) -> None:
    client = probing(library)
    response = client.get("/readyz")
    assert response.status_code == 200
    assert response.json()["checks"] == {"library": "ok", "indexes": "ok", "encoder": "ok"}
    metrics = client.get("/metrics")
    assert metrics.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert value(metrics.text, "citewise_workers") == 1
    assert value(metrics.text, "citewise_memory_bytes") > 1e7


def test_an_encoder_that_fails_is_not_ready(
    make_library: Any, make_paper: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    library = make_library([make_paper()])

    def fail(texts: Any) -> None:
        raise RuntimeError("no model at /secret/path")

    monkeypatch.setattr(library._encoder, "encode", fail)
    response = probing(library).get("/readyz")
    assert response.status_code == 503
    assert response.json()["checks"]["encoder"].startswith("failed")
    assert response.json()["checks"]["library"] == "ok"
    assert "secret" not in response.text


def test_indexes_that_fall_behind_count_only_before_the_first_success(
    make_library: Any, make_paper: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    library, now = make_library([make_paper()]), [0.0]
    check = ReadinessCheck(library, clock=lambda: now[0])
    monkeypatch.setattr(library._indexes, "is_current", lambda: False)
    assert not check().is_ready
    now[0] += 3
    monkeypatch.undo()
    assert check().is_ready
    now[0] += 3
    monkeypatch.setattr(library._indexes, "is_current", lambda: False)
    found = check()
    assert found.is_ready
    assert found.checks["indexes"] == "behind"


def test_probes_in_a_row_look_once(library: Library) -> None:
    looks = []
    check = ReadinessCheck(library, clock=lambda: 0.0)
    real = check._look
    check._look = lambda: (looks.append(1), real())[1]  # type: ignore[method-assign]
    for _ in range(10):
        check()
    assert len(looks) == 1

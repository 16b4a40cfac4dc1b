"""Which metrics there are. Labels take few values, so that their number stays bounded."""

from dataclasses import dataclass
from typing import Literal

# Seconds. An extractive answer takes 20 ms, one of a language model up to a minute.
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)


@dataclass(frozen=True, slots=True)
class Family:
    """A metric: `bounds` are the upper bounds of a histogram's buckets."""

    name: str
    kind: Literal["counter", "gauge", "histogram"]
    help: str
    bounds: tuple[float, ...] = ()


FAMILIES = {
    family.name: family
    for family in (
        Family("citewise_http_requests_total", "counter", "Requests, by route, method and status."),
        Family(
            "citewise_http_request_seconds",
            "histogram",
            "Time from a request's head to the end of its response, by route.",
            _SECONDS,
        ),
        Family("citewise_refused_total", "counter", "Requests that were not let in, by reason."),
        Family(
            "citewise_answers_total",
            "counter",
            "Questions, by outcome: answered, abstained, cut, failed, refused, abandoned.",
        ),
        Family("citewise_abstentions_total", "counter", "Abstentions, by kind."),
        Family("citewise_sentences_total", "counter", "Sentences of answers, by verdict."),
        Family(
            "citewise_answer_stage_seconds",
            "histogram",
            "Time of an answer's stages: understand, retrieve, write, check.",
            _SECONDS,
        ),
        Family(
            "citewise_first_text_seconds",
            "histogram",
            "Time from a question to the first text of its answer.",
            _SECONDS,
        ),
        Family("citewise_tokens_total", "counter", "Tokens of language models, in and out."),
        Family("citewise_answers_in_flight", "gauge", "Questions that are being answered."),
        Family("citewise_streams_in_flight", "gauge", "Event streams that are open."),
        Family("citewise_requests_running", "gauge", "Requests that hold a place."),
        Family("citewise_requests_waiting", "gauge", "Requests that wait for a place."),
        Family("citewise_workers", "gauge", "Worker processes."),
        Family("citewise_memory_bytes", "gauge", "Resident memory of all workers."),
        Family("citewise_build_info", "gauge", "1, labelled with the version."),
    )
}

"""What the load benchmark reports and how it counts; the figures are its own to measure."""

import asyncio
import contextlib

import pytest

from benchmarks.load import load_table, questions_about
from benchmarks.load_client import CUT, Asker, Phase
from tests.api_calls import ScriptedAssistant, mounted, serving
from ui.api import create_api


def asked(address: tuple[str, int], rate: float = 50, seconds: float = 0.4) -> Phase:
    async def main() -> Phase:
        asker = Asker(address, questions_about(["Owls", "Larks"]))
        with contextlib.suppress(TimeoutError):
            phase = await asker.phase(rate, seconds)
        await asker.close()
        return phase

    return asyncio.run(main())


def test_every_question_that_was_due_is_asked_and_its_outcome_counted() -> None:
    assistant = ScriptedAssistant()
    with serving(mounted(create_api(assistant))) as address:
        phase = asked(address)
    assert phase.asked == len(assistant.asked) == 20
    assert phase.outcomes == {"200": 20}
    assert len(phase.seconds) == 20
    assert {call["question"] for call in assistant.asked} == {
        "What does Owls propose?",
        "How is Larks evaluated?",
    }


def test_a_refusal_is_counted_and_is_no_answer() -> None:
    with serving(mounted(create_api(ScriptedAssistant(RuntimeError("down"))))) as address:
        phase = asked(address)
    assert phase.outcomes == {"500": 20}
    assert phase.seconds == []
    assert phase.latency_ms(95) is None
    assert phase.answers_per_second == 0


def test_a_server_that_is_not_there_is_counted_too() -> None:
    with serving(mounted(create_api(ScriptedAssistant()))) as address:
        pass
    assert asked(address).outcomes == {CUT: 20}


def test_the_table_has_a_line_a_phase() -> None:
    phase = Phase(40.0, asked=4, duration=2.0, seconds=[0.01, 0.02, 0.03])
    phase.outcomes.update({"200": 3, "503": 1})
    header, _, line = load_table([("sustained", phase, 512.0)]).splitlines()
    assert header.startswith("| phase |")
    assert line == "| sustained | 40.0 | 1.50 | 20.0 | 30.0 | 3 × 200, 1 × 503 | 512 |"


@pytest.mark.parametrize("n", [1, 9])
def test_a_question_is_made_of_each_title(n: int) -> None:
    titles = [f"Paper {number}" for number in range(n)]
    questions = questions_about(titles)
    assert all(title in question for title, question in zip(titles, questions, strict=True))

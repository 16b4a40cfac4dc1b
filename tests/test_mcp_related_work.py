"""The MCP tool `related_work`, asked by the official client."""

import json
from typing import TYPE_CHECKING, Any

import anyio
import pytest
from mcp import ClientSession
from mcp.shared.exceptions import McpError

from assistant.assistant import Assistant
from assistant.writers.extractive import ExtractiveWriter
from tests.mcp_clients import cancel, in_memory, talk, text_of
from tests.slow_library import SlowLibrary
from tests.test_mcp_tools import call, failure

if TYPE_CHECKING:
    from vectorstore import Library

TOPIC = "sparse autoencoders"


def test_a_section_comes_with_its_quotes_references_and_bibtex(assistant: Assistant) -> None:
    result = call(assistant, "related_work", topic=TOPIC, words=120, papers=5)
    section = result.structuredContent
    assert json.loads(text_of(result)) == section
    assert "### References" in section["text"]
    assert section["bibtex"].count("@misc{") == len(section["papers"]) <= 5
    known = assistant.library.catalogue
    for paragraph in section["paragraphs"]:
        for sentence in paragraph["sentences"]:
            assert sentence["citations"]
            for span in sentence["evidence"]:
                abstract = known.get([span["paper_id"]])[span["paper_id"]].abstract
                assert abstract[span["start"] : span["end"]] == span["quote"]
    assert all(paper["reason"] for paper in section["considered"])


def test_a_draft_is_quoted_and_filters_bound_the_papers(assistant: Assistant) -> None:
    draft = "# Owls\n\nWe introduce Strix, a corpus of the calls of nine hundred owls."
    result = call(
        assistant, "related_work", topic=TOPIC, draft=draft, words=80, filters={"year_from": 2026}
    )
    section = result.structuredContent
    assert "We introduce Strix" in section["text"]
    assert {paper["year"] for paper in section["papers"]} == {2026}


def test_the_client_is_told_how_many_paragraphs_are_written(assistant: Assistant) -> None:
    steps: list[str] = []

    async def note(_: float, __: float | None, message: str | None) -> None:
        steps.append(message or "")

    async def write(session: ClientSession) -> Any:
        arguments = {"topic": TOPIC, "words": 60}
        return await session.call_tool("related_work", arguments, progress_callback=note)

    section = talk(in_memory(assistant), write).structuredContent
    n = len(section["plan"]["themes"])
    assert f"Wrote 1 of {n} paragraphs" in steps


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({}, "topic: Field required."),
        ({"topic": " "}, "The topic is empty. Name what the section is about."),
        ({"topic": TOPIC, "words": 5}, "words: Input should be greater than or equal to 20"),
        ({"topic": TOPIC, "filters": {"year_from": 2090}}, "No paper of the library is near"),
        ({"topic": "", "draft": "Owls."}, "Draft 'draft' holds no sentence"),
    ],
)
def test_what_cannot_be_written_is_refused_in_a_sentence(
    assistant: Assistant, arguments: dict[str, Any], said: str
) -> None:
    assert failure(assistant, "related_work", **arguments).startswith(said)


def test_writing_ends_when_the_client_cancels_it(library: "Library") -> None:
    slow = SlowLibrary(library)
    assistant = Assistant(slow, ExtractiveWriter(library))

    async def write_and_cancel(session: ClientSession) -> None:
        async def write() -> None:
            with pytest.raises(McpError):
                await session.call_tool("related_work", {"topic": TOPIC, "words": 600})

        async with anyio.create_task_group() as tasks:
            request_id = session._request_id
            tasks.start_soon(write)
            assert await anyio.to_thread.run_sync(slow.begun.wait, 60)
            await cancel(session, request_id)

    talk(in_memory(assistant), write_and_cancel)
    slow.wait_until_idle()
    assert slow.n_compared < 20

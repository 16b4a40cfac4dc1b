"""What the MCP tools, resources and prompts give, asked by the official client."""

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import anyio
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mcp import ClientSession
from mcp.shared.exceptions import McpError
from mcp.types import CallToolResult
from pydantic import AnyUrl

from assistant.errors import BackendError
from assistant.writers.extractive import ExtractiveWriter
from assistant.writers.writer import DraftPiece, WritingTask
from tests.mcp_clients import Endless, cancel, in_memory, talk, text_of
from ui.mcp.resources import PAPER, paper_uri
from vectorstore import Library, Paper

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assistant.assistant import Assistant

PANDO = "pando-do-interpretability-methods-work-when-b10f2885"


def call(assistant: Any, tool: str, **arguments: Any) -> CallToolResult:
    return talk(in_memory(assistant), lambda session: session.call_tool(tool, arguments))


def failure(assistant: Any, tool: str, **arguments: Any) -> str:
    """Return the error of a call that must fail: one line that tells of nothing inside."""
    result = call(assistant, tool, **arguments)
    said = text_of(result)
    assert result.isError
    assert result.structuredContent is None
    assert "\n" not in said
    assert not any(word in said for word in ("Error", "Traceback", "pydantic", "executing"))
    return said


@pytest.fixture
def make_assistant(
    make_library: Callable[..., Library],
) -> Callable[..., "Assistant"]:
    from assistant.assistant import Assistant

    def make(*papers: Paper, writer: Any = None) -> "Assistant":
        library = make_library(papers)
        return Assistant(library, writer or ExtractiveWriter(library))

    return make


# What there is


def test_the_server_says_what_it_is_and_lists_its_tools(assistant: "Assistant") -> None:
    async def look(session: ClientSession) -> tuple[Any, Any]:
        return await session.initialize(), await session.list_tools()

    started, listed = talk(in_memory(assistant), look)
    assert started.serverInfo.name == "citewise"
    assert started.serverInfo.version == "0.1.0"
    assert "never instructions" in started.instructions
    assert [tool.name for tool in listed.tools] == [
        "search",
        "fetch",
        "ask",
        "related_work",
    ]


def test_every_tool_is_described_and_only_reads(assistant: "Assistant") -> None:
    listed = talk(in_memory(assistant), lambda session: session.list_tools())
    for tool in listed.tools:
        assert tool.title
        assert tool.description
        assert tool.annotations.readOnlyHint
        assert tool.annotations.title == tool.title
        assert not tool.annotations.openWorldHint
        assert tool.outputSchema["type"] == "object"
        described = tool.inputSchema["properties"].values()
        assert all(argument.get("description") for argument in described)


def test_the_tools_that_connectors_ask_for_take_one_text_each(assistant: "Assistant") -> None:
    listed = talk(in_memory(assistant), lambda session: session.list_tools())
    taken = {tool.name: tool.inputSchema for tool in listed.tools}
    assert list(taken["search"]["properties"]) == taken["search"]["required"] == ["query"]
    assert list(taken["fetch"]["properties"]) == taken["fetch"]["required"] == ["id"]


# Search and fetch


def test_search_gives_ids_titles_and_links_as_json_and_as_text(assistant: "Assistant") -> None:
    result = call(assistant, "search", query="sparse autoencoders")
    found = result.structuredContent["results"]
    assert json.loads(text_of(result)) == result.structuredContent
    assert set(found[0]) == {"id", "title", "url"}
    hits = assistant.library.search("sparse autoencoders", top_k=assistant.options.top_k)
    assert [paper["id"] for paper in found] == [hit.paper.paper_id for hit in hits]
    assert all(paper["url"].startswith("https://") for paper in found)


def test_fetch_gives_the_abstract_of_what_search_found(assistant: "Assistant") -> None:
    async def search_and_fetch(session: ClientSession) -> Any:
        found = await session.call_tool("search", {"query": "Pando"})
        return await session.call_tool("fetch", {"id": found.structuredContent["results"][0]["id"]})

    result = talk(in_memory(assistant), search_and_fetch)
    fetched = result.structuredContent
    paper = assistant.library.catalogue.get([PANDO])[PANDO]
    assert json.loads(text_of(result)) == fetched
    assert set(fetched) == {"id", "title", "text", "url", "metadata"}
    assert (fetched["id"], fetched["title"]) == (PANDO, paper.title)
    assert (fetched["text"], fetched["url"]) == (paper.abstract, paper.link)
    assert fetched["metadata"]["year"] == 2026
    assert fetched["metadata"]["n_authors"] == 5
    assert fetched["metadata"]["authors"] == []


def test_a_paper_can_be_fetched_by_the_id_of_its_source(
    make_assistant: Callable[..., "Assistant"], make_paper: Callable[..., Paper]
) -> None:
    ours = make_paper("Owls", "Owls hunt at night.", paper_id="2401.00001", arxiv_id="2401.00001")
    theirs = make_paper("Owls", "Owls hunt at night.", paper_id="acl-1", arxiv_id="2401.00001")
    assistant = make_assistant(ours, theirs)
    by_each = {call(assistant, "fetch", id=name).structuredContent["id"] for name in ("acl-1",)}
    assert by_each == {call(assistant, "fetch", id="2401.00001").structuredContent["id"]}


def test_an_unknown_id_is_named_with_where_to_get_one(assistant: "Assistant") -> None:
    assert failure(assistant, "fetch", id="none-such") == (
        "No paper has the id 'none-such'. Take an id from the results of `search`."
    )


HOSTILE = [
    "",
    " ",
    "' OR 1=1 --",
    "../../etc/passwd",
    "\x00",
    "\x1b[31mred\n",
    "\u202egnp",
    "%s%n{0}{id}",
    "x" * 100_000,
    "<script>alert(1)</script>",
    f"{PANDO}\n",
    PANDO.upper(),
    "null",
    '{"id": 1}',
    "🦉",
]


@pytest.mark.parametrize("paper_id", HOSTILE, ids=lambda text: ascii(text[:12]))
def test_a_hostile_id_finds_nothing_and_is_shown_short_and_printable(
    assistant: "Assistant", paper_id: str
) -> None:
    said = failure(assistant, "fetch", id=paper_id)
    assert said.startswith("No paper has the id ")
    assert said.isprintable()
    assert len(said) < 200


def test_half_a_character_is_refused_by_the_name_of_its_field(assistant: "Assistant") -> None:
    # No client can send one as UTF-8, but an id may be spelled "\ud800" inside JSON.
    from ui.mcp.server import create_server

    server = create_server(lambda: assistant)
    with pytest.raises(Exception, match=r"^id: The text is not valid Unicode") as failed:
        anyio.run(server.call_tool, "fetch", {"id": "\ud800"})
    assert str(failed.value).isprintable()


@settings(max_examples=25, deadline=None)
@given(query=st.text(min_size=1, max_size=60))
def test_any_query_gets_results_or_a_sentence(assistant: "Assistant", query: str) -> None:
    result = call(assistant, "search", query=query)
    assert result.isError == (not query.strip())


def test_json_in_a_query_is_searched_as_it_stands(assistant: "Assistant") -> None:
    assert not call(assistant, "search", query='["probing"]').isError
    assert not call(assistant, "search", query="2025").isError


# Ask


def test_ask_gives_what_the_command_line_prints_as_json(assistant: "Assistant") -> None:
    question = "How many finetuned models does Pando contain?"
    result = call(assistant, "ask", question=question)
    said, printed = (
        result.structuredContent,
        json.loads(json.dumps(assistant.ask(question).to_json())),
    )
    assert json.loads(text_of(result)) == said
    assert {**said, "timings_ms": None} == {**printed, "timings_ms": None}
    assert "720" in said["answer"]
    for cited in said["citations"]:
        abstract = assistant.library.catalogue.get([cited["paper_id"]])[cited["paper_id"]].abstract
        assert abstract[cited["start"] : cited["end"]] == cited["quote"]


def test_what_the_abstracts_do_not_say_is_an_abstention_and_no_error(
    assistant: "Assistant",
) -> None:
    result = call(assistant, "ask", question="What GPU was used to train AttnTrace?")
    assert not result.isError
    assert result.structuredContent["abstained"]
    assert result.structuredContent["citations"] == []
    assert result.structuredContent["nearest"]


def test_a_follow_up_is_understood_from_the_history(assistant: "Assistant") -> None:
    history = [{"question": "What is MM-RLHF?", "answer": "A dataset of preferences."}]
    result = call(assistant, "ask", question="And how many authors does it have?", history=history)
    assert "MM-RLHF" in result.structuredContent["standalone_question"]
    assert not result.structuredContent["abstained"]


@pytest.mark.parametrize("as_text", [False, True])
def test_filters_bound_the_papers_also_when_a_client_sends_them_as_text(
    assistant: "Assistant", as_text: bool
) -> None:
    filters = {"year_from": 2026, "authors": None}
    result = call(
        assistant,
        "ask",
        question="Which papers use sparse autoencoders?",
        filters=json.dumps(filters) if as_text else filters,
    )
    assert {citation["year"] for citation in result.structuredContent["citations"]} == {2026}
    assert {
        c.paper.year for c in assistant.ask("Which papers use sparse autoencoders?").citations
    } > {2026}


def test_the_client_is_told_how_far_the_answer_is(assistant: "Assistant") -> None:
    steps: list[str] = []

    async def note(_: float, __: float | None, message: str | None) -> None:
        steps.append(message or "")

    async def ask(session: ClientSession) -> CallToolResult:
        return await session.call_tool(
            "ask", {"question": "What is Pando?"}, progress_callback=note
        )

    talk(in_memory(assistant), ask)
    assert steps[0] == "Searching: What is Pando?"
    assert any(step.startswith("Reading ") for step in steps)
    assert any(step.startswith("Checked: According to ") for step in steps)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({}, "question: Field required."),
        ({"question": "  "}, "The question is empty. Ask something about the papers."),
        ({"question": "why " * 2_000}, "The question has 8,000 characters; at most 4,000"),
        ({"question": 5}, "question: Input should be a valid string. Got 5."),
        ({"question": "Why?", "filters": {"year": 2025}}, "filters.year: Extra inputs are not"),
        (
            {"question": "Why?", "filters": {"year_from": 2025, "year_to": 2024}},
            "filters: year_from lies after year_to. Got ",
        ),
        ({"question": "Why?", "history": [{"answer": "x"}]}, "history[0].question: Field required"),
        ({"question": "Why?", "history": [{"question": "x"}] * 101}, "history: List should have"),
    ],
)
def test_what_cannot_be_asked_is_refused_in_a_sentence(
    assistant: "Assistant", arguments: dict[str, Any], said: str
) -> None:
    assert failure(assistant, "ask", **arguments).startswith(said)


def test_an_empty_query_and_an_unknown_tool_are_refused_in_a_sentence(
    assistant: "Assistant",
) -> None:
    assert failure(assistant, "search", query=" ").startswith("The query is empty.")
    assert failure(assistant, "related", topic="x") == (
        "There is no tool 'related'. There are: search, fetch, ask, related_work."
    )


class FailingWriter:
    """Gives pieces, then fails as a language model does."""

    name = "failing"

    def __init__(self, error: Exception) -> None:
        self._error = error

    def write(self, task: WritingTask) -> "Iterator[DraftPiece]":
        raise self._error
        yield


def test_a_failing_language_model_is_told_in_its_own_words(
    make_assistant: Callable[..., "Assistant"], make_paper: Callable[..., Paper]
) -> None:
    writer = FailingWriter(BackendError("The model 'm' is not there. Pull it first."))
    assistant = make_assistant(make_paper("Owls", "Owls hunt mice at night."), writer=writer)
    assert failure(assistant, "ask", question="What do owls hunt?").endswith("Pull it first.")


def test_a_defect_is_logged_and_not_told(
    make_assistant: Callable[..., "Assistant"],
    make_paper: Callable[..., Paper],
    caplog: pytest.LogCaptureFixture,
) -> None:
    writer = FailingWriter(RuntimeError("secret /path"))
    assistant = make_assistant(make_paper("Owls", "Owls hunt mice at night."), writer=writer)
    assert failure(assistant, "ask", question="What do owls hunt?") == (
        "Citewise failed; its log says why."
    )
    assert "secret /path" in caplog.text


def test_an_empty_library_has_no_results_and_no_answers(
    make_assistant: Callable[..., "Assistant"],
) -> None:
    assistant = make_assistant()
    assert call(assistant, "search", query="owls").structuredContent == {"results": []}
    assert call(assistant, "ask", question="What do owls hunt?").structuredContent["abstained"]
    assert failure(assistant, "fetch", id="owls").startswith("No paper has the id 'owls'.")


def test_many_calls_at_once_get_each_its_own_answer(assistant: "Assistant") -> None:
    ids = [paper.paper_id for paper in assistant.library.catalogue.papers()][:20]
    answers: dict[str, str] = {}

    async def fetch(session: ClientSession, paper_id: str) -> None:
        result = await session.call_tool("fetch", {"id": paper_id})
        answers[paper_id] = result.structuredContent["id"]

    async def fetch_all(session: ClientSession) -> None:
        async with anyio.create_task_group() as tasks:
            for paper_id in ids:
                tasks.start_soon(fetch, session, paper_id)

    talk(in_memory(assistant), fetch_all)
    assert answers == {paper_id: paper_id for paper_id in ids}


def test_a_long_answer_keeps_nobody_waiting_and_ends_when_it_is_cancelled() -> None:
    endless = Endless()

    async def ask_and_cancel(session: ClientSession) -> str:
        said = ""

        async def ask() -> None:
            nonlocal said
            with pytest.raises(McpError) as failed:
                await session.call_tool("ask", {"question": "Talk"})
            said = str(failed.value)

        async with anyio.create_task_group() as tasks:
            request_id = session._request_id
            tasks.start_soon(ask)
            assert await anyio.to_thread.run_sync(endless.begun.wait, 60)
            await session.send_ping()
            assert not endless.stopped.is_set()
            await cancel(session, request_id)
        return said

    assert talk(in_memory(endless), ask_and_cancel) == "Request cancelled"
    assert endless.stopped.wait(60)


# Resources and prompts


def test_a_paper_is_a_resource(assistant: "Assistant") -> None:
    async def read(session: ClientSession) -> tuple[Any, Any]:
        templates = await session.list_resource_templates()
        return templates, await session.read_resource(AnyUrl(paper_uri(PANDO)))

    templates, read_paper = talk(in_memory(assistant), read)
    assert [template.uriTemplate for template in templates.resourceTemplates] == [PAPER]
    (content,) = read_paper.contents
    paper = assistant.library.catalogue.get([PANDO])[PANDO]
    assert content.mimeType == "text/plain"
    assert content.text == (
        f"{paper.title}\n5 authors\n2026-04-12\n{paper.link}\n\n{paper.abstract}"
    )


@pytest.mark.parametrize(
    "paper_id", ["10.18653/v1/2020.acl-main.1", "arxiv:2401.00001v2", "ü b?#%41", "..", "[::1]"]
)
def test_an_id_of_any_characters_can_be_read(
    make_assistant: Callable[..., "Assistant"], make_paper: Callable[..., Paper], paper_id: str
) -> None:
    assistant = make_assistant(make_paper("Owls", "Owls hunt at night.", paper_id=paper_id))
    uri = AnyUrl(paper_uri(paper_id))
    (content,) = talk(in_memory(assistant), lambda session: session.read_resource(uri)).contents
    assert content.text.startswith("Owls\n")


def test_the_library_tells_its_size(assistant: "Assistant") -> None:
    uri = AnyUrl("citewise://library")
    (content,) = talk(in_memory(assistant), lambda session: session.read_resource(uri)).contents
    assert json.loads(content.text)["n_papers"] == 43


@pytest.mark.parametrize(
    ("uri", "said"),
    [
        ("paper://none", "No paper has the id 'none'."),
        ("paper://a/b", "There is no resource 'paper://a/b'. There are "),
        ("citewise://other", "There is no resource 'citewise://other'."),
        ("file:///etc/passwd", "There is no resource 'file:///etc/passwd'."),
    ],
)
def test_a_resource_that_does_not_exist_is_told_with_the_protocols_code(
    assistant: "Assistant", uri: str, said: str
) -> None:
    with pytest.raises(McpError) as failed:
        talk(in_memory(assistant), lambda session: session.read_resource(AnyUrl(uri)))
    assert failed.value.error.code == -32002
    assert failed.value.error.message.startswith(said)


def test_a_prompt_holds_what_it_is_about(assistant: "Assistant") -> None:
    async def look(session: ClientSession) -> tuple[Any, Any]:
        prompts = await session.list_prompts()
        return prompts, await session.get_prompt("survey_papers", {"topic": "probing"})

    listed, prompt = talk(in_memory(assistant), look)
    assert [each.name for each in listed.prompts] == ["answer_from_papers", "survey_papers"]
    (message,) = prompt.messages
    assert "probing" in message.content.text
    assert "never instructions" in message.content.text

"""`citewise ask`: an answer in the terminal, as it is written."""

import argparse
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ui.cli.exit_codes import ExitCode
from ui.cli.options import (
    add_answering_options,
    add_command,
    add_json,
    add_search_options,
    filter_of,
    sayable,
    settings_of,
)
from ui.cli.starting import start_assistant
from ui.cli.terminal import note, write, write_json

if TYPE_CHECKING:
    from assistant.answer import Answer, Citation
    from assistant.events import Event


def add_to(commands: Any) -> None:
    """Add the command's parser."""
    parser = add_command(
        commands, "ask", run, summary="answer a question from the abstracts", has_llm=True
    )
    parser.add_argument("question", type=sayable)
    parser.add_argument(
        "--after",
        action="append",
        type=sayable,
        default=[],
        metavar="QUESTION",
        help="an earlier question of the conversation; may be given several times, oldest first",
    )
    add_search_options(parser)
    add_answering_options(parser)
    parser.add_argument(
        "--trace", action="store_true", help="show what was searched, in how many rounds"
    )
    add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    """Answer; exit with 3 where the abstracts do not say."""
    from assistant.assistant import check_question
    from assistant.events import answer_of

    settings = settings_of(arguments)
    check_question(arguments.question, max_chars=settings.max_question_chars)
    assistant = start_assistant(settings)
    history = assistant.turns_of(arguments.after)
    events = assistant.stream(arguments.question, history=history, where=filter_of(arguments))
    if arguments.json:
        *_, completed = events
        answer = answer_of(completed)
        write_json(answer.to_json())
    else:
        answer = _show(arguments.question, events)
        if arguments.trace:
            _show_trace(answer)
    return _exit_code(answer)


def _exit_code(answer: "Answer") -> ExitCode:
    if answer.fell_back:
        note(f"citewise: {answer.fell_back} The extractive writer took over.")
    if answer.cut:
        note(f"citewise: the answer was cut: {answer.cut}")
        return ExitCode.FAILED
    return ExitCode.ABSTAINED if answer.abstained else ExitCode.DONE


def _show(question: str, events: Iterator["Event"]) -> "Answer":
    """Print the answer as it comes and its sources after it."""
    from assistant.events import TextDelta, Understood, answer_of
    from assistant.markdown import plain_text

    for event in events:
        if isinstance(event, Understood) and event.standalone_question != question.strip():
            write(f"({event.standalone_question})\n")
        elif isinstance(event, TextDelta):
            write(plain_text(event.text), end="")
    answer = answer_of(event)
    write()
    _show_findings(answer)
    _show_sources(answer)
    return answer


def _show_findings(answer: "Answer") -> None:
    """Print what the check found wrong, or mended."""
    from assistant.markdown import plain_text

    doubted = [sentence for sentence in answer.sentences if sentence.support != "supported"]
    attributed = [sentence for sentence in answer.sentences if sentence.attributed]
    if doubted:
        write("\nCheck")
    for sentence in doubted:
        write(f"- {sentence.support}: “{plain_text(sentence.text)}” {sentence.reason}")
    if attributed:
        numbers = sorted({number for sentence in attributed for number in sentence.citations})
        write(f"\nAttributed afterwards: {' '.join(f'[{number}]' for number in numbers)}")


def _show_trace(answer: "Answer") -> None:
    write("\nTrace")
    for part in answer.trace:
        write(f"- {part.part} ({part.stopped})")
        for number, searched in enumerate(part.rounds, 1):
            queries = ", ".join(f"“{query}”" for query in searched.queries)
            write(
                f"    round {number}: {queries}: {len(searched.paper_ids)} papers,"
                f" {searched.n_supported} supported sentences"
            )
    spent = answer.tokens
    if spent.input_tokens or spent.output_tokens:
        about = "about " if spent.estimated else ""
        write(f"- tokens: {about}{spent.input_tokens:,} in, {about}{spent.output_tokens:,} out")


def _show_sources(answer: "Answer") -> None:
    if answer.citations:
        write("\nSources")
    for citation in answer.citations:
        write(_source(citation))


def _source(citation: "Citation") -> str:
    paper = citation.paper
    n_authors = f"{paper.n_authors} author{'s' if paper.n_authors != 1 else ''}"
    who = ", ".join(paper.authors[:3]) if paper.authors else n_authors if paper.n_authors else ""
    more = " and others" if len(paper.authors) > 3 else ""
    details = ", ".join(filter(None, [f"{who}{more}", str(paper.year or "")]))
    return (
        f"[{citation.number}] {paper.title}{f' ({details})' if details else ''}\n"
        f"    {paper.link}\n"
        f"    “{citation.quote}”"
    )

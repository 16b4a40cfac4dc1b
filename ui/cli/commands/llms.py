"""`citewise llms`: which language models can write here, and what the others lack."""

import argparse
from typing import TYPE_CHECKING, Any

from ui.cli.exit_codes import ExitCode
from ui.cli.options import add_json, sayable, settings_of
from ui.cli.terminal import write, write_json

if TYPE_CHECKING:
    from assistant.backends.inventory import BackendReport
    from assistant.backends.trial import Trial

_LLM_HELP = "the backend that is marked as the current one (CITEWISE_LLM)"


def add_to(commands: Any) -> None:
    """Add the command's parser."""
    summary = "list the language models that can write"
    parser = commands.add_parser("llms", help=summary, description=f"{summary}.".capitalize())
    parser.add_argument("--llm", type=sayable, metavar="BACKEND", help=_LLM_HELP)
    add_json(parser)
    parser.set_defaults(run=run)
    actions = parser.add_subparsers(title="actions", metavar="ACTION")
    test = actions.add_parser("test", help="send one request and show what came back")
    test.add_argument(
        "backend",
        nargs="?",
        type=sayable,
        metavar="BACKEND",
        help="provider:model or an entry point's name; the current one if left out",
    )
    test.add_argument("--json", action="store_true", default=argparse.SUPPRESS, help="print JSON")
    test.set_defaults(run=run_test)


def run(arguments: argparse.Namespace) -> int:
    """List the backends."""
    from assistant.backends.inventory import list_backends

    reports = list_backends(settings_of(arguments).llm)
    if arguments.json:
        write_json([_as_json(report) for report in reports])
        return ExitCode.DONE
    width = max(len(report.example) for report in reports)
    for report in reports:
        mark = "*" if report.is_current else " "
        write(f"{mark} {report.example:<{width}}  {report.state:<10}  {report.remedy}".rstrip())
    write("\n* is the current one; choose another by --llm or CITEWISE_LLM.")
    write("Any other provider of LangChain's init_chat_model works too, as provider:model.")
    return ExitCode.DONE


def run_test(arguments: argparse.Namespace) -> int:
    """Send one request to the backend."""
    from assistant.build import build_backend
    from assistant.settings import EXTRACTIVE

    settings = settings_of(arguments)
    if arguments.backend:
        settings = settings.model_copy(update={"llm": arguments.backend})
    if settings.llm == EXTRACTIVE:
        _show_extractive(as_json=arguments.json)
        return ExitCode.DONE
    from assistant.backends.trial import try_backend

    trial = try_backend(build_backend(settings))
    if arguments.json:
        write_json(_trial_as_json(trial))
    else:
        _show(trial)
    return ExitCode.DONE


def _show_extractive(*, as_json: bool) -> None:
    if as_json:
        write_json({"backend": "extractive", "reply": None})
    else:
        write("extractive is part of Citewise: it needs no language model and no request.")


def _show(trial: "Trial") -> None:
    meter = trial.meter
    about = "about " if meter.estimated else ""
    cut = " (it wrote until its limit)" if trial.is_cut else ""
    write(f"backend      {trial.backend}")
    write(f"reply        {' '.join(trial.reply.split())[:200]}{cut}")
    write(f"tokens       {about}{meter.input_tokens:,} in, {about}{meter.output_tokens:,} out")
    write(f"first token  {trial.first_token_ms:,.0f} ms")
    write(f"in all       {trial.total_ms:,.0f} ms")


def _as_json(report: "BackendReport") -> dict[str, object]:
    return {
        "name": report.name,
        "example": report.example,
        "state": str(report.state),
        "remedy": report.remedy,
        "current": report.is_current,
    }


def _trial_as_json(trial: "Trial") -> dict[str, object]:
    return {
        "backend": trial.backend,
        "reply": trial.reply,
        "cut": trial.is_cut,
        "input_tokens": trial.meter.input_tokens,
        "output_tokens": trial.meter.output_tokens,
        "estimated": trial.meter.estimated,
        "first_token_ms": round(trial.first_token_ms, 1),
        "total_ms": round(trial.total_ms, 1),
    }

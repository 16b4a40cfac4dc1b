"""Entry point: parse, run one command, turn errors into one line and an exit code."""

import argparse
import io
import logging
import os
import sys
from collections.abc import Sequence

from ui.cli.commands import COMMANDS
from ui.cli.exit_codes import ExitCode
from ui.cli.terminal import note, write

# Nothing heavy is imported here: `citewise --help` must answer at once.


def main(arguments: Sequence[str] | None = None) -> int:
    """Run `citewise` and return its exit code: see `ExitCode`."""
    parsed = build_parser().parse_args(arguments)
    _accept_any_text()
    logging.basicConfig(level=logging.WARNING, format="citewise: %(message)s", stream=sys.stderr)
    logging.getLogger("vectorstore").setLevel(logging.INFO)
    try:
        return int(parsed.run(parsed))
    except KeyboardInterrupt:
        note("citewise: interrupted.")
        return ExitCode.INTERRUPTED
    except BrokenPipeError:
        # The reader (`| head`) has what it wants. Python would complain when it closes stdout.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return ExitCode.DONE
    except Exception as error:
        code = _code_of(error)
        if code is None:
            raise
        note(f"citewise: {error}")
        return code


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of all commands."""
    parser = argparse.ArgumentParser(
        prog="citewise",
        description="Answers questions about research papers from their abstracts. Every sentence"
        " cites the words it stands on.",
        epilog="Exit codes: 0 done, 1 the work failed, 2 bad usage, 3 abstained (ask).",
    )
    parser.add_argument("--version", action=_PrintVersion, nargs=0, help="print the version")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for command in COMMANDS:
        command.add_to(commands)
    return parser


def _accept_any_text() -> None:
    """Let a terminal that cannot show a character show '?' in its place."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


class _PrintVersion(argparse.Action):
    def __call__(self, parser: argparse.ArgumentParser, *_: object, **__: object) -> None:
        from importlib.metadata import version

        write(f"citewise {version('citewise')}")
        parser.exit()


def _code_of(error: Exception) -> ExitCode | None:
    """Return the exit code of an error that is raised on purpose; None for a defect."""
    from assistant.errors import AssistantError, QuestionError, SettingsError
    from prompts import PromptError
    from ui.server import ServeError
    from vectorstore.errors import VectorStoreError

    if isinstance(error, QuestionError | SettingsError | argparse.ArgumentTypeError):
        return ExitCode.BAD_USAGE
    known = AssistantError | VectorStoreError | ServeError | PromptError
    if isinstance(error, known | OSError):  # the latter is the machine's: no room, no permission
        return ExitCode.FAILED
    return None


if __name__ == "__main__":
    sys.exit(main())

"""`citewise feedback`: what readers of the chat thought of its answers."""

import argparse
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from ui.cli.exit_codes import ExitCode
from ui.cli.options import add_command, add_json, check_library, day, settings_of
from ui.cli.terminal import write, write_json

if TYPE_CHECKING:
    from assistant.conversations import Feedback


def add_to(commands: Any) -> None:
    """Add the command's parser."""
    parser = add_command(
        commands, "feedback", run, summary="list what readers thought of answers, newest first"
    )
    parser.add_argument(
        "--since", type=day, metavar="DATE", help="given on this day (UTC) or later"
    )
    parser.add_argument("--thumb", choices=("up", "down"), help="only thumbs up, or down")
    add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    """Print the feedback. The library itself is not opened: no encoder is loaded."""
    from assistant.conversations import CONVERSATIONS_NAME, ConversationStore

    settings = settings_of(arguments)
    check_library(settings)
    ratings = ConversationStore(settings.place(CONVERSATIONS_NAME)).ratings
    listed = ratings.listed(since=arguments.since, thumb=arguments.thumb)
    if arguments.json:
        write_json([_as_json(feedback) for feedback in listed])
    else:
        write("\n\n".join(map(_as_text, listed)) or "No feedback was given.")
    return ExitCode.DONE


def _as_json(feedback: "Feedback") -> dict[str, Any]:
    return {**asdict(feedback), "rated_at": feedback.rated_at.isoformat()}


def _as_text(feedback: "Feedback") -> str:
    lines = [
        f"{feedback.rated_at:%Y-%m-%d %H:%M}  thumb {feedback.thumb}  {_flat(feedback.question)}",
        f"    {feedback.answer}" if feedback.answer else "    (no answer)",
        *(f"    cites {_flat(paper.title or paper.paper_id)}" for paper in feedback.papers),
    ]
    if feedback.comment:
        lines.append(f"    comment: {feedback.comment}")
    return "\n".join(lines)


def _flat(text: str) -> str:
    """Return `text` on one line, so that no question can look like another entry."""
    return " ".join(text.split())

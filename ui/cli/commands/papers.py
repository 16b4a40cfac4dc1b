"""`citewise papers`: list, filter and count the catalogue."""

import argparse
from typing import TYPE_CHECKING, Any

from ui.cli.exit_codes import ExitCode
from ui.cli.options import (
    add_command,
    add_filters,
    add_json,
    filter_of,
    settings_of,
    whole_number,
)
from ui.cli.starting import start_library
from ui.cli.terminal import write, write_json

if TYPE_CHECKING:
    from vectorstore import Paper

# Field that papers are ordered by, and whether the largest comes first.
_ORDERS = {
    "newest": None,  # the order of the catalogue
    "title": ("title", False),
    "authors": ("n_authors", True),
    "comments": ("n_comments", True),
}


def add_to(commands: Any) -> None:
    """Add the command's parser."""
    parser = add_command(commands, "papers", run, summary="list, filter and count the catalogue")
    add_filters(parser)
    parser.add_argument("--sort", choices=_ORDERS, default="newest", help="order (newest)")
    parser.add_argument(
        "--limit", type=whole_number(0, 999_999_999), metavar="N", help="how many at most"
    )
    parser.add_argument("--count", action="store_true", help="print only how many there are")
    add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    """Print the papers."""
    library = start_library(settings_of(arguments))
    papers = _ordered(library.catalogue.papers(filter_of(arguments)), arguments.sort)
    papers = papers[: arguments.limit]
    if arguments.count:
        write(str(len(papers)))
    elif arguments.json:
        write_json([_as_json(paper) for paper in papers])
    else:
        for paper in papers:
            write(_as_text(paper))
    return ExitCode.DONE


def _ordered(papers: list["Paper"], order: str) -> list["Paper"]:
    key = _ORDERS[order]
    if key is None:
        return papers
    name, largest_first = key
    empty: str | int = "" if name == "title" else -1
    return sorted(papers, key=lambda p: getattr(p, name) or empty, reverse=largest_first)


def _as_json(paper: "Paper") -> dict[str, Any]:
    from assistant.answer import paper_to_json

    return {
        **paper_to_json(paper),
        "n_comments": paper.n_comments,
        "abstract": paper.abstract,
        "source": paper.source,
    }


def _as_text(paper: "Paper") -> str:
    when = str(paper.published or paper.year or "no date")
    authors = f"{paper.n_authors:>3} authors" if paper.n_authors else " " * 11
    return f"{when:<10}  {authors}  {paper.title}\n{'':25}{paper.paper_id}"

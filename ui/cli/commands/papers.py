"""`citewise papers`: list, filter and count the catalogue."""

import argparse
from collections.abc import Sequence
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
    from vectorstore import Library, Paper
    from vectorstore.records import Origin

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
    parser.add_argument(
        "--origins", action="store_true", help="show every source that told of each paper"
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
        return ExitCode.DONE
    origins = _origins(library, papers) if arguments.origins else {}
    if arguments.json:
        write_json([_as_json(paper, origins.get(paper.paper_id)) for paper in papers])
    else:
        for paper in papers:
            write("\n".join([_as_text(paper), *map(_origin_text, origins.get(paper.paper_id, ()))]))
    return ExitCode.DONE


def _ordered(papers: list["Paper"], order: str) -> list["Paper"]:
    key = _ORDERS[order]
    if key is None:
        return papers
    name, largest_first = key
    empty: str | int = "" if name == "title" else -1
    return sorted(papers, key=lambda p: getattr(p, name) or empty, reverse=largest_first)


def _as_json(paper: "Paper", origins: Sequence["Origin"] | None) -> dict[str, Any]:
    from assistant.answer import paper_to_json

    told = {} if origins is None else {"origins": [_origin_json(origin) for origin in origins]}
    return {
        **paper_to_json(paper),
        "n_comments": paper.n_comments,
        "abstract": paper.abstract,
        "source": paper.source,
        **told,
    }


def _origins(library: "Library", papers: Sequence["Paper"]) -> dict[str, tuple["Origin", ...]]:
    records = library.catalogue.records([paper.paper_id for paper in papers])
    return {paper_id: record.origins for paper_id, record in records.items()}


def _origin_json(origin: "Origin") -> dict[str, str]:
    return {
        "source": origin.paper.source,
        "id": origin.paper.paper_id,
        "read_at": origin.read_at,
    }


def _origin_text(origin: "Origin") -> str:
    read = f", read {origin.read_at[:10]}" if origin.read_at else ""
    return f"{'':25}from {origin.paper.source}: {origin.paper.paper_id}{read}"


def _as_text(paper: "Paper") -> str:
    when = str(paper.published or paper.year or "no date")
    authors = f"{paper.n_authors:>3} authors" if paper.n_authors else " " * 11
    return f"{when:<10}  {authors}  {paper.title}\n{'':25}{paper.paper_id}"

"""`citewise search`: ranked papers and passages."""

import argparse
from typing import TYPE_CHECKING, Any

from ui.cli.exit_codes import ExitCode
from ui.cli.options import (
    add_command,
    add_json,
    add_search_options,
    filter_of,
    sayable,
    settings_of,
)
from ui.cli.starting import start_library
from ui.cli.terminal import write, write_json

if TYPE_CHECKING:
    from vectorstore import Hit


_DIVERSITY = 0.5  # relevance and novelty count alike


def add_to(commands: Any) -> None:
    """Add the command's parser."""
    parser = add_command(commands, "search", run, summary="rank papers and passages for a query")
    parser.add_argument("query", type=sayable)
    add_search_options(parser)
    parser.add_argument(
        "--diverse", action="store_true", help="put papers that repeat better ones later"
    )
    add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    """Search and print."""
    from assistant.errors import QuestionError
    from ui.hits import hit_to_json

    if not arguments.query.strip():
        raise QuestionError("The query is empty. Name what to search for.")
    settings = settings_of(arguments)
    library = start_library(settings)
    hits = library.search(
        arguments.query,
        top_k=settings.top_k,
        where=filter_of(arguments),
        diversity=_DIVERSITY if arguments.diverse else 0.0,
    )
    if arguments.json:
        write_json({"query": arguments.query, "results": [hit_to_json(hit) for hit in hits]})
    else:
        for rank, hit in enumerate(hits, 1):
            write(_as_text(rank, hit))
    return ExitCode.DONE


def _as_text(rank: int, hit: "Hit") -> str:
    paper = hit.paper
    year = f" ({paper.year})" if paper.year else ""
    scores = (
        f"score {hit.score:.2f}, similarity {hit.dense_similarity:.2f},"
        f" BM25 {hit.bm25_score:.1f}, terms: {', '.join(hit.matched_terms) or 'none'}"
    )
    return (
        f"{rank}. {paper.title}{year}\n   {scores}\n   {paper.link}\n   {hit.nearest_text[:240]}…\n"
    )

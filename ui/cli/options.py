"""Options that commands share."""

import argparse
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from assistant.settings import Settings
    from vectorstore import SearchFilter

_LIBRARY = ("library", "encoder", "chroma_url", "chroma_token", "database_url")
_ANSWERING = ("unsupported", "max_rounds", "verifier", "llm_fallback")

Run = Callable[[argparse.Namespace], int]

_REPEATABLE = {
    "author": "by this author, in full or by surname; may be repeated",
    "source": "from this kind of source, such as jsonl; may be repeated",
    "paper": "this paper's id; may be repeated",
}


def add_command(
    commands: Any, name: str, run: Run, *, summary: str, has_llm: bool = False
) -> argparse.ArgumentParser:
    """Return the parser of a new command, with the options that each has."""
    parser: argparse.ArgumentParser = commands.add_parser(name, help=summary, description=summary)
    add_place(parser)
    parser.add_argument(
        "--encoder", metavar="MODEL", help="encoder by name or path: all-MiniLM-L6-v2, ..."
    )
    parser.add_argument(
        "--chroma-url",
        metavar="URL",
        help="Chroma server that holds the dense index (CITEWISE_CHROMA_URL)",
    )
    parser.add_argument(
        "--chroma-token",
        metavar="TOKEN",
        help="what the Chroma server asks for; others of this machine see it here, not in"
        " CITEWISE_CHROMA_TOKEN",
    )
    if has_llm:
        parser.add_argument(
            "--llm", metavar="BACKEND", help="extractive (default) or provider:model (CITEWISE_LLM)"
        )
    parser.set_defaults(run=run)
    return parser


def add_place(parser: argparse.ArgumentParser) -> None:
    """Add what says where a library is."""
    parser.add_argument(
        "--library", type=Path, metavar="DIR", help="library directory (CITEWISE_LIBRARY)"
    )
    parser.add_argument(
        "--database-url",
        metavar="URL",
        help="PostgreSQL database that holds papers, conversations and keys; others of this"
        " machine see its password here, not in CITEWISE_DATABASE_URL",
    )


def add_answering_options(parser: argparse.ArgumentParser) -> None:
    """Add what is chosen about answering; `settings_of` reads it."""
    answering = parser.add_argument_group("answering")
    answering.add_argument(
        "--unsupported",
        choices=("mark", "drop", "retry"),
        help="what becomes of sentences that their sources do not support (default: mark)",
    )
    answering.add_argument(
        "--max-rounds",
        type=whole_number(1, 5),
        metavar="N",
        help="searches for a part of the question that stays without support (default: 2)",
    )
    answering.add_argument(
        "--verifier", metavar="MODEL", help="cross-encoder for entailment that the check asks too"
    )
    answering.add_argument(
        "--llm-fallback",
        action="store_const",
        const=True,
        help="let the extractive writer take over when the language model fails",
    )


def add_json(parser: argparse.ArgumentParser) -> None:
    """Add `--json`."""
    parser.add_argument("--json", action="store_true", help="print JSON")


def add_search_options(parser: argparse.ArgumentParser) -> None:
    """Add what bounds a search."""
    add_filters(parser)
    parser.add_argument(
        "--reranker", metavar="MODEL", help="cross-encoder that reads the best papers again"
    )
    parser.add_argument(
        "--top-k", type=whole_number(1, 100), metavar="N", help="papers to retrieve"
    )


def add_filters(parser: argparse.ArgumentParser) -> None:
    """Add what papers must meet; of an option given several times one value must fit."""
    filters = parser.add_argument_group("filters")
    filters.add_argument(
        "--year", type=_years, metavar="YEARS", help="2024, 2023-2025, 2023- or -2022"
    )
    filters.add_argument("--since", type=day, metavar="DATE", help="on this day or later")
    filters.add_argument("--until", type=day, metavar="DATE", help="on this day or before")
    for name, what in _REPEATABLE.items():
        filters.add_argument(
            f"--{name}", type=sayable, action="append", metavar=name.upper(), help=what
        )


def settings_of(arguments: argparse.Namespace) -> "Settings":
    """Return the settings: flags over environment over file."""
    from assistant.settings import load_settings

    names = (*_LIBRARY, "llm", "reranker", "top_k", "contact", *_ANSWERING)
    return load_settings(**{name: getattr(arguments, name, None) for name in names})


def check_library(settings: "Settings", advice: str = "Name one: --library DIR") -> None:
    """Raise NotALibraryError, with the advice, where there is no library. It is not opened."""
    from vectorstore import Library, NotALibraryError
    from vectorstore.database import shown

    if not Library.exists(settings.library, settings.database):
        place = shown(settings.database or settings.library)
        raise NotALibraryError(f"{place} is no library. {advice}")


def filter_of(arguments: argparse.Namespace) -> "SearchFilter":
    """Return the bounds that the options set."""
    from vectorstore import SearchFilter

    first, last = arguments.year or (None, None)
    if arguments.since and arguments.until and arguments.since > arguments.until:
        raise argparse.ArgumentTypeError("--since lies after --until")
    authors, sources, papers = (getattr(arguments, name) for name in _REPEATABLE)
    return SearchFilter(
        year_from=first,
        year_to=last,
        published_from=arguments.since,
        published_to=arguments.until,
        authors=frozenset(authors) if authors else None,
        sources=frozenset(sources) if sources else None,
        paper_ids=frozenset(papers) if papers else None,
    )


def _years(text: str) -> tuple[int | None, int | None]:
    match = re.fullmatch(r"(\d{4})?(-)?(\d{4})?", text.strip())
    if not match or not (match[1] or match[3]) or (match[1] and match[3] and not match[2]):
        raise argparse.ArgumentTypeError(f"{text!r} is no span of years such as 2024 or 2023-2025")
    first, last = (int(year) if year else None for year in (match[1], match[3]))
    if first and last and first > last:
        raise argparse.ArgumentTypeError(f"{text!r} ends before it begins")
    return first, last if match[2] else first


def day(text: str) -> date:
    """Return the day that an argument names."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no day such as 2025-05-22") from None


def whole_number(lowest: int, highest: int) -> Callable[[str], int]:
    """Return a type of argument: a whole number within bounds, both included."""

    def parse(text: str) -> int:
        if not re.fullmatch(r"[0-9]{1,9}", text) or not lowest <= int(text) <= highest:
            raise argparse.ArgumentTypeError(f"{text!r} is no number from {lowest} to {highest}")
        return int(text)

    return parse


def sayable(text: str) -> str:
    """Return an argument with '?' for what is no character.

    Python passes bytes that are no UTF-8 on as surrogates, which encoders and SQLite refuse.
    """
    return text.encode("utf-8", "replace").decode("utf-8")

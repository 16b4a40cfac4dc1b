"""What the measures over judged queries share: their files, and a library to index into."""

import argparse
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from assistant.settings import Settings

_FILES = {
    "--corpus": "JSON lines: id, title, abstract",
    "--queries": "JSON lines: id, text",
    "--qrels": "tab-separated lines: query-id, corpus-id, score",
}


def add_judged_files(parser: argparse.ArgumentParser) -> None:
    """Add the files of a judged collection."""
    for option, content in _FILES.items():
        help_text = f"{content}; gzipped or not"
        parser.add_argument(option, type=Path, required=True, metavar="FILE", help=help_text)


@contextmanager
def settings_to_measure(arguments: argparse.Namespace) -> Iterator["Settings"]:
    """Give settings with the library of `--library`, or with one that is gone afterwards.

    Never the one that CITEWISE_LIBRARY names: it holds what its owner reads. Nor in
    the database of CITEWISE_DATABASE_URL or on the server of CITEWISE_CHROMA_URL.
    """
    from tempfile import TemporaryDirectory

    from assistant.settings import load_settings

    with (
        nullcontext(arguments.library)
        if arguments.library
        else TemporaryDirectory(prefix="citewise-", ignore_cleanup_errors=True)
    ) as path:
        yield load_settings(
            library=Path(path),
            encoder=arguments.encoder,
            llm=getattr(arguments, "llm", None),
            chroma_url=arguments.chroma_url or "",
            chroma_token=arguments.chroma_token,
            database_url=arguments.database_url or "",
        )

"""One file a command. Each has `add_to`, which adds its parser, and imports lazily what it runs."""

from ui.cli.commands import (
    add,
    ask,
    evaluate,
    export,
    llms,
    papers,
    reindex,
    remove,
    search,
    serve,
    status,
)

COMMANDS = (ask, search, serve, add, papers, export, status, remove, reindex, llms, evaluate)

__all__ = ["COMMANDS"]

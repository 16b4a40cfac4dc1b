"""One file a command. Each has `add_to`, which adds its parser, and imports lazily what it runs."""

from ui.cli.commands import (
    add,
    ask,
    evaluate,
    export,
    feedback,
    keys,
    llms,
    mcp,
    papers,
    reindex,
    related_work,
    remove,
    search,
    serve,
    status,
    sync,
)

COMMANDS = (
    ask,
    search,
    related_work,
    serve,
    mcp,
    add,
    sync,
    papers,
    export,
    status,
    remove,
    reindex,
    llms,
    keys,
    feedback,
    evaluate,
)

__all__ = ["COMMANDS"]

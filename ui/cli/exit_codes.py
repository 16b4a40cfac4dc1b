"""The exit codes that other programs rely on."""

from enum import IntEnum


class ExitCode(IntEnum):
    """How a command ended."""

    DONE = 0
    FAILED = 1
    BAD_USAGE = 2
    ABSTAINED = 3
    INTERRUPTED = 130

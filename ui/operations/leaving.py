"""The end of a process that waits for none of its threads."""

import atexit
import os
import sys
from typing import NoReturn


def leave(code: int) -> NoReturn:
    """End this process now, with what `atexit` holds.

    Python itself would wait for each thread that reads what a language model says, which may say
    nothing for a minute.
    """
    try:
        atexit._run_exitfuncs()
        sys.stdout.flush()
        sys.stderr.flush()
    finally:
        os._exit(code)

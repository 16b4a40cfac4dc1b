"""Keeps this machine's indexes in step with papers that other machines add."""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from vectorstore.errors import VectorStoreError
from vectorstore.library import Library

logger = logging.getLogger(__name__)

_SECONDS_BETWEEN_LOOKS = 0.5


@contextmanager
def following(library: Library) -> Iterator[None]:
    """Follow the shared database of a library for the `with` block, in a thread.

    What another machine has stored is found here half a second later, and as long as it takes to
    index. A library of one machine needs no following.
    """
    if not library.catalogue.is_shared:
        yield
        return
    is_over = threading.Event()
    thread = threading.Thread(
        target=_follow, args=(library, is_over), name="follower of the database", daemon=True
    )
    thread.start()
    try:
        yield
    finally:
        is_over.set()
        thread.join()


def _follow(library: Library, is_over: threading.Event) -> None:
    trouble = ""
    while not is_over.wait(_SECONDS_BETWEEN_LOOKS):
        try:
            library.follow()
            now = ""
        except VectorStoreError as error:
            now = str(error)
        except Exception as error:
            logger.exception("The indexes cannot follow the database")
            now = str(error)
        if now != trouble:
            logger.warning("%s", now or "The indexes follow the database again.")
        trouble = now

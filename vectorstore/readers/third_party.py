"""Readers that other packages bring, by the entry-point group `citewise.readers`.

An entry point names a `Reader`. One that cannot be used is logged and passed over; one that fails
while it reads ends the source with a ReadError.
"""

import logging
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from importlib import metadata

from vectorstore.errors import ReadError, one_line
from vectorstore.readers.opened import Opened
from vectorstore.readers.reader import Reader, ReadOptions, Row

GROUP = "citewise.readers"

logger = logging.getLogger(__name__)


@lru_cache(maxsize=1)
def third_party_readers() -> tuple[Reader, ...]:
    """Return the readers of other packages that can be used; imports those packages."""
    points = sorted(metadata.entry_points(group=GROUP), key=lambda point: point.name)
    return tuple(reader for point in points if (reader := _load(point)))


def _load(point: metadata.EntryPoint) -> Reader | None:
    owner = point.dist.name if point.dist else point.value
    try:
        loaded: object = point.load()
    except Exception as error:  # noqa: BLE001 (another's package: reported, not fatal)
        problem = f"{type(error).__name__}: {one_line(error)}"
    else:
        if isinstance(loaded, Reader):
            return _guarded(loaded, owner)
        problem = f"{point.value!r} is no vectorstore.readers.reader.Reader"
    logger.warning("Reader %r of %r cannot be used: %s.", point.name, owner, problem)
    return None


def _guarded(reader: Reader, owner: str) -> Reader:
    """Return the reader with its mishaps turned into what ours may raise."""

    def recognises(opened: Opened) -> bool:
        try:
            return bool(reader.recognises(opened))
        except Exception as error:  # noqa: BLE001 (as above)
            logger.warning("Reader %r of %r failed: %s.", reader.name, owner, one_line(error))
            return False

    def read(opened: Opened, options: ReadOptions) -> Iterator[Row]:
        try:
            yield from reader.read(opened, options)
        except ReadError:
            raise
        except Exception as error:
            raise ReadError(
                f"Reader {reader.name!r} of {owner!r} failed at {opened.name!r}:"
                f" {type(error).__name__}: {one_line(error)}. Update or remove that package."
            ) from error

    return replace(reader, recognises=recognises, read=read)

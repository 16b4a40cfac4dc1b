"""Addresses of PostgreSQL databases, as users write them."""

import importlib.util
from pathlib import Path

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from vectorstore.database.errors import DatabaseError

_DRIVER = "psycopg"
_SCHEMES = {"postgresql", "postgres", f"postgresql+{_DRIVER}"}


def parse_address(address: str) -> URL:
    """Return the URL of `postgresql://USER:PASSWORD@HOST:PORT/DATABASE`.

    Raises DatabaseError for any other kind of address, and where the driver is not installed.
    """
    try:
        url = make_url(address)
    except (ArgumentError, ValueError):
        url = None
    if url is None or url.drivername not in _SCHEMES:
        raise DatabaseError(
            "The database's address is none of PostgreSQL. Write it so:"
            " postgresql://USER:PASSWORD@HOST:PORT/DATABASE"
        )
    if importlib.util.find_spec(_DRIVER) is None:
        raise DatabaseError(
            "PostgreSQL needs a package of its own: pip install 'citewise[postgres]'"
        )
    return url.set(drivername=f"postgresql+{_DRIVER}")


def shown(place: Path | URL) -> str:
    """Return a place as messages name it: a path, or an address without its password."""
    if isinstance(place, Path):
        return repr(str(place))
    return repr(place.set(drivername="postgresql").render_as_string(hide_password=True))

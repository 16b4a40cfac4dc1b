"""Where papers, conversations and keys are kept: SQLite files, or one PostgreSQL database.

Tables and statements are SQLAlchemy Core, the same for both.
"""

from vectorstore.database.address import parse_address, shown
from vectorstore.database.columns import (
    Number,
    PlainText,
    any_given,
    any_of,
    joined,
    length_of_list,
    listed,
    numbers_as_table,
)
from vectorstore.database.database import Database, Place, place_of
from vectorstore.database.errors import DatabaseError
from vectorstore.database.locks import AdvisoryLock
from vectorstore.database.versions import Tables

__all__ = [
    "AdvisoryLock",
    "Database",
    "DatabaseError",
    "Number",
    "Place",
    "PlainText",
    "Tables",
    "any_given",
    "any_of",
    "joined",
    "length_of_list",
    "listed",
    "numbers_as_table",
    "parse_address",
    "place_of",
    "shown",
]

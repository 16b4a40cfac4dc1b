"""Types of columns and conditions that SQLite and PostgreSQL spell differently."""

import json
import zlib
from collections.abc import Callable, Collection
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    BindParameter,
    ColumnElement,
    Connection,
    Dialect,
    FromClause,
    Integer,
    Text,
    bindparam,
    cast,
    column,
    func,
    select,
)
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator, TypeEngine

# SQLite numbers rows by its INTEGER alone, which has 64 bits too.
Number = BigInteger().with_variant(Integer, "sqlite")


class PlainText(TypeDecorator[str]):
    """Text that is compared and sorted by its characters' numbers, whatever the server's language.

    PostgreSQL has no NUL in texts; it is kept as the replacement character there.
    """

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Return the column's type."""
        is_postgresql = dialect.name == "postgresql"
        return dialect.type_descriptor(postgresql.TEXT(collation="C") if is_postgresql else Text())

    def bind_processor(self, dialect: Dialect) -> Callable[[str | None], str | None] | None:
        """Return what makes of a text what is sent; None where it is sent as it is."""
        if dialect.name != "postgresql":
            return None
        return lambda value: value and value.replace("\0", "\ufffd")


def any_of(
    key: ColumnElement[Any], values: Collection[str] | Collection[int]
) -> ColumnElement[bool]:
    """Return the condition that `key` is one of `values`: one parameter, however many."""
    return _is_in(key, bindparam(None, listed(values), Text))


def any_given(key: ColumnElement[Any], name: str = "values") -> ColumnElement[bool]:
    """Return the same condition for a statement that is made once: `listed` values are given to it.

    Making a statement takes SQLAlchemy longer than SQLite takes to run it.
    """
    return _is_in(key, bindparam(name, type_=Text))


def listed(values: Collection[str] | Collection[int]) -> str:
    """Return values as the parameter that `any_given` takes. No database holds a text with NUL."""
    return json.dumps([each for each in values if not isinstance(each, str) or "\0" not in each])


def _is_in(key: ColumnElement[Any], values: BindParameter[str]) -> ColumnElement[bool]:
    each_value = _EachNumber if isinstance(key.type, Integer) else _EachText
    return key.op("IN", is_comparison=True)(each_value(values))


def joined(numbers: ColumnElement[int]) -> ColumnElement[str]:
    """Return all numbers of a column as one text, commas between: read much faster than rows."""
    return func.aggregate_strings(cast(numbers, Text), ",")


def length_of_list(texts: ColumnElement[str]) -> ColumnElement[int]:
    """Return how many elements the JSON array in a column of texts has."""
    return func.json_array_length(_AsJson(texts), type_=Integer)


def numbers_as_table(connection: Connection, numbers: Collection[int]) -> FromClause:
    """Return numbers as a table to select from, of one column `value`."""
    sent = bindparam(None, json.dumps(list(numbers)), Text)
    if connection.dialect.name == "sqlite":
        return func.json_each(sent).table_valued(column("value", BigInteger))
    elements = func.json_array_elements_text(cast(sent, JSON)).table_valued("value").alias()
    number = cast(elements.c.value, BigInteger).label("value")
    return select(number).subquery()


def lock_number(name: str) -> int:
    """Return the number of PostgreSQL's advisory lock of this name."""
    return zlib.crc32(f"citewise {name}".encode())


class _EachText(FunctionElement[str]):
    """The texts of a JSON array."""

    inherit_cache = True


class _EachNumber(FunctionElement[int]):
    """The numbers of a JSON array."""

    inherit_cache = True


class _AsJson(FunctionElement[Any]):
    """A text as JSON, which in SQLite is a text."""

    inherit_cache = True


@compiles(_AsJson)
def _json_in_sqlite(element: FunctionElement[Any], compiler: SQLCompiler, **options: Any) -> str:
    return compiler.process(element.clauses, **options)


@compiles(_AsJson, "postgresql")
def _json_in_postgresql(
    element: FunctionElement[Any], compiler: SQLCompiler, **options: Any
) -> str:
    return f"CAST({compiler.process(element.clauses, **options)} AS json)"


@compiles(_EachText)
@compiles(_EachNumber)
def _in_sqlite(element: FunctionElement[Any], compiler: SQLCompiler, **options: Any) -> str:
    return f"(SELECT value FROM json_each({compiler.process(element.clauses, **options)}))"  # noqa: S608


@compiles(_EachText, "postgresql")
def _texts_in_postgresql(
    element: FunctionElement[Any], compiler: SQLCompiler, **options: Any
) -> str:
    array = compiler.process(element.clauses, **options)
    return f"(SELECT json_array_elements_text(CAST({array} AS json)))"


@compiles(_EachNumber, "postgresql")
def _numbers_in_postgresql(
    element: FunctionElement[Any], compiler: SQLCompiler, **options: Any
) -> str:
    array = compiler.process(element.clauses, **options)
    return f"(SELECT CAST(json_array_elements_text(CAST({array} AS json)) AS bigint))"

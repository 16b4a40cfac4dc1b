"""Frozen dataclasses as JSON and back, forgiving about what other versions wrote.

Not pydantic: it refuses lone surrogates, which a browser can send and an answer repeats.
"""

import json
import types
import typing
from collections.abc import Callable
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any, Literal, TypeVar

T = TypeVar("T")

# What a field that an earlier version did not write stands at, where it has no default.
_EMPTY: dict[Any, Callable[[], Any]] = {
    str: str,
    int: int,
    float: float,
    bool: bool,
    tuple: tuple,
    dict: dict,
    frozenset: frozenset,
    types.UnionType: lambda: None,
    typing.Union: lambda: None,  # what `Literal[...] | None` is
}


def to_text(value: Any) -> str:
    """Return a dataclass as one line of ASCII; NaN, infinities and lone surrogates included."""
    return json.dumps(to_plain(value), separators=(",", ":"))


def from_text(kind: type[T], text: str) -> T:
    """Return what `to_text` wrote.

    Fields that are unknown are passed over; missing ones take their default, or are empty. Raises
    ValueError where the text is no JSON or a value is of another type than the field's.
    """
    read: T = _read(kind, json.loads(text))
    return read


def to_plain(value: Any) -> Any:
    """Return a dataclass, or what one is made of, as JSON has it: dates as text, sets sorted."""
    if is_dataclass(value):
        return {field.name: to_plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, dict):
        return {key: to_plain(each) for key, each in value.items()}
    if isinstance(value, frozenset):
        return sorted(map(to_plain, value))
    if isinstance(value, list | tuple):
        return [to_plain(each) for each in value]
    return value.isoformat() if isinstance(value, date) else value


def _read(kind: Any, value: Any) -> Any:
    if is_dataclass(kind):
        return _read_dataclass(kind, value)
    origin, inner = typing.get_origin(kind), typing.get_args(kind)
    if origin in (types.UnionType, typing.Union):
        [some] = (each for each in inner if each is not types.NoneType)
        return None if value is None else _read(some, value)
    if origin in (tuple, frozenset):
        return origin(_read(inner[0], each) for each in _checked(value, list))
    if origin is dict:
        return {key: _read(inner[1], each) for key, each in _checked(value, dict).items()}
    if origin is Literal:
        if value not in inner:
            raise ValueError(f"{value!r} is none of {inner}")
        return value
    if kind in (date, datetime):
        return kind.fromisoformat(_checked(value, str))
    return float(value) if kind is float and type(value) is int else _checked(value, kind)


def _read_dataclass(kind: Any, value: Any) -> Any:
    record = _checked(value, dict)
    hints = _hints(kind)
    return kind(
        **{
            field.name: _read(hints[field.name], record[field.name])
            if field.name in record
            else _missing(field, hints[field.name])
            for field in fields(kind)
        }
    )


def _missing(field: "Field[Any]", kind: Any) -> Any:
    if field.default is not MISSING:
        return field.default
    if field.default_factory is not MISSING:
        return field.default_factory()
    make = _EMPTY.get(typing.get_origin(kind) or kind)
    if make is None:
        raise ValueError(f"{field.name!r} is missing")
    return make()


def _checked(value: Any, kind: Any) -> Any:
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise ValueError(f"{value!r:.80} is no {kind.__name__}")
    return value


@lru_cache(maxsize=100)
def _hints(kind: Any) -> dict[str, Any]:
    return typing.get_type_hints(kind)

"""What a reader of one format is."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from vectorstore.paper import Paper
from vectorstore.readers.opened import Opened
from vectorstore.readers.report import Reject

Row = Paper | Reject


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """What a person says about sources.

    `page_year` is the year of dates that a Daily Papers page writes without one; `columns` names
    the column of a field, where a table has other names than ours (`{"title": "Name"}`); `format`
    is the name of the reader to use, "" for the first that recognises the source.
    """

    page_year: int | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    format: str = ""


@dataclass(frozen=True, slots=True)
class Reader:
    """One format: what it is called, how it is recognised, and how it is read.

    `name` becomes the `source` of its papers; `expected` is for a person whose file was not
    understood. `recognises` looks at the name and the first bytes. `read` yields, in the order of
    the source, a paper for each whole record and a reject for each other; it holds no more than a
    record at a time where the format allows it, and raises ReadError where the whole is damaged.
    """

    name: str
    expected: str
    recognises: Callable[[Opened], bool]
    read: Callable[[Opened, ReadOptions], Iterator[Row]]

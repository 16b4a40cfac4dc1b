"""A question about the collection, in terms that the catalogue answers exactly."""

from dataclasses import dataclass
from enum import Enum

from vectorstore import SearchFilter


class Operation(Enum):
    """What is wanted of the papers that match."""

    COUNT = "count"
    LIST = "list"
    EXTREME = "extreme"  # the first ones by a key
    FACT = "fact"  # one field of one paper
    PER_YEAR = "per year"
    MEAN_AUTHORS = "mean authors"
    SPAN = "span"  # the first and the last date


class Key(Enum):
    """The field that papers are ordered by, or that is asked for."""

    PUBLISHED = "published"
    AUTHORS = "n_authors"
    COMMENTS = "n_comments"


@dataclass(frozen=True, slots=True)
class CollectionQuery:
    """What to do, over which papers.

    `topic` is what the papers must be about, or, for a FACT, which paper is meant; empty for all.
    `where` are the bounds that the question names; `span_words` ("in 2023") and `count_words` ("a
    single author") say how it words them. `is_narrowed` says that the papers are
    bounded by more than the question.
    """

    operation: Operation
    key: Key = Key.PUBLISHED
    descending: bool = True
    limit: int = 1
    topic: str = ""
    where: SearchFilter = SearchFilter()  # noqa: RUF009 (frozen, so it can be shared)
    span_words: str = ""
    count_words: str = ""
    is_narrowed: bool = False

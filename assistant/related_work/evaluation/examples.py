"""Examples of related work that people wrote: an abstract, the papers it cites, the section."""

import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from assistant.errors import EvaluationError
from vectorstore import Paper


@dataclass(frozen=True, slots=True)
class Example:
    """The abstract of a paper, the papers that its section cites, and the section as it stands."""

    abstract: str
    references: tuple[Paper, ...]
    related_work: str


class _Reference(BaseModel):
    model_config = ConfigDict(extra="ignore")

    title: str = ""
    abstract: str = ""
    authors: tuple[str, ...] = ()
    year: int | None = None


class _Row(BaseModel):
    model_config = ConfigDict(extra="ignore")

    abstract: str = ""
    references: tuple[_Reference, ...] = Field(min_length=1)
    related_work: str = Field(min_length=1)


def read_examples(path: Path) -> list[Example]:
    """Return the examples of a file of JSON lines, gzipped or not.

    Raises EvaluationError, which names the line, for a row that is none; for a file without any.
    """
    try:
        examples = list(_read(path))
    except (OSError, UnicodeDecodeError) as error:
        raise EvaluationError(f"Cannot read the examples {str(path)!r}: {error}.") from None
    if not examples:
        raise EvaluationError(f"{str(path)!r} holds no example. Each line is one, as JSON.")
    return examples


def _read(path: Path) -> Iterator[Example]:
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rt", encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            if line.strip():
                yield _example(line, f"{path}:{number}")


def _example(line: str, place: str) -> Example:
    try:
        row = _Row.model_validate(json.loads(line))
    except (ValueError, ValidationError) as error:
        what = error.errors()[0] if isinstance(error, ValidationError) else {"msg": str(error)}
        where = ".".join(map(str, what.get("loc", ())))
        raise EvaluationError(
            f"{place} is no example: {where} {what['msg']}. Expected is a JSON object with"
            " 'abstract', 'references' (of 'title' and 'abstract') and 'related_work'."
        ) from None
    papers = tuple(
        Paper(
            paper_id=f"reference-{number}",
            title=" ".join(reference.title.split()) or f"Reference {number}",
            abstract=" ".join(reference.abstract.split()),
            authors=reference.authors,
            year=reference.year,
        )
        for number, reference in enumerate(row.references, 1)
    )
    return Example(" ".join(row.abstract.split()), papers, row.related_work)

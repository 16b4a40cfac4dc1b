"""Reader of JSON lines: one object a paper, with at least `title` and `abstract`."""

import json
from datetime import date
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from vectorstore.paper import Paper, paper_id_from_title
from vectorstore.readers.report import ReadReport, Reject, lines_of

SOURCE = "jsonl"
EXPECTED = 'JSON lines such as {"id": "...", "title": "...", "abstract": "...", "year": 2024}'


class _Row(BaseModel):
    """One line. Fields beyond these are ignored: exports carry many."""

    model_config = ConfigDict(extra="ignore", coerce_numbers_to_str=True, str_strip_whitespace=True)

    id: str | None = None
    title: str = Field(min_length=1)
    abstract: str | None = None
    authors: list[str] | None = None
    n_authors: int | None = Field(default=None, ge=0, le=100_000)
    date: str | None = None
    year: int | None = Field(default=None, ge=1000, le=9999)
    url: str | None = None
    doi: str | None = None
    arxiv_id: str | None = None


def looks_like_jsonl(text: str) -> bool:
    """Return whether the first line that is not empty opens a JSON object."""
    return text.lstrip("\ufeff \t\r\n").startswith("{")


def read_jsonl(text: str, **_: Any) -> ReadReport:
    """Return the papers of the rows that are valid, and a reject for each that is not."""
    report = ReadReport(SOURCE)
    for number, line in enumerate(lines_of(text), 1):
        if not line.strip():
            continue
        try:
            report.papers.append(_paper(_Row.model_validate(json.loads(line))))
        except ValidationError as error:
            first = error.errors()[0]
            field = ".".join(map(str, first["loc"])) or "row"
            report.rejects.append(Reject(number, f"{field}: {first['msg']}", line))
        except (ValueError, RecursionError) as error:
            report.rejects.append(Reject(number, f"not JSON ({error})", line))
    return report


def _paper(row: _Row) -> Paper:
    published = _day(row.date)
    return Paper(
        paper_id=row.id or paper_id_from_title(row.title),
        title=" ".join(row.title.split()),
        abstract=row.abstract or "",
        authors=tuple(row.authors or ()),
        n_authors=len(row.authors or ()) or row.n_authors,
        published=published,
        year=published.year if published else row.year,
        arxiv_id=row.arxiv_id or "",
        doi=row.doi or "",
        url=row.url if row.url and row.url.startswith(("http://", "https://")) else "",
        source=SOURCE,
    )


def _day(text: str | None) -> date | None:
    """Return the day of an ISO date; None where it is not given to the day."""
    try:
        return date.fromisoformat((text or "")[:10])
    except ValueError:
        return None

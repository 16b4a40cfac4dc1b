"""A judged collection: papers, queries, and which papers are relevant to which query.

Three files, each gzipped or not: a corpus and queries in JSON lines, and judgements ("qrels") in
tab-separated lines.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from vectorstore.errors import RetrievalEvaluationError
from vectorstore.evaluation.rows import Line, lines_of, read_rows
from vectorstore.paper import Paper
from vectorstore.readers.jsonl import read_object

Judgements = dict[tuple[str, str], int]  # the score of a query's id and a paper's

_Id = Annotated[str, Field(pattern=r"^\S+$")]  # a run in TREC's format has spaces between ids


@dataclass(frozen=True, slots=True)
class JudgedQuery:
    """A query, and the gain (above 0) of every paper that is relevant to it, at least one."""

    query_id: str
    text: str
    gains: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class JudgedCollection:
    """Papers, and the queries that have a relevant paper.

    `n_unknown_papers` and `n_unknown_queries` are the numbers of judgements that name one that is
    in no file. As in trec_eval a relevant paper that is not in the corpus counts as not found, and
    the judgements of an unknown query count for nothing.
    """

    papers: tuple[Paper, ...]
    queries: tuple[JudgedQuery, ...]
    n_unknown_papers: int
    n_unknown_queries: int


class _Row(BaseModel):
    model_config = ConfigDict(extra="ignore", coerce_numbers_to_str=True, str_strip_whitespace=True)

    id: _Id


class _PaperRow(_Row):
    title: str | None = None
    abstract: str | None = None


class _QueryRow(_Row):
    text: str = Field(min_length=1)


def read_collection(corpus: Path, queries: Path, qrels: Path) -> JudgedCollection:
    """Return the collection of the three files.

    Raises RetrievalEvaluationError, which names the file and the line that is wrong, and where no
    query has a relevant paper.
    """
    papers = read_rows(corpus, lines_of(corpus), _paper)
    texts = read_rows(queries, lines_of(queries), _query)
    judgements = read_rows(qrels, _without_header(lines_of(qrels)), _judgement)
    judged = _judged_queries(texts, judgements)
    if not judged:
        raise RetrievalEvaluationError(
            f"No query of {str(queries)!r} has a relevant paper (score 1 or more) in"
            f" {str(qrels)!r}. Name files that belong together."
        )
    return JudgedCollection(
        papers=tuple(papers.values()),
        queries=judged,
        n_unknown_papers=sum(paper_id not in papers for _, paper_id in judgements),
        n_unknown_queries=sum(query_id not in texts for query_id, _ in judgements),
    )


def _judged_queries(texts: Mapping[str, str], judgements: Judgements) -> tuple[JudgedQuery, ...]:
    gains: dict[str, dict[str, int]] = {query_id: {} for query_id in texts}
    for (query_id, paper_id), score in judgements.items():
        if score > 0 and query_id in gains:
            gains[query_id][paper_id] = score
    return tuple(JudgedQuery(q, texts[q], relevant) for q, relevant in gains.items() if relevant)


def _paper(line: str) -> tuple[str, Paper]:
    """Return a paper as `citewise add` reads it, or one without a title, which `add` refuses."""
    row = _PaperRow.model_validate_json(line)
    if not row.title:
        return row.id, Paper(row.id, "", row.abstract or "")
    return row.id, read_object(json.loads(line), needs_abstract=False)


def _query(line: str) -> tuple[str, str]:
    row = _QueryRow.model_validate_json(line)
    return row.id, row.text


def _without_header(lines: Iterator[Line]) -> Iterator[Line]:
    """Pass over a first line whose score holds no digit."""
    first = next(lines, None)
    if first and not _is_header(first[1]):
        yield first
    yield from lines


def _is_header(line: str) -> bool:
    cells = line.split("\t")
    return len(cells) == 3 and not any(character.isdigit() for character in cells[2])


def _judgement(line: str) -> tuple[tuple[str, str], int]:
    cells = [cell.strip() for cell in line.split("\t")]
    if len(cells) != 3:
        raise ValueError(f"{line[:60]!r} is not query-id, corpus-id and score with tabs between")
    query_id, paper_id, score = cells
    try:
        return (query_id, paper_id), int(score)
    except ValueError:
        raise ValueError(f"score {score!r} is no whole number") from None

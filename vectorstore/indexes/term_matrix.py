"""Which terms each paper has: the lexical index the other way round.

tantivy answers "which papers have these terms"; this answers "what do these papers speak of, and
how much of that do those": what feedback needs, in a tenth of the time of reading the texts again.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from vectorstore.indexes.arrays import DELETED, Rows, load_rows, mapped, save_rows

TermIds = NDArray[np.int32]
Numbers = NDArray[np.float64]

_K1, _B = 1.2, 0.75  # as in tantivy

_VOCABULARY_NAME = "vocabulary.txt"
_IDS_NAME = "ids.i32"
_COUNTS_NAME = "counts.u8"
_PAPERS_NAME = "papers.npy"
_MAX_COUNT = 255  # BM25 has long stopped to tell one count from the next


@dataclass(frozen=True, slots=True)
class Postings:
    """Terms of some papers: the place of the paper among those asked for, the term, its weight.

    The weight is BM25's, but for the inverse document frequency.
    """

    places: Rows
    term_ids: TermIds
    weights: Numbers


class TermMatrix:
    """Papers by terms, sparse, mapped into memory. Threads may read while one applies."""

    def __init__(self, directory: Path) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        self._directory = directory
        self._map(load_rows(directory / _PAPERS_NAME, height=4))

    def count(self) -> int:
        """Return how many papers there are."""
        return self._table.n_papers

    @property
    def vocabulary(self) -> list[str]:
        """Return the terms by their ids."""
        return self._table.vocabulary

    @property
    def inverse_document_frequencies(self) -> Numbers:
        """Return BM25's weight of each term by its id; 0 of one that fewer than two papers have."""
        return self._table.inverse_document_frequencies

    def apply(
        self, term_counts: Mapping[int, Mapping[str, int]], deleted_rows: Collection[int]
    ) -> None:
        """Store the terms of papers in place of those they had, and forget others.

        `save` makes it last.
        """
        papers = self._table.papers.copy()
        papers[0, np.isin(papers[0], [*deleted_rows, *term_counts])] = DELETED
        if term_counts:
            papers = np.hstack([papers, self._append(term_counts)])
        self._map(papers)

    def save(self) -> None:
        """Write which papers there are, after their terms: who reads meanwhile finds them."""
        save_rows(self._directory / _PAPERS_NAME, self._table.papers)

    def postings(self, paper_rows: Rows) -> Postings:
        """Return the terms of papers; a paper that is not there has none."""
        return self._table.postings(paper_rows)

    def _append(self, term_counts: Mapping[int, Mapping[str, int]]) -> Rows:
        """Write terms behind those there are; return the columns of their papers."""
        known = self._ids_by_term
        n_known = len(known)
        start = self._table.n_postings
        columns = []
        ids: list[int] = []
        counts: list[int] = []
        for paper_row, of_paper in term_counts.items():
            columns.append((paper_row, start + len(ids), len(of_paper), sum(of_paper.values())))
            ids.extend(known.setdefault(term, len(known)) for term in of_paper)
            counts.extend(min(count, _MAX_COUNT) for count in of_paper.values())
        self._write(_IDS_NAME, np.array(ids, dtype=np.int32), start)
        self._write(_COUNTS_NAME, np.array(counts, dtype=np.uint8), start)
        with (self._directory / _VOCABULARY_NAME).open("a", encoding="utf-8", newline="\n") as file:
            file.writelines(f"{term}\n" for term in list(known)[n_known:])
        return np.array(columns, dtype=np.int64).reshape(-1, 4).T

    def _write(self, name: str, values: NDArray[np.generic], start: int) -> None:
        path = self._directory / name
        path.touch()
        with path.open("r+b") as file:
            file.seek(start * values.itemsize)
            file.write(values.tobytes())

    @cached_property
    def _ids_by_term(self) -> dict[str, int]:
        """Return what only a writer needs, once it writes."""
        return {term: number for number, term in enumerate(self.vocabulary)}

    def _map(self, papers: Rows) -> None:
        self._table = _Table(self._directory, papers)


class _Table:
    """The terms of papers as they were at one time. A column of `papers` tells a paper's row, where
    its terms begin, how many there are, and its length in words.
    """

    def __init__(self, directory: Path, papers: Rows) -> None:
        self.papers = papers
        self._directory = directory
        self.n_postings = int(papers[1:3].sum(axis=0).max(initial=0))

    @property
    def n_papers(self) -> int:
        return int(np.count_nonzero(self.papers[0] != DELETED))

    @cached_property
    def _alive(self) -> Rows:
        """Return the columns of the papers that are there, by their rows."""
        alive = self.papers[:, self.papers[0] != DELETED]
        return np.asarray(alive[:, np.argsort(alive[0], kind="stable")])

    @cached_property
    def vocabulary(self) -> list[str]:
        path = self._directory / _VOCABULARY_NAME
        text = path.read_text(encoding="utf-8") if path.exists() else ""
        return text.split("\n")[:-1]

    @cached_property
    def inverse_document_frequencies(self) -> Numbers:
        _, starts, n_terms, _ = self._alive
        ids = self._ids[_ranges(starts, n_terms)]
        papers_with = np.bincount(ids, minlength=len(self.vocabulary))
        found = np.log(1 + (self.n_papers - papers_with + 0.5) / (papers_with + 0.5))
        return np.where(papers_with > 1, found, 0.0)

    def postings(self, paper_rows: Rows) -> Postings:
        rows, starts, n_terms, lengths = self._alive
        if not len(rows):
            return Postings(paper_rows[:0], np.zeros(0, np.int32), np.zeros(0))
        columns = np.minimum(np.searchsorted(rows, paper_rows), len(rows) - 1)
        sizes = np.where(rows[columns] == paper_rows, n_terms[columns], 0)
        where = _ranges(starts[columns], sizes)
        places = np.repeat(np.arange(len(paper_rows)), sizes)
        counts = self._counts[where].astype(np.float64)
        norms = _K1 * (1 - _B + _B * lengths[columns] / self._mean_length)
        return Postings(places, self._ids[where], counts * (_K1 + 1) / (counts + norms[places]))

    @cached_property
    def _mean_length(self) -> float:
        return max(float(self._alive[3].mean()), 1.0)

    @cached_property
    def _ids(self) -> TermIds:
        return mapped(self._directory / _IDS_NAME, np.int32, (self.n_postings,))

    @cached_property
    def _counts(self) -> NDArray[np.uint8]:
        return mapped(self._directory / _COUNTS_NAME, np.uint8, (self.n_postings,))


def _ranges(starts: Rows, sizes: Rows) -> Rows:
    """Return the numbers from each start on, as many as its size, one range after the other."""
    ends = np.cumsum(sizes)
    return np.repeat(starts - (ends - sizes), sizes) + np.arange(ends[-1] if len(ends) else 0)

"""The lexical index: BM25 over titles and abstracts in tantivy.

Text is analysed by `vectorstore.analysis` before it comes here, so that the index, the questions
and the sentences agree on what a term is.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import tantivy

from vectorstore.analysis import bigrams, content_terms, term_counts
from vectorstore.paper import Paper

Weights = Mapping[tuple[str, str], float]  # of terms, by field and term

_BIGRAM_WEIGHT = 0.15
# So much that many papers at once make few segments: eight of a size are merged at some later
# commit, and ten more papers would wait four seconds for that at 100,000.
_WRITER_HEAP_BYTES = 256_000_000
_MUST, _SHOULD = tantivy.Occur.Must, tantivy.Occur.Should


def searched_text(paper: Paper) -> str:
    """Return what of a paper is searched: what the title says counts twice."""
    return f"{paper.title}\n{paper.title}\n{paper.abstract}"


def weights_of(query: str) -> Weights:
    """Return what a query looks for: its terms, and with less weight its pairs of neighbours."""
    return {
        **{("text", term): 1.0 for term in content_terms(query)},
        **{("bigrams", bigram): _BIGRAM_WEIGHT for bigram in bigrams(query)},
    }


class LexicalIndex:
    """Papers, by row number, and their BM25 score (Robertson et al., 1994; k1 1.2, b 0.75)."""

    def __init__(self, directory: Path) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        self._index = tantivy.Index(_schema(), path=str(directory), reuse=True)

    def count(self) -> int:
        """Return how many papers the index holds."""
        return int(self._searcher().num_docs)

    @contextmanager
    def writing(self) -> Iterator["LexicalWriter"]:
        """Give what changes the index; all changes are there when the block ends, or none."""
        writer = self._index.writer(heap_size=_WRITER_HEAP_BYTES, num_threads=1)
        try:
            yield LexicalWriter(writer)
            writer.commit()
        finally:
            writer.wait_merging_threads()  # gives up its lock, which a traceback would keep
        self._index.reload()

    def search(
        self, weights: Weights, *, top_k: int, within: Sequence[int] | None = None
    ) -> dict[int, float]:
        """Return the BM25 score of the `top_k` best papers, best first, of those `within` if given.

        `within` is compiled into the query, so it should be some hundreds at most.
        """
        if not weights or top_k < 1 or (within is not None and not len(within)):
            return {}
        scored = tantivy.Query.boolean_query(
            [
                (_SHOULD, tantivy.Query.boost_query(self._term_query(field, term), weight))
                for (field, term), weight in weights.items()
            ]
        )
        if within is not None:
            rows = tantivy.Query.term_set_query(self._index.schema, "paper_row", list(within))
            unscored = tantivy.Query.const_score_query(rows, 0.0)
            scored = tantivy.Query.boolean_query([(_MUST, scored), (_MUST, unscored)])
        return self._found(scored, top_k)

    def papers_with_all_terms(self, text: str) -> list[int]:
        """Return the row numbers of the papers that hold every content term of `text`."""
        wanted = [
            (_MUST, self._term_query("text", term)) for term in dict.fromkeys(content_terms(text))
        ]
        if not wanted:
            return []
        return list(self._found(tantivy.Query.boolean_query(wanted), self.count()))

    def document_frequencies(self, query_terms: Collection[str]) -> dict[str, int]:
        """Return in how many papers each term occurs."""
        searcher = self._searcher()
        return {term: int(searcher.doc_freq("text", term)) for term in query_terms}

    def _term_query(self, field: str, term: str) -> tantivy.Query:
        return tantivy.Query.term_query(self._index.schema, field, term)

    def _found(self, query: tantivy.Query, top_k: int) -> dict[int, float]:
        searcher = self._searcher()
        if not searcher.num_docs:
            return {}
        # tantivy takes memory for `top_k` hits, and ends the process where there is not so much.
        hits = searcher.search(query, min(top_k, searcher.num_docs), count=False).hits
        rows = searcher.fast_field_values("paper_row", [address for _, address in hits])
        return {int(row or 0): float(score) for row, (score, _) in zip(rows, hits, strict=True)}

    def _searcher(self) -> tantivy.Searcher:
        return self._index.searcher()


class LexicalWriter:
    """Changes the index that gave it."""

    def __init__(self, writer: tantivy.IndexWriter) -> None:
        self._writer = writer

    def put(self, papers: Mapping[int, Paper]) -> None:
        """Store papers in place of those of the same row numbers."""
        for paper_row, paper in papers.items():
            self._writer.delete_documents_by_term("paper_row", paper_row)
            self._writer.add_document(
                tantivy.Document(
                    paper_row=paper_row,
                    text=" ".join(Counter(term_counts(searched_text(paper))).elements()),
                    bigrams=" ".join([*bigrams(paper.title), *bigrams(paper.abstract)]),
                )
            )

    def remove(self, paper_rows: Iterable[int]) -> None:
        """Forget papers."""
        for paper_row in paper_rows:
            self._writer.delete_documents_by_term("paper_row", paper_row)


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_integer_field("paper_row", indexed=True, fast=True)
    for name in ("text", "bigrams"):
        builder.add_text_field(name, tokenizer_name="whitespace")
    return builder.build()

"""The lexical index: BM25 over titles and abstracts in tantivy.

Text is analysed by `vectorstore.analysis` before it comes here, so that the index, the questions
and the sentences agree on what a term is.
"""

from collections.abc import Collection, Sequence
from pathlib import Path

import tantivy

from vectorstore.analysis import content_terms, terms
from vectorstore.paper import Paper

_TITLE_BOOST = 2.0
_WRITER_HEAP_BYTES = 50_000_000


class LexicalIndex:
    """Paper ids by BM25 score (Robertson et al., 1994; k1 1.2, b 0.75)."""

    def __init__(self, directory: Path) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        self._index = tantivy.Index(_schema(), path=str(directory), reuse=True)

    def count(self) -> int:
        """Return how many papers the index holds."""
        return int(self._searcher().num_docs)

    def apply(self, upserts: Sequence[Paper], deleted_ids: Collection[str]) -> None:
        """Store papers in place of those of the same id, and forget others; all or nothing."""
        if not upserts and not deleted_ids:
            return
        writer = self._index.writer(heap_size=_WRITER_HEAP_BYTES, num_threads=1)
        for paper_id in {*deleted_ids, *(paper.paper_id for paper in upserts)}:
            writer.delete_documents_by_term("paper_id", paper_id)
        for paper in upserts:
            writer.add_document(
                tantivy.Document(
                    paper_id=paper.paper_id,
                    title=" ".join(terms(paper.title)),
                    text=" ".join(terms(f"{paper.title}\n{paper.abstract}")),
                )
            )
        writer.commit()
        writer.wait_merging_threads()
        self._index.reload()

    def search(self, query: str, *, top_k: int) -> dict[str, float]:
        """Return the BM25 score of the `top_k` best papers by id, best first."""
        searcher = self._searcher()
        clauses = []
        for term in dict.fromkeys(content_terms(query)):
            for field, boost in (("title", _TITLE_BOOST), ("text", 1.0)):
                match = tantivy.Query.term_query(self._index.schema, field, term)
                clauses.append((tantivy.Occur.Should, tantivy.Query.boost_query(match, boost)))
        if not clauses or not searcher.num_docs:
            return {}
        found = searcher.search(tantivy.Query.boolean_query(clauses), top_k)
        return {
            str(searcher.doc(address)["paper_id"][0]): float(score) for score, address in found.hits
        }

    def papers_with_all_terms(self, text: str) -> set[str]:
        """Return the ids of the papers that hold every content term of `text`."""
        searcher = self._searcher()
        clauses = [
            (tantivy.Occur.Must, tantivy.Query.term_query(self._index.schema, "text", term))
            for term in dict.fromkeys(content_terms(text))
        ]
        if not clauses or not searcher.num_docs:
            return set()
        found = searcher.search(tantivy.Query.boolean_query(clauses), searcher.num_docs)
        return {str(searcher.doc(address)["paper_id"][0]) for _, address in found.hits}

    def document_frequencies(self, query_terms: Collection[str]) -> dict[str, int]:
        """Return in how many papers each term occurs."""
        searcher = self._searcher()
        return {term: int(searcher.doc_freq("text", term)) for term in query_terms}

    def _searcher(self) -> tantivy.Searcher:
        return self._index.searcher()


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("paper_id", stored=True, tokenizer_name="raw")
    builder.add_text_field("title", tokenizer_name="whitespace")
    builder.add_text_field("text", tokenizer_name="whitespace")
    return builder.build()

"""LangChain: the library as a retriever, for chains and agents that others build."""

from typing import Any

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict, Field

from assistant.answer import paper_to_json
from vectorstore import Hit, Library, SearchFilter


class CitewiseRetriever(BaseRetriever):
    """Returns the best papers of a library, best first, one document a paper.

    A document's text is the abstract, and `text[start:end]` of its metadata the best passage, so
    that a quote can be traced. Awaited calls search in a thread.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True, extra="forbid")

    library: Library = Field(exclude=True, repr=False)
    top_k: int = Field(default=8, ge=1, le=100, description="papers to return")
    where: SearchFilter | None = Field(default=None, description="which papers may be returned")
    diversity: float = Field(
        default=0.0, ge=0, le=1, description="above 0, papers that repeat better ones come later"
    )

    def _get_relevant_documents(
        self,
        query: str,
        *,
        run_manager: CallbackManagerForRetrieverRun,  # noqa: ARG002 (BaseRetriever's)
    ) -> list[Document]:
        hits = self.library.search(
            query, top_k=self.top_k, where=self.where, diversity=self.diversity
        )
        return [document_of(hit) for hit in hits]


def document_of(hit: Hit) -> Document:
    """Return a retrieved paper as a document.

    `score` is what papers are ordered by: the reranker's where there is one, else the fused score,
    from 0 to 1. `start` and `end` are absent where the paper has no abstract.
    """
    paper = hit.paper
    metadata: dict[str, Any] = {**paper_to_json(paper), "source": paper.source, "score": hit.score}
    if hit.passages:
        metadata |= {"start": hit.passages[0].start, "end": hit.passages[0].end}
    return Document(id=paper.paper_id, page_content=paper.abstract, metadata=metadata)

"""A found paper as JSON, the same from the command line and the API."""

from typing import TYPE_CHECKING, Any

from assistant.answer import paper_to_json

if TYPE_CHECKING:
    from vectorstore import Hit


def hit_to_json(hit: "Hit") -> dict[str, Any]:
    """Return a found paper with its passages, and the scores that explain its rank."""
    abstract = hit.paper.abstract
    return {
        **paper_to_json(hit.paper),
        "fused_score": round(hit.fused_score, 4),
        "dense_similarity": round(hit.dense_similarity, 4),
        "bm25_score": round(hit.bm25_score, 4),
        "rerank_score": hit.rerank_score,
        "matched_terms": list(hit.matched_terms),
        "passages": [
            {
                "start": passage.start,
                "end": passage.end,
                "text": abstract[passage.start : passage.end],
                "dense_similarity": round(passage.dense_similarity, 4),
            }
            for passage in hit.passages
        ],
    }

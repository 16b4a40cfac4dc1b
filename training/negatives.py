"""What our search, with MiniLM's vectors, finds for a query but was not judged relevant to it."""

import random
from pathlib import Path
from tempfile import TemporaryDirectory

from assistant.settings import load_settings
from training.passages import passages_of
from vectorstore import EMBEDDED_ENCODER, Library
from vectorstore.encoders.local import LocalEncoder
from vectorstore.evaluation.judged import JudgedCollection
from vectorstore.evaluation.retrieval import index, rank


def hard_negatives(
    collection: JudgedCollection, rng: random.Random, *, depth: int
) -> dict[str, list[str]]:
    """Return by query id a passage of each such paper among the `depth` best, best first."""
    papers = {paper.paper_id: paper for paper in collection.papers}
    encoder = LocalEncoder(EMBEDDED_ENCODER, models=load_settings().encoder_cache)
    with TemporaryDirectory(prefix="citewise-") as directory:
        library = Library.create(Path(directory) / "library", encoder)
        index(library, collection.papers)
        return {
            ranking.query.query_id: [
                rng.choice(passages_of(papers[paper_id]))
                for paper_id in ranking.scores
                if paper_id not in ranking.query.gains
            ]
            for ranking in rank(library, collection.queries, top_k=depth)
        }

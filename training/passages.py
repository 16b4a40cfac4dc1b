"""The texts of a paper that an encoder reads."""

from vectorstore.chunking import chunk_abstract, text_to_embed
from vectorstore.ingestion import MAX_CHUNK_CHARS
from vectorstore.paper import Paper


def passages_of(paper: Paper) -> list[str]:
    """Return what the encoder reads of a paper: its title, before each chunk of its abstract."""
    chunks = chunk_abstract(paper, max_chars=MAX_CHUNK_CHARS)
    return [text_to_embed(paper, chunk).strip() for chunk in chunks]

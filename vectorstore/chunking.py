"""Abstracts cut into chunks of whole sentences."""

from dataclasses import dataclass

from vectorstore.paper import Paper
from vectorstore.sentences import Span, split_sentences


@dataclass(frozen=True, slots=True)
class Chunk:
    """A stored piece of an abstract: `paper.abstract[start:end]` of the `position`-th chunk."""

    paper_id: str
    position: int
    start: int
    end: int


def chunk_abstract(paper: Paper, *, max_chars: int) -> list[Chunk]:
    """Return chunks of whole sentences, each at most `max_chars` unless one sentence is longer.

    The sentences are spread evenly, so that no chunk is a short remainder. A paper without an
    abstract has one empty chunk: its title alone is searched.
    """
    sentences = split_sentences(paper.abstract) or [Span(0, 0)]
    n_chunks = -(-len(paper.abstract) // max_chars) or 1
    target = min(max_chars, len(paper.abstract) / n_chunks * 1.1)
    groups = [[sentences[0]]]
    for sentence in sentences[1:]:
        if sentence.end - groups[-1][0].start <= target:
            groups[-1].append(sentence)
        else:
            groups.append([sentence])
    return [
        Chunk(paper.paper_id, position, group[0].start, group[-1].end)
        for position, group in enumerate(groups)
    ]


def text_to_embed(paper: Paper, chunk: Chunk) -> str:
    """Return what the encoder reads: the title, which says what "it" is, then the text."""
    return f"{paper.title}\n{paper.abstract[chunk.start : chunk.end]}"

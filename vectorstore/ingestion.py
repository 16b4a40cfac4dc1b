"""What is done to papers on their way into the catalogue: compared, cut, encoded."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from vectorstore.catalogue import Catalogue
from vectorstore.chunking import Chunk, chunk_abstract, text_to_embed
from vectorstore.encoders.encoder import Encoder, Vectors
from vectorstore.paper import Paper
from vectorstore.pipeline import run_ahead

# Two fit into MiniLM's window of 256 word pieces with the title in front; most abstracts make two.
MAX_CHUNK_CHARS = 1_000
_BATCH_PAPERS = 64  # acknowledged together; what an interrupted `add` has to do again at most


@dataclass(slots=True)
class AddReport:
    """Ids of the papers that `add` found new, found changed, and found as they were."""

    added: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)

    def __len__(self) -> int:
        """Return of how many papers it tells."""
        return len(self.added) + len(self.updated) + len(self.unchanged)

    def extend(self, other: "AddReport") -> None:
        """Take in what another one tells."""
        self.added += other.added
        self.updated += other.updated
        self.unchanged += other.unchanged


@dataclass(frozen=True, slots=True)
class CutPapers:
    """Papers, their chunks, and what the encoder reads of each chunk."""

    papers: Sequence[Paper]
    chunks: list[Chunk]
    texts: list[str]


@dataclass(frozen=True, slots=True)
class _Compared:
    """A batch of papers, sorted by what of each is new."""

    report: AddReport
    new_text: CutPapers
    new_fields: list[Paper]


def add_papers(
    papers: Sequence[Paper], catalogue: Catalogue, encoder: Encoder, report: AddReport
) -> Iterator[int]:
    """Store papers in batches, noting in `report` what was new; yield how many are done so far.

    A batch is safe on disk when its number comes. While it is stored the next one is encoded, and
    the one after that compared and cut.
    """
    compared = run_ahead(_compare(batch, catalogue) for batch in _in_batches(papers))
    encoded = run_ahead((batch, encoder.encode(batch.new_text.texts)) for batch in compared)
    n_done = 0
    for batch, vectors in encoded:
        if batch.new_text.papers:
            catalogue.put(batch.new_text.papers, batch.new_text.chunks, vectors)
        if batch.new_fields:
            catalogue.update_papers(batch.new_fields)
        report.extend(batch.report)
        n_done += len(batch.report)
        yield n_done


def encode_papers(papers: Sequence[Paper], encoder: Encoder) -> Iterator[tuple[CutPapers, Vectors]]:
    """Yield all papers in batches with one vector a chunk, whatever is known of them."""
    cut = run_ahead(_cut(batch) for batch in _in_batches(papers))
    return run_ahead((batch, encoder.encode(batch.texts)) for batch in cut)


def _compare(papers: Sequence[Paper], catalogue: Catalogue) -> _Compared:
    known = catalogue.get([paper.paper_id for paper in papers])
    report = AddReport()
    new_text: list[Paper] = []
    new_fields: list[Paper] = []
    for paper in papers:
        old = known.get(paper.paper_id)
        if old is None:
            report.added.append(paper.paper_id)
            new_text.append(paper)
        elif replace(old, source="") == replace(paper, source=""):
            report.unchanged.append(paper.paper_id)
        else:
            report.updated.append(paper.paper_id)
            same_text = (old.title, old.abstract) == (paper.title, paper.abstract)
            (new_fields if same_text else new_text).append(paper)
    return _Compared(report, _cut(new_text), new_fields)


def _cut(papers: Sequence[Paper]) -> CutPapers:
    pairs = [
        (paper, chunk)
        for paper in papers
        for chunk in chunk_abstract(paper, max_chars=MAX_CHUNK_CHARS)
    ]
    texts = [text_to_embed(paper, chunk) for paper, chunk in pairs]
    return CutPapers(papers, [chunk for _, chunk in pairs], texts)


def _in_batches(papers: Sequence[Paper]) -> Iterator[Sequence[Paper]]:
    for start in range(0, len(papers), _BATCH_PAPERS):
        yield papers[start : start + _BATCH_PAPERS]

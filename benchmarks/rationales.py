"""How often the sentence chosen first is one that experts marked as deciding a claim.

`python -m benchmarks.rationales --data DIR [--encoder NAME]... [--selector NAME]`

Each claim of SciFact's training split is put to an abstract that decides it, among whose sentences
the extractive writer chooses. `citewise-encoder-2` has learnt which abstracts belong to four fifths
of these claims, never which of their sentences; `citewise-selector-1` learnt from questions that
were written about some of these abstracts, and from no claim of SciFact.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from statistics import fmean
from tempfile import TemporaryDirectory

from assistant.reading.scoring import score_sentences, term_weights
from assistant.settings import load_settings
from assistant.understanding.question import analyse
from benchmarks.scifact import ScientificClaim, scientific_claims
from benchmarks.tables import table
from vectorstore import DEFAULT_ENCODER, Library, Paper, SearchFilter
from vectorstore.encoders.local import LocalEncoder

_MIN_SENTENCES = 4  # of an abstract in which there is something to choose


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(prog="benchmarks.rationales", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="directory that holds scifact")
    parser.add_argument("--encoder", action="append", help="by name or path; several may be named")
    parser.add_argument("--selector", help="by name or path; the encoder itself if none")
    chosen = parser.parse_args(arguments)
    claims = decided_claims(chosen.data / "scifact")
    rows = []
    models = load_settings().encoder_cache
    selector = LocalEncoder(chosen.selector, models=models) if chosen.selector else None
    for name in chosen.encoder or [DEFAULT_ENCODER]:
        with TemporaryDirectory(prefix="citewise-") as directory:
            encoder = LocalEncoder(name, models=models)
            path = Path(directory) / "library"
            library = Library.create(path, encoder, selector=selector)
            rows.append([name, f"{share_right(claims, library):.3f}"])
    sys.stdout.write(table([f"encoder ({len(claims)} claims)", "right"], rows) + "\n")
    return 0


def decided_claims(folder: Path) -> list[ScientificClaim]:
    """Return each claim once for each abstract that supports or contradicts it."""
    return [
        claim
        for claim in scientific_claims(folder)
        if claim.label != "NOT_ENOUGH_INFO" and len(claim.sentences) >= _MIN_SENTENCES
    ]


def share_right(claims: Sequence[ScientificClaim], library: Library) -> float:
    """Return of how many claims the first sentence decides; their abstracts are added first."""
    papers = {
        claim.paper_id: Paper(claim.paper_id, claim.title, claim.abstract) for claim in claims
    }
    library.add(papers.values())
    return fmean(_is_right(claim, library) for claim in claims)


def _is_right(claim: ScientificClaim, library: Library) -> bool:
    question = analyse(claim.text)
    only = SearchFilter(paper_ids=frozenset([claim.paper_id]))
    hits = library.search(claim.text, top_k=1, where=only)
    best, *_ = score_sentences(question, hits, term_weights(question, library), library)
    chosen = _plain(best.text)
    deciding = (_plain(claim.sentences[place]) for place in claim.deciding)
    # An abstract may be split into sentences in other places than by who marked them.
    return any(marked in chosen or chosen in marked for marked in deciding)


def _plain(text: str) -> str:
    return " ".join(text.split())


if __name__ == "__main__":
    sys.exit(main())

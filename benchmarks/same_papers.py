"""Finding the papers that two sources share: `python -m benchmarks.same_papers --data DIR`.

The ACL Anthology and arXiv are taken in turn, in batches as `citewise add` takes them, against an
index in memory. Judged on the pairs of equal titles that come with the arXiv corpus. Pairs found
with other titles are not among those; --beyond writes them down for reading.
"""

import argparse
import sys
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.data import mixed_rows
from benchmarks.errors import BenchmarkError
from benchmarks.peers.citewise import papers_of
from benchmarks.tables import machine, number, table, today
from vectorstore.identity import Resolution, identity_keys, merged, resolve
from vectorstore.paper import Paper, paper_id_from_title

Pair = tuple[str, str]  # the ids of one paper in the ACL Anthology and on arXiv

_BATCH_PAPERS = 64
_HEADER = (
    "papers",
    "keys: papers/s",
    "deciding: s",
    "papers/s",
    "candidates a paper",
    "pairs of one title",
    "found",
    "precision",
    "recall",
    "pairs of two titles",
)


@dataclass(slots=True)
class Index:
    """Records by key, as a library's tables hold them; a merged one has the keys of all origins."""

    records: dict[str, Paper] = field(default_factory=dict)
    ids_by_key: dict[str, list[str]] = field(default_factory=dict)
    origins: dict[str, list[Paper]] = field(default_factory=dict)
    n_found: int = 0

    def find(self, keys: Collection[str]) -> Mapping[str, Sequence[Paper]]:
        """Return the records of each key that has any."""
        by_key = self.ids_by_key
        found = {key: [self.records[i] for i in by_key[key]] for key in keys if key in by_key}
        self.n_found += sum(map(len, found.values()))
        return found

    def take(self, resolution: Resolution) -> None:
        """Store a paper as its own record or in another."""
        target, paper = resolution.target_id, resolution.paper
        known = self.records.get(target)
        self.records[target] = merged(known, paper) if known else paper
        self.origins.setdefault(target, []).append(paper)
        for key in identity_keys(paper):
            ids = self.ids_by_key.setdefault(key, [])
            if target not in ids:
                ids.append(target)

    def pairs(self) -> Iterator[Pair]:
        """Yield every pair of an ACL paper and an arXiv paper that are in one record."""
        for papers in self.origins.values():
            acl, arxiv = _by_source(papers)
            yield from ((one.paper_id, other.paper_id) for one in acl for other in arxiv)


@dataclass(frozen=True, slots=True)
class Figures:
    """What one size took, in seconds of one core, and what was found."""

    n_papers: int
    key_seconds: float
    seconds: float
    n_candidates: float
    gold: frozenset[Pair]
    of_one_title: frozenset[Pair]
    beyond: frozenset[Pair]


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table. Return 1 where the data is missing."""
    options = _parser().parse_args(arguments)
    try:
        papers = papers_of(mixed_rows(options.data))
        gold = read_pairs(options.data / "arxiv_cs" / "same_paper_pairs.tsv")
    except BenchmarkError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    measured = [measure(papers[:size], gold) for size in options.sizes]
    rows = [_row(figures) for figures in measured]
    sys.stdout.write(f"{machine()}; {today()}.\n\n{table(_HEADER, rows)}\n")
    if options.beyond:
        _write_beyond(options.beyond, papers, measured[-1].beyond)
    return 0


def measure(papers: Sequence[Paper], gold: Collection[Pair]) -> Figures:
    """Take in `papers` batch by batch and judge on the gold pairs that are among them."""
    started = time.process_time()
    for paper in papers:
        identity_keys(paper)
    key_seconds = time.process_time() - started
    index = Index()
    started = time.process_time()
    for start in range(0, len(papers), _BATCH_PAPERS):
        for resolution in resolve(papers[start : start + _BATCH_PAPERS], index.find):
            index.take(resolution)
    seconds = time.process_time() - started
    by_id = {paper.paper_id: paper for paper in papers}
    found = frozenset(index.pairs())
    one_title = frozenset(
        pair for pair in found if len({paper_id_from_title(by_id[i].title) for i in pair}) == 1
    )
    inside = frozenset(pair for pair in gold if by_id.keys() >= set(pair))
    candidates = index.n_found / len(papers)
    return Figures(
        len(papers), key_seconds, seconds, candidates, inside, one_title, found - one_title
    )


def read_pairs(path: Path) -> frozenset[Pair]:
    """Return the pairs of a file of tab-separated ACL and arXiv ids with a header."""
    lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
    if not lines:
        raise BenchmarkError(f"No such file: {str(path)!r}. Name the data directory by --data.")
    return frozenset((acl, arxiv) for acl, arxiv in (line.split("\t") for line in lines[1:]))


def _row(figures: Figures) -> list[str]:
    right = figures.gold & figures.of_one_title
    return [
        f"{figures.n_papers:,}",
        number(figures.n_papers / figures.key_seconds),
        number(figures.seconds),
        number(figures.n_papers / figures.seconds),
        number(figures.n_candidates),
        f"{len(figures.gold):,}",
        f"{len(right):,}",
        f"{len(right) / max(1, len(figures.of_one_title)):.4f}",
        f"{len(right) / max(1, len(figures.gold)):.4f}",
        f"{len(figures.beyond):,}",
    ]


def _by_source(papers: Sequence[Paper]) -> tuple[list[Paper], list[Paper]]:
    acl = [paper for paper in papers if "aclanthology.org" in paper.url]
    return acl, [paper for paper in papers if "arxiv.org" in paper.url]


def _write_beyond(path: Path, papers: Sequence[Paper], pairs: Collection[Pair]) -> None:
    by_id = {paper.paper_id: paper for paper in papers}
    lines = (f"{one}\t{other}\t{by_id[one].title}\t{by_id[other].title}" for one, other in pairs)
    path.write_text("\n".join(sorted(lines)) + "\n", encoding="utf-8")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.same_papers", description=__doc__)
    add = parser.add_argument
    add("--data", type=Path, required=True, help="directory of acl_anthology and arxiv_cs")
    add("--sizes", type=int, nargs="+", default=[10_000, 50_000, 104_200], help="papers")
    add("--beyond", type=Path, help="write the pairs of two titles here, tab-separated")
    return parser


if __name__ == "__main__":
    sys.exit(main())

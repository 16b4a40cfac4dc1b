"""Examples of related work, built of summaries, citing sentences and titles that people wrote.

    python -m benchmarks.related_work --data ../shared/data --kind tldr --n 300 --out FILE

`tldr`: papers near each other (SciTLDR), the target is their one-line summaries, joined. `citing`:
cited ACL papers near each other, the target is a sentence in which others cite each. `titles`: ACL
papers near each other, given without their titles, which are the target. No example has an
abstract: nobody wrote its target for a paper of their own. `own`: the ACL papers of a paper whose
abstract is known, the target is what it says of them. `citewise eval related-work --examples FILE`
reads them.
"""

import argparse
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from assistant.build import build_encoder
from assistant.settings import load_settings
from benchmarks.data import Row, acl_rows, read_qrels, read_queries, read_rows, write_lines

_SIZES = (3, 5, 4, 6, 2)  # references an example, in turn: Multi-XScience has 4.4
_MAX_TITLED = 4_000


def main() -> None:
    """Write the examples of one kind."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--data", type=Path, required=True, metavar="DIR")
    parser.add_argument("--kind", choices=[*sorted(_KINDS), "own"], default="tldr")
    parser.add_argument("--split", choices=("train", "dev"), default="dev")
    parser.add_argument("--n", type=int, default=300, metavar="N", help="examples at most")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE")
    arguments = parser.parse_args()
    if arguments.kind == "own":
        examples = _of_own_abstracts(arguments.data)
    else:
        examples = _examples(*_KINDS[arguments.kind](arguments.data, arguments.split))
    write_lines(arguments.out, islice(examples, arguments.n))


def _of_summaries(data: Path, split: str) -> tuple[list[Row], dict[str, str]]:
    folder = data / "scitldr"
    return _with_targets(
        folder / "corpus.jsonl.gz",
        read_queries(folder / f"queries.{split}.jsonl"),
        read_qrels(folder / f"qrels.{split}.tsv"),
    )


def _of_citing(data: Path, _split: str) -> tuple[list[Row], dict[str, str]]:
    folder = data / "scisumm_cite"
    return _with_targets(
        folder / "corpus.jsonl.gz",
        read_queries(folder / "queries.dev.jsonl"),
        read_qrels(folder / "qrels.dev.tsv"),
    )


def _with_targets(
    corpus: Path, texts: dict[str, str], qrels: dict[str, dict[str, int]]
) -> tuple[list[Row], dict[str, str]]:
    """Return the papers that have a text, and the first text of each."""
    targets: dict[str, str] = {}
    for query_id, judged in qrels.items():
        for paper_id in judged:
            targets.setdefault(paper_id, texts[query_id])
    return [row for row in read_rows(corpus) if str(row["id"]) in targets], targets


def _of_titles(data: Path, split: str) -> tuple[list[Row], dict[str, str]]:
    """Return ACL papers without titles, which are their targets; `dev` has others than `train`."""
    first = 0 if split == "train" else _MAX_TITLED
    rows = list(islice(acl_rows(data), first, first + _MAX_TITLED))
    targets = {str(row["id"]): _sentence(row["title"]) for row in rows}
    return [{**row, "title": ""} for row in rows], targets


_KINDS = {"tldr": _of_summaries, "citing": _of_citing, "titles": _of_titles}


def _examples(papers: Sequence[Row], targets: dict[str, str]) -> Iterator[dict[str, Any]]:
    """Yield groups of the nearest papers that are in no group yet, and the one they are near to."""
    vectors = build_encoder(load_settings()).encode(
        [f"{row['title']}\n{row['abstract']}" for row in papers]
    )
    free = np.ones(len(papers), dtype=bool)
    for n, centre in enumerate(range(len(papers))):
        if not free[centre]:
            continue
        free[centre] = False
        near = np.argsort(-np.where(free, vectors @ vectors[centre], -np.inf), kind="stable")
        chosen = near[: _SIZES[n % len(_SIZES)]]
        if free.sum() < len(chosen):
            return
        free[chosen] = False
        members = [papers[int(at)] for at in chosen]
        yield {
            "references": [_reference(row) for row in members],
            "related_work": " ".join(_sentence(targets[str(row["id"])]) for row in members),
        }


def _of_own_abstracts(data: Path) -> Iterator[dict[str, Any]]:
    """Yield what each citing paper says of the papers that it cites, with its own abstract."""
    folder = data / "scisumm_cite"
    papers = {str(row["id"]): row for row in read_rows(folder / "corpus.jsonl.gz")}
    qrels = read_qrels(folder / "qrels.dev.tsv")
    said: dict[str, dict[str, list[str]]] = {}
    for row in read_rows(folder / "queries.dev.jsonl"):
        citing, query_id = str(row["citing_paper"]), str(row["id"])
        for paper_id in qrels[query_id] if citing in papers else ():
            said.setdefault(citing, {}).setdefault(paper_id, []).append(_sentence(row["text"]))
    for citing, cited in said.items():
        yield {
            "abstract": papers[citing]["abstract"],
            "references": [_reference(papers[each]) for each in cited],
            "related_work": " ".join(sentence for each in cited.values() for sentence in each),
        }


def _reference(row: Row) -> dict[str, Any]:
    return {key: row[key] for key in ("title", "abstract", "year") if row.get(key)}


def _sentence(text: str) -> str:
    text = " ".join(text.split())
    return text if text.endswith((".", "!", "?")) else f"{text}."


if __name__ == "__main__":
    main()

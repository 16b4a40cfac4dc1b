"""Corpora that lie beside the repository are read in full: every row is a paper or a reject."""

import gzip
from pathlib import Path

import pytest

from vectorstore.importing import ImportReport, Rows

DATA = Path(__file__).parents[2] / "shared" / "data"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "n_rows", "n_papers"),
    [
        ("hf_daily/corpus.jsonl.gz", 2_676, 2_676),
        ("acl_anthology/corpus.jsonl.gz", 56_834, 56_834),
        ("arxiv_cs/corpus.nlp_ir.jsonl.gz", 47_366, 47_366),
    ],
)
def test_every_row_of_a_corpus_is_accounted_for(name, n_rows, n_papers):
    path = DATA / name
    if not path.is_file():
        pytest.skip(f"{path} is not there: it is not shipped")
    with gzip.open(path) as lines:
        assert sum(1 for _ in lines) == n_rows
    report = ImportReport()
    ids = {paper.paper_id for paper in Rows([str(path)], report)}
    assert report.errors == {}
    assert report.n_read + report.n_rejected == n_rows
    assert report.n_read == n_papers == len(ids)

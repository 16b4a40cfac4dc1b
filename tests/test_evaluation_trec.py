"""Runs in TREC's format."""

from io import StringIO

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vectorstore.errors import RetrievalEvaluationError
from vectorstore.evaluation.judged import JudgedQuery
from vectorstore.evaluation.retrieval import Ranking
from vectorstore.evaluation.trec import new_run, write_run


def lines_of_run(*scores: float) -> list[list[str]]:
    """The fields of the lines of a run in which p0, p1, ... have these scores."""
    query = JudgedQuery("q7", "text", {"p0": 1})
    ranking = Ranking(query, {f"p{n}": score for n, score in enumerate(scores)}, 1.0)
    file = StringIO()
    write_run(file, [ranking])
    return [line.split(" ") for line in file.getvalue().splitlines()]


def test_a_line_has_query_paper_rank_score_and_tag():
    assert lines_of_run(0.75, 0.5) == [
        ["q7", "Q0", "p0", "1", "0.750000", "citewise"],
        ["q7", "Q0", "p1", "2", "0.500000", "citewise"],
    ]


@given(st.lists(st.floats(0, 1), max_size=200))
def test_sorting_by_score_gives_the_same_order_even_in_single_precision(scores):
    """trec_eval reads 32-bit floats and orders equal scores by the papers' ids."""
    lines = lines_of_run(*sorted([*scores, *scores], reverse=True))
    written = np.array([line[4] for line in lines], dtype=np.float32)
    assert (np.diff(written) < 0).all()
    assert [int(line[3]) for line in lines] == list(range(1, len(lines) + 1))


def test_a_run_appears_when_it_is_whole(tmp_path):
    path = tmp_path / "out.trec"
    path.write_text("an older run")
    with new_run(path) as file:
        file.write("a new run")
        assert path.read_text() == "an older run"
    assert path.read_text() == "a new run"
    assert list(tmp_path.iterdir()) == [path]


def test_a_run_that_fails_leaves_the_older_one(tmp_path):
    path = tmp_path / "out.trec"
    path.write_text("an older run")

    def fail() -> None:
        with new_run(path) as file:
            file.write("half a")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    assert path.read_text() == "an older run"
    assert list(tmp_path.iterdir()) == [path]


def test_a_link_to_a_file_stays_one(tmp_path):
    target, link = tmp_path / "target.trec", tmp_path / "link.trec"
    link.symlink_to(target)
    with new_run(link) as file:
        file.write("a run")
    assert link.is_symlink()
    assert target.read_text() == "a run"


@pytest.mark.parametrize("name", ["none/out.trec", ".", "/dev/null", "file/out.trec"])
def test_a_path_that_cannot_be_written_is_an_error_before_anything_runs(tmp_path, name):
    (tmp_path / "file").touch()
    with (
        pytest.raises(RetrievalEvaluationError, match=r"Cannot write a run to .* Name a file"),
        new_run(tmp_path / name),
    ):
        pytest.fail("the block must not begin")

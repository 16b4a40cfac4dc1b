"""The plan for many abstracts adds up, and what it stands on is measured rightly."""

import random
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest

import assistant.build
from benchmarks import vector_steps
from benchmarks.errors import BenchmarkError
from benchmarks.peers.citewise import papers_of
from benchmarks.scale_inputs import INPUTS, measured, values_of
from benchmarks.scale_plan import NAME, PAGE, SIZES, plan, report
from benchmarks.synthetic_vectors import neighbourhood, synthetic
from vectorstore import Encoder, Library, Paper

VALUES = values_of([])

# The plan


def test_the_page_shows_what_the_script_prints() -> None:
    assert f"<!-- {NAME} -->\n{report(VALUES)}\n<!-- end -->" in PAGE.read_text(encoding="utf-8")


@pytest.mark.parametrize("papers", SIZES)
def test_twice_the_papers_are_twice_the_rows_bytes_and_hours_of_encoding(papers: int) -> None:
    once, twice = plan(papers, VALUES), plan(2 * papers, VALUES)
    names = [name for name in once if name.endswith(("GB", "hours")) and "a shard" not in name]
    for name in ("abstracts", "chunks", *names):
        assert twice[name] == pytest.approx(2 * once[name])
    assert len(names) > 10


def test_as_many_papers_as_were_measured_take_what_was_measured() -> None:
    found = plan(int(VALUES["papers"]), VALUES)
    assert found["chunks"] == pytest.approx(VALUES["chunks"])
    assert found["disk, catalogue: GB"] == pytest.approx(VALUES["catalogue_bytes"] / 1e9)
    parts = [
        value for name, value in found.items() if name.startswith("disk") and "all" not in name
    ]
    assert found["disk, all: GB"] == pytest.approx(sum(parts))


@pytest.mark.parametrize("size", ["small", "large"])
def test_a_graph_of_a_size_that_was_measured_takes_what_was_measured(size: str) -> None:
    vectors = VALUES[f"{size}_graph"]
    papers = round(vectors * VALUES["papers"] / VALUES["chunks"])
    found = plan(papers, {**VALUES, "machine_gb": 1e6})
    assert found["shards, float32"] == 1
    assert found["a shard: CPU ms of a search"] == pytest.approx(
        VALUES[f"{size}_search_ms"], rel=1e-3
    )
    hours = vectors * VALUES[f"{size}_build_ms"] / 3.6e6
    assert found["a shard: core hours to build"] == pytest.approx(hours, rel=1e-3)


@pytest.mark.parametrize("papers", SIZES)
def test_there_are_as_few_shards_as_hold_the_graph(papers: int) -> None:
    found = plan(papers, VALUES)
    room = VALUES["machine_gb"] * VALUES["graph_share"]
    for kind in ("float32", "int8", "binary"):
        shards, graph = found[f"shards, {kind}"], found[f"graph in memory, {kind}: GB"]
        assert (shards - 1) * room < graph <= shards * room


def test_a_price_changes_dollars_and_nothing_else() -> None:
    dearer = plan(SIZES[0], values_of(["machine_dollars=8", "gpu_dollars=9"]))
    changed = {name for name, value in plan(SIZES[0], VALUES).items() if dearer[name] != value}
    assert changed == {name for name in dearer if "dollars" in name}


def test_an_unknown_input_is_refused_with_the_known_ones() -> None:
    with pytest.raises(BenchmarkError, match=r"'rent'.*gpu_dollars"):
        values_of(["rent=3"])
    with pytest.raises(BenchmarkError, match="pieces=137"):
        values_of(["pieces=many"])


def test_every_input_says_where_it_is_from() -> None:
    assert all(known.what and known.source and known.value > 0 for known in INPUTS.values())


# What it stands on


def test_a_library_says_its_rows_and_bytes(
    make_library: Callable[[Sequence[Paper]], Library],
    hash_encoder: Encoder,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(assistant.build, "build_encoder", lambda settings: hash_encoder)
    library = make_library(papers_of([{"title": "Owls", "abstract": "Owls sing at night."}]))
    found = measured(library.path)
    status = library.status()
    assert (found["papers"], found["chunks"]) == (status.n_papers, status.n_chunks)
    assert found["pieces"] == len("[CLS] owls owls sing at night . [SEP]".split())
    assert set(found) <= set(INPUTS)
    assert all(value > 0 for value in found.values())
    with pytest.raises(BenchmarkError, match="--library"):
        measured(library.path / "none")


@pytest.fixture
def prepared(make_library: Callable[[Sequence[Paper]], Library], tmp_path: Path) -> Path:
    """A folder of 60 vectors of a library and as many synthetic ones, and five queries."""
    words = random.Random(3)
    texts = [" ".join(f"owl{words.randrange(200)}" for _ in range(12)) for _ in range(65)]
    rows = [{"title": f"Paper {number}", "abstract": text} for number, text in enumerate(texts)]
    path = make_library(papers_of(rows)).path
    found = vector_steps.prepare(str(path), str(tmp_path), [40, 120], 5, None)
    assert found == {"n_real": 60}
    return tmp_path


def test_the_truth_is_the_ten_most_similar_of_the_first_vectors(prepared: Path) -> None:
    vectors, queries = (np.load(prepared / f"{n}.npy") for n in ("vectors", "queries.chunks"))
    for size in (40, 120):
        truth = np.load(prepared / f"nearest.{size}.chunks.npy")
        similarities = queries @ vectors[:size].T
        tenth = np.sort(similarities, axis=1)[:, -10]
        found = np.take_along_axis(similarities, truth, axis=1)
        assert (found >= tenth[:, np.newaxis] - 1e-6).all()
        assert (np.diff(found, axis=1) <= 1e-6).all()


@pytest.mark.filterwarnings("ignore:legacy embedding function config")  # of Chroma
def test_a_small_index_is_built_in_steps_and_found_again(prepared: Path) -> None:
    folder, directory = str(prepared), str(prepared / "chroma")
    settings = {"max_neighbors": 16, "ef_construction": 100, "ef_search": 100}
    built = vector_steps.build(folder, directory, [40, 120], settings, limit_seconds=1e9)
    assert [step["size"] for step in built["steps"]] == [40, 120]
    found = vector_steps.search(folder, directory, 120, ef_search=50)
    assert found["recall"]["chunks"] > 0.9


def test_a_build_ends_at_the_first_size_after_its_time(prepared: Path) -> None:
    directory = str(prepared / "chroma")
    built = vector_steps.build(str(prepared), directory, [40, 120], {}, limit_seconds=0.0)
    assert built["steps"] == []


def test_shorter_numbers_find_more_the_more_are_compared_by_whole_ones(prepared: Path) -> None:
    found = vector_steps.quantised(str(prepared), 120, rescored=[10, 60, 200])
    for name, n_bytes in (("float16", 128), ("int8", 64), ("binary", 8)):
        assert found[name]["bytes"] == n_bytes
        assert found[name]["recall"][10] <= found[name]["recall"][60]
    assert found["binary"]["recall"][200] == 1  # all 120


def test_synthetic_vectors_are_near_the_real_ones() -> None:
    randomness = np.random.default_rng(1)
    centres = randomness.normal(size=(1_000, 32))
    near = np.repeat(centres, 4, axis=0) + 0.1 * randomness.normal(size=(4_000, 32))
    real = (near / np.linalg.norm(near, axis=1, keepdims=True)).astype(np.float32)
    blocks = list(synthetic(real, 60_000, randomness))
    made = np.concatenate([block for _, block in blocks])
    assert [done for done, _ in blocks] == [0, 50_000]
    np.testing.assert_allclose(np.linalg.norm(made, axis=1), 1, atol=1e-5)
    assert neighbourhood(real, made[:200])["first"] > 0.8

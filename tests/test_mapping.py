"""The map of a collection: where papers lie, and what is kept of it."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from vectorstore import Library, Paper
from vectorstore.catalogue import CATALOGUE_NAME, Catalogue
from vectorstore.mapping import CollectionMap, map_of, projecting
from vectorstore.mapping.collection_map import densest
from vectorstore.mapping.files import MAP_NAME, load_map
from vectorstore.mapping.neighbours import neighbours_among, neighbours_within
from vectorstore.mapping.projecting import place, project
from vectorstore.mapping.repulsion import repulsion
from vectorstore.mapping.tsne import principal_axes

WORDS = "attention gradient protein parser speech lens probe reward circuit token".split()


def some_papers(n: int, *, first: int = 0) -> list[Paper]:
    """Return papers of ten topics, each with words of its own."""
    return [
        Paper(f"p{at}", f"{WORDS[at % 10]} study {at}", f"{WORDS[at % 10]} " * 6 + f"number {at}.")
        for at in range(first, first + n)
    ]


def unit_vectors(n: int, n_groups: int = 8, dimension: int = 24) -> np.ndarray:
    """Return unit vectors around as many directions."""
    random = np.random.default_rng(1)
    centres = random.normal(size=(n_groups, dimension)) * 2
    vectors = centres[np.arange(n) % n_groups] + random.normal(size=(n, dimension))
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


def faithfulness(vectors: np.ndarray, points: np.ndarray) -> float:
    """Return the trustworthiness of the ten neighbours on the map (Venna and Kaski, 2001)."""
    from sklearn.manifold import trustworthiness

    return float(trustworthiness(vectors, points, n_neighbors=10, metric="cosine"))


def points_by_id(drawn: CollectionMap) -> dict[str, tuple[float, float]]:
    return {
        paper_id: (float(x), float(y))
        for paper_id, x, y in zip(drawn.paper_ids, drawn.x, drawn.y, strict=True)
    }


def draw(library: Library) -> CollectionMap:
    return map_of(library.catalogue, library.path / "indexes")


# Where papers lie ---------------------------------------------------------------------------------


def test_the_bundled_papers_lie_more_truly_than_along_their_principal_axes(
    encoder, bundled_papers: Sequence[Paper]
):
    vectors = encoder.encode([f"{paper.title}\n{paper.abstract}" for paper in bundled_papers])
    on_map = faithfulness(vectors, project(vectors))
    assert on_map > faithfulness(vectors, principal_axes(vectors)) + 0.05
    assert on_map > 0.85


def test_groups_of_papers_are_islands():
    vectors = unit_vectors(400)
    points = project(vectors)
    same = np.arange(400) % 8
    near = neighbours_on_map(points, 10)
    assert (same[near] == same[:, None]).mean() > 0.95


def neighbours_on_map(points: np.ndarray, k: int) -> np.ndarray:
    distances = np.linalg.norm(points[:, None] - points[None], axis=2)
    np.fill_diagonal(distances, np.inf)
    return np.argsort(distances, axis=1)[:, :k]


@pytest.mark.parametrize("n", [0, 1, 2, 3, 7, 8, 9, 16, 43])
def test_any_number_of_papers_lies_inside_the_unit_square(n):
    points = project(unit_vectors(n))
    assert points.shape == (n, 2)
    assert np.isfinite(points).all()
    assert ((points >= 0) & (points <= 1)).all()


@pytest.mark.parametrize("n", [2, 5, 30])
def test_papers_that_are_all_alike_have_places_too(n):
    points = project(np.tile(np.eye(1, 24, dtype=np.float32), (n, 1)))
    assert ((points >= 0) & (points <= 1)).all()


def test_the_same_papers_lie_at_the_same_places_at_every_call():
    vectors = unit_vectors(150)
    assert (project(vectors) == project(vectors)).all()


def test_of_many_papers_a_sample_is_laid_out_and_the_others_are_placed_among_it(monkeypatch):
    monkeypatch.setattr(projecting, "MAX_LAID_OUT", 200)
    vectors = unit_vectors(600)
    points = project(vectors)
    assert ((points >= 0) & (points <= 1)).all()
    assert faithfulness(vectors, points) > faithfulness(vectors, principal_axes(vectors)) + 0.03


def test_a_paper_is_placed_beside_its_like():
    vectors = unit_vectors(300)
    points = project(vectors)
    again = place(vectors[:20], vectors, points)
    assert np.linalg.norm(again - points[:20], axis=1).max() < 0.06


def test_the_grid_repels_as_all_pairs_do():
    points = np.random.default_rng(0).normal(0, 6, (300, 2)).astype(np.float32)
    apart = points[:, None] - points[None]
    kernel = 1 / (1 + (apart**2).sum(axis=2))
    expected = (apart * (kernel**2)[:, :, None]).sum(axis=1)
    found, total = repulsion(points)
    assert total == pytest.approx(kernel.sum() - 300, rel=0.02)
    assert np.abs(found - expected).mean() < 0.15 * np.abs(expected).mean()


def test_neighbours_are_the_most_similar_others():
    vectors = unit_vectors(60)
    products = vectors @ vectors.T
    np.fill_diagonal(products, -1)
    expected = np.sort(np.argsort(-products, axis=1)[:, :7], axis=1)
    assert (np.sort(neighbours_within(vectors, 7).places, axis=1) == expected).all()
    assert (neighbours_among(vectors, vectors, 1).places[:, 0] == np.arange(60)).all()
    assert neighbours_within(vectors[:3], 7).places.shape == (3, 2)


def test_a_theme_of_two_islands_is_named_on_the_larger():
    random = np.random.default_rng(0)
    large, small = random.normal(0.2, 0.01, (30, 2)), random.normal(0.9, 0.01, (10, 2))
    assert densest(np.vstack([large, small])) == pytest.approx((0.2, 0.2), abs=0.02)


# The map of a library -----------------------------------------------------------------------------


def test_a_library_without_papers_has_an_empty_map(make_library):
    drawn = draw(make_library())
    assert drawn.paper_ids == ()
    assert drawn.themes == ()


def test_every_paper_is_on_the_map_with_a_theme(make_library):
    library = make_library(some_papers(60))
    drawn = draw(library)
    assert set(drawn.paper_ids) == {paper.paper_id for paper in library.catalogue.papers()}
    assert len(drawn.themes) > 1
    sizes = np.bincount(drawn.theme_of, minlength=len(drawn.themes)).tolist()
    assert [theme.size for theme in drawn.themes] == sizes
    assert all(0 <= theme.x <= 1 and 0 <= theme.y <= 1 for theme in drawn.themes)


def test_a_map_is_kept_and_read_again(make_library):
    library = make_library(some_papers(40))
    first = draw(library)
    path = library.path / "indexes" / MAP_NAME
    written = path.stat().st_mtime_ns
    second = draw(library)
    assert path.stat().st_mtime_ns == written
    assert points_by_id(first) == points_by_id(second)
    assert first.themes == second.themes
    assert (first.theme_of == second.theme_of).all()


def test_no_point_moves_when_a_few_papers_come(make_library):
    library = make_library(some_papers(40))
    before = draw(library)
    library.add(some_papers(3, first=40))
    after = draw(library)
    assert points_by_id(before).items() <= points_by_id(after).items()
    assert set(after.paper_ids) - set(before.paper_ids) == {"p40", "p41", "p42"}
    assert after.is_laid_out.sum() == 40
    theme_of = dict(zip(after.paper_ids, after.theme_of.tolist(), strict=True))
    assert theme_of["p40"] == theme_of["p30"]  # of one topic
    assert sum(theme.size for theme in after.themes) == 43


def test_few_papers_again_and_again_are_many_in_the_end(make_library):
    library = make_library(some_papers(40))
    draw(library)
    library.add(some_papers(3, first=40))
    assert not draw(library).is_laid_out.all()
    library.add(some_papers(3, first=43))
    assert draw(library).is_laid_out.all()


def test_the_map_is_drawn_anew_when_a_tenth_of_the_papers_is_new(make_library):
    library = make_library(some_papers(40))
    before = draw(library)
    library.add(some_papers(20, first=40))
    after = draw(library)
    assert after.is_laid_out.all()
    assert after.n_laid_out == 60
    assert not points_by_id(before).items() <= points_by_id(after).items()


def test_a_paper_that_is_removed_leaves_the_map_and_no_other_moves(make_library):
    library = make_library(some_papers(40))
    before = points_by_id(draw(library))
    library.remove(["p7"])
    after = points_by_id(draw(library))
    assert after.items() <= before.items()
    assert before.keys() - after.keys() == {"p7"}


def test_the_map_is_drawn_anew_when_half_of_its_papers_is_gone(make_library):
    library = make_library(some_papers(40))
    draw(library)
    library.remove([f"p{at}" for at in range(25)])
    assert draw(library).n_laid_out == 15


def test_all_papers_may_go(make_library):
    library = make_library(some_papers(12))
    draw(library)
    library.remove([f"p{at}" for at in range(12)])
    assert draw(library).paper_ids == ()


def test_another_encoder_makes_another_map(make_library, hash_encoder):
    library = make_library(some_papers(40))
    draw(library)
    other = type(hash_encoder)("another-double", dimension=32)
    Library(library.path, other).reindex()
    assert draw(library).encoder == "another-double"


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: b"",
        lambda data: b"no archive",
        lambda data: data[: len(data) // 2],
        lambda data: data[:300] + bytes(40) + data[340:],
        lambda data: data.replace(b'"format": 1', b'"format": 9'),
    ],
)
def test_a_damaged_file_is_made_again(make_library, damage):
    library = make_library(some_papers(40))
    first = draw(library)
    path = library.path / "indexes" / MAP_NAME
    path.write_bytes(damage(path.read_bytes()))
    assert load_map(path) is None
    assert points_by_id(draw(library)) == points_by_id(first)
    assert load_map(path) is not None


def test_a_map_that_cannot_be_kept_is_drawn_all_the_same(make_library, tmp_path: Path, caplog):
    library = make_library(some_papers(12))
    blocked = tmp_path / "a file"
    blocked.write_text("")
    assert len(map_of(library.catalogue, blocked).paper_ids) == 12
    assert "could not be kept" in caplog.text


def test_many_may_ask_for_a_map_at_once_while_others_search(make_library):
    library = make_library(some_papers(80))
    with ThreadPoolExecutor(8) as threads:
        maps = [threads.submit(draw, library) for _ in range(4)]
        hits = [threads.submit(library.search, f"{word} study") for word in WORDS]
        assert all(hit.result() for hit in hits)
        found = [points_by_id(each.result()) for each in maps]
    assert all(each == found[0] for each in found)
    assert [file.name for file in (library.path / "indexes").glob(f"{MAP_NAME}*")] == [MAP_NAME]


def test_a_paper_of_many_chunks_lies_at_their_mean(make_library):
    long = Paper("long", "attention study", "This is a sentence about attention. " * 90)
    library = make_library([*some_papers(30), long])
    assert len(library.catalogue.chunks_of([31])) > 1
    assert draw(library).paper_ids.count("long") == 1


def test_the_catalogue_that_was_given_stays_open(make_library):
    library = make_library(some_papers(5))
    catalogue = Catalogue(library.path / CATALOGUE_NAME)
    map_of(catalogue, library.path / "indexes")
    assert catalogue.n_papers() == 5
    catalogue.close()

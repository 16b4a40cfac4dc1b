"""The map of a library: drawn when first asked for, kept in step with the papers."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from vectorstore.catalogue import CatalogueReader
from vectorstore.encoders.encoder import Vectors
from vectorstore.errors import one_line
from vectorstore.indexes.arrays import Rows
from vectorstore.mapping.collection_map import CollectionMap, MapTheme, densest
from vectorstore.mapping.files import MAP_NAME, load_map, save_map
from vectorstore.mapping.neighbours import neighbours_among
from vectorstore.mapping.projecting import place, project
from vectorstore.themes import themes
from vectorstore.themes.finding import Encode

logger = logging.getLogger(__name__)

_MIN_LAID_OUT = 0.9  # of the papers: with more new ones a map is drawn anew
_MIN_KEPT = 0.5  # of the papers that a map was drawn of
_N_VOTES = 5


@dataclass(frozen=True, slots=True, eq=False)
class _Papers:
    """The papers of a catalogue in the order they were stored, with a unit vector each."""

    generation: int
    encoder: str
    paper_ids: tuple[str, ...]
    paper_rows: Rows
    vectors: Vectors


def map_of(
    catalogue: CatalogueReader, directory: Path, *, encode: Encode | None = None
) -> CollectionMap:
    """Return the map of a catalogue's papers, kept as a file in `directory`.

    Points stay where they are while papers come and go: new ones are placed among those they are
    like. Only when a tenth is new, or half is gone, all is drawn anew. `encode`, which made the
    vectors, gives themes better names. 43 papers take 0.6 s of one core, 10,000 take 13 s, 100,000
    about a minute; what is kept is read in milliseconds. Threads and processes may call it at once.
    """
    path = directory / MAP_NAME
    kept = load_map(path)
    with catalogue.at_one_moment() as own:
        if kept and (kept.generation, kept.encoder) == (own.generation, own.manifest.encoder):
            return kept
        papers = _read(own)
        drawn = _kept_in_step(kept, papers) if kept else None
        drawn = drawn or _drawn_anew(papers, own, encode)
    try:
        save_map(path, drawn)
    except OSError as error:
        logger.warning("The map could not be kept in %r: %s.", str(path), one_line(error))
    return drawn


def _read(catalogue: CatalogueReader) -> _Papers:
    generation = catalogue.generation  # first: papers that come while it is read are not missed
    ids: dict[int, str] = {}
    sums: dict[int, Vectors] = {}
    for chunks in catalogue.chunks_since(-1):
        for stored in chunks:
            row = stored.paper_row
            ids[row] = stored.chunk.paper_id
            sums[row] = sums[row] + stored.vector if row in sums else stored.vector
    rows = sorted(ids)
    manifest = catalogue.manifest
    vectors = np.array([sums[row] for row in rows], np.float32).reshape(-1, manifest.dimension)
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return _Papers(
        generation,
        manifest.encoder,
        tuple(ids[row] for row in rows),
        np.array(rows, dtype=np.int64),
        vectors / np.maximum(lengths, 1e-9),
    )


def _drawn_anew(
    papers: _Papers, catalogue: CatalogueReader, encode: Encode | None
) -> CollectionMap:
    def texts_at(places: Sequence[int]) -> list[str]:
        found = catalogue.get_rows([int(papers.paper_rows[at]) for at in places])
        return [f"{paper.title}\n{paper.abstract}" for paper in found.values()]

    points = project(papers.vectors)
    found = themes(papers.vectors, texts_at, encode=encode)
    return CollectionMap(
        generation=papers.generation,
        encoder=papers.encoder,
        paper_ids=papers.paper_ids,
        x=points[:, 0],
        y=points[:, 1],
        theme_of=found.labels,
        is_laid_out=np.ones(len(points), dtype=np.bool_),
        n_laid_out=len(points),
        themes=tuple(
            MapTheme(theme.name, theme.phrases, *densest(points[found.labels == n]), theme.size)
            for n, theme in enumerate(found.themes)
        ),
    )


def _kept_in_step(kept: CollectionMap, papers: _Papers) -> CollectionMap | None:
    """Return the map with new papers placed and those gone left out; None where too many are."""
    place_of = {paper_id: at for at, paper_id in enumerate(kept.paper_ids)}
    before = np.array([place_of.get(each, -1) for each in papers.paper_ids], dtype=np.int64)
    is_known = before >= 0
    known = before[is_known]
    n_laid_out = int(kept.is_laid_out[known].sum())
    is_like_it = n_laid_out >= max(_MIN_LAID_OUT * len(before), _MIN_KEPT * kept.n_laid_out)
    if not n_laid_out or not is_like_it or kept.encoder != papers.encoder:
        return None
    points = np.empty((len(before), 2), dtype=np.float32)
    labels = np.empty(len(before), dtype=np.int64)
    points[is_known], labels[is_known] = kept.points[known], kept.theme_of[known]
    vectors = papers.vectors[is_known], papers.vectors[~is_known]
    points[~is_known] = place(vectors[1], vectors[0], points[is_known])
    labels[~is_known] = _themes_by_vote(vectors[1], vectors[0], labels[is_known])
    is_laid_out = np.zeros(len(before), dtype=np.bool_)
    is_laid_out[is_known] = kept.is_laid_out[known]
    sizes = np.bincount(labels, minlength=len(kept.themes)).tolist()
    return replace(
        kept,
        generation=papers.generation,
        paper_ids=papers.paper_ids,
        x=points[:, 0],
        y=points[:, 1],
        theme_of=labels,
        is_laid_out=is_laid_out,
        themes=tuple(replace(t, size=n) for t, n in zip(kept.themes, sizes, strict=True)),
    )


def _themes_by_vote(vectors: Vectors, known: Vectors, labels: Rows) -> Rows:
    """Return the theme that most of the most similar papers have, weighed by similarity."""
    near = neighbours_among(vectors, known, _N_VOTES)
    votes = np.zeros((len(vectors), int(labels.max()) + 1))
    voters = np.arange(len(vectors))[:, None]
    np.add.at(votes, (voters, labels[near.places]), np.maximum(near.similarities, 1e-3))
    return np.asarray(votes.argmax(axis=1), dtype=np.int64)

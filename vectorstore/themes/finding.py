"""The themes of a collection."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from vectorstore.encoders.encoder import Vectors
from vectorstore.themes.clustering import Labels, centred, cluster, number_of_themes
from vectorstore.themes.naming import Nearness, name_clusters

_NAMED_BY = 250  # papers a theme, those nearest its centre: more change no name

Encode = Callable[[Sequence[str]], Vectors]
TextsAt = Callable[[Sequence[int]], Sequence[str]]


@dataclass(frozen=True, slots=True)
class ThemeOfTexts:
    """A theme: its name, up to four more phrases that tell it from others, and its papers."""

    name: str
    phrases: tuple[str, ...]
    size: int


@dataclass(frozen=True, slots=True)
class ThemedPapers:
    """The themes, largest first, and for each paper, in the order given, which is its own."""

    themes: tuple[ThemeOfTexts, ...]
    labels: Labels


def themes(
    vectors: Vectors,
    texts: Sequence[str] | TextsAt,
    *,
    encode: Encode | None = None,
    n_themes: int | None = None,
) -> ThemedPapers:
    """Return the themes of papers, from a unit vector and a text of each; the same at every call.

    A text's first line is its title. Where all texts are many, pass a function that returns those
    at some places: at most 4,000 are asked for. With `encode`, which made the vectors, phrases are
    compared with their theme (480 at most, 0.5 s): few papers need it to be named well. None
    leaves the number of themes to the number of papers.
    """
    if not len(vectors):
        return ThemedPapers((), np.zeros(0, dtype=np.int64))
    texts_at: TextsAt = texts if callable(texts) else lambda places: [texts[at] for at in places]
    wanted = number_of_themes(len(vectors)) if n_themes is None else n_themes
    labels = cluster(vectors, max(1, min(wanted, len(vectors))))
    members = [np.flatnonzero(labels == label) for label in range(int(labels.max()) + 1)]
    directions = centred(vectors)
    nearness = _nearness(vectors, members, encode) if encode and len(members) > 1 else None
    named = name_clusters([texts_at(_most_central(directions, of)) for of in members], nearness)
    return ThemedPapers(
        tuple(
            ThemeOfTexts(name, tuple(others), len(of))
            for (name, *others), of in zip(named, members, strict=True)
        ),
        labels,
    )


def _most_central(directions: Vectors, members: Labels) -> list[int]:
    if len(members) <= _NAMED_BY:
        return [int(place) for place in members]
    similarities = directions[members] @ directions[members].sum(axis=0)
    nearest = np.argsort(-similarities, kind="stable")[:_NAMED_BY]
    return sorted(int(place) for place in members[nearest])


def _nearness(vectors: Vectors, members: Sequence[Labels], encode: Encode) -> Nearness:
    """Return what says how similar phrases are to a theme, seen from the mean of all papers."""
    mean = vectors.mean(axis=0)

    def similarities(theme: int, phrases: Sequence[str]) -> Sequence[float]:
        if not phrases:
            return []
        centre = vectors[members[theme]].mean(axis=0) - mean
        from_mean = encode(phrases) - mean
        lengths = np.linalg.norm(from_mean, axis=1) * np.linalg.norm(centre)
        found: list[float] = (from_mean @ centre / np.maximum(lengths, 1e-9)).tolist()
        return found

    return similarities

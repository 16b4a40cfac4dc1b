"""Pairs sorted by what they are about: what is told apart in a batch is then alike."""

from collections.abc import Iterator, Sequence

from training.pairs import Pair

_N_TERMS = 20_000  # the most frequent ones


def by_topic(
    pairs: Sequence[Pair], *, pairs_per_topic: int, seed: int
) -> Iterator[tuple[int, list[Pair]]]:
    """Yield each topic, so large in the mean, with its pairs in the order that they have."""
    from sklearn.cluster import MiniBatchKMeans
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.pipeline import make_pipeline

    n_topics = max(1, len(pairs) // pairs_per_topic)
    clusters = make_pipeline(
        TfidfVectorizer(max_features=_N_TERMS, stop_words="english", sublinear_tf=True),
        MiniBatchKMeans(n_topics, random_state=seed, n_init=3),
    )
    topics = clusters.fit_predict([pair.passage for pair in pairs])
    for topic in range(n_topics):
        of_topic = [pair for pair, its in zip(pairs, topics, strict=True) if its == topic]
        if of_topic:
            yield topic, of_topic

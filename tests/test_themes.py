"""Themes of a collection and their names."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vectorstore import STOPWORDS, Encoder, Paper
from vectorstore.themes import number_of_themes, themes
from vectorstore.themes.clustering import centred, cluster
from vectorstore.themes.naming import name_clusters
from vectorstore.themes.phrases import phrases

TOPICS = {
    "machine translation": "{n} ways of machine translation.",
    "sparse autoencoders": "Sparse autoencoders find {n} in a layer.",
    "protein folding": "{n} ways to speed up protein folding.",
}


def grouped(n_each: int) -> tuple[np.ndarray, list[str]]:
    """Return unit vectors in three narrow cones, and texts of three topics."""
    random = np.random.default_rng(3)
    vectors, texts = [], []
    for axis, text in enumerate(TOPICS.values()):
        for n in range(n_each):
            vector = random.normal(0, 0.1, 16)
            vector[axis] += 1
            vectors.append(vector / np.linalg.norm(vector))
            texts.append(f"Paper {n}\n{text.format(n=n)}")
    return np.array(vectors, dtype=np.float32), texts


def embedded(encoder: Encoder, papers: tuple[Paper, ...]) -> tuple[np.ndarray, list[str]]:
    texts = [f"{paper.title}\n{paper.abstract}" for paper in papers]
    return encoder.encode(texts), texts


def test_papers_that_lie_together_are_one_theme_under_the_phrase_they_share():
    vectors, texts = grouped(12)
    found = themes(vectors, texts, n_themes=3)
    assert {theme.name for theme in found.themes} == TOPICS.keys()
    assert [theme.size for theme in found.themes] == [12, 12, 12]
    for start in (0, 12, 24):
        assert len(set(found.labels[start : start + 12])) == 1


def test_the_themes_of_the_bundled_papers_have_names_of_one_to_three_words(encoder, bundled_papers):
    found = themes(*embedded(encoder, bundled_papers), encode=encoder.encode)
    names = [theme.name for theme in found.themes]
    assert len(names) == number_of_themes(43) == 5
    assert len({name.casefold() for name in names}) == len(names)
    for name in names:
        assert 1 <= len(name.split()) <= 3
        assert not {word.casefold() for word in name.split()} & STOPWORDS


def test_the_same_papers_have_the_same_themes_at_every_call(encoder, bundled_papers):
    vectors, texts = embedded(encoder, bundled_papers)
    first, second = (themes(vectors, texts, encode=encoder.encode) for _ in range(2))
    assert first.themes == second.themes
    assert (first.labels == second.labels).all()


def test_texts_are_asked_for_by_place_where_they_are_many():
    vectors, texts = grouped(12)
    asked: list[int] = []

    def texts_at(places):
        asked.extend(places)
        return [texts[at] for at in places]

    assert themes(vectors, texts_at).themes == themes(vectors, texts).themes
    assert sorted(asked) == list(range(36))


@pytest.mark.parametrize(
    ("n_papers", "expected"),
    [(0, 1), (1, 1), (5, 1), (15, 1), (16, 2), (43, 5), (200, 9), (1_000, 12), (10_000, 16)],
)
def test_the_number_of_themes_grows_with_the_logarithm_of_the_papers(n_papers, expected):
    assert number_of_themes(n_papers) == expected


def test_there_are_never_more_themes_than_colours_and_signs_can_tell_apart():
    assert number_of_themes(10_000_000) == 16


def test_themes_come_largest_first():
    vectors, texts = grouped(12)
    found = themes(vectors[6:], texts[6:], n_themes=3)
    assert [theme.size for theme in found.themes] == [12, 12, 6]
    assert np.bincount(found.labels).tolist() == [12, 12, 6]


def test_no_paper_has_no_theme():
    assert themes(np.zeros((0, 8), np.float32), []).themes == ()


def test_one_paper_is_one_theme():
    found = themes(np.eye(1, 8, dtype=np.float32), ["Sparse Autoencoders\nThey are sparse."])
    assert [theme.size for theme in found.themes] == [1]


def test_papers_that_are_all_alike_are_one_theme():
    vectors = np.tile(np.eye(1, 8, dtype=np.float32), (40, 1))
    found = themes(vectors, ["Machine Translation\nOf one text."] * 40)
    assert [theme.size for theme in found.themes] == [40]
    assert found.themes[0].name == "machine translation"


def test_papers_without_any_word_are_called_by_number():
    assert name_clusters([["\n"] * 9, ["12 % \n 3.1"] * 9]) == [("theme 1",), ("theme 2",)]


def test_no_name_is_a_part_of_another_and_a_phrase_leads_one_theme_only():
    first = ["Neural Machine Translation\nNeural machine translation and attention heads."] * 9
    second = ["Machine Translation\nMachine translation evaluation by human raters."] * 9
    third = ["Parsing\nDependency parsing of trees."] * 9
    names = [set(name.casefold().split()) for name, *_ in name_clusters([first, second, third])]
    for one in names:
        assert all(one is other or not one <= other for other in names)


def test_a_name_is_what_the_cluster_has_and_others_lack():
    shared = "Large language models are large language models."
    first = [f"A\n{shared} Sparse autoencoders help."] * 9
    second = [f"B\n{shared} Reward models help."] * 9
    assert [name for name, *_ in name_clusters([first, second])] == [
        "sparse autoencoders",
        "reward models",
    ]


def test_the_end_of_a_longer_name_is_not_taken_for_the_name():
    first = ["A\nHate speech detection is hard. Hate speech detection matters."] * 9
    second = ["B\nParsing of trees."] * 9
    assert name_clusters([first, second])[0][0].casefold() == "hate speech detection"


def test_a_name_is_written_as_abstracts_do_and_not_as_titles():
    texts = ["Reward Modeling with GPT-4 Judges\nReward Modeling is known as reward modeling."] * 9
    assert name_clusters([texts, ["B\nParsing of trees."] * 9])[0][0] == "reward modeling"
    only_titles = ["LLM Judges\nNothing."] * 9
    assert name_clusters([only_titles, ["B\nParsing of trees."] * 9])[0][0] == "LLM judges"


def test_how_near_a_phrase_is_to_its_theme_decides_among_equals():
    texts = [["A\nGreen apples. Red pears."] * 9, ["B\nParsing of trees."] * 9]

    def nearness(cluster_number, found):
        return [1.0 if phrase.casefold() == "red pears" else 0.1 for phrase in found]

    assert name_clusters(texts, nearness)[0][0].casefold() == "red pears"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("sparse coders for language models", "coders, sparse coders, language models"),
        ("We propose a novel method.", ""),
        ("vision-language models", "vision-language models"),
        ("significantly 3.1 % 42", ""),
    ],
)
def test_phrases_are_the_ends_of_runs_of_telling_words(text, expected):
    assert ", ".join(phrase.surface for phrase in phrases(text)) == expected


def test_numbers_hyphens_and_capitals_make_no_other_phrase():
    [one] = {p.key for p in phrases("Vision-Language Models") if len(p.key) == 3}
    [other] = {p.key for p in phrases("a vision language model") if len(p.key) == 3}
    assert one == other


@given(st.text())
def test_any_text_gives_phrases_of_at_most_three_words_of_its_own(text):
    for phrase in phrases(text):
        assert 1 <= len(phrase.surface.split()) <= 3
        assert all(word in text for word in phrase.surface.split())
        assert not {word.casefold() for word in phrase.surface.split()} & STOPWORDS


@given(st.integers(1, 40), st.integers(1, 6))
def test_every_paper_is_in_one_cluster_counted_by_size(n, n_clusters):
    vectors = np.random.default_rng(n).normal(size=(n, 5)).astype(np.float32)
    assert np.isfinite(centred(vectors)).all()
    sizes = np.bincount(cluster(vectors, min(n, n_clusters)))
    assert sizes.sum() == n
    assert list(sizes) == sorted(sizes, reverse=True)

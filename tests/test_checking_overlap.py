"""Measures of shared wording."""

from hypothesis import given
from hypothesis import strategies as st

from assistant.checking.overlap import (
    beginnings,
    fragments,
    letter_share,
    longest_common_subsequence,
    longest_gap,
    nearness,
    ngram_share,
    share,
    soft_share,
    windows,
)

WORDS = st.lists(st.sampled_from("owl bat lark hoots sings at night the".split()), max_size=12)


def test_a_long_word_weighs_more_than_a_short_one():
    assert share(["owl", "nightingale"], ["nightingale"]) == 10 / 13
    assert share([], ["owl"]) == 0.0


def test_words_of_one_family_count_in_part():
    near = beginnings(["interpretation"])
    assert nearness("interpretable", near) == 0.8
    assert nearness("inter", beginnings(["internal"])) == 0.8
    assert nearness("owl", near) == 0.0
    assert 0 < soft_share(["interpretable"], ["interpretation"]) < 1


def test_ngrams_do_not_cross_sentences():
    words = "owls hoot at night".split()
    assert ngram_share(words, [words], 2) == 1.0
    assert ngram_share(words, [words[:2], words[2:]], 2) == 2 / 3
    assert ngram_share(words[:1], [words], 2) == 0.0


def test_fragments_are_the_longest_copied_runs():
    text = "larks sing in the morning and owls hoot at night".split()
    assert fragments("owls hoot at noon in the morning".split(), text) == [3, 3]
    assert fragments("bats fly".split(), text) == []


def test_a_gap_is_a_run_of_words_that_are_not_held():
    assert longest_gap(["a", "x", "y", "b", "z"], {"a", "b"}) == 2
    assert longest_gap([], {"a"}) == 0


def test_windows_are_neighbours():
    assert windows([["a"], ["b"], ["c"]]) == [{"a", "b"}, {"b", "c"}]
    assert windows([["a"]]) == [{"a"}]
    assert windows([]) == []


@given(WORDS, WORDS)
def test_shares_lie_between_none_and_all(one, other):
    for measure in (share, soft_share, letter_share):
        assert 0.0 <= measure(one, other) <= 1.0
        assert measure(one, one) in {0.0, 1.0}
    assert sum(fragments(one, other)) <= len(one)
    assert longest_common_subsequence(one, other) <= min(len(one), len(other))
    assert longest_common_subsequence(one, one) == len(one)
    assert sum(fragments(one, one)) == len(one)

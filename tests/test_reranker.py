"""Candidates read together with the query, by a cross-encoder that knows nothing."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from vectorstore import CrossEncoderReranker, EncoderError, Library, Paper
from vectorstore.encoders.shipped import DEFAULT_ENCODER, SHIPPED
from vectorstore.search import Hit, text_to_rerank

WORDS = "owls bats larks hoot sing hunt at night in the morning of . a".split()


@pytest.fixture(scope="module")
def make_model(tmp_path_factory: pytest.TempPathFactory) -> Callable[[int], Path]:
    """Return a maker of a tiny cross-encoder of random weights, always the same, in a directory."""
    import torch
    from transformers import BertConfig, BertForSequenceClassification, BertTokenizerFast

    def make(n_labels: int) -> Path:
        path = tmp_path_factory.mktemp("cross-encoder")
        vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *WORDS]
        (path / "vocab.txt").write_text("\n".join(vocabulary))
        BertTokenizerFast(str(path / "vocab.txt")).save_pretrained(path)
        with torch.random.fork_rng():
            torch.manual_seed(1)
            config = BertConfig(
                vocab_size=len(vocabulary),
                hidden_size=16,
                num_hidden_layers=1,
                num_attention_heads=2,
                intermediate_size=16,
                initializer_range=1.0,
                num_labels=n_labels,
            )
            BertForSequenceClassification(config).save_pretrained(path)
        return path

    return make


@pytest.fixture(scope="module")
def reranker(make_model: Callable[[int], Path]) -> CrossEncoderReranker:
    """Return a reranker of one score."""
    return CrossEncoderReranker(str(make_model(1)))


@pytest.fixture
def reranked_library(
    tmp_path: Path,
    hash_encoder: object,
    reranker: CrossEncoderReranker,
    make_paper: Callable[..., Paper],
) -> Library:
    """Return a library of birds and bats whose best papers are read again."""
    library = Library.create(tmp_path / "library", hash_encoder, reranker=reranker)
    titles = ("Owls hoot", "Bats hunt", "Larks sing", "The night of owls", "A morning", "Bats sing")
    library.add([make_paper(title, f"{title} at night in the morning.") for title in titles])
    return library


def read_text(hit: Hit) -> str:
    """Return the title and best passage of a paper."""
    passage = hit.passages[0]
    return f"{hit.paper.title}\n{hit.paper.abstract[passage.start : passage.end]}"


def test_every_text_has_a_score_of_its_own_that_the_query_bears_on(reranker):
    texts = ["owls hoot", "bats hunt at night", "", "larks sing " * 1_000]
    scores = reranker.scores("owls at night", texts)
    assert scores.shape == (4,)
    assert scores.dtype == np.float32
    assert len(set(scores.tolist())) == 4
    assert not np.allclose(scores, reranker.scores("larks in the morning", texts))
    np.testing.assert_allclose(scores[1], reranker.scores("owls at night", texts[1:2])[0], 1e-4)


def test_no_texts_have_no_scores(reranker):
    assert reranker.scores("owls", []).shape == (0,)


def test_of_several_labels_the_last_is_the_score(make_model):
    model = CrossEncoderReranker(str(make_model(3)))
    texts = ["owls hoot", "bats hunt at night"]
    scores = model.scores("owls", texts)
    every = model._encoder.predict([("owls", text) for text in texts])
    assert every.shape == (2, 3)
    np.testing.assert_array_equal(scores, every[:, 2])


def test_hits_come_in_the_order_of_the_scores_that_they_carry(reranked_library, reranker):
    hits = reranked_library.search("owls at night", top_k=6)
    found = [hit.rerank_score for hit in hits]
    assert len(found) == 6
    assert found == sorted(found, reverse=True)
    wanted = reranker.scores("owls at night", [read_text(hit) for hit in hits])
    np.testing.assert_allclose(found, wanted, rtol=1e-3)
    assert [hit.fused_score for hit in hits] != sorted((h.fused_score for h in hits), reverse=True)


def test_the_best_of_all_that_were_read_are_given_not_of_those_asked_for(reranked_library):
    everything = reranked_library.search("owls at night", top_k=6)
    assert reranked_library.search("owls at night", top_k=2) == everything[:2]


def test_the_thirty_best_are_read_and_any_others_follow_in_the_order_of_the_search(
    tmp_path, hash_encoder, reranker, make_paper
):
    library = Library.create(tmp_path / "library", hash_encoder, reranker=reranker)
    library.add([make_paper(f"Owls hoot {n}", "Owls sing " * n + ".") for n in range(1, 36)])
    hits = library.search("owls hoot", top_k=35)
    read, others = hits[:30], hits[30:]
    assert all(hit.rerank_score is not None for hit in read)
    assert [hit.rerank_score for hit in others] == [None] * 5
    fused = [hit.fused_score for hit in others]
    assert fused == sorted(fused, reverse=True)
    assert max(fused) <= min(hit.fused_score for hit in read)


def test_an_encoder_is_no_reranker():
    reranker = CrossEncoderReranker(str(SHIPPED / DEFAULT_ENCODER))
    with pytest.raises(EncoderError, match="does not read two texts together"):
        reranker.scores("owls", ["owls hoot"])


def test_a_paper_whose_chunks_were_just_removed_is_read_by_its_title(make_paper):
    paper = make_paper("Owls hoot")
    assert text_to_rerank(Hit(paper, (), 0.5, 0.0, 0.5, ())) == "Owls hoot\n"


def test_without_a_reranker_there_is_no_score(make_library, make_paper):
    [hit] = make_library([make_paper("Owls hoot")]).search("owls")
    assert hit.rerank_score is None


@pytest.mark.parametrize("name", ["no-such-model", "no-such-owner/no-such-model", "/no/such/path"])
def test_an_unknown_model_is_an_error_in_one_line_that_says_what_can_be_named(name):
    reranker = CrossEncoderReranker(name)  # nothing is loaded before it is needed
    with pytest.raises(EncoderError, match="cannot be loaded") as error:
        reranker.scores("owls", ["owls hoot"])
    assert repr(name) in str(error.value)
    assert "CITEWISE_ALLOW_DOWNLOAD=true" in str(error.value)
    assert "\n" not in str(error.value)

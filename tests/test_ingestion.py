"""What is done to papers on their way into the catalogue."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from vectorstore import Library, Paper
from vectorstore.catalogue import Catalogue
from vectorstore.ingestion import _BATCH_PAPERS, AddReport, add_papers, encode_papers


@pytest.fixture
def catalogue(make_library: Callable[..., Library]) -> Catalogue:
    """Return an empty catalogue."""
    return make_library().catalogue


@pytest.fixture
def papers(make_paper: Callable[..., Paper]) -> list[Paper]:
    """Return papers that fill two batches and begin a third."""
    return [make_paper(f"Paper {n}") for n in range(2 * _BATCH_PAPERS + 1)]


@pytest.fixture
def add(catalogue: Catalogue, hash_encoder: Any) -> Callable[..., AddReport]:
    """Return what adds papers, all of them, and gives the report."""

    def adding(*papers: Paper) -> AddReport:
        report = AddReport()
        list(add_papers(papers, catalogue, hash_encoder, report))
        return report

    return adding


def test_what_is_done_is_told_batch_by_batch_when_it_is_stored(catalogue, hash_encoder, papers):
    report, told = AddReport(), []
    for n_done in add_papers(papers, catalogue, hash_encoder, report):
        assert catalogue.n_papers() == len(report) == n_done
        told.append(n_done)
    assert told == [_BATCH_PAPERS, 2 * _BATCH_PAPERS, 2 * _BATCH_PAPERS + 1]
    assert report.added == [paper.paper_id for paper in papers]
    assert catalogue.get([papers[70].paper_id]) == {papers[70].paper_id: papers[70]}


def test_no_papers_are_no_batch(catalogue, hash_encoder):
    assert list(add_papers([], catalogue, hash_encoder, AddReport())) == []
    assert hash_encoder.n_texts == 0


def test_every_chunk_is_stored_with_the_vector_of_its_title_and_text(add, catalogue, hash_encoder):
    sentence = "Owls hoot at night and sleep by day in old and hollow trees. "
    paper = Paper("owls", "Owls", (sentence * 40).strip())
    add(paper)
    chunks = [stored for batch in catalogue.chunks_since(-1) for stored in batch]
    assert len(chunks) == hash_encoder.n_texts > 2
    texts = [f"Owls\n{paper.abstract[s.chunk.start : s.chunk.end]}" for s in chunks]
    found = np.vstack([stored.vector for stored in chunks])
    np.testing.assert_allclose(found, hash_encoder.encode(texts), atol=1e-3)  # stored as float16


def test_known_papers_are_not_encoded_again(add, papers, hash_encoder):
    add(*papers)
    encoded = hash_encoder.n_texts
    report = add(*papers)
    assert report.unchanged == [paper.paper_id for paper in papers]
    assert (report.added, report.updated) == ([], [])
    assert hash_encoder.n_texts == encoded


def test_another_source_of_the_same_paper_changes_nothing(add, catalogue, make_paper):
    paper = make_paper("Owls", source="jsonl")
    add(paper)
    assert add(replace(paper, source="csv")).unchanged == [paper.paper_id]
    assert catalogue.papers() == [paper]


def test_other_fields_are_stored_without_encoding(add, catalogue, hash_encoder, make_paper):
    paper = make_paper("Owls")
    add(paper)
    encoded, chunk = hash_encoder.n_texts, catalogue.newest_chunk()
    changed = replace(paper, year=2024, authors=("Ada Strix",))
    assert add(changed).updated == [paper.paper_id]
    assert catalogue.papers() == [changed]
    assert hash_encoder.n_texts == encoded
    assert catalogue.newest_chunk().chunk_row == chunk.chunk_row


@pytest.mark.parametrize("change", [{"abstract": "It says another thing."}, {"title": "Bats"}])
def test_another_text_is_encoded_in_place_of_the_old_one(
    add, catalogue, hash_encoder, make_paper, change
):
    paper = make_paper("Owls")
    add(paper)
    changed = replace(paper, **change)
    assert add(changed).updated == [paper.paper_id]
    assert catalogue.papers() == [changed]
    assert hash_encoder.n_texts == 2
    assert catalogue.n_chunks() == 1


def test_a_batch_of_all_kinds_is_sorted_in_the_report(add, make_paper):
    same, fields, text, new = (make_paper(title) for title in ("Same", "Fields", "Text", "New"))
    add(same, fields, text)
    report = add(new, same, replace(fields, year=2024), replace(text, abstract="Another."))
    assert report.added == [new.paper_id]
    assert report.unchanged == [same.paper_id]
    assert report.updated == [fields.paper_id, text.paper_id]
    assert len(report) == 4


def test_what_was_stored_before_the_encoder_failed_stays(
    catalogue, hash_encoder, papers, monkeypatch
):
    encode = hash_encoder.encode

    def failing(texts: list[str]) -> np.ndarray:
        if any(text.startswith(papers[-1].title) for text in texts):
            raise RuntimeError("out of memory")
        return encode(texts)

    monkeypatch.setattr(hash_encoder, "encode", failing)
    report = AddReport()
    with pytest.raises(RuntimeError, match="out of memory"):
        list(add_papers(papers, catalogue, hash_encoder, report))
    assert catalogue.n_papers() == len(report) == 2 * _BATCH_PAPERS


def test_all_papers_are_encoded_anew_whatever_is_known(hash_encoder, papers):
    batches = list(encode_papers(papers, hash_encoder))
    assert [len(batch.papers) for batch, _ in batches] == [_BATCH_PAPERS, _BATCH_PAPERS, 1]
    for batch, vectors in batches:
        assert len(batch.chunks) == len(batch.texts) == len(vectors)
        np.testing.assert_array_equal(vectors, hash_encoder.encode(batch.texts))

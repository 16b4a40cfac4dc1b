"""An import taken back."""

from dataclasses import replace

import numpy as np
import pytest

from vectorstore import Library, SearchFilter
from vectorstore.live.state import LiveState
from vectorstore.undoing import UndoError, remembering, undo


def changed_by(library, *papers):
    """Return the change that adding these papers makes."""
    with library.writing(), remembering(library) as before:
        return before.change(library.add(papers))


def all_of(library):
    """Return everything that is known of every paper, vectors included."""
    records = {record.paper.paper_id: record for record in library.catalogue.all_records()}
    chunks = library.catalogue.chunks_of(library.catalogue.rows_of(SearchFilter()).tolist())
    vectors = {(c.chunk.paper_id, c.chunk.position): c.vector.tobytes() for c in chunks}
    return records, vectors


def found_by(library, query):
    return [hit.paper.title for hit in library.search(query, top_k=3)]


def test_what_was_added_goes_and_is_no_longer_found(make_library, make_paper):
    library = make_library([make_paper("Owls", "Owls see in the dark.")])
    before = all_of(library)
    change = changed_by(library, make_paper("Bats", "Bats hear echoes."))
    assert found_by(library, "Bats hear echoes.")[0] == "Bats"
    undone = undo(library, change)
    assert len(undone.removed) == 1
    assert all_of(library) == before
    assert "Bats" not in found_by(library, "Bats hear echoes.")


def test_what_was_updated_has_its_old_text_and_vectors_again(make_library, make_paper):
    owls = make_paper("Owls", "Owls see in the dark.", source="jsonl")
    library = make_library([owls])
    before = all_of(library)
    change = changed_by(library, replace(owls, abstract="Owls eat mice at noon."))
    assert library.catalogue.get([owls.paper_id])[owls.paper_id].abstract.endswith("noon.")
    undone = undo(library, change)
    assert undone.restored == (owls.paper_id,)
    assert all_of(library) == before


def test_what_another_source_joined_stands_alone_again(make_library, make_paper):
    owls = make_paper("Owls See in the Dark", "Owls see.", arxiv_id="2401.00001", source="arxiv")
    library = make_library([owls])
    before = all_of(library)
    other = replace(owls, paper_id="10.1000/owls", doi="10.1000/owls", source="bibtex")
    change = changed_by(library, other)
    assert len(next(library.catalogue.all_records()).origins) == 2
    undo(library, change)
    assert all_of(library) == before


def test_adding_again_after_an_undo_gives_what_was_undone(make_library, make_paper):
    library = make_library()
    papers = [make_paper(f"Paper {n}", f"It says {n}.") for n in range(130)]
    change = changed_by(library, *papers)
    undo(library, change)
    assert library.catalogue.n_papers() == 0
    library.add(papers)
    assert library.catalogue.n_papers() == 130


def test_what_changed_again_since_is_kept_and_told(make_library, make_paper):
    bats, owls = make_paper("Bats", source="jsonl"), make_paper("Owls", source="jsonl")
    library = make_library()
    change = changed_by(library, bats, owls)
    library.add([replace(bats, abstract="Somebody knows better.")])
    undone = undo(library, change)
    assert undone.kept == (bats.paper_id,)
    assert undone.removed == (owls.paper_id,)
    assert [record.paper.title for record in library.catalogue.all_records()] == ["Bats"]


def test_what_was_removed_since_is_no_matter(make_library, make_paper):
    library = make_library()
    change = changed_by(library, make_paper("Bats"))
    library.remove(list(change.added))
    undone = undo(library, change)
    assert (undone.removed, undone.kept) == ((), ())


def test_an_import_that_changed_nothing_is_no_change(make_library, make_paper):
    library = make_library([make_paper("Owls")])
    assert not changed_by(library, make_paper("Owls"))


def test_live_sources_that_it_made_known_are_forgotten(make_library, make_paper):
    library = make_library()
    known, new = (LiveState(f"arxiv:2401.0000{n}", None, "2026", None, "") for n in (1, 2))
    library.catalogue.put_live(known)
    with library.writing(), remembering(library) as before:
        report = library.add([make_paper("Bats")])
        library.catalogue.put_live(new)
        change = before.change(report)
    undo(library, change)
    assert [state.name for state in library.catalogue.live()] == [known.name]


def test_a_library_that_was_reindexed_with_another_encoder_is_left_alone(
    make_library, make_paper, hash_encoder
):
    library = make_library()
    change = changed_by(library, make_paper("Bats"))
    other = Library(library.path, type(hash_encoder)("another", dimension=32))
    other.reindex()
    with pytest.raises(UndoError, match="indexed anew"):
        undo(other, change)
    assert other.catalogue.n_papers() == 1


def test_vectors_come_back_bit_by_bit(make_library, make_paper):
    owls = make_paper("Owls", "Owls see in the dark. " * 120, source="jsonl")  # several chunks
    library = make_library([owls])
    _, before = all_of(library)
    change = changed_by(library, replace(owls, abstract="Short."))
    undo(library, change)
    _, after = all_of(library)
    assert len(after) > 1
    assert after == before
    assert np.isfinite(np.frombuffer(next(iter(after.values())), np.float32)).all()

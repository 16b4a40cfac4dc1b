"""The dense index on a Chroma server: the same results, and nothing lost whatever happens to it."""

import logging
import shutil
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from random import Random
from typing import Any

import pytest

import assistant.build
from tests.chroma_servers import RunningChroma, running_chroma
from vectorstore import ChromaServerError, Library, Paper, SearchFilter, candidates, ranking
from vectorstore.catalogue import CATALOGUE_NAME, Catalogue
from vectorstore.indexes import derived, server_dense
from vectorstore.indexes.chroma_server import ChromaServer
from vectorstore.indexes.collection_pointer import KeptPointer, Pointer
from vectorstore.indexes.server_collection import ServerCollection

pytestmark = pytest.mark.slow  # the server alone takes three seconds to start

QUESTIONS = (
    "How many finetuned models does Pando contain?",
    "sparse autoencoders find features",
    "Which papers steer a model?",
    "zebras in the savanna",
    "interpretability",
)


@pytest.fixture(scope="session")
def chroma(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningChroma]:
    """Return a server for all tests; who kills it starts it again."""
    with running_chroma(tmp_path_factory.mktemp("chroma") / "data") as server:
        yield server


@pytest.fixture
def ask_the_index(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a library of any size ask its dense index."""
    monkeypatch.setattr(candidates, "FEW_CHUNKS", 0)
    monkeypatch.setattr(derived, "FEW_CHUNKS", 0)
    monkeypatch.setattr(ranking, "_DEPTH", 20)


@pytest.fixture
def opened(tmp_path: Path, hash_encoder: Any, chroma: RunningChroma) -> Callable[..., Library]:
    """Return what opens the library of this test on the server, or makes it."""

    def open_it(*, patience_seconds: float = 60.0) -> Library:
        path = tmp_path / "library"
        make = Library.open if Library.exists(path) else Library.create
        server = ChromaServer(chroma.url, patience_seconds=patience_seconds)
        return make(path, hash_encoder, server=server)

    return open_it


@pytest.fixture
def numbered(make_paper: Callable[..., Paper]) -> Callable[[int, int], list[Paper]]:
    """Return a maker of papers, each with words of its own."""

    def make(first: int, last: int) -> list[Paper]:
        return [
            make_paper(
                f"Paper {n}", " ".join(f"w{Random(n * 10 + k).getrandbits(40)}" for k in range(10))
            )
            for n in range(first, last)
        ]

    return make


def pointer_of(library: Library) -> Pointer:
    return KeptPointer(library.catalogue).read()


def found(library: Library, query: str, top_k: int = 10) -> list[str]:
    return [hit.paper.title for hit in library.search(query, top_k=top_k)]


def nearest(library: Library, paper: Paper) -> int:
    """Return the row of the chunk that the index finds nearest to a paper's own."""
    [row] = library.catalogue.rows_of(SearchFilter(paper_ids=frozenset([paper.paper_id])))
    [stored] = library.catalogue.chunks_of([int(row)])
    [chunk_row] = library._indexes.dense.search(stored.vector, top_k=1)
    assert chunk_row == stored.chunk_row
    return int(chunk_row)


def assert_holds(library: Library, papers: Sequence[Paper]) -> None:
    """Assert that the server holds these papers, each once, and no others."""
    status = library.status()
    assert status.indexes_current
    assert status.dense_current
    assert (status.n_papers, status.n_chunks) == (len(papers), len(papers))
    assert library._indexes.dense.count() == len(papers)
    assert len({nearest(library, paper) for paper in papers}) == len(papers)
    assert_asked(library)


def assert_asked(library: Library) -> None:
    """Assert that the server answered last, and no comparison in its place."""
    assert getattr(library._indexes.dense, "_away_until", 0.0) == 0.0


def remakes(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [r.message for r in caplog.records if "anew: " in r.message]


# --- the same as without


@pytest.mark.usefixtures("ask_the_index")
def test_the_best_ten_are_those_of_the_local_index(library, tmp_path, encoder, chroma):
    local = Library.open(shutil.copytree(library.path, tmp_path / "local"), encoder)
    path = shutil.copytree(library.path, tmp_path / "served")
    served = Library.open(path, encoder, server=ChromaServer(chroma.url))
    for query in (*QUESTIONS, *(paper.title for paper in library.catalogue.papers())):
        assert found(served, query) == found(local, query)
        vector = served.encode([query])[0]
        nearest_chunks = served._indexes.dense.search(vector, top_k=10).tolist()
        assert nearest_chunks == local._indexes.dense.search(vector, top_k=10).tolist()
    assert_asked(served)


def test_papers_that_are_added_changed_and_removed_are_so_on_the_server(
    opened, numbered, make_paper
):
    library, papers = opened(), numbered(0, 20)
    library.add(papers)
    assert_holds(library, papers)
    library.remove([papers[3].paper_id])
    changed = make_paper("Paper 4", "Entirely other words about zebras.")
    library.add([changed, *numbered(20, 25)])
    now = [*papers[:3], changed, *papers[5:], *numbered(20, 25)]
    assert_holds(library, now)
    assert_holds(opened(), now)


def test_a_sound_collection_is_opened_as_it_is(opened, numbered, hash_encoder, caplog):
    opened().add(numbered(0, 5))
    library = opened()
    before, n_texts = pointer_of(library), hash_encoder.n_texts
    assert pointer_of(opened()) == before
    assert before.collection.startswith(f"citewise-{before.library}-hash-double-v1-g")
    assert hash_encoder.n_texts == n_texts
    assert remakes(caplog) == []


def test_the_status_tells_the_address_and_the_collection(opened, chroma):
    library = opened()
    assert library.status().dense_index == f"{chroma.url} {pointer_of(library).collection}"


def test_a_copy_of_a_library_has_a_collection_of_its_own(
    opened, numbered, tmp_path, hash_encoder, chroma
):
    first = opened()
    first.add(numbered(0, 5))
    path = shutil.copytree(first.path, tmp_path / "copy")
    second = Library.open(path, hash_encoder, server=ChromaServer(chroma.url))
    second.add(numbered(5, 8))
    assert pointer_of(second).library != pointer_of(first).library
    assert_holds(first, numbered(0, 5))
    assert_holds(second, numbered(0, 8))


@pytest.mark.usefixtures("ask_the_index")
def test_a_library_goes_to_the_server_and_back(opened, numbered, hash_encoder, tmp_path):
    Library.create(tmp_path / "library", hash_encoder).add(numbered(0, 10))
    opened().add(numbered(10, 12))
    back = Library.open(tmp_path / "library", hash_encoder)
    assert back.status().dense_index == "local"
    assert_holds(back, numbered(0, 12))
    back.remove([numbered(0, 1)[0].paper_id])
    assert_holds(opened(), numbered(1, 12))


# --- a server that lost something


def test_a_collection_that_is_gone_is_made_anew_and_nothing_is_encoded_again(
    opened, numbered, hash_encoder, chroma, caplog
):
    library = opened()
    library.add(numbered(0, 5))
    n_texts = hash_encoder.n_texts
    chroma.remove(pointer_of(library).collection)
    assert not library.status().dense_current
    assert_holds(opened(), numbered(0, 5))
    assert_holds(library, numbered(0, 5))
    assert hash_encoder.n_texts == n_texts
    assert "does not have it" in remakes(caplog)[0]


def test_a_collection_that_lost_rows_is_made_anew(opened, numbered, chroma, caplog):
    library = opened()
    library.add(numbered(0, 5))
    chroma.remove_rows(pointer_of(library).collection, [2])
    assert_holds(opened(), numbered(0, 5))
    assert "lacks what the catalogue holds" in remakes(caplog)[0]


def test_a_collection_whose_count_is_right_and_whose_vectors_are_not_is_made_anew(
    opened, numbered, chroma, caplog
):
    library = opened()
    library.add(numbered(0, 5))
    chroma.overwrite(pointer_of(library).collection, [1, 2, 3, 4, 5], [1.0] * 64)
    assert_holds(opened(), numbered(0, 5))
    assert "lacks what the catalogue holds" in remakes(caplog)[0]


def test_a_collection_that_lags_is_caught_up_in_place(
    opened, numbered, tmp_path, hash_encoder, caplog
):
    library = opened()
    library.add(numbered(0, 5))
    before = pointer_of(library).collection
    without = Library.open(tmp_path / "library", hash_encoder)
    without.remove([numbered(0, 1)[0].paper_id])
    without.add(numbered(5, 9))
    assert not library.status().dense_current
    assert_holds(opened(), numbered(1, 9))
    assert pointer_of(library).collection == before
    assert remakes(caplog) == []


def test_a_collection_that_is_ahead_of_the_catalogue_is_made_anew(
    opened, numbered, tmp_path, caplog
):
    library = opened()
    library.add(numbered(0, 5))
    library.catalogue.close()
    catalogue, backup = tmp_path / "library" / "catalogue.sqlite", tmp_path / "backup"
    shutil.copy(catalogue, backup)
    later = opened()
    later.add(numbered(5, 7))
    later.catalogue.close()
    catalogue.write_bytes(backup.read_bytes())  # the file keeps its number
    for name in ("catalogue.sqlite-wal", "catalogue.sqlite-shm"):
        catalogue.with_name(name).unlink(missing_ok=True)
    assert_holds(opened(), numbered(0, 5))
    assert "ahead of the catalogue" in remakes(caplog)[0]


@pytest.mark.parametrize("content", ["", "[]", '{"library": 1}', "\x00"])
def test_a_damaged_pointer_costs_a_new_collection_and_no_paper(opened, numbered, content):
    library = opened()
    library.add(numbered(0, 5))
    library.catalogue.note("dense index", content)
    assert_holds(opened(), numbered(0, 5))


# --- loading


def test_a_load_that_was_killed_goes_on_where_it_stopped(
    opened, numbered, monkeypatch, hash_encoder, tmp_path
):
    without = Library.create(tmp_path / "library", hash_encoder)
    without.add(numbered(0, 2_500))
    put, sent = ServerCollection.put, []

    def killed_at_the_second(self, chunks):
        sent.append([stored.chunk_row for stored in chunks])
        if len(sent) == 2:
            raise KeyboardInterrupt
        put(self, chunks)

    monkeypatch.setattr(ServerCollection, "put", killed_at_the_second)
    with pytest.raises(KeyboardInterrupt):
        opened()
    unfinished = pointer_of(without).loading
    without.remove([numbered(0, 1)[0].paper_id])  # was sent already
    library = opened()
    assert [rows[0] for rows in sent[:2]] == [1, 1_001]
    assert sorted(row for rows in sent[2:] for row in rows) == list(range(1_001, 2_501))
    assert (pointer_of(library).collection, pointer_of(library).loading) == (unfinished, "")
    assert library._indexes.dense.count() == 2_499
    assert library.status().dense_current


def test_a_rebuild_that_was_killed_leaves_the_old_collection_in_use_and_goes_on_later(
    opened, numbered, monkeypatch, chroma
):
    library = opened()
    library.add(numbered(0, 8))
    before = pointer_of(library)

    def killed(self, progress):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(ServerCollection, "note", killed)
        with pytest.raises(KeyboardInterrupt):
            library.reindex()
    between = pointer_of(library)
    assert between.collection == before.collection
    assert set(chroma.collections(before.prefix)) == {before.collection, between.loading}
    assert_holds(opened(), numbered(0, 8))
    assert chroma.collections(before.prefix) == [between.loading]


@pytest.mark.usefixtures("ask_the_index")
def test_readers_go_on_while_a_rebuild_takes_the_place_of_what_they_read(
    opened, numbered, chroma, caplog
):
    caplog.set_level(logging.WARNING)
    library, papers = opened(), numbered(0, 60)
    library.add(papers)
    reader, before = opened(), pointer_of(library).collection
    stop, n_read, wrong = threading.Event(), [0], []

    def read() -> None:
        while not stop.is_set():
            paper = papers[n_read[0] % len(papers)]
            if found(reader, paper.abstract, top_k=1) != [paper.title]:
                wrong.append(paper.title)
            n_read[0] += 1

    thread = threading.Thread(target=read)
    thread.start()
    try:
        for _ in range(3):
            library.reindex()
    finally:
        stop.set()
        thread.join(60)
    assert n_read[0] > 0
    assert wrong == []
    assert caplog.records == []
    after = pointer_of(library)
    assert after.collection != before
    assert chroma.collections(after.prefix) == [after.collection]
    assert_holds(reader, papers)


def test_no_search_lacks_its_neighbours_while_another_collection_is_loaded(
    opened, numbered, monkeypatch
):
    library, papers = opened(), numbered(0, 30)
    library.add(papers)
    reader, note, n_looks = opened(), ServerCollection.note, []

    def look_first(self, progress):
        reader.search("anything")  # follows the files, whose rows are new
        n_looks.append(len({nearest(reader, paper) for paper in papers}))
        note(self, progress)

    monkeypatch.setattr(ServerCollection, "note", look_first)
    library.reindex()
    assert n_looks == [30, 30]


def test_another_encoder_has_another_collection(opened, numbered, tmp_path, chroma):
    from tests.conftest import HashEncoder

    first = opened()
    first.add(numbered(0, 5))
    other = HashEncoder("other-double", dimension=32)
    library = Library(tmp_path / "library", other, server=ChromaServer(chroma.url))
    library.reindex()
    assert "-other-double-" in pointer_of(library).collection
    assert_holds(library, numbered(0, 5))
    assert chroma.collections(pointer_of(library).prefix) == [pointer_of(library).collection]


# --- a server that is away


@pytest.mark.usefixtures("ask_the_index")
def test_without_the_server_all_vectors_are_compared_and_one_warning_says_so(
    opened, numbered, chroma, caplog, monkeypatch
):
    library, papers = opened(), numbered(0, 30)
    library.add(papers)
    expected = [found(library, paper.abstract) for paper in papers]
    chroma.kill()
    try:
        assert [found(library, paper.abstract) for paper in papers] == expected
        assert not library.status().dense_current
        [warning] = [r.message for r in caplog.records if r.levelno == logging.WARNING]
        assert chroma.url in warning
        assert "Until then all vectors are compared" in warning
    finally:
        chroma.start()
    monkeypatch.setattr(library._indexes.dense, "_away_until", 1.0)  # as if time had passed
    assert found(library, papers[0].abstract) == expected[0]
    assert "answers again" in caplog.records[-1].message
    assert library.status().dense_current


def test_papers_that_are_added_while_the_server_stays_away_reach_it_later(opened, numbered, chroma):
    library = opened(patience_seconds=0.2)
    library.add(numbered(0, 5))
    chroma.kill()
    try:
        with pytest.raises(ChromaServerError, match=r"The papers are stored; the server gets"):
            library.add(numbered(5, 9))
        assert found(library, numbered(7, 8)[0].abstract, top_k=1) == ["Paper 7"]
    finally:
        chroma.start()
    assert_holds(opened(), numbered(0, 9))


def test_all_data_of_the_server_is_made_anew_from_the_catalogue(
    opened, numbered, chroma, hash_encoder
):
    opened().add(numbered(0, 40))
    n_texts = hash_encoder.n_texts
    chroma.lose_its_data()
    assert_holds(opened(), numbered(0, 40))
    assert hash_encoder.n_texts == n_texts


def test_a_server_killed_in_the_middle_of_an_add_costs_nothing_and_doubles_nothing(
    opened, numbered, chroma, monkeypatch
):
    library = opened()
    library.add(numbered(0, 100))
    put, kills = ServerCollection.put, []

    def put_and_lose_the_server(self, chunks):
        if len(kills) < 3:  # before a batch, and again after it was acknowledged
            chroma.kill()
            kills.append(threading.Timer(0.3, chroma.start))
            kills[-1].start()
        put(self, chunks)

    monkeypatch.setattr(ServerCollection, "put", put_and_lose_the_server)
    library.add(numbered(100, 3_400))
    for timer in kills:
        timer.join()
    assert len(kills) == 3
    assert_holds(library, numbered(0, 3_400))


@pytest.mark.usefixtures("ask_the_index")
def test_a_server_restarted_under_a_load_of_queries_costs_no_answer(
    opened, numbered, chroma, monkeypatch
):
    monkeypatch.setattr(server_dense, "_SECONDS_WITHOUT", 0.0)
    library, papers = opened(), numbered(0, 80)
    library.add(papers)
    stop, n_asked, wrong = threading.Event(), [0] * 4, []

    def ask(reader: int) -> None:
        while not stop.is_set():
            paper = papers[(7 * n_asked[reader] + reader) % len(papers)]
            if found(library, paper.abstract, top_k=1) != [paper.title]:
                wrong.append(paper.title)
            n_asked[reader] += 1

    threads = [threading.Thread(target=ask, args=(reader,)) for reader in range(4)]
    for thread in threads:
        thread.start()
    try:
        for _ in range(2):
            chroma.kill()
            chroma.start()
    finally:
        stop.set()
        for thread in threads:
            thread.join(60)
    assert min(n_asked) > 0
    assert wrong == []
    assert_holds(library, papers)


# --- commands


def test_every_command_works_with_the_server_and_none_shows_the_token(
    run_citewise, make_jsonl, hash_encoder, tmp_path, monkeypatch, chroma
):
    token = "s3cret-token"
    monkeypatch.setattr(assistant.build, "build_encoder", lambda settings: hash_encoder)
    monkeypatch.setenv("CITEWISE_LIBRARY", str(tmp_path / "library"))
    monkeypatch.setenv("CITEWISE_CHROMA_URL", chroma.url)
    monkeypatch.setenv("CITEWISE_CHROMA_TOKEN", token)
    owls = {"id": "owls", "title": "Counting Owls", "abstract": "We count 17 owls."}
    bats = {"id": "bats", "title": "Bats", "abstract": "Bats hunt by ear."}
    for words in (
        ["add", str(make_jsonl(owls, bats))],
        ["ask", "How many owls do we count?"],
        ["search", "owls"],
        ["papers"],
        ["export"],
        ["reindex"],
        ["remove", "bats"],
        ["status"],
        ["status", "--chroma-token", token],
    ):
        ended = run_citewise(*words)
        assert ended.code == 0, ended
        assert token not in ended.out + ended.err
    status = run_citewise("status", "--json").json
    with closing(Catalogue(tmp_path / "library" / CATALOGUE_NAME)) as catalogue:
        pointer = KeptPointer(catalogue).read()
    assert status["dense_index"] == f"{chroma.url} {pointer.collection}"
    assert (status["papers"], status["dense_current"]) == (1, True)
    assert chroma.collections(pointer.prefix) == [pointer.collection]

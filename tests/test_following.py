"""Libraries on several machines that share one database, each with indexes of its own."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import URL

from tests.conftest import HashEncoder
from tests.postgres_servers import serving_postgres
from vectorstore import (
    Encoder,
    Library,
    LibraryLockedError,
    ManifestMismatchError,
    Paper,
    SearchFilter,
)
from vectorstore.database import DatabaseError, parse_address
from vectorstore.following import following

pytestmark = pytest.mark.slow

Machine = Callable[[str], Library]
OWLS = Paper("owls", "Owls hunt voles", "Owls hunt voles by ear.", year=2023)
BATS = Paper("bats", "Bats sleep in caves", "Bats sleep in caves by day.", year=2024)
SECONDS = 60.0


@pytest.fixture
def machine(database: URL, tmp_path: Path, hash_encoder: Encoder) -> Machine:
    """Return what opens the shared library in the directory of a machine, or makes it."""

    def opened(name: str) -> Library:
        open_ = Library.open if Library.exists(tmp_path / name, database) else Library.create
        return open_(tmp_path / name, hash_encoder, database=database)

    return opened


def found(library: Library, query: str) -> list[str]:
    return [hit.paper.paper_id for hit in library.search(query, top_k=3)]


def until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + SECONDS
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.05)


def test_a_new_machine_has_what_others_have_stored(machine: Machine) -> None:
    machine("one").add([OWLS, BATS])
    assert found(machine("two"), "voles")[0] == "owls"


def test_what_one_machine_adds_changes_and_removes_the_others_find_when_they_follow(
    machine: Machine,
) -> None:
    one, two = machine("one"), machine("two")
    one.add([OWLS])
    assert found(two, "voles") == []
    assert two.follow()
    assert not two.follow()
    assert found(two, "voles") == ["owls"]
    one.add([BATS, Paper("owls", "Owls hunt mice", "Owls hunt mice by ear.", year=2025)])
    two.follow()
    assert two.search("mice", where=SearchFilter(year_from=2025))[0].paper.title == "Owls hunt mice"
    two.remove(["bats"])
    one.follow()
    assert found(one, "caves") == ["owls"]
    assert one.status().indexes_current


def test_who_follows_in_the_background_finds_them_by_itself(machine: Machine) -> None:
    one, two = machine("one"), machine("two")
    with following(two):
        one.add([OWLS])
        until(lambda: found(two, "voles") == ["owls"])


def test_one_machine_writes_at_a_time(machine: Machine) -> None:
    one, two = machine("one"), machine("two")
    with one.writing():
        with pytest.raises(LibraryLockedError, match="another process or machine"):
            two.add([BATS])
        one.add([OWLS])
    two.add([BATS])
    assert two.catalogue.n_papers() == 2


def test_a_database_that_goes_away_and_comes_back_is_followed_again(
    tmp_path: Path, hash_encoder: Encoder, caplog: pytest.LogCaptureFixture
) -> None:
    with serving_postgres() as server:
        url = parse_address(server.new_database())
        one = Library.create(tmp_path / "one", hash_encoder, database=url)
        two = Library.open(tmp_path / "two", hash_encoder, database=url)
        with following(two):
            server.stop()
            with pytest.raises(DatabaseError, match="does not answer"):
                two.search("voles")
            until(lambda: "does not answer" in caplog.text)
            server.start()
            one.add([OWLS])
            until(lambda: found(two, "voles") == ["owls"])
        assert caplog.text.count("does not answer") == 1
        assert "follow the database again" in caplog.text
        one.catalogue.database.engine.dispose()


def test_a_library_made_anew_with_another_encoder_is_told_to_others(
    machine: Machine, database: URL, tmp_path: Path
) -> None:
    one = machine("one")
    one.add([OWLS])
    Library(tmp_path / "three", HashEncoder("another"), database=database).reindex()
    with pytest.raises(ManifestMismatchError, match="citewise reindex"):
        one.search("voles")

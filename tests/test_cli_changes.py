"""Commands that change a library: the first question, add, remove, reindex."""

import io
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import assistant.build
import vectorstore
from ui.cli.main import main
from vectorstore import ingestion

PAGE = Path(vectorstore.__file__).parent / "data" / "daily_papers_interpretability.txt"
OWLS = {
    "id": "owls",
    "title": "Counting Owls at Night",
    "abstract": "Owls hunt at night. We count 17 owls in the forest of Tharandt.",
    "authors": ["Ada Strix", "Bo Uhu"],
    "date": "2021-03-04",
}
BATS = {"id": "bats", "title": "Bats", "abstract": "Bats hunt by ear.", "year": 2019}


Citewise = Callable[..., Any]  # gives the `Ended` of conftest.py


@pytest.fixture
def citewise(
    hash_encoder: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run_citewise: Citewise
) -> Citewise:
    """Runs a command in this process, on a library that does not exist yet."""
    monkeypatch.setenv("CITEWISE_LIBRARY", str(tmp_path / "library"))
    monkeypatch.setattr(assistant.build, "build_encoder", lambda settings: hash_encoder)

    return run_citewise


def ids(citewise: Citewise) -> set[str]:
    return {paper["paper_id"] for paper in citewise("papers", "--json").json}


# The first question


def test_the_first_command_makes_a_library_of_the_bundled_papers_and_says_so(
    citewise: Citewise, tmp_path: Path
) -> None:
    first = citewise("papers", "--count")
    assert (first.code, first.out) == (0, "43\n")
    assert first.err == (
        f"Making a library of the bundled papers in {str(tmp_path / 'library')!r} ...\n"
    )
    assert citewise("papers", "--count") == (0, "43\n", "")


def test_ctrl_c_in_the_middle_of_the_first_command_leaves_no_half_library(
    citewise: Citewise, hash_encoder: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt_the_second_batch(texts: Any) -> Any:
        if hash_encoder.n_texts:
            raise KeyboardInterrupt
        return type(hash_encoder).encode(hash_encoder, texts)

    with monkeypatch.context() as patch:
        patch.setattr(ingestion, "_BATCH_PAPERS", 32)
        patch.setattr(hash_encoder, "encode", interrupt_the_second_batch)
        ended = citewise("papers", "--count")
        assert (ended.code, ended.err.splitlines()[-1]) == (130, "citewise: interrupted.")
    assert citewise("papers", "--count").out == "43\n"


# add


def test_papers_are_added_once(
    citewise: Citewise, make_jsonl: Callable[..., Path], hash_encoder: Any
) -> None:
    source = make_jsonl(OWLS, BATS)
    first = citewise("add", source)
    assert first.code == 0
    assert first.out == "2 added, 0 updated, 0 unchanged; the library holds 2 papers.\n"
    n_encoded = hash_encoder.n_texts
    again = citewise("add", source)
    assert again.code == 0
    assert again.out == "0 added, 0 updated, 2 unchanged; the library holds 2 papers.\n"
    assert hash_encoder.n_texts == n_encoded
    assert ids(citewise) == {"owls", "bats"}


def test_a_changed_paper_is_updated_and_found_by_its_new_words(
    citewise: Citewise, make_jsonl: Callable[..., Path]
) -> None:
    citewise("add", make_jsonl(OWLS, BATS))
    changed = citewise("add", make_jsonl({**BATS, "abstract": "Pipistrelles squeak."}))
    assert changed.out == "0 added, 1 updated, 0 unchanged; the library holds 2 papers.\n"
    assert citewise("search", "pipistrelles", "--json").json["results"][0]["paper_id"] == "bats"


def test_rows_that_are_no_paper_are_named_with_their_line(
    citewise: Citewise, make_jsonl: Callable[..., Path]
) -> None:
    source = make_jsonl(OWLS, {"abstract": "no title"}, "not json", BATS)
    ended = citewise("add", source)
    assert ended.code == 0
    total, *skipped = ended.out.splitlines()
    assert total.startswith("2 added,")
    assert [line.split(": ")[:2] for line in skipped] == [
        ["skipped", f"{source}, line 2"],
        ["skipped", f"{source}, line 3"],
    ]
    assert citewise("status", "--json").json["rejects"] == 2


def test_many_rejects_are_counted_rather_than_listed(
    citewise: Citewise, make_jsonl: Callable[..., Path]
) -> None:
    source = make_jsonl(OWLS, *["{}"] * 25)
    shown = citewise("add", source).out.splitlines()
    assert len(shown) == 22
    assert shown[-1] == f"and 5 more of {source}"


def test_sources_that_can_be_read_are_added_though_one_is_missing(
    citewise: Citewise, make_jsonl: Callable[..., Path], tmp_path: Path
) -> None:
    missing = tmp_path / "missing.jsonl"
    owls, bats = make_jsonl(OWLS, name="owls.jsonl"), make_jsonl(BATS, name="bats.jsonl")
    ended = citewise("add", owls, missing, bats)
    assert ended.code == 1
    assert ended.out == "2 added, 0 updated, 0 unchanged; the library holds 2 papers.\n"
    assert f"citewise: No such file: {str(missing)!r}.\n" in ended.err
    assert ids(citewise) == {"owls", "bats"}


def test_the_json_of_add_names_papers_rejects_and_errors(
    citewise: Citewise, make_jsonl: Callable[..., Path], tmp_path: Path
) -> None:
    source, missing = make_jsonl(OWLS, "broken"), tmp_path / "missing"
    ended = citewise("add", source, missing, "--json")
    assert ended.code == 1
    report = ended.json
    assert report["sources"][0]["rejects"][0].pop("reason").startswith("not JSON")
    assert report == {
        "added": ["owls"],
        "updated": [],
        "merged": [],
        "unchanged": [],
        "sources": [
            {
                "source": str(source),
                "format": "jsonl",
                "papers": 1,
                "rejected": 1,
                "rejects": [{"line": 2, "excerpt": "broken"}],
            }
        ],
        "errors": [{"source": str(missing), "error": f"No such file: {str(missing)!r}."}],
        "skipped": [],
        "counts": {
            "read": 1,
            "added": 1,
            "updated": 0,
            "merged": 0,
            "unchanged": 0,
            "rejected": 1,
        },
        "dry_run": False,
    }


def test_the_year_of_a_page_can_be_given(citewise: Citewise) -> None:
    assert citewise("add", PAGE, "--page-year", "2031").code == 0
    years = [paper["year"] for paper in citewise("papers", "--json").json]
    assert len(years) == 43
    assert max(years) == 2031
    assert 2026 not in years


@pytest.mark.parametrize("year", ["-5", "0", "99999", "soon", "٢٠٢٤"])
def test_a_year_that_is_none_is_bad_usage(citewise: Citewise, year: str) -> None:
    ended = citewise("add", PAGE, f"--page-year={year}")
    assert (ended.code, ended.out) == (2, "")
    assert "--page-year" in ended.err.splitlines()[-1]


def test_a_file_whose_name_is_no_text_is_read(
    citewise: Citewise, make_jsonl: Callable[..., Path]
) -> None:
    source = make_jsonl(OWLS, "broken", name="owls\udcff.jsonl")
    ended = citewise("add", source)
    assert ended.code == 0
    assert "owls?.jsonl, line 2" in ended.out
    assert ids(citewise) == {"owls"}


def test_a_terminal_that_cannot_show_a_character_shows_another_and_json_loses_none(
    citewise: Citewise, make_jsonl: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    def shown(*arguments: str) -> str:
        screen = io.BytesIO()
        with monkeypatch.context() as patch:
            patch.setattr(sys, "stdout", io.TextIOWrapper(screen, encoding="ascii"))
            assert main(arguments) == 0
            sys.stdout.flush()
            return screen.getvalue().decode("ascii")

    citewise("add", make_jsonl({**OWLS, "title": "Käuzchen"}))
    assert "K?uzchen" in shown("papers")
    assert json.loads(shown("papers", "--json"))[0]["title"] == "Käuzchen"


# remove, reindex


def test_removed_papers_are_gone(citewise: Citewise, make_jsonl: Callable[..., Path]) -> None:
    citewise("add", make_jsonl(OWLS, BATS))
    assert citewise("remove", "owls") == (0, "1 removed.\n", "")
    assert ids(citewise) == {"bats"}
    found = citewise("search", "owls", "--json").json["results"]
    assert "owls" not in [result["paper_id"] for result in found]


def test_an_unknown_id_is_named_and_the_known_ones_are_removed(
    citewise: Citewise, make_jsonl: Callable[..., Path]
) -> None:
    citewise("add", make_jsonl(OWLS, BATS))
    ended = citewise("remove", "dodo", "owls")
    assert (ended.code, ended.out) == (1, "1 removed.\n")
    assert ended.err == "citewise: no paper 'dodo'. List the ids: citewise papers\n"
    assert ids(citewise) == {"bats"}


def test_reindex_serves_another_encoder(
    citewise: Citewise, make_jsonl: Callable[..., Path], hash_encoder: Any
) -> None:
    citewise("add", make_jsonl(OWLS, BATS))
    hash_encoder.name, hash_encoder.dimension = "another", 32
    refused = citewise("search", "owls")
    assert refused.code == 1
    assert "citewise reindex" in refused.err
    ended = citewise("reindex")
    assert (ended.code, ended.out.split(" encoded ")[0]) == (0, "2 papers")
    assert citewise("status", "--json").json["encoder"] == "another"
    assert citewise("search", "owls", "--json").json["results"][0]["paper_id"] == "owls"

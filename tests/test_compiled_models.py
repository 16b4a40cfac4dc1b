"""The directory of compiled models. A stand-in for the compiler starts at once."""

import os
import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from tests.compiled_forms import compiled_form
from vectorstore import EMBEDDED_ENCODER, Encoder, EncoderError
from vectorstore.encoders import compiled_models
from vectorstore.encoders.compiled_models import CompilationError, load_compiled

ROOT = Path(__file__).parents[1]


@pytest.fixture
def models(tmp_path: Path) -> Path:
    """Return a directory of compiled models that does not exist yet."""
    return tmp_path / "cache" / "models"


@pytest.fixture
def made(models: Path, minilm: Encoder, encoder_cache: Path) -> Path:
    """Return the directory of MiniLM's compiled form, which an earlier start made."""
    form = compiled_form(minilm, encoder_cache)
    return shutil.copytree(form, models / form.name)


def entries(models: Path) -> list[str]:
    """Return the names of the models in a directory, and of what should not be there."""
    return [path.name for path in models.iterdir() if path.suffix != ".lock"]


def test_a_model_is_compiled_when_first_asked_for_and_never_again(models, quick_compiler):
    first, second = (load_compiled(EMBEDDED_ENCODER, models) for _ in range(2))
    assert quick_compiler() == 1
    np.testing.assert_array_equal(first.encode(["a cat"]), second.encode(["a cat"]))
    assert len(entries(models)) == 1


@pytest.mark.slow
def test_threads_that_ask_at_once_compile_once(models, quick_compiler):
    with ThreadPoolExecutor(4) as threads:
        encoders = list(threads.map(lambda _: load_compiled(EMBEDDED_ENCODER, models), range(4)))
    assert quick_compiler() == 1
    assert len(encoders) == 4
    assert len(entries(models)) == 1


def test_a_model_that_changed_is_compiled_again(models, copied_model, quick_compiler):
    load_compiled(str(copied_model), models)
    (copied_model / "config.json").touch()
    load_compiled(str(copied_model), models)
    load_compiled(str(copied_model), models)
    assert quick_compiler() == 2
    assert len(entries(models)) == 2


@pytest.mark.parametrize("fact", ["openvino", "nncf"])
def test_another_version_of_the_compiler_compiles_again(models, quick_compiler, monkeypatch, fact):
    load_compiled(EMBEDDED_ENCODER, models)
    monkeypatch.setattr(compiled_models, "version", lambda name: f"9.9 of {name == fact}")
    load_compiled(EMBEDDED_ENCODER, models)
    assert quick_compiler() == 2


def test_a_model_that_cannot_be_compiled_is_tried_once_and_its_reason_is_kept(
    models, replace_compiler
):
    starts = replace_compiler("echo noise >&2; echo 'it has no heads' >&2; exit 1")
    for _ in range(2):
        with pytest.raises(CompilationError, match=r"^it has no heads$"):
            load_compiled(EMBEDDED_ENCODER, models)
    assert starts() == 1


def test_a_compiler_that_says_nothing_of_why_it_failed_is_an_error_too(models, replace_compiler):
    replace_compiler("exit 1")
    with pytest.raises(CompilationError, match=r"^it failed$"):
        load_compiled(EMBEDDED_ENCODER, models)


def test_a_cause_that_may_pass_is_not_kept_and_the_compiler_is_started_again(
    models, replace_compiler
):
    starts = replace_compiler("echo 'No space left on device' >&2; exit 2")
    for _ in range(2):
        with pytest.raises(CompilationError, match=r"ended with 2: No space left on device$"):
            load_compiled(EMBEDDED_ENCODER, models)
        assert entries(models) == []
    assert starts() == 2


def test_what_killed_starters_left_is_removed_after_a_day_when_a_model_is_compiled(
    models, quick_compiler
):
    for name, hours in (("unfinished-old", 25), ("unfinished-young", 23), ("another", 25)):
        (models / name / "model").mkdir(parents=True)
        (models / name / "model" / "model.bin").touch()
        os.utime(models / name, (time.time() - hours * 3_600,) * 2)
    load_compiled(EMBEDDED_ENCODER, models)
    assert {"unfinished-young", "another"} < set(entries(models))
    assert "unfinished-old" not in entries(models)


def test_a_compiler_that_is_killed_leaves_nothing_and_is_started_again(models, replace_compiler):
    starts = replace_compiler('echo half > "$4/model.xml"; kill -9 $$')
    for _ in range(2):
        with pytest.raises(CompilationError, match="the compiler ended with -9"):
            load_compiled(EMBEDDED_ENCODER, models)
        assert entries(models) == []
    assert starts() == 2


@pytest.mark.parametrize("place", ["/proc/citewise", "a file"])
def test_a_directory_that_cannot_be_written_is_an_error_that_names_it(
    tmp_path, place, quick_compiler
):
    (tmp_path / "a file").touch()
    models = tmp_path / place / "models"  # an absolute place stands for itself
    with pytest.raises(CompilationError, match=f"{str(models)!r} cannot be written"):
        load_compiled(EMBEDDED_ENCODER, models)
    assert quick_compiler() == 0


@pytest.mark.parametrize("name", ["model.xml", "model.bin", "tokenizer.json", "sha256.txt"])
@pytest.mark.parametrize(
    "content",
    [
        pytest.param(None, marks=pytest.mark.slow),
        pytest.param(b"", marks=pytest.mark.slow),
        b"half a",
    ],
)
def test_a_damaged_compiled_model_is_an_error_and_made_anew_at_the_next_start(
    models, made, quick_compiler, name, content
):
    file = made / name
    file.unlink()
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(CompilationError, match="cannot be loaded") as error:
        load_compiled(EMBEDDED_ENCODER, models)
    assert "\n" not in str(error.value)
    assert load_compiled(EMBEDDED_ENCODER, models).encode(["a cat"]).shape == (1, 384)
    assert quick_compiler() == 1


@pytest.mark.parametrize("name", ["model.bin", "tokenizer.json"])
def test_a_byte_that_changed_gives_no_wrong_vectors(models, made, quick_compiler, name):
    file = made / name
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)
    with pytest.raises(CompilationError, match="cannot be loaded: its checksum is another"):
        load_compiled(EMBEDDED_ENCODER, models)
    load_compiled(EMBEDDED_ENCODER, models)
    assert quick_compiler() == 1


@pytest.mark.parametrize("name", ["no-such-model", "no-such-owner/no-such-model", "/no/such/path"])
def test_an_unknown_model_is_an_error_at_once_without_a_compiler(models, quick_compiler, name):
    with pytest.raises(EncoderError, match="cannot be loaded") as error:
        load_compiled(name, models)
    assert not isinstance(error.value, CompilationError)
    assert quick_compiler() == 0
    assert not models.exists()


LOAD = """
import sys
from pathlib import Path
from vectorstore import EMBEDDED_ENCODER
from vectorstore.encoders.compiled_models import load_compiled

models, sys.executable = Path(sys.argv[1]), sys.argv[2]
print("asking", flush=True)
load_compiled(EMBEDDED_ENCODER, models).encode(["a cat"])
"""


@pytest.mark.slow
def test_two_processes_that_ask_at_once_compile_once(
    models, tmp_path, minilm, encoder_cache, replace_compiler
):
    both_ask, python = tmp_path / "both ask", sys.executable
    made = compiled_form(minilm, encoder_cache)
    starts = replace_compiler(
        f"while ! test -e '{both_ask}'; do sleep 0.02; done; cp '{made}'/* \"$4\""
    )
    command = [python, "-c", LOAD, str(models), sys.executable]
    asking = [
        subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) for _ in range(2)
    ]
    said = [process.stdout.readline() for process in asking]
    both_ask.touch()
    for process in asking:
        process.communicate()
    assert said == ["asking\n"] * 2
    assert [process.returncode for process in asking] == [0, 0]
    assert starts() == 1
    assert len(entries(models)) == 1

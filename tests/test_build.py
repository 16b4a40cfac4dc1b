"""The composition root: settings in, wired objects out."""

import pytest

from assistant import build
from assistant.errors import BackendError
from assistant.settings import load_settings
from vectorstore import (
    DEFAULT_SELECTOR,
    EMBEDDED_ENCODER,
    Library,
    LocalEncoder,
    ManifestMismatchError,
    NotALibraryError,
)


@pytest.fixture
def settings(tmp_path, monkeypatch, hash_encoder):
    """Return settings of a library that does not exist; the encoder is the test double."""
    monkeypatch.setattr(build, "build_encoder", lambda settings: hash_encoder)
    return load_settings(library=tmp_path / "library")


def test_the_encoder_is_the_one_of_the_settings():
    encoder = build.build_encoder(load_settings(encoder="some/model"))
    assert isinstance(encoder, LocalEncoder)
    assert encoder.name == "some/model"


@pytest.mark.parametrize(
    ("chosen", "name"),
    [
        ({}, DEFAULT_SELECTOR),
        ({"encoder": EMBEDDED_ENCODER}, DEFAULT_SELECTOR),
        ({"encoder": "some/model"}, None),
        ({"encoder": "some/model", "selector": DEFAULT_SELECTOR}, DEFAULT_SELECTOR),
        ({"selector": ""}, None),
        ({"selector": "some/model"}, "some/model"),
    ],
)
def test_what_comes_with_citewise_chooses_sentences_beside_encoders_that_come_with_it(chosen, name):
    selector = build.build_selector(load_settings(**chosen))
    assert (selector and selector.name) == name


def test_a_library_that_is_not_there_is_an_error_unless_it_may_be_made(settings):
    with pytest.raises(NotALibraryError):
        build.open_library(settings)
    assert build.open_library(settings, create=True).catalogue.n_papers() == 0
    assert build.open_library(settings).catalogue.n_papers() == 0


def test_a_newcomers_library_starts_with_the_bundled_papers_and_says_so_once(settings):
    said: list[str] = []
    first = build.open_or_start_library(settings, announce=said.append)
    again = build.open_or_start_library(settings, announce=said.append)
    assert first.catalogue.n_papers() == again.catalogue.n_papers() == 43
    assert len(said) == 1
    assert str(settings.library) in said[0]


def test_a_library_that_is_there_is_opened_as_it_is(settings, make_paper):
    build.open_library(settings, create=True).add([make_paper("Mine")])
    assert build.open_or_start_library(settings).catalogue.n_papers() == 1


def test_a_library_of_another_encoder_opens_only_to_be_reindexed(settings, hash_encoder):
    build.open_library(settings, create=True)
    hash_encoder.name = "another"
    with pytest.raises(ManifestMismatchError):
        build.open_library(settings)
    build.library_to_reindex(settings).reindex()
    assert build.open_library(settings).catalogue.manifest.encoder == "another"


def test_the_assistant_is_wired_as_the_settings_say(settings):
    assistant = build.build_assistant(settings)
    assert assistant.backend == "extractive"
    assert assistant.library.path == settings.library
    assert assistant.ask("How many papers are there?").text.startswith("The library holds 43")


def test_a_library_that_is_handed_in_is_used(settings, library):
    assert build.build_assistant(settings, library).library is library
    assert not Library.exists(settings.library)


def test_the_writer_is_chosen_by_name(settings, library, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "test")
    for name in ("extractive", "openai:gpt-5-mini"):
        chosen = settings.model_copy(update={"llm": name})
        assert build.build_assistant(chosen, library).backend == name
    with pytest.raises(BackendError):
        build.build_assistant(settings.model_copy(update={"llm": "nonsense"}), library)

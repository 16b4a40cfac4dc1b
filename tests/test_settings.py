"""The settings: flags over environment over file."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from assistant.errors import SettingsError
from assistant.settings import EXTRACTIVE, load_settings, settings_file
from vectorstore import DEFAULT_ENCODER


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the path of the settings file, which is empty."""
    path = tmp_path / "citewise.toml"
    path.touch()
    monkeypatch.setenv("CITEWISE_CONFIG", str(path))
    return path


def test_without_any_setting_the_embedded_parts_are_used_and_nothing_is_fetched(config):
    settings = load_settings()
    assert settings.llm == EXTRACTIVE
    assert settings.encoder == DEFAULT_ENCODER
    assert not settings.allow_download
    assert settings.library.name == "library"


def test_flags_stand_over_the_environment_and_that_over_the_file(config, monkeypatch):
    config.write_text("top_k = 3\nllm = 'ollama:a'\nmax_question_chars = 50\n")
    monkeypatch.setenv("CITEWISE_TOP_K", "4")
    monkeypatch.setenv("CITEWISE_LLM", "ollama:b")
    settings = load_settings(top_k=5, llm=None)
    assert (settings.top_k, settings.llm, settings.max_question_chars) == (5, "ollama:b", 50)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("top_k", 0),
        ("top_k", 101),
        ("top_k", "many"),
        ("max_question_chars", 0),
        ("max_question_chars", 100_001),
        ("llm_timeout_seconds", 0),
        ("llm", ""),
        ("encoder", ""),
    ],
)
def test_a_setting_out_of_bounds_is_an_error_that_names_it_its_value_and_where_it_is_set(
    config, name, value
):
    with pytest.raises(SettingsError) as error:
        load_settings(**{name: value})
    for words in (repr(name), repr(value), f"CITEWISE_{name.upper()}", str(config)):
        assert words in str(error.value)


def test_a_bad_value_in_the_environment_is_the_same_error(config, monkeypatch):
    monkeypatch.setenv("CITEWISE_TOP_K", "several")
    with pytest.raises(SettingsError, match="'top_k' cannot be 'several'"):
        load_settings()


@pytest.mark.parametrize("text", ["top_k = ", "colour = 'blue'", "\x00"])
def test_a_file_that_cannot_be_read_or_has_an_unknown_setting_is_an_error(config, text):
    config.write_text(text)
    with pytest.raises(SettingsError, match=r"citewise\.toml"):
        load_settings()


def test_an_unknown_flag_is_an_error():
    with pytest.raises(SettingsError, match="'colour' cannot be 'blue'"):
        load_settings(colour="blue")


def test_settings_do_not_change():
    with pytest.raises(ValidationError):
        load_settings().top_k = 3


def test_the_settings_file_is_the_users_own_unless_another_is_named(monkeypatch, tmp_path):
    monkeypatch.delenv("CITEWISE_CONFIG", raising=False)
    assert settings_file().parts[-2:] == ("citewise", "citewise.toml")
    named = tmp_path / "my.toml"
    named.touch()
    monkeypatch.setenv("CITEWISE_CONFIG", str(named))
    assert settings_file() == named


def test_the_token_of_the_chroma_server_is_never_shown(config, monkeypatch):
    monkeypatch.setenv("CITEWISE_CHROMA_TOKEN", "s3cret")
    settings = load_settings()
    assert settings.chroma_token.get_secret_value() == "s3cret"
    assert "s3cret" not in f"{settings!r} {settings}"
    monkeypatch.delenv("CITEWISE_CHROMA_TOKEN")
    config.write_text("chroma_token = 12345")
    with pytest.raises(SettingsError, match="'chroma_token' cannot be what it is") as error:
        load_settings()
    assert "12345" not in str(error.value)

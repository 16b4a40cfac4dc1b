"""From a name to a backend: what is known, what is missing, and what other packages bring."""

import sys
from importlib.metadata import EntryPoint
from importlib.util import find_spec
from pathlib import Path

import pytest

from assistant.backends import providers
from assistant.backends.chat_backend import ChatBackend
from assistant.backends.inventory import BackendReport, State, list_backends
from assistant.backends.loading import load_backend
from assistant.backends.making import ModelOptions, make_other
from assistant.backends.providers import PROVIDERS, provider_of
from assistant.backends.tokens import TokenMeter
from assistant.errors import BackendError

PLUGIN = """
from langchain_core.language_models import FakeListChatModel

def owl(model: str):
    return FakeListChatModel(responses=[f"I am {model or 'any owl'}."])

def sparrow(model: str):
    raise RuntimeError(f"no {model!r} here")

def stone(model: str):
    return "a stone"

text = "no callable"
"""


@pytest.fixture
def plugin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An installed package that brings backends, most of them broken."""
    (tmp_path / "aviary.py").write_text(PLUGIN)
    (tmp_path / "broken_aviary.py").write_text("import a_package_that_is_not_there")
    monkeypatch.delitem(sys.modules, "aviary", raising=False)
    info = tmp_path / "aviary-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: aviary\nVersion: 1.0\n")
    points = {
        "owl": "aviary:owl",
        "sparrow": "aviary:sparrow",
        "stone": "aviary:stone",
        "text": "aviary:text",
        "gone": "aviary:gone",
        "lost": "broken_aviary:lost",
        "openai": "aviary:owl",
    }
    lines = [f"{name} = {value}" for name, value in points.items()]
    (info / "entry_points.txt").write_text("\n".join(["[citewise.llms]", *lines]))
    monkeypatch.syspath_prepend(str(tmp_path))


def without_package(monkeypatch: pytest.MonkeyPatch, package: str) -> None:
    monkeypatch.setattr(
        providers, "find_spec", lambda name: None if name == package else find_spec(name)
    )


def report_on(name: str, *, current: str = "extractive", **environment: str) -> BackendReport:
    (report,) = (r for r in list_backends(current, environment) if r.name == name)
    return report


# --- names that lack something


@pytest.mark.parametrize("name", ["gpt", "", "gpt-5-mini"])
def test_a_name_without_a_provider_is_an_error_that_shows_how_to_name_one(name):
    with pytest.raises(BackendError, match=r"Unknown backend '.*'extractive', or provider:model"):
        load_backend(name)


@pytest.mark.parametrize(
    ("name", "meant"), [("open_ai:x", "openai"), ("olama:x", "ollama"), ("hugginface:x", "hugg")]
)
def test_a_misspelt_provider_is_told_what_may_have_been_meant(name, meant):
    with pytest.raises(BackendError, match=f"Did you mean '{meant}"):
        load_backend(name)


@pytest.mark.parametrize("name", PROVIDERS)
def test_a_provider_without_its_package_says_how_to_install_it(name, monkeypatch):
    without_package(monkeypatch, PROVIDERS[name].package)
    with pytest.raises(BackendError, match=r"Run: pip install .?citewise"):
        load_backend(f"{name}:x")


@pytest.mark.parametrize(
    ("name", "variable"),
    [
        ("openai:x", "OPENAI_API_KEY, or OPENAI_BASE_URL"),
        ("anthropic:x", "ANTHROPIC_API_KEY"),
        ("google_genai:x", "GOOGLE_API_KEY or GEMINI_API_KEY"),
    ],
)
def test_a_provider_without_its_key_names_the_variable(name, variable, monkeypatch):
    monkeypatch.setattr(providers, "find_spec", lambda _: True)
    with pytest.raises(BackendError, match=f"without a key. Set {variable}"):
        load_backend(name)


@pytest.mark.parametrize("name", ["openai", "openai:", "ollama:"])
def test_a_provider_without_a_model_shows_an_example(name, monkeypatch):
    monkeypatch.setattr(providers, "find_spec", lambda _: True)
    with pytest.raises(BackendError, match=f"names no model. Write it as '{name.rstrip(':')}:"):
        load_backend(name)


def test_another_provider_of_langchain_whose_package_is_missing_gives_its_pip_line():
    with pytest.raises(BackendError, match=r"pip install .*langchain-cohere"):
        load_backend("cohere:command")


def test_a_provider_that_nobody_knows_is_an_error_that_names_it():
    with pytest.raises(BackendError, match=r"Backend 'nonsense:x' cannot be used: .*nonsense"):
        load_backend("nonsense:x")


# --- names that load


@pytest.mark.parametrize(
    ("address", "needs_key"),
    [
        ("", True),
        ("https://api.openai.com/v1", True),
        ("https://eu.api.openai.com/v1", True),
        ("http://localhost:8000/v1", False),
        ("http://gpu-box.lan:8000/v1", False),
        ("https://notopenai.com/v1", False),
        ("nonsense", False),
    ],
)
def test_openai_needs_a_key_only_for_its_own_servers(address, needs_key):
    assert PROVIDERS["openai"].needs_key({"OPENAI_BASE_URL": address}) == needs_key


@pytest.mark.parametrize(
    ("name", "temperature"), [("gpt-4o-mini", 0), ("gpt-5-mini", None), ("o3", None)]
)
def test_a_model_that_takes_no_temperature_is_given_none(name, temperature, monkeypatch):
    pytest.importorskip("langchain_openai")
    monkeypatch.setenv("OPENAI_API_KEY", "test")
    assert load_backend(f"openai:{name}")._model.temperature == temperature


def test_the_context_is_what_is_set_or_what_the_model_says_or_a_default(monkeypatch):
    pytest.importorskip("langchain_openai")
    monkeypatch.setenv("OPENAI_API_KEY", "test")
    assert load_backend("openai:gpt-4o-mini", context_tokens=4_000).context_tokens == 4_000
    assert load_backend("openai:gpt-4o-mini").context_tokens == 128_000
    assert load_backend("openai:a-model-of-mine").context_tokens == 8_192


def test_another_provider_of_langchain_is_told_the_limits(monkeypatch):
    pytest.importorskip("langchain_openai")
    monkeypatch.setenv("AZURE_OPENAI_API_KEY", "test")
    monkeypatch.setenv("AZURE_OPENAI_ENDPOINT", "http://127.0.0.1:9")
    monkeypatch.setenv("OPENAI_API_VERSION", "2025-01-01")
    made = make_other("azure_openai:mine", ModelOptions(7.0, 50))
    assert (made.request_timeout, made.max_retries, made.max_tokens) == (7.0, 0, 50)


# --- what other packages bring


@pytest.mark.parametrize(("name", "said"), [("owl:Hedwig", "I am Hedwig."), ("owl", "any owl")])
def test_an_entry_point_is_given_what_stands_behind_the_colon(name, said, plugin):
    backend = load_backend(name)
    assert isinstance(backend, ChatBackend)
    assert said in backend.complete("s", "u", meter=TokenMeter())


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("sparrow:x", "Backend 'sparrow' cannot be used: no 'x' here"),
        ("stone:x", "made a 'str'"),
        ("text:x", "cannot be called"),
        ("gone:x", "of 'aviary' cannot be imported: AttributeError"),
        ("lost:x", "a_package_that_is_not_there"),
    ],
)
def test_a_broken_entry_point_is_an_error_that_says_why(name, reason, plugin):
    with pytest.raises(BackendError, match=reason):
        load_backend(name)


def test_no_entry_point_takes_the_name_of_a_provider(plugin, monkeypatch):
    monkeypatch.setattr(providers, "find_spec", lambda _: True)
    with pytest.raises(BackendError, match="OPENAI_API_KEY"):
        load_backend("openai:x")


# --- the list


def test_the_list_says_what_each_provider_lacks(monkeypatch):
    without_package(monkeypatch, "langchain_anthropic")
    monkeypatch.setattr(
        providers, "find_spec", lambda name: None if name == "langchain_anthropic" else True
    )
    assert report_on("anthropic").remedy == 'pip install "citewise[anthropic]"'
    assert report_on("anthropic").state is State.NO_PACKAGE
    assert report_on("openai").state is State.NO_KEY
    assert report_on("openai").remedy.startswith("export OPENAI_API_KEY=")
    assert report_on("openai", OPENAI_API_KEY="x").state is State.READY
    assert report_on("openai", OPENAI_BASE_URL="http://localhost:1/v1").state is State.READY
    assert report_on("google_genai", GEMINI_API_KEY="x").state is State.READY
    assert report_on("ollama").state is State.READY


@pytest.mark.parametrize(
    ("current", "name", "state"),
    [
        ("extractive", "extractive", State.READY),
        ("huggingface:/a/model:x", "huggingface", State.READY),
        ("mistralai:small", "mistralai", State.UNKNOWN),
        ("nonsense", "nonsense", State.UNKNOWN),
    ],
)
def test_exactly_one_backend_is_the_current_one_and_shown_as_it_was_written(current, name, state):
    (report,) = (report for report in list_backends(current, {}) if report.is_current)
    assert (report.name, report.example, report.state) == (name, current, state)


def test_entry_points_are_listed_and_broken_ones_with_the_reason(plugin):
    reports = {(r.name, r.state): r for r in list_backends("owl:Hedwig", {})}
    assert reports["owl", State.READY].is_current
    assert "AttributeError" in reports["gone", State.BROKEN].remedy
    assert "a_package_that_is_not_there" in reports["lost", State.BROKEN].remedy
    assert "cannot be called" in reports["text", State.BROKEN].remedy
    assert "Citewise's own" in reports["openai", State.BROKEN].remedy


def test_an_entry_point_without_a_known_owner_is_still_named(monkeypatch):
    from assistant.backends import entry_points

    point = EntryPoint("stray", "nowhere_at_all:x", "citewise.llms")
    monkeypatch.setattr(entry_points.metadata, "entry_points", lambda **_: (point,))
    with pytest.raises(BackendError, match="'stray' of 'nowhere_at_all:x'"):
        entry_points.load_factory("stray")


# --- the table


@pytest.mark.parametrize("provider", PROVIDERS.values(), ids=lambda provider: provider.name)
def test_each_row_of_the_table_is_one_that_pip_can_install(provider):
    import tomllib

    assert provider_of(provider.example) is provider
    extras = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text())["project"]
    if provider.extra:
        (requirement, *_) = extras["optional-dependencies"][provider.extra]
        assert requirement.startswith(provider.package.replace("_", "-"))
    else:
        assert provider.is_installed

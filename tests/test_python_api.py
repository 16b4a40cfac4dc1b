"""What `from assistant import ...` offers."""

import pytest

import assistant
from tests.test_import_cost import HEAVY, loaded_by


@pytest.mark.parametrize("name", assistant.__all__)
def test_every_public_name_can_be_imported_from_the_package(name: str) -> None:
    value = getattr(assistant, name)
    assert value.__name__ == name
    assert value.__module__.startswith("assistant.")
    assert name in dir(assistant)


def test_a_name_that_does_not_exist_is_an_import_error() -> None:
    with pytest.raises(ImportError, match="Asistant"):
        from assistant import Asistant  # noqa: F401
    assert not hasattr(assistant, "Asistant")


def test_importing_the_package_imports_nothing_of_it() -> None:
    assert loaded_by("import assistant") & {*HEAVY, "vectorstore", "numpy", "pydantic"} == set()


def test_importing_the_assistant_from_the_package_loads_nothing_heavy() -> None:
    loaded = loaded_by("from assistant import Assistant, Turn, build_assistant, load_settings")
    assert "vectorstore" in loaded
    assert not loaded & set(HEAVY)

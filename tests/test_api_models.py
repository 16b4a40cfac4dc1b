"""The models that the API lists, and the backends that a request may pick."""

from typing import Any

import pytest

from assistant.errors import BackendError
from tests.api_calls import URL, ScriptedAssistant, api_client, body, client_of, error_of
from ui.api.backends import MadeWhenAsked

# Models


def test_the_models_are_citewise_and_its_backend() -> None:
    data = client_of(ScriptedAssistant()).get("/v1/models").json()
    assert data["object"] == "list"
    assert [model["id"] for model in data["data"]] == ["citewise", "scripted:org/model"]
    assert {model["object"] for model in data["data"]} == {"model"}


def test_one_model_can_be_looked_up_even_with_a_slash_in_its_name() -> None:
    client = client_of(ScriptedAssistant())
    assert client.get("/v1/models/scripted:org/model").json()["id"] == "scripted:org/model"
    assert error_of(client.get("/v1/models/none"))["code"] == "model_not_found"


# Backends


def two() -> tuple[ScriptedAssistant, ScriptedAssistant]:
    return ScriptedAssistant(), ScriptedAssistant(backend="other:model")


def ask(own: Any, others: Any, **fields: Any) -> Any:
    return api_client(own, backends=others).post(URL, json=body(**fields))


def test_the_backends_that_are_offered_are_models_too() -> None:
    own, other = two()
    listed = api_client(own, backends={other.backend: other}).get("/v1/models").json()["data"]
    assert [model["id"] for model in listed] == ["citewise", own.backend, other.backend]


@pytest.mark.parametrize(
    "fields",
    [
        {"backend": "other:model"},
        {"model": "other:model"},
        {"model": "other:model", "backend": "other:model"},
    ],
)
def test_a_request_may_pick_a_backend_by_either_name(fields: dict[str, str]) -> None:
    own, other = two()
    response = ask(own, {other.backend: other}, **fields)
    assert response.status_code == 200
    assert (len(own.asked), len(other.asked)) == (0, 1)
    assert response.json()["model"] == fields.get("model", "citewise")


@pytest.mark.parametrize("fields", [{}, {"backend": None}, {"backend": "scripted:org/model"}])
def test_otherwise_the_server_s_own_answers(fields: dict[str, Any]) -> None:
    own, other = two()
    assert ask(own, {other.backend: other}, **fields).status_code == 200
    assert (len(own.asked), len(other.asked)) == (1, 0)


def test_an_unknown_backend_is_a_404_that_names_the_known_ones() -> None:
    own, other = two()
    response = ask(own, {other.backend: other}, backend="openai:gpt-9")
    assert response.status_code == 404
    error = error_of(response)
    assert (error["code"], error["param"]) == ("backend_not_found", "backend")
    assert "'other:model'" in error["message"]


def test_a_model_and_a_backend_that_contradict_each_other_are_refused() -> None:
    own, other = two()
    response = ask(own, {other.backend: other}, model=own.backend, backend=other.backend)
    assert response.status_code == 400
    assert error_of(response)["code"] == "ambiguous_backend"


def test_an_assistant_is_made_when_it_is_first_asked_and_once() -> None:
    own, other = two()
    made: list[str] = []

    def make(name: str) -> ScriptedAssistant:
        made.append(name)
        return other

    client = api_client(own, backends=MadeWhenAsked([other.backend], make))
    assert client.get("/v1/models").status_code == 200
    assert client.post(URL, json=body()).status_code == 200
    assert made == []
    for _ in range(2):
        assert client.post(URL, json=body(backend=other.backend)).status_code == 200
    assert made == [other.backend]


def test_one_that_cannot_be_made_is_told_and_tried_again() -> None:
    own, other = two()

    def make(name: str) -> ScriptedAssistant:
        raise BackendError(f"{name} lacks its key.")

    backends = MadeWhenAsked([other.backend], make)
    response = ask(own, backends, backend=other.backend)
    assert response.status_code == 502
    assert error_of(response)["message"] == "other:model lacks its key."
    assert len(backends) == 1
    with pytest.raises(KeyError):
        backends["unheard of"]

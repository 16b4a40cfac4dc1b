"""A page that asks through the widget's route, and an assistant that knows one paper."""

import json
from collections.abc import Iterator
from typing import Any

from fastapi.testclient import TestClient

from assistant.answer import Answer, Citation
from assistant.events import Completed, TextDelta
from ui.access.hosts import OwnHosts
from ui.access.settings import AccessSettings
from ui.server import create_app
from ui.widget import NoKeyAsked, WidgetSettings
from vectorstore import Paper, Span

URL = "/widget/v1/chat/completions"
LAB, STRANGER = "https://lab.example", "https://evil.example"
KEY = "pk_0123456789"
OWL = Paper(
    "owl", "Owls\u202e of\u200b night", "They see\u202e well. They hear.", authors=("A\u200bda",)
)
SAID = {"messages": [{"role": "user", "content": "Do owls see?"}], "stream": True}


class OwlAssistant:
    """Answers from one paper, of which the text hides marks; `failing` ends it midway."""

    backend = "owls"

    def __init__(self, failing: Exception | None = None) -> None:
        self.failing = failing
        self.asked: list[tuple[str, Any]] = []

    def stream(self, question: str, *, history: Any = ()) -> Iterator[Any]:
        self.asked.append((question, history))
        yield TextDelta("They see well ")
        if self.failing:
            raise self.failing
        yield TextDelta("[1].")
        yield Completed(
            Answer(
                question=question,
                standalone_question=question,
                text="They see well [1].",
                abstained=False,
                backend=self.backend,
                sentences=(),
                citations=(Citation(1, OWL, Span(0, 15)),),
                nearest=(OWL,),
                timings_ms={},
            )
        )


def client_of(assistant: Any = None, **settings: Any) -> TestClient:
    assistant = assistant or OwlAssistant()
    settings = {"origins": frozenset({LAB}), "authoriser": NoKeyAsked()} | settings
    app = create_app(assistant, with_chat=False, widget=WidgetSettings(**settings))
    app.add_middleware(OwnHosts, settings=AccessSettings())
    return TestClient(app, base_url="http://127.0.0.1:7860", raise_server_exceptions=False)


def ask(client: TestClient, origin: str | None = LAB, said: Any = SAID, **headers: str) -> Any:
    given = {"origin": origin} if origin else {}
    return client.post(URL, json=said, headers=given | headers)


def error_of(response: Any) -> tuple[int, str]:
    error = response.json()["error"]
    assert set(error) == {"message", "type", "param", "code"}
    return response.status_code, error["code"]


def events_of(response: Any) -> list[Any]:
    assert response.status_code == 200
    *events, last = response.text.removesuffix("\n\n").split("\n\n")
    assert last == "data: [DONE]"
    return [json.loads(event.removeprefix("data: ")) for event in events]


def conversation(*said: str) -> dict[str, Any]:
    roles = ("user", "assistant")
    messages = [{"role": roles[n % 2], "content": text} for n, text in enumerate(said)]
    return {"messages": messages, "stream": True}

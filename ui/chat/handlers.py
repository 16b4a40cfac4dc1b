"""What the page does when a reader acts: Gradio's values in, Gradio's updates out."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from assistant.examples import example_questions
from ui.chat.answering import converse
from ui.chat.cards import sources_html
from ui.chat.conversation import Conversation
from ui.chat.replies import to_messages
from ui.chat.selection import selected
from ui.chat.sidebar import brand_html
from ui.chat.years import year_choices, year_filter

if TYPE_CHECKING:
    from assistant.assistant import Assistant

N_EXAMPLES = 4

# What a handler returns: chat, sources, composer, conversation (see `page.build_page`).
Picture = tuple[Any, Any, Any, Conversation]


class Handlers:
    """The page's event handlers over one assistant. They hold no state: it is the session's."""

    def __init__(self, assistant: "Assistant") -> None:
        self._assistant = assistant

    def ask(
        self,
        question: str,
        conversation: Conversation,
        chat: int,
        year_from: int,
        year_to: int,
        selection: str,
    ) -> Iterator[Picture]:
        """Yield the page as the answer grows; an empty question changes nothing."""
        if not question.strip():
            return
        where = year_filter(year_from, year_to).merged_with(selected(selection))
        composer = _composer(busy=True, value="")
        before = conversation.in_chat(chat)
        for current in converse(self._assistant, before, question, where):
            yield _picture(current, composer)
            composer = _skip()

    def settle(self, conversation: Conversation, chat: int) -> Picture:
        """Let the reader ask again, after an answer that is complete or was stopped.

        A last picture of an answer may come after a new chat was begun: it is put right here.
        """
        composer = _composer(busy=False)
        settled = conversation.in_chat(chat).stopped()
        if settled == conversation:
            return _skip(), _skip(), composer, conversation
        return _picture(settled, composer)

    def new_chat(self, chat: int) -> tuple[Any, ...]:
        """Begin again, with nothing remembered; the chat's number comes after the picture."""
        import gradio as gr

        return *_picture(Conversation(chat=chat + 1), gr.update(value="")), chat + 1

    def refresh(self) -> list[Any]:
        """Return facts, both year filters and examples as they are now: papers come and go."""
        import gradio as gr

        library = self._assistant.library
        status = library.status()
        years = gr.update(choices=year_choices(status))
        questions = example_questions(library)[:N_EXAMPLES]
        shown = [gr.update(value=question, visible=True) for question in questions]
        hidden = [gr.update(visible=False)] * (N_EXAMPLES - len(shown))
        return [brand_html(status), years, years, *shown, *hidden]


def _picture(conversation: Conversation, composer: Any) -> Picture:
    # While an answer grows the sources stay as they are: rendering them again would lose the place.
    growing = conversation.latest is not None and conversation.latest.under_way
    sources = _skip() if growing else sources_html(conversation)
    return to_messages(conversation), sources, composer, conversation


def _composer(*, busy: bool, **changes: Any) -> Any:
    """Return the update that shows the stop button while an answer grows, else the send button."""
    import gradio as gr

    return gr.update(submit_btn=not busy, stop_btn=busy, **changes)


def _skip() -> Any:
    import gradio as gr

    return gr.skip()

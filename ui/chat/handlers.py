"""What the page does when a reader acts: Gradio's values in, Gradio's updates out."""

import logging
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from assistant.conversations import CONVERSATIONS_NAME, ConversationStore
from assistant.examples import example_questions
from assistant.suggesting import follow_ups
from ui.access.turns import in_turn, must_wait
from ui.chat.answering import SEARCHING, WAITING, converse
from ui.chat.cards import sections_html
from ui.chat.conversation import Conversation
from ui.chat.features import Features
from ui.chat.history.keeping import Keeper
from ui.chat.history.visitor import Visitor, visitor_of
from ui.chat.replies import conversation_html, exchange_html, exchanges_html
from ui.chat.selection import selected
from ui.chat.sidebar import brand_html
from ui.chat.views.assistants import Assistants
from ui.chat.views.choices import Choices, choices_of
from ui.chat.years import year_choices, year_filter

if TYPE_CHECKING:
    from assistant.assistant import Assistant

logger = logging.getLogger(__name__)

N_EXAMPLES = 4
_UNKNOWN_LINK = "This link leads nowhere, or it was taken back."

# What a handler returns: chat, sources, composer, conversation (see `page.build_page`).
Picture = tuple[Any, Any, Any, Conversation]


class Handlers:
    """The page's event handlers over one assistant. They hold no state: it is the session's."""

    def __init__(
        self,
        assistant: "Assistant",
        features: Features | None = None,
        store: ConversationStore | None = None,
    ) -> None:
        self._assistant = assistant
        self._features = features or Features()
        self._assistants = Assistants(assistant, self._features)
        place = assistant.library.place(CONVERSATIONS_NAME)
        self._keeper = Keeper(store or ConversationStore(place))

    def ask(
        self,
        question: str,
        conversation: Conversation,
        chat: int,
        year_from: int,
        year_to: int,
        selection: str,
        choices: str,
        visitor_text: str,
    ) -> Iterator[Picture]:
        """Yield the page as the answer grows; an empty question changes nothing."""
        if not question.strip():
            return
        where = year_filter(year_from, year_to).merged_with(selected(selection))
        chosen = choices_of(choices, self._features.backends)
        visitor = visitor_of(visitor_text)
        before, is_again = self._before(conversation.in_chat(chat), visitor)
        earlier = exchanges_html(before.exchanges)
        composer, kept = _composer(busy=True, value=""), before
        for current in converse(
            lambda: self._assistants.of(chosen),
            before,
            question,
            where,
            top_k=chosen.top_k,
            again=is_again,
            status=self._first_status(chosen),
        ):
            kept = self._kept(current, visitor)
            yield _picture(kept, composer, earlier)
            composer = _skip()
        if (suggesting := self._with_suggestions(kept)) is not kept:
            chat_now, *_ = _picture(suggesting, composer, earlier)
            yield chat_now, _skip(), composer, suggesting

    def settle(self, conversation: Conversation, chat: int, visitor_text: str) -> Picture:
        """Let the reader ask again, after an answer that is complete or was stopped.

        A last picture of an answer may come after a new chat was begun: it is put right here.
        """
        composer = _composer(busy=False)
        settled = conversation.in_chat(chat).stopped()
        if settled == conversation:
            return _skip(), _skip(), composer, conversation
        return _picture(self._keeper.keep(settled, visitor_of(visitor_text).owner), composer)

    def new_chat(self, chat: int) -> tuple[Any, ...]:
        """Begin again, with nothing remembered; the chat's number comes after the picture."""
        import gradio as gr

        return *_picture(Conversation(chat=chat + 1), gr.update(value="")), chat + 1

    def open(self, conversation_id: str, chat: int, visitor_text: str) -> tuple[Any, ...]:
        """Show a conversation of the store; the chat's number comes after the picture."""
        owner = visitor_of(visitor_text).owner
        opened = self._keeper.open(conversation_id, owner) or Conversation()
        return self._shown(opened, chat)

    def arrive(self, chat: int, visitor_text: str) -> tuple[Any, ...]:
        """Show what a page that was just loaded had open, or the answer that its link leads to."""
        visitor = visitor_of(visitor_text)
        if visitor.shared:
            followed = self._keeper.follow(visitor.shared)
            return self._shown(followed or Conversation(shared=True), chat)
        opened = self._keeper.open(visitor.conversation, visitor.owner)
        return self._shown(opened or Conversation(), chat)

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

    def _first_status(self, chosen: Choices) -> str:
        is_own = chosen.llm in (None, self._assistant.backend)
        return WAITING if is_own and must_wait(self._assistant) else SEARCHING

    def _before(self, conversation: Conversation, visitor: Visitor) -> tuple[Conversation, bool]:
        """Return the conversation that a question continues, and whether one is asked anew.

        A session that a restarted server has forgotten is brought back from the store.
        """
        if not conversation.exchanges and visitor.conversation:
            kept = self._keeper.open(visitor.conversation, visitor.owner)
            conversation = replace(kept, chat=conversation.chat) if kept else conversation
        if conversation.shared:
            return Conversation(chat=conversation.chat), False
        if 0 < visitor.replaces <= len(conversation.exchanges):
            return conversation.before(visitor.replaces), True
        return conversation, False

    def _kept(self, conversation: Conversation, visitor: Visitor) -> Conversation:
        """Return the conversation as it is in the store, once its answer is complete."""
        latest = conversation.latest
        if latest is None or latest.under_way:
            return conversation
        return self._keeper.keep(conversation, visitor.owner)

    def _with_suggestions(self, conversation: Conversation) -> Conversation:
        """Return the conversation with what to ask next: as much to compute as an answer."""
        latest = conversation.latest
        if latest is None or latest.answer is None:
            return conversation
        asked = [exchange.question for exchange in conversation.exchanges]
        find = partial(follow_ups, latest.answer, self._assistant.library, asked=asked)
        try:
            found = in_turn(self._assistant, find)
        except Exception:  # a suggestion is never worth an answer
            logger.exception("No question could be suggested after %r", latest.question)
            return conversation
        if not found:
            return conversation
        return conversation.with_latest(replace(latest, suggestions=tuple(found)))

    def _shown(self, conversation: Conversation, chat: int) -> tuple[Any, ...]:
        shown = conversation if conversation.shared else self._with_suggestions(conversation)
        return *_picture(replace(shown, chat=chat + 1), _skip()), chat + 1


def _picture(
    conversation: Conversation, composer: Any, earlier: list[str] | None = None
) -> Picture:
    """Return the page with this conversation; `earlier` is the HTML of all but the last exchange.

    While an answer grows the sources stay as they are.
    """
    latest = conversation.latest
    growing = latest is not None and latest.under_way
    sources = _skip() if growing else {"sections": sections_html(conversation)}
    if earlier is not None and latest:
        exchanges = [*earlier, exchange_html(latest)]
    else:
        exchanges = conversation_html(conversation)
    return _thread(conversation, exchanges, growing=growing), sources, composer, conversation


def _thread(conversation: Conversation, exchanges: list[str], *, growing: bool) -> dict[str, Any]:
    """Return what `static/script/40_thread.js` draws."""
    return {
        "chat": conversation.chat,
        "conversation": conversation.kept_id,
        "exchanges": exchanges,
        "growing": growing,
        "notice": _UNKNOWN_LINK if conversation.shared and not exchanges else "",
    }


def _composer(*, busy: bool, **changes: Any) -> Any:
    """Return the update that shows the stop button while an answer grows, else the send button."""
    import gradio as gr

    return gr.update(submit_btn=not busy, stop_btn=busy, **changes)


def _skip() -> Any:
    import gradio as gr

    return gr.skip()

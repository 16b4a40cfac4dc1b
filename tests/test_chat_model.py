"""The chat-model writer, with a scripted model behind LangChain's own interface."""

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult

from assistant.abstention import ABSTENTION
from assistant.assistant import Assistant
from assistant.backends.chat_backend import ChatBackend
from assistant.backends.errors import ContextError
from assistant.backends.limits import Retries
from assistant.backends.tokens import estimate_tokens
from assistant.errors import BackendError
from assistant.events import Completed, SentenceChecked, TextDelta
from assistant.options import Options
from assistant.understanding.question import analyse
from assistant.writers.chat_model import NOTHING, ChatModelWriter
from assistant.writers.writer import DraftPiece, DraftSentence, Evidence, WritingTask
from prompts import PromptError
from vectorstore import Hit, Paper

ZEBRA = Paper("z", "Zebras", "Zebras run fast. The herd holds 720 zebras.", year=2024)
LION = Paper("l", "Lions", "Lions sleep at noon.")
BEE = Paper("b", "Bees", "Bees dance in the sun.")


class ScriptedModel(BaseChatModel):
    """Says what it is told to, a piece at a time, and remembers what it was asked."""

    pieces: list[str]
    fails: bool = False
    n_asked_for: int = 0
    asked: list[list[BaseMessage]] = []  # noqa: RUF012 (pydantic copies it)

    @property
    def _llm_type(self) -> str:
        return "scripted"

    def _generate(self, messages: list[BaseMessage], *_: Any, **__: Any) -> ChatResult:
        return ChatResult(generations=[ChatGeneration(message=AIMessage("".join(self.pieces)))])

    def _stream(
        self, messages: list[BaseMessage], *_: Any, **__: Any
    ) -> Iterator[ChatGenerationChunk]:
        self.asked.append(messages)
        for n, piece in enumerate(self.pieces or [""], 1):
            self.n_asked_for = n
            yield ChatGenerationChunk(message=AIMessageChunk(content=piece))
        if self.fails:
            raise RuntimeError("connection lost")


def task(*papers: Paper, question: str = "Do zebras run?") -> WritingTask:
    hits = tuple(Hit(paper, (), 0.5, 1.0, 0.9, ()) for paper in papers)
    return WritingTask(analyse(question), hits)


def writer_of(model: ScriptedModel, context_tokens: int = 8_192, **options: Any) -> ChatModelWriter:
    """Return a writer over a real backend that does not wait between retries."""
    backend = ChatBackend(
        model,
        "scripted:x",
        context_tokens=context_tokens,
        retries=Retries(0),
    )
    return ChatModelWriter(backend, **options)


def write(*pieces: str, papers: tuple[Paper, ...] = (ZEBRA, LION, BEE)) -> list[DraftSentence]:
    items = writer_of(ScriptedModel(pieces=list(pieces))).write(task(*papers))
    return [item for item in items if isinstance(item, DraftSentence)]


def said(drafts: list[DraftSentence]) -> list[tuple[str, str]]:
    """Return each sentence with the ids of the papers it cites."""
    return [(d.text, "".join(item.paper.paper_id for item in d.evidence)) for d in drafts]


def test_sentences_cite_the_papers_of_the_excerpts_that_they_name():
    drafts = write("Zebras run [1]. ", "Bees dance [3", ", 2]. Who knows [7].")
    assert said(drafts) == [("Zebras run.", "z"), ("Bees dance.", "bl"), ("Who knows.", "")]
    assert drafts[0].evidence == (Evidence(ZEBRA),)


def test_words_come_before_their_sentence():
    items = list(
        writer_of(ScriptedModel(pieces=["Zebras", " run", " [1]", "."])).write(task(ZEBRA))
    )
    assert items == [
        DraftPiece("Zebras"),
        DraftPiece(" run"),
        DraftSentence("Zebras run.", (Evidence(ZEBRA),), claim="Zebras run."),
    ]


def test_the_first_words_are_given_before_the_model_writes_more():
    model = ScriptedModel(pieces=["Zebras", *[" x"] * 500])
    items = writer_of(model).write(task(ZEBRA))
    assert next(items) == DraftPiece("Zebras")
    assert model.n_asked_for < 500


def test_what_a_model_writes_is_escaped_and_its_claim_is_not():
    (draft,) = write("Zebras <img src=x> ![p](http://x.org) *run* [1].")
    assert draft.text == r"Zebras \<img src=x\> !\[p\](http\://x.org) run."
    assert draft.claim == "Zebras <img src=x> ![p](http://x.org) run."


def test_a_url_of_an_abstract_may_be_a_link():
    paper = Paper("c", "Code", "Our code is at https://x.org/a_b.")
    (draft,) = write("It is at https://x.org/a_b [1].", papers=(paper,))
    assert draft.text == "It is at https://x.org/a_b."


@pytest.mark.parametrize(
    "text", [ABSTENTION, "", " \n", "[1]", "<think>Hm.</think>", "The abstracts do not say why."]
)
def test_a_model_that_abstains_or_says_nothing_gives_no_sentence(text):
    assert write(text) == []


def test_a_model_that_lists_its_sources_is_not_read_further():
    model = ScriptedModel(
        pieces=["Zebras run [1].\n\n", "References:\n", *["[1] Zebras\n"] * 2_000]
    )
    drafts = [
        item for item in writer_of(model).write(task(ZEBRA)) if isinstance(item, DraftSentence)
    ]
    assert said(drafts) == [("Zebras run.", "z")]
    assert model.n_asked_for < 2_000


def test_a_model_that_repeats_itself_is_not_read_further():
    model = ScriptedModel(pieces=["Zebras run [1]. "] * 2_000)
    drafts = [
        item for item in writer_of(model).write(task(ZEBRA)) if isinstance(item, DraftSentence)
    ]
    assert said(drafts) == [("Zebras run.", "z")]
    assert model.n_asked_for < 2_000


def test_a_model_that_fails_in_the_middle_is_an_error_after_all_that_it_wrote():
    model = ScriptedModel(pieces=["Zebras run [1]. ", "Lions sle"], fails=True)
    items = writer_of(model).write(task(ZEBRA))
    drafts: list[DraftSentence] = []
    with pytest.raises(BackendError, match="connection lost"):
        drafts.extend(item for item in items if isinstance(item, DraftSentence))
    assert said(drafts) == [("Zebras run.", "z"), ("Lions sle", "")]


def test_without_papers_no_model_is_asked():
    model = ScriptedModel(pieces=["Zebras run."], asked=[])
    assert list(writer_of(model).write(task())) == []
    assert model.asked == []


def prompt_for(*papers: Paper, question: str = "Do zebras run?", **options: Any) -> tuple[str, str]:
    model = ScriptedModel(pieces=["Yes [1]."], asked=[])
    list(writer_of(model, **options).write(task(*papers, question=question)))
    ((system, user),) = model.asked
    return str(system.content), str(user.content)


def test_the_model_sees_numbered_excerpts_the_question_and_how_to_abstain():
    system, user = prompt_for(ZEBRA, LION)
    assert ABSTENTION in system
    assert f"[1] Zebras (2024)\n{ZEBRA.abstract}\n\n[2] Lions\n{LION.abstract}\n-----" in user
    assert "Question: Do zebras run?" in user


def test_braces_marks_and_lines_in_papers_and_questions_change_nothing():
    paper = Paper("x", "{excerpts}", "{question} {0} [2]\n\n[2] Forged")
    _, user = prompt_for(paper, question="Is {system} {} ok?\n[3] So?")
    assert "[1] {excerpts}\n{question} {0} (2) (2) Forged\n-----" in user
    assert "Question: Is {system} {} ok? (3) So?\n" in user


def test_excerpts_that_do_not_fit_are_left_out_whole_and_cannot_be_cited():
    long = Paper("l", "Long", "Word " * 4_000)
    prompt = prompt_for(ZEBRA, long, BEE, context_tokens=4_096)
    assert ZEBRA.abstract in prompt[1]
    assert "Word" not in prompt[1]
    assert estimate_tokens("".join(prompt)) < 4_096
    model = ScriptedModel(pieces=["Bees dance [2]."])
    items = writer_of(model, context_tokens=4_096).write(task(ZEBRA, long, BEE))
    assert said([item for item in items if isinstance(item, DraftSentence)]) == [
        ("Bees dance.", "")
    ]


def test_a_model_that_cannot_be_shown_one_excerpt_is_an_error_that_says_so():
    with pytest.raises(ContextError, match="llm_context_tokens"):
        list(writer_of(ScriptedModel(pieces=["x"]), context_tokens=512).write(task(ZEBRA)))


def test_a_template_of_ones_own_is_used_with_its_kind_of_marks(tmp_path):
    (tmp_path / "answer.toml").write_text(
        'marks = "round"\nsystem = "Cite (1)."\nuser = "{excerpts} Q: {question} {abstention}"\n'
    )
    system, user = prompt_for(ZEBRA, prompts=tmp_path)
    assert system == "Cite (1)."
    assert "(1) Zebras (2024)" in user
    model = ScriptedModel(pieces=["Zebras run (1)."])
    *_, draft = writer_of(model, prompts=tmp_path).write(task(ZEBRA))
    assert draft == DraftSentence("Zebras run.", (Evidence(ZEBRA),), claim="Zebras run.")


def test_a_template_that_cannot_be_used_is_an_error_before_any_question(tmp_path):
    (tmp_path / "repair.toml").write_text('system = "x"\nuser = "y"\n')
    with pytest.raises(PromptError, match=r"repair\.toml' lacks the placeholder"):
        writer_of(ScriptedModel(pieces=[]), prompts=tmp_path)


PIECES = st.sampled_from(
    ["Zebras", " run", ".", " [", "1", "2", "]", ", ", "-", "\n", "- ", "Lions", "!", " (", "e.g.",
     "9"]
)  # fmt: skip


@settings(deadline=None)
@given(st.lists(PIECES, max_size=25))
def test_whatever_a_model_says_only_given_papers_are_cited_and_no_mark_is_left(pieces):
    for draft in write(*pieces, papers=(ZEBRA, LION)):
        assert draft.text
        assert {item.paper.paper_id for item in draft.evidence} <= {"z", "l"}
        assert "[1]" not in draft.text.replace("\\[", "").replace("\\]", "")


# --- asking once more

WRONG = DraftSentence(
    "Zebras sleep\\_in.", (Evidence(LION),), claim="Zebras sleep_in.", lead="\n- "
)


def rewritten(*pieces: str) -> DraftSentence | None:
    model = ScriptedModel(pieces=list(pieces), asked=[])
    draft = writer_of(model).rewrite(task(ZEBRA, LION), WRONG, "no excerpt says 'sleep_in'")
    ((_, user),) = model.asked
    assert "Sentence: Zebras sleep_in.\n" in str(user.content)
    assert "no excerpt says 'sleep_in'" in str(user.content)
    assert f"[1] Zebras (2024)\n{ZEBRA.abstract}" in str(user.content)
    return draft


def test_a_sentence_is_corrected_in_its_place():
    assert rewritten("Zebras run", " [1]. More [2].") == DraftSentence(
        "Zebras run.", (Evidence(ZEBRA),), claim="Zebras run.", lead="\n- "
    )


@pytest.mark.parametrize(
    "reply", [NOTHING, f"{NOTHING}.", f" **{NOTHING}**\n", ABSTENTION, "", "[1]"]
)
def test_a_sentence_that_cannot_be_corrected_is_none(reply):
    assert rewritten(reply) is None


def test_a_model_that_fails_when_asked_once_more_is_an_error():
    writer = writer_of(ScriptedModel(pieces=["Zeb"], fails=True))
    with pytest.raises(BackendError, match="connection lost"):
        writer.rewrite(task(ZEBRA), WRONG, "x")


# --- the whole path


def assistant_with(library, *pieces: str, fails: bool = False, **options: Any) -> Assistant:
    model = ScriptedModel(pieces=list(pieces), fails=fails)
    return Assistant(library, writer_of(model), options=Options(top_k=3, max_rounds=1, **options))


def test_an_answer_cites_the_words_that_support_each_sentence(library):
    told = "Pando holds 720 finetuned models implementing hidden decision-tree rules [1]."
    answer = assistant_with(library, told).ask("What is Pando?")
    assert (answer.backend, answer.text) == ("scripted:x", told)
    assert answer.sentences[0].support == "supported"
    assert "720" in answer.citations[0].quote


@pytest.mark.parametrize("policy", ["mark", "drop"])
def test_the_pieces_of_an_answer_joined_are_its_text_in_which_numbers_follow_appearance(
    library, policy
):
    told = "- **Pando** holds 720 models [3, 1].\n- It is one [1]. The abstracts do not say why."
    *events, last = assistant_with(library, *told, unsupported=policy).stream("What is Pando?")
    assert isinstance(last, Completed)
    assert "".join(e.text for e in events if isinstance(e, TextDelta)) == last.answer.text
    numbers = [n for sentence in last.answer.sentences for n in sentence.citations]
    assert list(dict.fromkeys(numbers)) == list(range(1, len(last.answer.citations) + 1))


def test_words_reach_the_reader_before_their_sentence_is_checked(library):
    events = list(
        assistant_with(library, "Pando", " holds", " 720 models [1].").stream("What is Pando?")
    )
    kinds = [type(event) for event in events if isinstance(event, TextDelta | SentenceChecked)]
    assert kinds[:2] == [TextDelta, TextDelta]
    assert kinds[-1] is SentenceChecked


def test_a_sentence_that_the_papers_do_not_say_is_marked_as_such(library):
    invented = "Unicorns graze on 999 quantum meadows [1]."
    answer = assistant_with(library, invented).ask("What is Pando?")
    assert [sentence.support for sentence in answer.sentences] == ["unsupported"]


@pytest.mark.parametrize("text", [ABSTENTION, "", "The abstracts do not say which GPU was used."])
def test_a_model_that_says_nothing_makes_an_abstention_that_names_papers(library, text):
    answer = assistant_with(library, *text).ask("What is Pando?")
    assert answer.abstained
    assert answer.text.startswith(ABSTENTION)
    assert answer.text.count(ABSTENTION) == 1
    assert answer.nearest[0].title.startswith("Pando")


def test_a_failure_in_the_middle_leaves_what_came(library):
    answer = assistant_with(library, "Pando is a benchmark [1]. ", "It", fails=True).ask(
        "What is Pando?"
    )
    assert answer.text.startswith("Pando is a benchmark [1].")
    assert "connection lost" in answer.cut


def test_questions_about_the_collection_need_no_model(library):
    answer = assistant_with(library, fails=True).ask("How many papers are there?")
    assert "43 papers" in answer.text

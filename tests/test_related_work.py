"""A section: planned from a library, written, checked; and a model under the same check."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace

import pytest
from langchain_core.language_models import GenericFakeChatModel
from langchain_core.messages import AIMessage

from assistant.backends.chat_backend import ChatBackend
from assistant.checking.checker import Checker
from assistant.errors import QuestionError
from assistant.related_work.drafts import parse_draft
from assistant.related_work.errors import PlanError
from assistant.related_work.model_writing import ModelSectionWriter
from assistant.related_work.plan import Claim, Plan, PlannedPaper, PlannedTheme
from assistant.related_work.planning import Planner, papers_of
from assistant.related_work.section import Section
from assistant.related_work.writing import ExtractiveSectionWriter, check_plan, write_section
from vectorstore import Library, Paper, SearchFilter

TOPIC = "mechanistic interpretability of language models"
DRAFT = (
    "# Listening to owls\n\nWe introduce Strix, a corpus of the calls of nine hundred owls."
    " Sparse autoencoders find features that people can read in language models [?]."
)


@pytest.fixture(scope="module")
def plan(library: Library) -> Plan:
    return Planner(library).plan(TOPIC)


@pytest.fixture(scope="module")
def writer(library: Library) -> ExtractiveSectionWriter:
    return ExtractiveSectionWriter(Checker(library.similarities), library.similarities)


@pytest.fixture(scope="module")
def section(plan: Plan, library: Library, writer: ExtractiveSectionWriter) -> Section:
    return write_section(plan, papers_of(plan, library), writer)


def test_a_plan_names_every_paper_once_in_one_theme_or_says_why_not(plan: Plan) -> None:
    in_themes = [paper.paper_id for theme in plan.themes for paper in theme.papers]
    left_out = [paper.paper_id for paper in plan.considered]
    assert len(in_themes) == len(set(in_themes)) == 12
    assert not set(in_themes) & set(left_out)
    assert all(paper.reason for paper in plan.considered)
    assert len({theme.name for theme in plan.themes}) == len(plan.themes)


def test_a_plan_survives_printing_and_reading(plan: Plan) -> None:
    assert Plan.from_json(json.dumps(plan.to_json())) == plan


def test_an_edited_plan_decides_what_is_written(
    plan: Plan, library: Library, writer: ExtractiveSectionWriter
) -> None:
    first = plan.paper_ids[0]
    edited = {"topic": TOPIC, "words": 60, "themes": [{"name": "Mine", "papers": [first]}]}
    section = write_section(
        Plan.from_json(json.dumps(edited)), library.catalogue.get([first]), writer
    )
    assert [paper.paper_id for paper in section.papers] == [first]
    assert section.paragraphs[0].heading == "Mine"


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("{", "no JSON"),
        ("[]", "no plan"),
        ('{"topic": "x", "themes": [{"papers": [{"titel": "y"}]}]}', "themes.0.papers.0"),
        ('{"topic": "x", "themes": [], "words": 3}', "words"),
    ],
)
def test_a_plan_that_is_none_says_where(text: str, what: str) -> None:
    with pytest.raises(PlanError, match=what) as raised:
        Plan.from_json(text)
    assert "--print-plan" in str(raised.value)


def test_a_plan_with_an_unknown_paper_or_none_says_what_to_do() -> None:
    theme = PlannedTheme("x", (PlannedPaper("nobody"),))
    with pytest.raises(PlanError, match=r"nobody.*citewise add"):
        check_plan(Plan("x", (theme,)), {})
    with pytest.raises(PlanError, match="no paper"):
        check_plan(Plan("x", ()), {})


def test_nothing_near_the_topic_is_an_error_and_no_section(library: Library) -> None:
    with pytest.raises(PlanError, match="near the topic"):
        Planner(library).plan("owls", where=SearchFilter(year_from=2090))
    with pytest.raises(QuestionError, match="empty"):
        Planner(library).plan(" ")


def test_every_sentence_cites_and_is_supported_by_what_it_cites(
    section: Section, library: Library
) -> None:
    checker = Checker(library.similarities)
    assert len(section.sentences) >= 8
    for sentence in section.sentences:
        assert sentence.paper_ids
        assert sentence.support == "supported"
        assert {paper.paper_id for paper, _ in sentence.evidence} == set(sentence.paper_ids)
        for paper, span in sentence.evidence:
            assert span.of(paper.abstract)
    assert checker  # the same check as answers have


def test_every_planned_paper_is_cited_or_said_not_to_be(section: Section) -> None:
    cited = {paper.paper_id for paper in section.papers}
    left_out = {each.paper_id for each in section.considered}
    assert set(section.plan.paper_ids) <= cited | left_out
    assert not cited & left_out


@pytest.mark.parametrize("words", [60, 150, 600])
def test_a_section_has_about_the_length_asked_for(
    words: int, plan: Plan, library: Library, writer: ExtractiveSectionWriter
) -> None:
    longer = replace(plan, words=words)
    section = write_section(longer, papers_of(plan, library), writer)
    assert words * 0.6 <= section.n_words <= words * 1.5 + 40


def test_the_same_plan_gives_the_same_section(
    section: Section, plan: Plan, library: Library, writer: ExtractiveSectionWriter
) -> None:
    assert write_section(plan, papers_of(plan, library), writer).text == section.text


def test_numbers_count_papers_in_the_order_of_their_citation(section: Section) -> None:
    cited = [section.numbers[each] for s in section.sentences for each in s.paper_ids]
    assert list(dict.fromkeys(cited)) == list(range(1, len(section.papers) + 1))


def test_a_paper_that_no_sentence_supports_is_left_out_and_counted(
    make_paper: Callable[..., Paper],
) -> None:
    class Doubting(Checker):
        """Compares with nothing in common: finds no support for anything."""

        def check(self, sentence, excerpts=()):
            verdict = super().check(sentence, excerpts)
            return replace(verdict, support="unsupported")

    def alike(_: str, others) -> list[float]:
        return [0.5] * len(others)

    paper = make_paper("Owls", "We introduce a method that finds owls at night.")
    plan = Plan("owls", (PlannedTheme("", (PlannedPaper(paper.paper_id),)),))
    section = write_section(
        plan, {paper.paper_id: paper}, ExtractiveSectionWriter(Doubting(alike), alike)
    )
    assert section.sentences == []
    assert section.n_dropped == 1
    assert section.considered[0].reason


def test_each_theme_closes_with_a_claim_of_the_draft_that_no_theme_has_quoted_before(
    library: Library, writer: ExtractiveSectionWriter
) -> None:
    plan = replace(
        Planner(library).plan(TOPIC, words=200), claims=parse_draft(DRAFT, is_latex=False).claims
    )
    own = [claim.text.rstrip(".") for claim in plan.claims if not claim.wants_citation]
    section = write_section(plan, papers_of(plan, library), writer)
    quoted = [each.draft_quote for each in section.sentences if each.draft_quote]
    assert len(section.paragraphs) > len(own) == 1
    assert quoted == own
    *sentences, closing = section.paragraphs[0].sentences
    assert set(closing.paper_ids) == {each for s in sentences for each in s.paper_ids}


def test_the_length_follows_the_number_of_papers_where_only_that_is_said(library: Library) -> None:
    assert Planner(library).plan(TOPIC, n_papers=4).words == 100
    assert Planner(library).plan(TOPIC).words == 300


def test_a_theme_is_not_written_of_background_where_its_paper_says_what_it_does(
    make_paper: Callable[..., Paper], writer: ExtractiveSectionWriter
) -> None:
    paper = make_paper(
        "Owls at Night",
        "Owls are birds of the night that hunt mice. Owls have large eyes and quiet feathers."
        " We introduce a method that finds owls by ear.",
    )
    plan = Plan("owls", (PlannedTheme("", (PlannedPaper(paper.paper_id),)),), words=12)
    section = write_section(plan, {paper.paper_id: paper}, writer)
    assert [each.text(section.numbers) for each in section.sentences] == [
        "[1] introduces a method that finds owls by ear."
    ]


def test_a_claim_that_an_abstract_already_makes_is_not_called_the_drafts_own(
    library: Library, plan: Plan, writer: ExtractiveSectionWriter
) -> None:
    papers: Mapping[str, Paper] = papers_of(plan, library)
    sentence = write_section(plan, papers, writer).sentences[0]
    paper, span = sentence.evidence[0]
    theme = PlannedTheme("x", (PlannedPaper(paper.paper_id),))
    copied = Plan(TOPIC, (theme,), claims=(Claim(span.of(paper.abstract)),))
    section = write_section(copied, papers, writer)
    assert not any(each.draft_quote for each in section.sentences)


def backend_that_says(*replies: str) -> ChatBackend:
    model = GenericFakeChatModel(messages=iter([AIMessage(reply) for reply in replies]))
    return ChatBackend(model, "scripted:test")


ZEBRA = Paper("z", "Zebras", "We show that zebras run fast. The herd holds 720 zebras.", year=2024)
LION = Paper("l", "Lions", "Lions sleep at noon.")
TWO = Plan("animals", (PlannedTheme("Animals", (PlannedPaper("z"), PlannedPaper("l"))),), words=40)


def test_a_model_writes_under_the_same_check(library: Library) -> None:
    backend = backend_that_says(
        "Zebras run fast [1]. Lions sleep at noon [2]. Lions hunt 99 zebras a day [2]."
    )
    model = ModelSectionWriter(backend, Checker(library.similarities))
    section = write_section(TWO, {"z": ZEBRA, "l": LION}, model)
    assert section.text == "Zebras run fast [1]. Lions sleep at noon [2]."
    assert section.n_dropped == 1
    assert section.backend == "scripted:test"


def test_a_model_cannot_cite_what_it_was_not_shown(library: Library) -> None:
    backend = backend_that_says("Zebras run fast [7]. Bees dance in the moonlight [3].")
    model = ModelSectionWriter(backend, Checker(library.similarities))
    section = write_section(TWO, {"z": ZEBRA, "l": LION}, model)
    assert {each for s in section.sentences for each in s.paper_ids} <= {"z", "l"}
    assert "Bees" not in section.text

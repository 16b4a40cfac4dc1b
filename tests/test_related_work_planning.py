"""Which papers a plan takes, how it groups and names them, and in which order."""

from collections.abc import Callable, Sequence

import numpy as np
import pytest

from assistant.related_work import planning
from assistant.related_work.candidates import is_reportable
from assistant.related_work.errors import PlanError
from assistant.related_work.foundations import heading_of, kind_of, reading_key
from assistant.related_work.gathering import Found, gather
from assistant.related_work.headings import OTHER, headings
from assistant.related_work.planning import Planner
from assistant.related_work.theming import group
from vectorstore import Library, Paper

MakePaper = Callable[..., Paper]


def alike(phrases: Sequence[str]) -> list[float]:
    """Find every phrase as near as any other."""
    return [0.5] * len(phrases)


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("A Survey of Owls", "surveys"),
        ("Owls: A Systematic Review", "surveys"),
        ("StrixBench: A Benchmark of Owls", "benchmarks"),
        ("A Corpus of Calls", "datasets"),
        ("Classifying Movie Review Data", ""),
        ("Finding Owls by Ear", ""),
    ],
)
def test_a_title_tells_surveys_and_what_others_can_use(title: str, kind: str) -> None:
    assert kind_of(Paper("x", title, "We ...")) == kind


def test_a_heading_of_foundations_names_the_kinds_that_there_are() -> None:
    papers = [
        Paper(title, title, "We ...")
        for title in ("A Corpus of Owls", "A Survey of Owls", "A Corpus")
    ]
    assert heading_of(papers) == "Surveys and datasets"


def test_surveys_come_first_then_what_others_build_on_then_the_rest_by_time(
    make_paper: MakePaper,
) -> None:
    survey = make_paper("A Survey of Owls", year=2024)
    tool = make_paper(
        "StrixNet: Finding Owls", "We present StrixNet. StrixNet finds owls.", year=2021
    )
    old = make_paper("Owls by Ear", "We listen to owls.", year=2015)
    user = make_paper("Owls Again", "We train StrixNet on calls.", year=2022)
    papers = [user, old, tool, survey]
    in_order = sorted(papers, key=lambda each: reading_key(each, papers))
    assert in_order == [survey, tool, old, user]


def test_a_heading_is_the_phrase_that_its_group_has_and_the_others_have_not(
    make_paper: MakePaper,
) -> None:
    by_ear = [
        make_paper(f"Night hearing {n}", "We study night hearing in bird calls.") for n in range(3)
    ]
    by_eye = [
        make_paper(f"Camera traps {n}", "We study camera traps in bird photos.") for n in range(3)
    ]
    found = headings([by_ear, by_eye], "owls", [alike, alike])
    assert found == ["Night hearing", "Camera traps"]


def test_a_heading_spells_abbreviations_out_and_counts_in_the_plural(make_paper: MakePaper) -> None:
    papers = [
        make_paper(
            f"ABC systems {n}", "We study automatic bird calling (ABC). An ABC system calls."
        )
        for n in range(3)
    ]
    others = [make_paper(f"Mice {n}", "We study mice.") for n in range(3)]
    assert headings([papers, others], "owls", [alike, alike])[0] == "Automatic bird calling systems"


def test_papers_that_share_no_phrase_are_other_work(make_paper: MakePaper) -> None:
    groups = [
        [make_paper("Owls", "We hear."), make_paper("Mice", "We run.")],
        [make_paper("Ants", "We dig."), make_paper("Bees", "We fly.")],
    ]
    assert headings(groups, "animals", [alike, alike]) == [OTHER, OTHER]


def test_groups_without_a_name_are_one_and_come_last(make_paper: MakePaper) -> None:
    random = np.random.default_rng(0)
    papers = [
        make_paper(f"{word} {n}", f"We {word.lower()} alone.", paper_id=f"{word}{n}", year=2000)
        for n, word in enumerate("Hear Run Dig Fly Sing Swim Jump Rest Eat Hide".split())
    ]
    vectors = random.normal(size=(10, 4)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    themes = group(
        [Found(paper, 0.5, "animals") for paper in papers],
        vectors,
        "animals",
        encode=lambda texts: np.ones((len(texts), 4), dtype=np.float32),
    )
    assert [theme.name for theme in themes] == [OTHER]
    assert len(themes[0].papers) == 10


def test_a_paper_without_the_telling_word_of_a_topic_is_refused_and_the_word_is_named(
    library: Library,
) -> None:
    found, refused = gather(library, "steering of submarine volcanoes", (), n_papers=5)
    reasons = {reason for _, reason in refused}
    assert any("volcanoes" in reason or "submarine" in reason for reason in reasons)
    assert not found


def test_a_plan_takes_no_paper_of_which_nothing_can_be_told(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = Planner(library).plan("interpretability of language models", n_papers=40)
    planned = library.catalogue.get(list(plan.paper_ids)).values()
    assert all(is_reportable(paper) for paper in planned)
    monkeypatch.setattr(planning, "is_reportable", lambda paper: False)
    with pytest.raises(PlanError, match=r"no abstract says.*citewise add"):
        Planner(library).plan("interpretability of language models")

"""One paper, once: keys, the decision, the merged record, a batch."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import permutations
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks import same_papers
from benchmarks.same_papers import Index, measure
from vectorstore.identity import (
    Reason,
    compare,
    identity_keys,
    merge_origins,
    merged,
    registered_ids,
    resolve,
    same_paper,
    version_of,
)
from vectorstore.identity.merging import MAX_PAPERS_PER_KEY
from vectorstore.paper import Paper

ABSTRACT = (
    "We ask whether sparse probes find what a language model knows about syntax, and compare them "
    "with dense ones on nine languages. Sparse probes need fewer examples and point to units that "
    "matter: switching these off breaks agreement, while random units do not."
)
REWRITTEN = (
    "Interpretability of neural networks has many uses. This work presents an account of grammar "
    "in transformers through a small number of neurons, validated causally across typologically "
    "diverse treebanks and several model families of increasing scale."
)
AUTHORS = ("Ivan Kartáč", "Mateusz Lango", "Wei Li")


def paper(paper_id: str = "p", **fields: object) -> Paper:
    defaults = {"title": "Sparse Probes Find Syntax in Language Models", "abstract": ABSTRACT}
    return Paper(paper_id, **(defaults | {"authors": AUTHORS, "year": 2025} | fields))


PREPRINT = paper("2501.00001", arxiv_id="2501.00001v1", url="https://arxiv.org/abs/2501.00001v1")
PUBLISHED = paper(
    "2025.acl-long.7",
    doi="10.18653/v1/2025.acl-long.7",
    url="https://aclanthology.org/2025.acl-long.7",
)
WORKSHOP = paper("2025.bea-1.3", url="https://aclanthology.org/2025.bea-1.3/")

# Ids


@pytest.mark.parametrize(
    ("fields", "ids"),
    [
        ({"arxiv_id": "2409.13740v2"}, {"arxiv": "arxiv:2409.13740"}),
        ({"arxiv_id": "arXiv:2409.13740"}, {"arxiv": "arxiv:2409.13740"}),
        ({"arxiv_id": "cs.CL/0112017v3"}, {"arxiv": "arxiv:cs/0112017"}),
        ({"url": "http://arxiv.org/pdf/2409.13740v1.pdf?x=1"}, {"arxiv": "arxiv:2409.13740"}),
        ({"url": "https://arxiv.org/abs/cs/0112017"}, {"arxiv": "arxiv:cs/0112017"}),
        ({"url": "https://huggingface.co/papers/2409.13740"}, {"arxiv": "arxiv:2409.13740"}),
        ({"doi": "10.48550/arXiv.2409.13740"}, {"arxiv": "arxiv:2409.13740"}),
        ({"url": "https://doi.org/10.48550/arXiv.2409.13740"}, {"arxiv": "arxiv:2409.13740"}),
        ({"doi": "https://doi.org/10.1145/ABC.1"}, {"doi": "doi:10.1145/abc.1"}),
        ({"url": "https://dl.acm.org/doi/abs/10.1145/ABC.1"}, {"doi": "doi:10.1145/abc.1"}),
        (
            {"doi": "10.1002/(SICI)1097-4571(1998)49:8&lt;693::AID-ASI4&gt;3.0.CO;2-O"},
            {"doi": "doi:10.1002/(sici)1097-4571(1998)49:8<693::aid-asi4>3.0.co;2-o"},
        ),
        (
            {"doi": "10.18653/v1/P18-1234"},
            {"doi": "doi:10.18653/v1/p18-1234", "acl": "acl:p18-1234"},
        ),
        ({"url": "https://www.aclweb.org/anthology/P18-1234.pdf"}, {"acl": "acl:p18-1234"}),
        ({"doi": "10.21203/rs.3.rs-12/v2"}, {"10.21203": "doi:10.21203/rs.3.rs-12"}),
        (
            {"url": "https://openreview.net/forum?id=aB_c-1&n=2"},
            {"openreview": "openreview:aB_c-1"},
        ),
        ({"url": "https://pubmed.ncbi.nlm.nih.gov/123/"}, {"pubmed": "pubmed:123"}),
        ({"arxiv_id": "2413.00001", "doi": "none", "url": "https://x.org/2409.13740"}, {}),
    ],
)
def test_an_id_is_the_same_however_it_is_written(fields, ids):
    assert registered_ids(paper(**fields)) == ids


@pytest.mark.parametrize(
    ("fields", "version"),
    [
        ({"arxiv_id": "2409.13740v12"}, 12),
        ({"url": "https://arxiv.org/abs/2409.13740v2"}, 2),
        ({"arxiv_id": "2409.13740"}, None),
        ({}, None),
    ],
)
def test_the_version_is_what_the_arxiv_id_says(fields, version):
    assert version_of(paper(**fields)) == version


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (r"Euska\~nolDS: A Corpus", "EuskañolDS: a corpus"),
        ("Multi$^2$: Agents", "Multi²: Agents"),
        (r"$\textit{Rank, Chunk}$: A Way", "Rank, Chunk: A Way"),
        (r"{LR}${}^{2}$Bench", "LR2Bench"),
        (r"Texts for S\'ami &amp; S{\o}rb", "Texts for Sámi & Sørb"),
        ("A <i>Fine</i> State-of-the-Art", "A fine state of the art"),
    ],
)
def test_titles_that_differ_in_markup_and_accents_have_one_key(one, other):
    assert set(identity_keys(paper("a", title=one, abstract=""))) & set(
        identity_keys(paper("b", title=other, abstract=""))
    )


def test_a_renamed_paper_is_found_by_the_ends_of_its_abstract_and_the_name_before_the_colon():
    renamed = paper("b", title="Grammar Neurons", abstract=f"In short: {ABSTRACT}")
    assert set(identity_keys(paper("a"))) & set(identity_keys(renamed))
    pando = paper("c", title="Pando: A Benchmark", abstract=""), paper("d", title="Pando")
    assert set(identity_keys(pando[0])) & set(identity_keys(pando[1]))


# The decision


@pytest.mark.parametrize(
    ("one", "other", "reason"),
    [
        (PREPRINT, PUBLISHED, Reason.SAME_TITLE_AND_ABSTRACT),
        (PREPRINT, replace(PUBLISHED, abstract=REWRITTEN), Reason.SAME_TITLE_AND_AUTHORS),
        (PREPRINT, replace(PUBLISHED, abstract="", year=2026), Reason.SAME_TITLE_AND_AUTHORS),
        (PREPRINT, replace(PUBLISHED, authors=()), Reason.SAME_TITLE_AND_ABSTRACT),
        (PREPRINT, replace(PUBLISHED, authors=("王伟",)), Reason.SAME_TITLE_AND_ABSTRACT),
        (
            PREPRINT,
            replace(PUBLISHED, abstract=ABSTRACT[:90] + "..."),
            Reason.SAME_TITLE_AND_ABSTRACT,
        ),
        (PREPRINT, replace(PUBLISHED, title="Grammar"), Reason.SAME_ABSTRACT_AND_AUTHORS),
        (PREPRINT, replace(PUBLISHED, title="Grammar", authors=()), Reason.SAME_ABSTRACT),
        (
            PREPRINT,
            paper("x", arxiv_id="2501.00001", title="New Name", abstract=REWRITTEN),
            Reason.SAME_REGISTERED_ID,
        ),
    ],
)
def test_one_paper_is_known_by_what_its_records_share(one, other, reason):
    assert compare(one, other) is reason
    assert same_paper(one, other)


OTHERS = ("Ann Other", "Bo Person")


@pytest.mark.parametrize(
    ("one", "other", "reason"),
    [
        (PUBLISHED, WORKSHOP, Reason.OTHER_ID),
        (PREPRINT, replace(PREPRINT, paper_id="x", arxiv_id="2501.00002"), Reason.OTHER_ID),
        (paper("a", doi="10.1145/1"), paper("b", doi="10.1109/2"), Reason.OTHER_ID),
        (PREPRINT, replace(PUBLISHED, authors=OTHERS, abstract=REWRITTEN), Reason.OTHER_AUTHORS),
        (
            paper("a", title="Introduction", abstract=""),
            paper("b", title="Introduction", abstract=""),
            Reason.OTHER_EDITION,
        ),
        (
            paper("a", title="Overview of the Shared Task on Hope Speech", year=2022),
            paper("b", title="Overview of the Shared Task on Hope Speech", abstract=REWRITTEN),
            Reason.OTHER_EDITION,
        ),
        (
            paper("a", title="Findings of the Shared Task on Hope", year=2022, abstract=REWRITTEN),
            paper(
                "b",
                title="Findings of the Shared Task on Hope",
                abstract=REWRITTEN[:150] + ABSTRACT,
            ),
            Reason.OTHER_EDITION,
        ),
        (
            paper("a", title="Probes: Part I"),
            paper("b", title="Probes: Part II"),
            Reason.OTHER_EDITION,
        ),
        (
            paper("a", title="Systems for WMT20"),
            paper("b", title="Systems for WMT21"),
            Reason.OTHER_EDITION,
        ),
        (
            paper("a", title="Erratum: Sparse Probes Find Syntax in Language Models"),
            paper("b"),
            Reason.OTHER_EDITION,
        ),
        (
            paper("a", abstract="", authors=()),
            paper("b", abstract="", authors=()),
            Reason.TOO_LITTLE_KNOWN,
        ),
        (
            paper("a", doi="10.1145/nnnnnnn.nnnnnnn"),
            paper("b", doi="10.1145/nnnnnnn.nnnnnnn", title="Cats", abstract=REWRITTEN),
            Reason.WRONG_ID,
        ),
        (
            PREPRINT,
            paper("b", arxiv_id="2501.00001", title="Cats", abstract="", authors=OTHERS),
            Reason.WRONG_ID,
        ),
        (paper("a"), paper("b", title="Cats", abstract=REWRITTEN), Reason.OTHER_ABSTRACT),
        (paper("a"), paper("b", title="Cats", authors=OTHERS), Reason.OTHER_AUTHORS),
    ],
)
def test_two_papers_stay_two(one, other, reason):
    assert compare(one, other) is reason
    assert compare(other, one) is reason
    assert not same_paper(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ivan Kartáč", "Ivan Kartac"),
        ("Hinrich Schütze", "H. Schuetze"),
        ("Lu Jie", "Jie Lu"),
        ("Kartáč, Ivan", "Ivan Kartáč"),
        ("Ana Guerberof Arenas", "Ana Guerberof-Arenas"),
        ("Miguel Romero Calvo", "Miguel Romero"),
        ("Samhaa El - Beltagy", "Samhaa R. El-Beltagy"),
        (r"G\"unther S{\o}gaard", "Günther Søgaard"),
        ("Tim O’Gorman", "Tim O'Gorman"),
    ],
)
def test_a_name_is_known_in_its_other_spellings(one, other):
    first, second = paper("a", authors=(one,)), paper("b", authors=(other,), abstract="")
    assert compare(first, second) is Reason.SAME_TITLE_AND_AUTHORS


@pytest.mark.parametrize(("one", "other"), [("Wei Li", "Wei Liu"), ("Ann Li", "Bo Li"), ("A", "B")])
def test_names_that_share_a_part_are_two(one, other):
    first, second = paper("a", authors=(one,)), paper("b", authors=(other,), abstract="")
    assert compare(first, second) is Reason.OTHER_AUTHORS


def test_a_list_of_authors_that_is_cut_off_is_compared_as_far_as_it_goes():
    many = tuple(f"Ann Name{letter}" for letter in "abcdefgh")
    cut = paper("b", authors=many[:2], n_authors=8, abstract="")
    assert same_paper(paper("a", authors=many), cut)
    assert not same_paper(paper("a", authors=many), replace(cut, n_authors=2))


# The merged record


def test_the_record_keeps_the_better_of_each_field_and_the_id_of_the_first():
    preprint = replace(
        PREPRINT,
        published=date(2024, 12, 19),
        year=2024,
        abstract=ABSTRACT[:80] + "...",
        source="rss",
    )
    preprint = replace(preprint, title="Sparse $k$-Probes Find Syntax", n_comments=3)
    published = replace(PUBLISHED, authors=(*AUTHORS, "Fourth Author"), source="bibtex")
    record = merged(preprint, published)
    assert record == Paper(
        paper_id="2501.00001",
        title=PUBLISHED.title,
        abstract=ABSTRACT,
        authors=(*AUTHORS, "Fourth Author"),
        n_authors=4,
        published=date(2024, 12, 19),
        year=2024,
        arxiv_id="2501.00001",
        doi="10.18653/v1/2025.acl-long.7",
        url="https://aclanthology.org/2025.acl-long.7",
        n_comments=3,
        source="rss",
    )


def test_a_later_version_supersedes_the_words_of_an_earlier_one():
    later = paper("x", arxiv_id="2501.00001v2", title="Short", abstract="Brief.", authors=("A B",))
    record = merged(PREPRINT, later)
    assert (record.title, record.abstract, record.authors) == ("Short", "Brief.", ("A B",))
    assert record.arxiv_id == "2501.00001"
    assert merged(PREPRINT, replace(later, abstract="")).abstract == ABSTRACT


def test_a_day_after_the_year_of_publication_is_not_the_first():
    record = merged(paper("a", year=2019), paper("b", year=2026, published=date(2026, 5, 1)))
    assert (record.year, record.published) == (2019, None)


def test_the_number_of_authors_is_kept_where_no_source_names_them():
    record = merged(paper("a", authors=(), n_authors=5), paper("b", authors=(), n_authors=None))
    assert (record.authors, record.n_authors) == ((), 5)


# A batch


def find_among(*known: Paper):
    def find(keys: Collection[str]) -> Mapping[str, Sequence[Paper]]:
        return {key: [p for p in known if key in identity_keys(p)] for key in keys}

    return find


def test_a_batch_is_sorted_into_known_ids_known_papers_and_new_ones():
    known, new = PREPRINT, paper("n", title="Cats", abstract=REWRITTEN, authors=OTHERS)
    found = resolve([replace(known, abstract="Changed."), PUBLISHED, new], find_among(known))
    assert [(r.target_id, r.known_id, r.new) for r in found] == [
        ("2501.00001", True, False),
        ("2501.00001", False, False),
        ("n", False, True),
    ]


def test_papers_of_one_batch_are_found_to_be_one():
    found = resolve([PUBLISHED, PREPRINT, PREPRINT], find_among())
    assert [r.target_id for r in found] == ["2025.acl-long.7", "2025.acl-long.7", "2025.acl-long.7"]
    assert [r.new for r in found] == [True, False, False]


def test_a_preprint_is_not_merged_with_a_second_publication():
    found = resolve([PREPRINT, PUBLISHED, WORKSHOP], find_among())
    assert [r.target_id for r in found] == ["2501.00001", "2501.00001", "2025.bea-1.3"]


def test_a_record_that_shows_two_known_ones_to_be_one_says_so():
    preprint = replace(PREPRINT, title="An Early Name", abstract=REWRITTEN)
    both = replace(PUBLISHED, paper_id="both", arxiv_id="2501.00001")
    (resolution,) = resolve([both], find_among(preprint, PUBLISHED))
    assert resolution.target_id == "2025.acl-long.7"
    assert resolution.also == ("2501.00001",)


def test_a_preprint_of_two_publications_does_not_make_them_one():
    (resolution,) = resolve([PREPRINT], find_among(PUBLISHED, WORKSHOP))
    assert resolution.target_id == "2025.acl-long.7"
    assert resolution.also == ()


def test_an_id_taken_over_from_a_merged_record_does_not_catch_another_paper():
    record = merged(PREPRINT, replace(PUBLISHED, paper_id="1"))
    other = paper("1", title="Cats", abstract=REWRITTEN, authors=OTHERS)
    (resolution,) = resolve([other], lambda keys: {key: [record] for key in keys if key == "id:1"})
    assert resolution.new


def test_a_key_that_many_papers_share_is_passed_over_and_the_own_id_is_not():
    many = [paper(f"{n}", authors=()) for n in range(MAX_PAPERS_PER_KEY + 1)]
    another, known = resolve([paper("x"), many[3]], find_among(*many))
    assert another.new
    assert known.known_id


def test_the_shared_corpora_are_measured_as_add_takes_them():
    papers = [PREPRINT, PUBLISHED, paper("z", title="Cats", abstract=REWRITTEN, authors=OTHERS)]
    figures = measure(papers, {("2025.acl-long.7", "2501.00001"), ("not", "inside")})
    assert figures.gold == figures.of_one_title == {("2025.acl-long.7", "2501.00001")}
    assert not figures.beyond


def test_without_the_data_the_benchmark_says_what_to_name(tmp_path, capsys):
    assert same_papers.main(["--data", str(tmp_path)]) == 1
    assert "--data" in capsys.readouterr().err


# Properties

WORDS = st.sampled_from("probe model of the 2 ii $x$ \\'a <b> über 解 Introduction: ...".split())
TEXTS = st.lists(WORDS, max_size=12).map(" ".join)
LONG_TEXTS = st.one_of(TEXTS, st.sampled_from([ABSTRACT, REWRITTEN, ABSTRACT[:100]]))
YEARS = st.one_of(st.none(), st.integers(2018, 2021))
PAPERS = st.builds(
    Paper,
    paper_id=st.sampled_from("abcdef"),
    title=st.one_of(TEXTS, st.just(PREPRINT.title)),
    abstract=LONG_TEXTS,
    authors=st.lists(st.sampled_from([*AUTHORS, *OTHERS, "", "王伟"]), max_size=4).map(tuple),
    n_authors=st.one_of(st.none(), st.integers(0, 6)),
    published=st.one_of(st.none(), st.dates(date(2018, 1, 1), date(2021, 12, 31))),
    year=YEARS,
    arxiv_id=st.sampled_from(["", "2501.00001", "2501.00001v2", "2501.00002v1", "?"]),
    doi=st.sampled_from(
        ["", "10.1145/1", "10.1145/2", "10.2139/ssrn.1", "10.48550/arXiv.2501.00001"]
    ),
    url=st.sampled_from(["", "https://x.org", PREPRINT.url, PUBLISHED.url, WORKSHOP.url]),
)


@given(PAPERS)
def test_every_paper_is_the_same_as_itself(one):
    assert same_paper(one, one)


@given(PAPERS, PAPERS)
def test_the_decision_does_not_depend_on_the_order(one, other):
    assert compare(one, other) is compare(other, one)


@given(st.text(), st.text(), st.text(), st.text())
def test_any_text_has_keys_and_can_be_compared(title, abstract, author, url):
    one = Paper("a", title, abstract, (author,), arxiv_id=url, doi=title, url=url)
    keys = identity_keys(one)
    assert len(keys) == len(set(keys))
    assert same_paper(one, replace(one, source="elsewhere"))
    assert merged(one, one).title == title


@given(PAPERS, PAPERS)
def test_records_of_one_registered_id_or_title_share_a_key(one, other):
    if compare(one, other) in (Reason.SAME_REGISTERED_ID, Reason.SAME_TITLE_AND_AUTHORS):
        assert set(identity_keys(one)) & set(identity_keys(other))


@given(st.lists(PAPERS, min_size=1, max_size=4))
def test_the_merged_record_does_not_depend_on_the_order_but_for_id_and_source(origins):
    records = {
        replace(merge_origins(each), paper_id="", source="") for each in permutations(origins)
    }
    assert len(records) == 1


@given(PAPERS, PAPERS)
def test_the_merged_record_keeps_the_ids_that_do_not_conflict(one, other):
    record = registered_ids(merged(one, other))
    ours, theirs = registered_ids(one), registered_ids(other)
    for registry in ("arxiv", "doi"):
        names = {ids[registry] for ids in (ours, theirs) if registry in ids}
        assert (record.get(registry) in names) if names else registry not in record


@settings(max_examples=50)
@given(st.lists(PAPERS, max_size=8))
def test_a_batch_gives_what_its_papers_give_one_by_one(papers):
    index, one_by_one = Index(), []
    for one in papers:
        one_by_one += resolve([one], index.find)
        index.take(one_by_one[-1])
    together = resolve(papers, Index().find)
    assert [r.target_id for r in together] == [r.target_id for r in one_by_one]


# On the papers that come with the project

DATA = Path(__file__).parents[2] / "shared" / "data"


@pytest.mark.slow
@pytest.mark.skipif(not DATA.is_dir(), reason="the shared corpora are not here")
def test_the_pairs_of_acl_and_arxiv_are_found_and_hardly_any_other():
    papers = same_papers.papers_of(same_papers.mixed_rows(DATA))
    gold = same_papers.read_pairs(DATA / "arxiv_cs" / "same_paper_pairs.tsv")
    figures = measure(papers, gold)
    right = figures.gold & figures.of_one_title
    assert len(right) >= 0.95 * len(gold)
    assert len(right) >= 0.995 * len(figures.of_one_title)
    assert len(figures.beyond) < 150

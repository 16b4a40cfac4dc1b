"""From a model's text, however it is cut, to sentences and what they cite."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from assistant.abstention import ABSTENTION
from assistant.citing.reader import AnswerReader
from assistant.citing.sentences import CitedSentence
from assistant.markdown import escape

TITLES = ["Zebras", "Lions", "Bees"]


def read(*tokens: str, marks="square") -> list[str | CitedSentence]:
    """Return all that the reader yields, as the writer calls it."""
    reader = AnswerReader(TITLES, marks=marks)
    items: list[str | CitedSentence] = []
    for token in tokens:
        items += reader.read(token)
        if reader.is_done:
            break
    return [*items, *reader.end()]


def sentences(*tokens: str, marks="square") -> list[CitedSentence]:
    return [item for item in read(*tokens, marks=marks) if isinstance(item, CitedSentence)]


def said(text: str, **options) -> list[tuple[str, tuple[int, ...]]]:
    """Return each sentence with what it cites; the same for every way to cut the text."""
    whole = sentences(text, **options)
    assert sentences(*text, **options) == whole
    assert sentences(*(text[n : n + 3] for n in range(0, len(text), 3)), **options) == whole
    return [(sentence.text, sentence.numbers) for sentence in whole]


def laid_out(text: str) -> str:
    said(text)
    return "".join(sentence.lead + sentence.text for sentence in sentences(text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Zebras run [1]. Lions sleep [2].", [("Zebras run.", (1,)), ("Lions sleep.", (2,))]),
        ("Zebras run. [1] Lions sleep. [2]", [("Zebras run.", (1,)), ("Lions sleep.", (2,))]),
        ("Zebras run.[1][2] Bees dance.[3]", [("Zebras run.", (1, 2)), ("Bees dance.", (3,))]),
        ("Zebras run.[1] lions sleep.[2]", [("Zebras run.", (1,)), ("lions sleep.", (2,))]),
        ("[1] Zebras run. [2] Lions sleep.", [("Zebras run.", (1,)), ("Lions sleep.", (2,))]),
        ("Zebras run [1]\nLions sleep [2]", [("Zebras run", (1,)), ("Lions sleep", (2,))]),
        ("Zebras run.\n[1] Lions sleep.\n[2] Bees.",
         [("Zebras run.", ()), ("Lions sleep.", (1,)), ("Bees.", (2,))]),
        ("Zebras run.\n[1]\n\nLions sleep.", [("Zebras run.", (1,)), ("Lions sleep.", ())]),
        ("Zebras run [1], [2] and [3].", [("Zebras run.", (1, 2, 3))]),
        ("Zebras [1] and lions [2] run [1].", [("Zebras and lions run.", (1, 2))]),
        ("Zebras run fast[1]and far [1] , too.", [("Zebras run fast and far, too.", (1,))]),
        ("Zebras (fast [1]) run (see [2]).", [("Zebras (fast) run.", (1, 2))]),
        ("Zebras run.¹ Lions sleep.² A m² x³.",
         [("Zebras run.", (1,)), ("Lions sleep.", (2,)), ("A m² x³.", ())]),
        ("The herd holds 3.5 zebras [1]. E.g. this one [1].",
         [("The herd holds 3.5 zebras.", (1,)), ("E.g. this one.", (1,))]),
        ("Smith et al. [1] say so [2].", [("Smith et al. say so.", (1, 2))]),
        ("“Zebras run [1].” “Lions” [2].", [("“Zebras run.”", (1,)), ("“Lions”.", (2,))]),
        ("They range in [0, 1] since [2024].", [("They range in [0, 1] since [2024].", ())]),
        ("They move [9].", [("They move.", ())]),
        ("They move [1", [("They move", ())]),
        ("They move \\[1\\].", [("They move [1].", ())]),
        ("[1]", []),
        ("[1] [2].", []),
        (" \n ", []),
        ("", []),
    ],
)  # fmt: skip
def test_marks_are_cited_by_their_own_sentence(text, expected):
    assert said(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("According to [1], zebras run.", "According to “Zebras”, zebras run."),
        ("[1] shows that zebras run.", "“Zebras” shows that zebras run."),
        ("[1] and [2] show it.", "“Zebras” and “Lions” show it."),
        ("Excerpt 1 says so.", "“Zebras” says so."),
        ("So say excerpts 1 and 3.", "So say “Zebras” and “Bees”."),
        ("According to [9], zebras run.", "According to, zebras run."),
    ],
)
def test_a_mark_that_is_a_word_of_its_sentence_becomes_the_title(text, expected):
    assert [sentence for sentence, _ in said(text)] == [expected]


def test_a_sentence_that_begins_with_a_title_keeps_its_mark_from_the_one_before():
    assert said("Zebras run [1]. [2] shows that lions sleep.") == [
        ("Zebras run.", (1,)),
        ("“Lions” shows that lions sleep.", (2,)),
    ]


def test_round_marks_are_read_where_the_prompt_asks_for_them():
    assert said("Zebras run (1).") == [("Zebras run (1).", ())]
    assert said("Zebras run (1). Lions (in 2024) sleep (2, 3).", marks="round") == [
        ("Zebras run.", (1,)),
        ("Lions (in 2024) sleep.", (2, 3)),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Zebras *run*, **lions** and __bees__ _dance_.", "Zebras run, lions and bees dance."),
        ("**Zebras run [1]. Lions sleep [2].** So.", "Zebras run. Lions sleep. So."),
        ("A* on snake_case, 2 * 3 and 5*3.", "A* on snake_case, 2 * 3 and 5*3."),
        ("Use `x[1]` and `a_b`.", "Use x[1] and a_b."),
        ("50\\% of snake\\_case", "50% of snake_case"),
        ("At https://x.org/_a_b, github.com/_a_/b_.", "At https://x.org/_a_b, github.com/_a_/b_."),
        ("Nested ***bold*** **and *both*** here.", "Nested bold and both here."),
    ],
)  # fmt: skip
def test_emphasis_is_dropped_and_what_only_looks_like_it_is_kept(text, expected):
    assert laid_out(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One [1].\n\nTwo [2].", "One.\n\nTwo."),
        ("One,\nstill one [1].", "One, still one."),
        ("- One [1].\n- Two [2].\n\n* Three [3].", "- One.\n- Two.\n- Three."),
        ("All:\n- One [1]\n  - Two [2]\n\nEnd.", "All:\n\n- One\n- Two\n\nEnd."),
        ("1. One [1]. More.\n2) Two [2].", "1. One. More.\n2. Two."),
        ("## Speed\nOne [1].\n\n**Sleep:**\n\n- Two.", "**Speed**\n\nOne.\n\n**Sleep**\n\n- Two."),
        ("# " + "Zebras " * 9 + "run.", "Zebras " * 9 + "run."),
        ("One.\n\n## Left alone", "One."),
        ("**Zebras**", "Zebras"),
        ("**Zebras** run.", "Zebras run."),
        ("One.\n---\nTwo.", "One.\n\nTwo."),
        ("> One\n> two.", "One two."),
        ("| Herd | Size |\n|---|--:|\n| A | 7 [1] |\n| B | |\nEnd.",
         "- Herd: A; Size: 7\n- Herd: B\n\nEnd."),
        ("| A | 7 |\n| B | 8 |", "- A; 7\n- B; 8"),
        ("Run:\n```python\nx[1] = *y\n```\nEnd [1].", "Run:\n\nx[1] = *y\n\nEnd."),
        ("```\nOne [1].\n```\nTwo.", "One.\n\nTwo."),
    ],
)  # fmt: skip
def test_paragraphs_lists_headings_tables_and_code_are_laid_out(text, expected):
    assert laid_out(text) == expected


@pytest.mark.parametrize(
    "ending",
    ["\n\nReferences:\n[1] Zebras", "\n## Sources\n- Zebras", "\n**References**\n1. Z",
     "\n[1]: Zebras", "\n\n[^1]: Zebras\n[^2]: Lions", "\nSources: [1], [2]",
     "\nexcerpts used:\n- [1]"],
)  # fmt: skip
def test_a_list_of_references_at_the_end_is_dropped(ending):
    assert said(f"Zebras run [1].{ending}") == [("Zebras run.", (1,))]


def test_a_sentence_that_begins_like_a_list_of_references_is_kept():
    text = "Sources of noise are many [1].\nReferences help. Source: of all."
    assert laid_out(text) == "Sources of noise are many. References help. Source: of all."


@pytest.mark.parametrize(
    "opening",
    ["Answer: ", "**Answer:** ", "**Final answer**: ", "## Answer\n", "Sure! ", "```\n",
     "Here is the answer:\n\n", "Sure, here's the answer based on the excerpts:\n",
     "<think>Hm [2].</think>", '{"answer": "'],
)  # fmt: skip
def test_talk_before_the_answer_is_dropped(opening):
    assert said(f"{opening}Zebras run [1].") == [("Zebras run.", (1,))]


@pytest.mark.parametrize(
    "text",
    [ABSTENTION, "the abstracts do not say", f"“{ABSTENTION}”", f"**{ABSTENTION}**",
     f" {ABSTENTION}\n", f"{ABSTENTION} [1]", f"{ABSTENTION} However, zebras run [1].",
     f"- {ABSTENTION}", "The abstracts do not say which GPU was used.",
     "The provided excerpts do not mention GPUs [1]."],
)  # fmt: skip
def test_a_model_that_abstains_gives_no_sentence_only_pieces_of_the_abstention(text):
    assert said(text) == []
    for tokens in ([text], text):
        assert ABSTENTION.startswith("".join(str(item) for item in read(*tokens)))


def test_the_first_words_of_an_abstention_are_shown_at_once():
    assert read("The ab") == ["The ab", CitedSentence("The ab", (), "")]
    assert "".join(map(str, read(*ABSTENTION))) == ABSTENTION.rstrip(".")


def test_an_abstention_further_on_is_dropped_and_the_rest_goes_on():
    assert said(f"Zebras run [1]. {ABSTENTION} Lions sleep [2].") == [
        ("Zebras run.", (1,)),
        ("Lions sleep.", (2,)),
    ]
    assert not [item for item in read("Run. ", *ABSTENTION) if "abstracts" in str(item)]


def test_what_the_abstracts_do_not_say_is_told_beside_what_they_say():
    gap, told = "The abstracts do not say how far.", "Zebras run."
    assert [text for text, _ in said(f"{gap} {told}")] == [gap, told]
    assert [text for text, _ in said(f"{told} {gap}")] == [told, gap]


def test_a_model_that_repeats_itself_is_stopped():
    reader = AnswerReader(TITLES)
    given = [item for _ in range(9) for item in reader.read("Zebras run [1]. Lions sleep [2]. ")]
    assert reader.is_done
    assert len([item for item in given if isinstance(item, CitedSentence)]) == 2


def test_a_model_that_repeats_that_nothing_is_said_is_stopped_and_abstains():
    reader = AnswerReader(TITLES)
    items = [item for _ in range(9) for item in reader.read("The abstracts do not say why. ")]
    assert reader.is_done
    assert ABSTENTION.startswith("".join(map(str, [*items, *reader.end()])))


def test_a_repeated_sentence_that_cites_another_excerpt_is_kept():
    assert said("They run [1]. They run [2].") == [("They run.", (1,)), ("They run.", (2,))]


@pytest.mark.parametrize("unit", ["word ", "a", "[", "|", "*", "_a", "&", "\n", "(see ", "1. "])
def test_a_model_that_never_ends_a_sentence_is_cut_and_stopped(unit):
    reader = AnswerReader(TITLES)
    items = [item for _ in range(12_000 // len(unit)) for item in reader.read(unit)]
    assert all(len(item.text) <= 3_000 for item in items if isinstance(item, CitedSentence))
    assert len(items) < 12_000


# --- as it streams


def pieces_of(*tokens: str) -> list[str]:
    reader = AnswerReader(TITLES)
    return [
        "".join(item for item in reader.read(token) if isinstance(item, str)) for token in tokens
    ]


def test_words_are_shown_with_the_token_that_brings_them():
    tokens = ["Pando", " holds", " 720", " models", " [", "1", "].", " It", " is", " &", "lt;", "."]
    shown = ["Pando", " holds", " 720", " models", "", "", "", " It", " is", "", r" \&lt;", ""]
    assert pieces_of(*tokens) == shown


@pytest.mark.parametrize("first", ["Pando", "The", "In", "Researchers", "It", "720", "Because"])
def test_the_first_token_of_an_answer_is_shown_at_once(first):
    assert pieces_of(first) == [first]


def test_a_sentence_is_finished_when_the_next_one_begins():
    reader = AnswerReader(TITLES)
    assert list(reader.read("Zebras run [1]. ")) == ["Zebras run"]
    finished, piece = reader.read("Lions")
    assert finished == CitedSentence("Zebras run.", (1,), "")
    assert piece == " Lions"


def test_only_urls_of_the_excerpts_are_links_and_each_is_shown_as_a_whole():
    reader = AnswerReader(TITLES, urls_of="Code: https://x.org/_a_b.")
    tokens = ["See", " https", "://x.", "org/_a", "_b or", " http://evil.org", " now", "."]
    items = [item for token in tokens for item in reader.read(token)]
    assert items == ["See", " https", "://x.org/_a_b or", r" http\://evil.org now"]
    assert reader.shown("https://x.org/_a_b") == "https://x.org/_a_b"


TOKENS = st.sampled_from(
    ["Zebras", " run", ".", ". ", " [", "[", "1", "2", "]", ", ", "-", "\n", "\n\n", "- ", "1. ",
     "Lions", "!", " (", ")", "e.g.", "9", "**", "*", "_", "`", "```\n", "|", "#", "## ", "[1]",
     "According to ", "【1†s】", "¹", "Excerpt 1", " and ", ABSTENTION, "The abstracts", "<think>",
     " do not say which.", "</think>", "<", "&lt;", "&", "https://x.org/_a_b", "github.com/_a",
     '"', "“", "”", "{", '{"answer": "', "}", "\\", "References:", "Sources", "Answer:", "Sure! ",
     "Here is x:", "---\n", "~", "$", "…", ";", "\u200b", "é", "漢", "[^1]:", "x[1]", "0", "2024",
     "?", "**Methods**\n", "http", "://", "www", "ftp:", "/"]
)  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(st.lists(st.one_of(TOKENS, st.text(max_size=3)), max_size=25), st.integers(1, 9))
@example(["&", "#", "1", ";"], 1)
def test_however_a_text_is_cut_its_sentences_are_the_same_and_begin_with_their_pieces(tokens, size):
    text = "".join(tokens)
    cuts = (tokens, list(text), [text[n : n + size] for n in range(0, len(text), size)])
    for cut in cuts:
        pieces = ""
        for item in read(*cut):
            if isinstance(item, str):
                pieces += item
            else:
                markdown = item.lead + escape(item.text, urls_of="")
                assert markdown.rstrip(".!?…").startswith(pieces)  # marks come before the stop
                pieces = ""
        assert ABSTENTION.startswith(pieces)
        assert sentences(*cut) == sentences(text)


@settings(deadline=None)
@given(st.lists(TOKENS, max_size=25))
def test_no_sentence_cites_an_excerpt_that_is_not_there_or_is_empty(tokens):
    for sentence in sentences("".join(tokens)):
        assert sentence.text == " ".join(sentence.text.split())
        assert set(sentence.numbers) <= {1, 2, 3}

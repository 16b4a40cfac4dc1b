"""What models put around an answer."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.citing.unwrapping import JsonFilter, TagFilter


def through(stage, text: str) -> str:
    fed = [char for given in text for char in stage.feed(given)]
    return "".join([*fed, *stage.end()])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<think>Is it [1]?</think>It is.", "It is."),
        ("<Thinking>No.</Thinking>It is.", "It is."),
        ("It <think>hm</think>is.", "It is."),
        ("<think>I never stop", ""),
        ("thoughts</think>It is.", "thoughtsIt is."),
        ("<answer>It is.</answer>", "It is."),
        ("It is.<|im_end|>\nuser: and?", "It is."),
        ("It is.</s> Next", "It is."),
        ("p < 0.05 and <b>", "p < 0.05 and <b>"),
        ("It is <thi", "It is <thi"),
        ("a\u200bb\u202ec\U000e0041d\x1b[0m\te\r\n", "abcd[0m e \n"),
    ],
)
def test_thoughts_tags_and_hidden_characters_are_taken_out(text, expected):
    assert through(TagFilter(), text) == expected


def test_what_follows_the_end_of_the_turn_is_known_to_be_no_answer():
    stage = TagFilter()
    through(stage, "It is.<|eot_id|>")
    assert stage.is_done


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"answer": "It \\"is\\" [1].", "sources": [1]}', 'It "is" [1].'),
        ('```json\n{"response": "It\\nis."}\n```', "It\nis."),
        ('{ "text" : "caf\\u00e9" }', "café"),
        ('{"answer": "cut', "cut"),
        ('{"answer": "bad \\q"}', "bad \\q"),
        ('{"answer": 3}', '{"answer": 3}'),
        ('{"other": "x"}', '{"other": "x"}'),
        ("{x} is a set", "{x} is a set"),
        ("```\nIt is.\n```", "```\nIt is.\n```"),
        ("It is.", "It is."),
        ("{", "{"),
    ],
)
def test_an_answer_in_json_is_taken_out_of_it(text, expected):
    assert through(JsonFilter(), text) == expected


@given(st.text(alphabet=st.characters(codec="ascii", exclude_categories=["Cc"])))
def test_json_gives_back_the_text_that_was_put_in(text):
    assert through(JsonFilter(), json.dumps({"answer": text})) == text

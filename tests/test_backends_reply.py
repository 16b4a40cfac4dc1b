"""What a reply without a reason for its end is taken for."""

import pytest
from langchain_core.messages import AIMessageChunk

from assistant.backends.errors import CutShortError
from assistant.backends.limits import Limits
from assistant.backends.reply import Reply


def read(text: str) -> str:
    chunks = [AIMessageChunk(content=piece) for piece in text.split("|")]
    return "".join(Reply(Limits(), says_when_done=True).read(chunks))


@pytest.mark.parametrize("text", ["Zebras| run [1].", "They run. [1]", "Do they run?\n"])
def test_a_text_that_ends_with_a_sentence_is_whole(text):
    assert read(text) == text.replace("|", "")


@pytest.mark.parametrize("text", ["Zebras| run", "Zebras run [1", "", "Zebras,"])
def test_a_text_that_ends_within_a_sentence_was_cut(text):
    with pytest.raises(CutShortError, match="before the answer did"):
        read(text)

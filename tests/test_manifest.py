"""What an index was made with."""

import pytest

from vectorstore import ManifestMismatchError
from vectorstore.manifest import LIBRARY_FORMAT, Manifest

STORED = Manifest(encoder="mini", dimension=384, pooling="mean", max_chunk_chars=1_000)


def test_the_same_settings_pass():
    STORED.check(STORED.model_copy(), "lib")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"encoder": "large"}, "encoder 'mini', the settings ask for 'large'"),
        ({"dimension": 768}, "dimension 384, the settings ask for 768"),
        ({"pooling": "cls"}, "pooling 'mean', the settings ask for 'cls'"),
        ({"max_chunk_chars": 500}, "max_chunk_chars 1000, the settings ask for 500"),
    ],
)
def test_other_settings_are_an_error_that_names_both_and_the_command_that_rebuilds(change, words):
    with pytest.raises(ManifestMismatchError) as error:
        STORED.check(STORED.model_copy(update=change), "lib")
    assert words in str(error.value)
    assert "'lib'" in str(error.value)
    assert str(error.value).endswith("citewise reindex")


def test_a_library_of_a_newer_format_asks_for_an_update():
    newer = STORED.model_copy(update={"format": LIBRARY_FORMAT + 1})
    with pytest.raises(ManifestMismatchError, match="Update citewise"):
        newer.check(STORED, "lib")

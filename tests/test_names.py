"""Names of authors, turned round and taken apart."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vectorstore.readers.names import NameParts, initials_last, natural_order, split_name

words = st.text(st.characters(categories=("L", "P")), min_size=1, max_size=8)


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("Marsh, Ada", "Ada Marsh"),
        ("de la Cruz,  Juan", "Juan de la Cruz"),
        ("King, Jr., Martin", "Martin King Jr."),
        ("King, Martin, Jr.", "Martin King Jr."),
        ("Smith, III", "Smith III"),
        ("Ada Marsh", "Ada Marsh"),
        ("Marsh,", "Marsh"),
        ("{Owl Society, Inc.}", "{Owl Society, Inc.}"),
        ("Owl Society, Inc.", "Owl Society, Inc."),
        ("{\\'O}, {\\'A}da", "{\\'A}da {\\'O}"),
        ("Birds, Bats, Owls and More", "Birds, Bats, Owls and More"),
        ("", ""),
    ],
)
def test_names_are_given_in_the_order_they_are_said(written: str, said: str) -> None:
    assert natural_order(written) == said


@pytest.mark.parametrize(
    ("written", "said"),
    [("Marsh AB", "AB Marsh"), ("de la Cruz J", "J de la Cruz"), ("Ada Marsh", "Ada Marsh")],
)
def test_initials_go_before_the_surname(written: str, said: str) -> None:
    assert initials_last(written) == said


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("Ada Marsh", NameParts("Ada", "", "Marsh", "")),
        ("Jan van der Berg Jr.", NameParts("Jan", "van der", "Berg", "Jr.")),
        ("de la Cruz", NameParts("de", "la", "Cruz", "")),
        ("Owl Society", NameParts("", "", "Owl Society", "")),
        ("ENIGMA Consortium", NameParts("", "", "ENIGMA Consortium", "")),
        ("Plato", NameParts("", "", "Plato", "")),
        ("Team Owl, Wales", NameParts("", "", "Team Owl, Wales", "")),
    ],
)
def test_names_are_taken_apart_as_bibtex_would(name: str, parts: NameParts) -> None:
    assert split_name(name) == parts


@given(st.lists(words, min_size=1, max_size=5).map(" ".join))
def test_the_parts_of_a_name_joined_are_the_name(name: str) -> None:
    parts = split_name(name)
    joined = (parts.given, parts.particle, parts.family, parts.suffix)
    assert " ".join(filter(None, joined)) == name

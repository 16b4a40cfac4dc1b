"""XML as a stream: records, damage, bombs, memory."""

import pytest

from tests.mutations import opened
from vectorstore.readers.xml import (
    MAX_BYTES_BETWEEN,
    Node,
    Root,
    children,
    first_text,
    inner_text,
    nodes,
    root_of,
)


def found(content: bytes | str) -> list[tuple[int, str]]:
    """The line and the text of each record; of a reject, its reason with a mark before it."""
    return [
        (node.line, inner_text(node.element) if isinstance(node, Node) else f"! {node.reason}")
        for node in nodes(opened(content), "r")
    ]


def reasons(content: bytes | str) -> str:
    return " ".join(text for _, text in found(content) if text.startswith("!"))


def test_records_are_found_in_any_namespace_with_their_lines():
    content = '<x xmlns:p="urn:p">\n<r>a</r>\n\n<y><p:r>b <i>c</i>\nd</p:r></y></x>'
    assert found(content) == [(2, "a"), (4, "b c d")]


def test_lines_beyond_65535_are_told():
    assert found("<x>" + "\n" * 70_000 + "<r>a</r></x>") == [(70_001, "a")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "iso-8859-1"])
def test_the_encoding_is_the_one_that_the_document_declares(encoding):
    name = "utf-8" if encoding == "utf-8-sig" else encoding
    content = f'<?xml version="1.0" encoding="{name}"?><x><r>Müller</r></x>'.encode(encoding)
    assert found(content) == [(1, "Müller")]


def test_comments_and_instructions_are_no_text():
    assert found("<x><r>a<!-- no --><?no no?>b</r></x>") == [(1, "ab")]


def test_a_cut_file_keeps_the_records_before_and_rejects_the_one_that_was_cut():
    assert found("<x>\n<r>a</r>\n<r>b") == [
        (2, "a"),
        (3, "! cut off: the XML cannot be read to its end"),
    ]


@pytest.mark.parametrize("broken", ["<t>b</u>", "b & c", "b \x01 c", "&nosuch;"])
def test_damage_costs_only_the_record_that_it_is_in(broken):
    before, damaged, after = found(f"<x>\n<r>a</r>\n<r>\n{broken}\n</r>\n<r>c</r>\n</x>")
    assert (before, after) == ((2, "a"), (6, "c"))
    assert damaged[0] == 3
    assert damaged[1].startswith("! damaged XML (line 4: ")


def test_an_ampersand_far_from_any_semicolon_hides_no_record():
    content = "<x>\n<r>a & b</r>\n" + "<r>c</r>\n" * 9_000 + "</x>"
    rows = found(content)
    assert rows[0][1].startswith("! damaged XML (line 2: ")
    assert rows[1:] == [(line, "c") for line in range(3, 9_003)]
    assert found(content.removesuffix("</x>"))[:9_000] == rows[:9_000]


def test_where_records_share_a_line_no_damaged_one_comes_through():
    texts = [text for _, text in found("<x><r>a</r><r>b<t>c</u></r><r>d</r></x>")]
    assert not any("c" in text for text in texts if not text.startswith("!"))


def test_damage_outside_of_records_is_told():
    assert reasons("<x>\n<r>a</r>\n<y>&\n</y>\n<r>b</r></x>").startswith("! damaged XML (line 3: ")


def test_what_follows_the_end_is_told():
    assert "Extra content" in reasons("<x><r>a</r></x>\n<x><r>b</r></x>")


def test_a_document_that_is_damaged_all_over_is_given_up():
    content = "<x>" + "<r>\n<t>a</u></r>\n" * 5_000 + "</x>"
    assert found(content)[-1][1] == "! the XML is too damaged; what follows was not read"


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 15))
BOMBS = {
    "entities in entities": f'<!DOCTYPE x [<!ENTITY l0 "ha">{LAUGHS}]><x><r>&l14;</r></x>',
    "the same in an attribute": f'<!DOCTYPE x [<!ENTITY l0 "ha">{LAUGHS}]><x><r a="&l14;"/></x>',
    "one long entity often": f'<!DOCTYPE x [<!ENTITY l "{"a" * 10**6}">]>'
    f"<x><r>{'&l;' * 10**5}</r></x>",
    "brackets in brackets": "<x>" + "<a>" * 1_000_000,
    "a long text": "<x><r>" + "a " * 6_000_000 + "</r></x>",
    "a long attribute": "<x><r a='" + "a" * 12_000_000 + "'/></x>",
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_bomb_ends_in_a_reject(bomb):
    rows = found(BOMBS[bomb])
    assert rows
    assert all(text.startswith("! ") for _, text in rows)


def test_no_file_and_no_address_is_read_for_an_entity(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("hunter2")
    doctype = f'<!DOCTYPE x [<!ENTITY s SYSTEM "{secret.as_uri()}"><!ENTITY % p SYSTEM "http://127.0.0.1:9/">%p;]>'
    assert "hunter2" not in str(found(f"{doctype}<x><r>a &s; b</r></x>"))


def test_what_was_read_is_freed():
    content = "<x>" + "<v><meta/><r><t>a</t></r><z/></v>" * 2_000 + "</x>"
    sizes = []
    for node in nodes(opened(content), "r"):
        assert isinstance(node, Node)
        root = node.element.getroottree().getroot()
        sizes.append(sum(1 for _ in root.iter()))
    # What is parsed ahead is one chunk of 32 KiB, of some thousand records.
    assert len(sizes) == 2_000
    assert sizes[-1] < 10


def test_a_stretch_without_records_is_given_up_before_it_fills_the_memory():
    content = "<x><r>a</r>" + "<a/>" * (MAX_BYTES_BETWEEN // 4 + 50_000) + "<r>b</r></x>"
    assert found(content)[0] == (1, "a")
    assert "4 MiB without the end of a record" in reasons(content)


def test_the_root_is_told_from_the_first_bytes():
    content = '<?xml version="1.0"?><!-- c --><!DOCTYPE f SYSTEM "x"><p:f xmlns:p="urn:p" id="1"><a'
    assert root_of(opened(content)) == Root("f", "urn:p", ("id",))


@pytest.mark.parametrize("content", ["", "plain", "{}", "<", "<!-- ", "<?xml", b"\x00\x01", "<0>"])
def test_what_is_no_xml_has_no_root(content):
    assert root_of(opened(content)) == Root()


def test_children_are_found_by_their_local_names():
    node = next(nodes(opened('<x xmlns:p="urn:p"><r><p:a> </p:a><a>b</a><c/></r></x>'), "r"))
    assert isinstance(node, Node)
    by_name = children(node.element)
    assert sorted(by_name) == ["a", "c"]
    assert first_text(by_name, "c", "a") == "b"

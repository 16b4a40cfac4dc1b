"""XML read as a stream by lxml: safe against hostile documents, honest about damaged ones.

Entities are not resolved, no DTD is loaded, nothing is fetched, and libxml2's own limits stay on
(depth 256, texts of 10 MB, entity amplification 5), so a bomb ends the parsing. Damage costs the
record that it is in: libxml2 mends what it can and logs where it had to, and a record with such a
line is rejected. Memory is constant: what was read is cleared, and a stretch without any record
may not be longer than `MAX_BYTES_BETWEEN` (an element of four bytes takes 120 in memory).
"""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from lxml import etree

from vectorstore.readers.opened import Opened
from vectorstore.readers.report import Reject

MAX_BYTES_BETWEEN = 4 << 20
_CHUNK_BYTES = 1 << 15
# libxml2 logs no more than 100 errors; what it mends after these would go unnoticed.
_MAX_ERRORS = 99
_MAX_SHOWN = 20

Element = Any  # lxml has no types of its own


@dataclass(frozen=True, slots=True)
class Node:
    """An element that has ended, and the line where it began; it is cleared afterwards."""

    line: int
    element: Element


@dataclass(frozen=True, slots=True)
class Root:
    """The name and attributes of a document's first element; all empty where there is none."""

    name: str = ""
    namespace: str = ""
    attributes: tuple[str, ...] = ()


def root_of(opened: Opened) -> Root:
    """Return the first element of what may be an XML document, from its first bytes."""
    return _root(opened.head) if opened.beginning.startswith("<") else Root()


def nodes(opened: Opened, *names: str) -> Iterator[Node | Reject]:
    """Yield the elements of these local names, in any namespace, in the order in which they end.

    Elements that lie before a yielded one are gone afterwards. One that spans damage, and damage
    outside of them, are yielded as rejects.
    """
    yield from _Stream(opened, names).nodes()


def local_name(element: Element) -> str:
    """Return the name of an element without namespace or prefix; "" for what is no element."""
    return _local(element.tag)


def children(element: Element) -> dict[str, list[Element]]:
    """Return the children of an element by their local names."""
    found: dict[str, list[Element]] = {}
    for child in element:
        found.setdefault(_local(child.tag), []).append(child)
    return found


def inner_text(element: Element | None) -> str:
    """Return all text inside an element with its white space collapsed; "" for None."""
    if element is None:
        return ""
    text = element.text if len(element) == 0 else "".join(element.itertext())
    return " ".join(text.split()) if text else ""


def first_text(found: dict[str, list[Element]], *names: str) -> str:
    """Return the text of the first of these children that has any."""
    for name in names:
        for element in found.get(name, ()):
            if text := inner_text(element):
                return text
    return ""


@dataclass(slots=True)
class _Damage:
    """A place where libxml2 could not read on as written; the record that it is in is damaged."""

    line: int
    message: str
    has_record: bool = False

    @property
    def is_ampersand(self) -> bool:
        """Return whether it is an "&" that begins no entity, behind which libxml2 reads on."""
        return "EntityRef" in self.message

    def reject(self, line: int) -> Reject:
        """Return the reject of a record that begins at `line`, or of the place itself."""
        return Reject(line, f"damaged XML (line {self.line}: {self.message})")


class _Stream:
    """One pass over a document."""

    def __init__(self, opened: Opened, names: tuple[str, ...]) -> None:
        self._stream = opened.binary()
        self._parser = _parser(("end",), [f"{{*}}{name}" for name in names])
        self._n_errors = 0
        self._recent: list[_Damage] = []  # may lie in a record that has not ended yet
        self._outside: list[_Damage] = []  # lay in no record
        self._line = 0  # where the last record began

    def nodes(self) -> Iterator[Node | Reject]:
        """Yield what `nodes` promises."""
        n_bytes = 0
        while chunk := self._stream.read(_CHUNK_BYTES):
            self._parser.feed(chunk)
            n_bytes += len(chunk)
            for row in self._ended(self._new_damage()):
                n_bytes = 0
                yield row
            if n_bytes > MAX_BYTES_BETWEEN or self._n_errors >= _MAX_ERRORS:
                yield from self._left_over()
                yield Reject(self._line, self._why_stopped())
                return
        yield from self._rest()

    def _ended(self, new: list[_Damage], *, at_end: bool = False) -> Iterator[Node | Reject]:
        """Yield the elements that ended in the last chunk.

        A line tells what an error is in only as finely as lines go: where records share one, an
        error spoils those that end in its chunk and in the next. That may reject a whole record,
        and never lets a damaged one through.
        """
        earlier = list(self._recent)
        self._recent += new
        has_ended = False
        for _, element in self._parser.read_events():
            has_ended = True
            self._line = element.sourceline or 0
            if at_end and _is_last(element):
                yield Reject(self._line, "cut off: the XML cannot be read to its end")
            elif damage := _damage_within(element, self._recent):
                yield damage.reject(self._line)
            else:
                yield Node(self._line, element)
            _forget(element)
        if has_ended and earlier:
            self._outside += [damage for damage in earlier if not damage.has_record]
            self._recent = self._recent[len(earlier) :]

    def _rest(self) -> Iterator[Node | Reject]:
        """Yield what came up at the end of the file.

        That is a record that it cut, or all that stood behind an "&" where no ";" followed: there
        libxml2 waits for one.
        """
        with suppress(etree.XMLSyntaxError):  # what it says is in the log
            self._parser.close()
        new = self._new_damage()
        is_whole = bool(new) and all(damage.is_ampersand for damage in new)
        is_cut = False
        for row in self._ended(new, at_end=not is_whole):
            is_cut = is_cut or isinstance(row, Reject)
            yield row
        if is_cut:  # the reject says it
            self._recent = [damage for damage in self._recent if damage not in new]
        yield from self._left_over()

    def _left_over(self) -> Iterator[Reject]:
        """Yield the damage that lay in no record."""
        damages = [*self._outside, *self._recent]
        for damage in [damage for damage in damages if not damage.has_record][:_MAX_SHOWN]:
            yield damage.reject(damage.line)

    def _new_damage(self) -> list[_Damage]:
        log = self._parser.feed_error_log
        known, self._n_errors = self._n_errors, len(log)
        if self._n_errors == known:
            return []
        entries = list(log)[known:]
        return [_Damage(entry.line, " ".join(entry.message.split())[:200]) for entry in entries]

    def _why_stopped(self) -> str:
        if self._n_errors >= _MAX_ERRORS:
            return "the XML is too damaged; what follows was not read"
        size = MAX_BYTES_BETWEEN >> 20
        return f"{size} MiB without the end of a record; what follows was not read"


def _parser(events: tuple[str, ...], tags: list[str] | None) -> Any:
    return etree.XMLPullParser(
        events,
        tag=tags,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        recover=True,
    )


@lru_cache(maxsize=4)
def _root(head: bytes) -> Root:
    parser = _parser(("start",), None)
    for start in range(0, len(head), 512):
        parser.feed(head[start : start + 512])
        for _, element in parser.read_events():
            namespace = element.tag[1:].partition("}")[0] if element.tag[0] == "{" else ""
            return Root(local_name(element), namespace, tuple(map(str, element.attrib)))
    return Root()


@lru_cache(maxsize=1024)
def _local(tag: object) -> str:
    return tag.rpartition("}")[2].rpartition(":")[2] if isinstance(tag, str) else ""


def _is_last(element: Element) -> bool:
    """Return whether nothing stands behind an element: its end may be missing."""
    return all(
        node.getnext() is None and not node.tail for node in (element, *element.iterancestors())
    )


def _damage_within(element: Element, damages: list[_Damage]) -> _Damage | None:
    """Return the first damage on a line of the element, all of it marked; None without any."""
    if not damages:
        return None
    first = element.sourceline or 0
    last = max(
        first + "".join(element.itertext()).count("\n"),
        max((child.sourceline or 0 for child in element.iter()), default=first),
    )
    within = [damage for damage in damages if first <= damage.line <= last]
    for damage in within:
        damage.has_record = True
    return within[0] if within else None


def _forget(element: Element) -> None:
    """Free an element and all that lies before it and before its ancestors."""
    element.clear(keep_tail=False)
    while element is not None:
        parent = element.getparent()
        if parent is not None:
            while element.getprevious() is not None:
                del parent[0]
        element = parent

"""The parts of a Hugging Face page that tell of papers, found by lxml's HTML parser.

The parser builds no tree: it calls back tag by tag, so that millions of tags take no memory. A card
is a heading with a link to /papers/ID, then perhaps a paragraph, "N authors" and a time.
"""

import re
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from lxml import etree

from vectorstore.readers.fields import day_of, text_of

_LINK = re.compile(r"(?:https://huggingface\.co)?/papers/(\d{4}\.\d{4,5}(?:v\d+)?)/?(?:[?#].*)?")
_N_AUTHORS = re.compile(r"(\d{1,5})\s+authors?\b")
_HEADINGS = ("h1", "h2", "h3", "h4")
_MAX_PARTS = 10_000  # of each kind
_MAX_CHARS = 20_000  # of the text of one element
_TAIL_CHARS = 60


@dataclass(slots=True)
class Card:
    """What a page shows of one paper."""

    paper_id: str
    title: str
    abstract: str = ""
    n_authors: int | None = None
    published: date | None = None


@dataclass(slots=True)
class Page:
    """What the parser calls back: `props` gathers the JSON texts, `cards` the cards."""

    props: list[str] = field(default_factory=list)
    cards: list[Card] = field(default_factory=list)
    _open: str = ""  # the heading or paragraph that text belongs to
    _link: str = ""  # the paper that the innermost link leads to
    _text: list[str] = field(default_factory=list)
    _n_chars: int = 0
    _tail: str = ""  # of the text outside of headings and paragraphs

    def start(self, tag: str, attributes: Any) -> None:
        """Note where an element begins, and the JSON it carries."""
        if (props := attributes.get("data-props")) and len(self.props) < _MAX_PARTS:
            self.props.append(props)
        if tag in _HEADINGS or tag == "p":
            self._open, self._text, self._n_chars = tag, [], 0
        elif tag == "a":
            found = _LINK.fullmatch(attributes.get("href") or "")
            self._link = found[1] if found else ""
        elif tag == "time" and self.cards:
            self.cards[-1].published = day_of(attributes.get("datetime"))

    def end(self, tag: str) -> None:
        """Take the text of a heading as a title, of a paragraph as an abstract if the longest."""
        if tag == self._open:
            text, self._open = text_of("".join(self._text)), ""
            if tag != "p" and self._link and text and len(self.cards) < _MAX_PARTS:
                self.cards.append(Card(self._link, text))
                self._link = ""
            elif tag == "p" and self.cards and len(text) > len(self.cards[-1].abstract):
                self.cards[-1].abstract = text
        elif tag == "a" and not self._open:
            self._link = ""

    def data(self, text: str) -> None:
        """Gather text; comments may cut it anywhere."""
        if self._open:
            if self._n_chars < _MAX_CHARS:
                self._text.append(text)
                self._n_chars += len(text)
            return
        self._tail = (self._tail + text[:_TAIL_CHARS])[-_TAIL_CHARS:]
        if self.cards and (found := _N_AUTHORS.search(self._tail)):
            self.cards[-1].n_authors = int(found[1])
            self._tail = ""

    def close(self) -> "Page":
        """Return the page, as the parser's result."""
        return self


def parse_page(content: bytes, encoding: str) -> Page:
    """Return what a page holds; damage, of which HTML knows little, is passed over.

    The content is given as a whole: fed in pieces, libxml2 looks for the end of an open comment
    anew with each piece, which took minutes for 12 MB.
    """
    page = Page()
    parser = etree.HTMLParser(
        target=page,
        encoding="utf-8" if encoding == "utf-8-sig" else encoding,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
    )
    try:
        etree.fromstring(content, parser)
    except etree.LxmlError:  # nothing in it at all, or a limit of libxml2: what came before is kept
        return page
    return page

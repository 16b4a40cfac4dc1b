"""The table of readers, in the order in which they are asked: the most specific first."""

from dataclasses import dataclass
from importlib import import_module

from vectorstore.readers.opened import Opened
from vectorstore.readers.reader import Reader


@dataclass(frozen=True, slots=True)
class Entry:
    """A reader that is imported when it is asked whether a source is its own.

    It is asked only where the source begins with one of `begins`; text for text, bytes for what is
    none. `constant` is its name in the module.
    """

    name: str
    module: str
    begins: tuple[str, ...] | tuple[bytes, ...] = ("",)
    constant: str = "READER"

    def may_read(self, opened: Opened) -> bool:
        """Return whether the first characters allow it."""
        return any(
            opened.head.startswith(begin)
            if isinstance(begin, bytes)
            else opened.beginning.startswith(begin)
            for begin in self.begins
        )

    def load(self) -> Reader:
        """Return the reader; imports its module."""
        reader = getattr(import_module(f"vectorstore.readers.{self.module}"), self.constant)
        assert isinstance(reader, Reader)  # noqa: S101 (a slip in this table)
        return reader


_JSON = ("{", "[")
_XML = ("<",)

READERS = (
    Entry("parquet", "parquet", (b"PAR1",)),
    Entry("xlsx", "xlsx", (b"PK\x03\x04",)),
    Entry("hf-page", "hf_html", _XML),
    Entry("oai-pmh", "arxiv_oai", _XML),
    Entry("arxiv-listing", "arxiv_rss", _XML),
    Entry("arxiv-api", "arxiv_atom", _XML),
    Entry("endnote-xml", "endnote_xml", _XML),
    Entry("pubmed", "pubmed_xml", _XML),
    Entry("acl-anthology", "acl_xml", _XML),
    Entry("hf-api", "hf_api", _JSON),
    Entry("arxiv-kaggle", "arxiv_kaggle", _JSON),
    Entry("openalex", "openalex", _JSON),
    Entry("semantic-scholar", "semantic_scholar", _JSON),
    Entry("openreview", "openreview", _JSON),
    Entry("csl-json", "csl_json", _JSON),
    Entry("jsonl", "jsonl", _JSON),
    Entry("medline", "medline"),
    Entry("ris", "ris"),
    Entry("web-of-science", "web_of_science"),
    Entry("hf-daily-papers", "hf_daily_papers"),
    Entry("csv", "csv_tables"),
    Entry("bibtex", "bibtex"),
)


def reader_names() -> tuple[str, ...]:
    """Return the names of our own readers, as `--format` takes them."""
    return tuple(entry.name for entry in READERS)

"""The table of exporters, by the name of their format."""

from collections.abc import Callable, Iterable, Iterator, Mapping

from ui.exports.bibtex import to_bibtex
from ui.exports.csl_json import to_csl_json
from ui.exports.jsonl import to_jsonl
from ui.exports.ris import to_ris
from vectorstore.paper import Paper

# Yields pieces of text which, joined, are the file. It holds no more than one paper at a time.
Exporter = Callable[[Iterable[Paper]], Iterator[str]]

EXPORTERS: Mapping[str, Exporter] = {
    "bibtex": to_bibtex,
    "ris": to_ris,
    "csl-json": to_csl_json,
    "jsonl": to_jsonl,
}

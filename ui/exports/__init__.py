"""Papers written for other programs, and for Citewise itself: each format imports again."""

from ui.exports.bibtex import to_bibtex
from ui.exports.csl_json import to_csl_json
from ui.exports.exporters import EXPORTERS, Exporter
from ui.exports.jsonl import to_jsonl
from ui.exports.keys import citation_keys
from ui.exports.ris import to_ris

__all__ = [
    "EXPORTERS",
    "Exporter",
    "citation_keys",
    "to_bibtex",
    "to_csl_json",
    "to_jsonl",
    "to_ris",
]

"""Sources of papers, each read into the same `Paper`."""

from vectorstore.readers.formats import read_bundled_papers, read_source, read_text
from vectorstore.readers.report import ReadReport, Reject

__all__ = ["ReadReport", "Reject", "read_bundled_papers", "read_source", "read_text"]

"""The library's truth: papers, chunks and their vectors, in a SQLite file or in PostgreSQL."""

from vectorstore.catalogue.catalogue import (
    CATALOGUE_NAME,
    UNFINISHED_PREFIX,
    Catalogue,
    Encoded,
)
from vectorstore.catalogue.reader import CatalogueReader, Deletions
from vectorstore.catalogue.rows import StoredChunk

__all__ = [
    "CATALOGUE_NAME",
    "UNFINISHED_PREFIX",
    "Catalogue",
    "CatalogueReader",
    "Deletions",
    "Encoded",
    "StoredChunk",
]

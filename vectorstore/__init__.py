"""Papers in, ranked evidence out. The only place that knows Chroma, tantivy and encoders."""

from vectorstore.analysis import STOPWORDS, content_terms, stem, terms, words
from vectorstore.cores import usable_cores
from vectorstore.encoders import (
    DEFAULT_ENCODER,
    DEFAULT_SELECTOR,
    EMBEDDED_ENCODER,
    Encoder,
    EncoderSpec,
    LocalEncoder,
)
from vectorstore.entailment import CrossEncoderEntailment
from vectorstore.errors import (
    EncoderError,
    LibraryLockedError,
    LibraryUnwritableError,
    ManifestMismatchError,
    NotALibraryError,
    ReadError,
    VectorStoreError,
)
from vectorstore.filters import SearchFilter
from vectorstore.indexes.chroma_server import ChromaServer, ChromaServerError
from vectorstore.ingestion import AddReport
from vectorstore.library import Library, LibraryStatus
from vectorstore.paper import Paper, paper_id_from_title
from vectorstore.readers import ReadReport, Reject, read_bundled_papers, read_source, read_text
from vectorstore.reranker import CrossEncoderReranker
from vectorstore.search import Hit, Passage
from vectorstore.sentences import Span, split_sentences

__all__ = [
    "DEFAULT_ENCODER",
    "DEFAULT_SELECTOR",
    "EMBEDDED_ENCODER",
    "STOPWORDS",
    "AddReport",
    "ChromaServer",
    "ChromaServerError",
    "CrossEncoderEntailment",
    "CrossEncoderReranker",
    "Encoder",
    "EncoderError",
    "EncoderSpec",
    "Hit",
    "Library",
    "LibraryLockedError",
    "LibraryStatus",
    "LibraryUnwritableError",
    "LocalEncoder",
    "ManifestMismatchError",
    "NotALibraryError",
    "Paper",
    "Passage",
    "ReadError",
    "ReadReport",
    "Reject",
    "SearchFilter",
    "Span",
    "VectorStoreError",
    "content_terms",
    "paper_id_from_title",
    "read_bundled_papers",
    "read_source",
    "read_text",
    "split_sentences",
    "stem",
    "terms",
    "usable_cores",
    "words",
]

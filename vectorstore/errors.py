"""Errors of the vector store. Each message names the bad value and what mends it."""


def one_line(error: Exception) -> str:
    """Return the message of a library's error as one line of at most 200 characters."""
    return " ".join(str(error).split())[:200]


class VectorStoreError(Exception):
    """Base of everything the vector store raises on purpose."""


class NotALibraryError(VectorStoreError):
    """The path holds no library, or something that is not one."""


class LibraryUnwritableError(VectorStoreError):
    """The library's directory or disk refuses to be written."""


class LibraryLockedError(VectorStoreError):
    """Another process is writing to the library."""


class ManifestMismatchError(VectorStoreError):
    """The library was indexed with other settings than those asked for."""


class EncoderError(VectorStoreError):
    """An encoder is missing, damaged, or gave vectors of the wrong shape."""


class ReadError(VectorStoreError):
    """A source holds no paper that can be read."""


class RetrievalEvaluationError(VectorStoreError):
    """Files or a library that search cannot be measured on, or a run that cannot be written."""


class EngineError(VectorStoreError):
    """The workers that encode cannot be reached, or are not installed."""

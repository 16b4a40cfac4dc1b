"""Clean text: what a source wrote of a paper, without the markup it wrote it in.

Pure functions. The caller keeps the original beside the clean text.
"""

from vectorstore.cleaning.clean import clean_text, clean_title
from vectorstore.cleaning.language import language_of

__all__ = ["clean_text", "clean_title", "language_of"]

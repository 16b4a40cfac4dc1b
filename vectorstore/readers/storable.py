"""What keeps a paper out of any library, whatever reader it came from."""

from vectorstore.paper import Paper

MAX_TITLE_CHARS = 3_000
MAX_ABSTRACT_CHARS = 100_000  # of about 15,000 words: no abstract, but a paper as a whole
_MAX_ID_CHARS = 1_000
_MAX_AUTHORS = 100_000


def what_cannot_be_stored(paper: Paper) -> str:
    """Return why a paper cannot be stored or found; "" where it can."""
    if not paper.title or not paper.paper_id:
        return "no title" if not paper.title else "no id"
    if len(paper.title) > MAX_TITLE_CHARS:
        return f"title: longer than {MAX_TITLE_CHARS:,} characters"
    if len(paper.abstract) > MAX_ABSTRACT_CHARS:
        return f"abstract: longer than {MAX_ABSTRACT_CHARS:,} characters"
    if len(paper.paper_id) > _MAX_ID_CHARS:
        return f"id: longer than {_MAX_ID_CHARS:,} characters"
    if len(paper.authors) > _MAX_AUTHORS:
        return f"authors: more than {_MAX_AUTHORS:,}"
    return _what_is_no_text(paper)


def _what_is_no_text(paper: Paper) -> str:
    """Return which field holds half a character, as JSON can spell it; SQLite refuses it."""
    texts = (paper.title, paper.abstract, paper.paper_id, paper.arxiv_id, paper.doi, paper.url)
    if all(map(str.isascii, texts)) and all(map(str.isascii, paper.authors)):
        return ""  # the common case, at the speed of C
    names = ("title", "abstract", "id", "arxiv_id", "doi", "url")
    joined_authors = "".join(paper.authors)
    for name, text in (*zip(names, texts, strict=True), ("authors", joined_authors)):
        try:
            text.encode()
        except UnicodeEncodeError as error:
            return f"{name}: half a character (U+{ord(text[error.start]):04X})"
    return ""

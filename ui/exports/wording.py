"""What exporters have in common."""

from vectorstore.paper import Paper

# Neither LaTeX nor RIS can hold them; those that are white space are gone before.
_CONTROLS = dict.fromkeys([*range(0x20), 0x7F])


def one_line(text: str) -> str:
    """Return `text` without control characters, its white space and line ends collapsed."""
    line = " ".join(text.split())
    return line if line.isprintable() else " ".join(line.translate(_CONTROLS).split())


def note_on_authors(paper: Paper) -> str:
    """Return what is to be said where a source counts the authors and names none; else ""."""
    if paper.authors or not paper.n_authors:
        return ""
    authors = "author, whom" if paper.n_authors == 1 else "authors, whom"
    return f"{paper.n_authors} {authors} the source does not name"

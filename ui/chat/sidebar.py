"""What the sidebar says about the library."""

from vectorstore import LibraryStatus


def brand_html(status: LibraryStatus) -> str:
    """Return the name of the program over the facts of the library."""
    return f'<h1 class="brand">Citewise</h1><p class="facts">{library_facts(status)}</p>'


def library_facts(status: LibraryStatus) -> str:
    """Return a line such as "43 papers · 2020–2026"."""
    papers = "1 paper" if status.n_papers == 1 else f"{status.n_papers:,} papers"
    if status.year_range is None:
        return papers
    first, last = status.year_range
    return f"{papers} · {first}" if first == last else f"{papers} · {first}–{last}"

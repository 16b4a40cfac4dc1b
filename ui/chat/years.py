"""The year filter: what can be chosen, and the search filter it makes."""

from vectorstore import LibraryStatus, SearchFilter

ANY_YEAR = 0
Choice = tuple[str, int]


def year_choices(status: LibraryStatus) -> list[Choice]:
    """Return the years of the library, newest first, after "Any"."""
    if status.year_range is None:
        return [("Any", ANY_YEAR)]
    first, last = status.year_range
    return [("Any", ANY_YEAR), *((str(year), year) for year in range(last, first - 1, -1))]


def year_filter(year_from: int | None, year_to: int | None) -> SearchFilter:
    """Return the filter of two choices; a range given backwards is read forwards."""
    first, last = year_from or None, year_to or None
    if first and last and first > last:
        first, last = last, first
    return SearchFilter(year_from=first, year_to=last)

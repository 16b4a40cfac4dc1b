"""Dates as people and programs write them: to the day, or only the year."""

import re
from datetime import date

_NUMBERS = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)")
_SECOND_DATE = re.compile(r"\s*/\s*\d")
_COMPACT = re.compile(r"(\d{4})(\d\d)(\d\d)")
_YEAR = re.compile(r"(?<!\d)(1[4-9]\d\d|2[01]\d\d)(?!\d)")
_MONTH = re.compile(r"\b(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*", re.IGNORECASE)
_DAY = re.compile(r"(?<!\d)(\d{1,2})(?:st|nd|rd|th)?(?!\d)")
_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()

Dated = tuple[date | None, int | None]  # the day, None where it is not told, and the year


def dated(*texts: str) -> Dated:
    """Return the first day that a text tells, with its year; or else the first year.

    Understood are ISO dates, "2024/05/22/", "20240522", "2024 May 22" and "May 22, 2024". A span of
    days or months is no day, and a year apart from 1400 to 2199 is none.
    """
    years = []
    for text in texts:
        day = _day_in(text.strip())
        if day:
            return day, day.year
        if found := _YEAR.search(text):
            years.append(int(found[1]))
    return None, years[0] if years else None


def day_or_none(year: int, month: int, day: int) -> date | None:
    """Return the day; None where there is no such day."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def month_number(text: str) -> int | None:
    """Return the month of a name such as "jul" or "July", or of a number; else None."""
    found = _MONTH.fullmatch(text.strip(" ."))
    if found:
        return _MONTHS.index(found[1].casefold()) + 1
    number = text.strip()
    return int(number) if re.fullmatch(r"0?[1-9]|1[0-2]", number) else None


def _day_in(text: str) -> date | None:
    found = _NUMBERS.match(text) or _COMPACT.fullmatch(text)
    if found:
        is_span = _SECOND_DATE.match(text, found.end())
        return None if is_span else day_or_none(*map(int, found.groups()))
    years, months = _YEAR.findall(text), _MONTH.findall(text)
    days = _DAY.findall(_YEAR.sub(" ", text))
    if len(years) == len(months) == len(days) == 1:
        return day_or_none(int(years[0]), month_number(months[0]) or 0, int(days[0]))
    return None

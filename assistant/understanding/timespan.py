"""Time spans in a question: "in 2023", "2022 or earlier", "since April 2026", "last year"."""

import calendar
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from assistant.wording import folded, number, phrase
from vectorstore import STOPWORDS, words

_MONTH_NAMES = {name.casefold(): n for n, name in enumerate(calendar.month_name) if name}
_MONTH_NAMES |= {name.casefold(): n for n, name in enumerate(calendar.month_abbr) if name}
_MONTH_NAMES["sept"] = 9
_YEAR = r"(?:19|20)\d\d"
_MONTH = "|".join(sorted(_MONTH_NAMES, key=len, reverse=True))
_POINT = rf"(?:(?:{_MONTH})\.?,?\s+)?{_YEAR}"
_DASH = r"\s*(?:-|–|to|and|until|through|till)\s*"
_SPAN_START = rf"(?:(?:{_MONTH})\.?|{_POINT})"


@dataclass(frozen=True, slots=True)
class TimeSpan:
    """From `start` to `end`, both included; None is open. `words` is how the question put it."""

    start: date | None
    end: date | None
    words: str

    def taken_from(self, text: str) -> str:
        """Return a question without the words that bound it; as it is where nothing else is asked.

        What is found within the bound need not mention it.
        """
        rest = text.replace(self.words, " ", 1)
        tidy = re.sub(r"\s+([?.!,;:])", r"\1", " ".join(rest.split())).lstrip(" ,;:")
        if all(word.group().casefold() in STOPWORDS for word in words(tidy)):
            return text
        return tidy[0].upper() + tidy[1:] if text[0].isupper() else tidy


def find_timespan(text: str, *, today: date) -> TimeSpan | None:
    """Return the time span that the question bounds papers by; None where it bounds none.

    A year counts only behind a word that makes it a bound ("in 2023", "2023 papers"): the year of
    "the 2022 world cup" is no bound.
    """
    for pattern, read in _RULES:
        match = pattern.search(text)
        if match:
            start, end = read(match, today)
            return TimeSpan(start, end, match.group().strip())
    return None


Bounds = tuple[date | None, date | None]


def _between(match: re.Match[str], _: date) -> Bounds:
    end = _last_day(match["b"])
    first = match["a"]
    if not re.search(_YEAR, first):
        first = f"{first} {end.year}"
    return _first_day(first), end


def _since(match: re.Match[str], _: date) -> Bounds:
    return _first_day(match["a"]), None


def _after(match: re.Match[str], _: date) -> Bounds:
    return date.fromordinal(_last_day(match["a"]).toordinal() + 1), None


def _until(match: re.Match[str], _: date) -> Bounds:
    return None, _last_day(match["a"])


def _before(match: re.Match[str], _: date) -> Bounds:
    return None, date.fromordinal(_first_day(match["a"]).toordinal() - 1)


def _within(match: re.Match[str], _: date) -> Bounds:
    return _first_day(match["a"]), _last_day(match["a"])


def _this_year(_: re.Match[str], today: date) -> Bounds:
    return date(today.year, 1, 1), date(today.year, 12, 31)


def _last_year(_: re.Match[str], today: date) -> Bounds:
    return date(today.year - 1, 1, 1), date(today.year - 1, 12, 31)


def _past_years(match: re.Match[str], today: date) -> Bounds:
    return date(today.year - number(match["n"]), today.month, 1), today


_LATER = "(?:(?:or|and) (?:later|after|newer|onwards?)|onwards?)"
_EARLIER = "(?:or|and) (?:earlier|before|older)"
_IN = "(?:in|from|of|during|within|dated|year|for)"
_RULES: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], date], Bounds]], ...] = tuple(
    (phrase(pattern), read)
    for pattern, read in (
        (rf"\b(?:between|from) (?P<a>{_SPAN_START}){_DASH}(?P<b>{_POINT})\b", _between),
        (rf"\b(?:in )?(?P<a>{_YEAR})\s*[-–]\s*(?P<b>{_YEAR})\b", _between),
        (rf"\b(?:from )?(?P<a>{_POINT}) {_LATER}", _since),
        (rf"\bfrom (?P<a>{_POINT}) on\b", _since),
        (rf"\b(?:since|starting(?: (?:in|from))?|not before) (?P<a>{_POINT})\b", _since),
        (rf"\b(?:after|later than|newer than|past) (?P<a>{_POINT})\b", _after),
        (rf"\b(?:from |in )?(?P<a>{_POINT}) {_EARLIER}", _until),
        (rf"\b(?:until|till|up to|by(?: the end of)?|not after) (?P<a>{_POINT})\b", _until),
        (rf"\b(?:before|earlier than|older than|prior to) (?P<a>{_POINT})\b", _before),
        (rf"\b{_IN} (?:the year )?(?P<a>{_POINT})\b", _within),
        (rf"\b(?:published|released|appeared|written) (?P<a>{_POINT})\b", _within),
        (rf"\b(?P<a>{_POINT})(?= (?:papers?|articles?|publications?|work|studies)\b)", _within),
        (r"\b(?:(?:in|from|of|during|published) )?this year\b", _this_year),
        (r"\b(?:(?:in|from|of|during|published) )?last year\b", _last_year),
        (r"\b(?:(?:in|during|over) )?the (?:last|past) (?P<n>\d|two|three|four|five|ten) years\b",
         _past_years),
    )
)  # fmt: skip


def _year_and_month(point: str) -> tuple[int, int | None]:
    *month, year = point.replace(".", " ").replace(",", " ").split()
    return int(year), _MONTH_NAMES[folded(month[0])] if month else None


def _first_day(point: str) -> date:
    year, month = _year_and_month(point)
    return date(year, month or 1, 1)


def _last_day(point: str) -> date:
    year, month = _year_and_month(point)
    return date(year, month or 12, calendar.monthrange(year, month or 12)[1])

"""Live sources at Hugging Face: Daily Papers by day, and the search of papers.

https://huggingface.co/docs/hub/en/api: api/daily_papers has up to 100 papers an answer, a page of
which can hold fewer than asked for; api/papers/search has one answer of up to 120.
"""

import io
import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from vectorstore.live.answers import JSON, json_of, not_expected
from vectorstore.live.client import LiveClient
from vectorstore.live.errors import LiveError, LiveNameError
from vectorstore.live.fetching import Response
from vectorstore.live.query import Asked, Page, utc_today
from vectorstore.live.services import HF
from vectorstore.readers.fields import list_of, mapping_of, text_of
from vectorstore.readers.opened import Opened
from vectorstore.readers.unpacking import Found, NotOpened

FIRST_DAY = date(2023, 5, 4)  # of Daily Papers
MAX_SEARCH_PAPERS = 120
_DAY_PAPERS = 100
_MAYBE_MORE = 50  # papers on a page behind which there may be another
_MAX_QUERY_CHARS = 250
_MAX_PAGES = 20
_TODAY = "today"
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_MONTH = re.compile(r"(\d{4})-(\d\d)")
_FORM = (
    "Write hf-daily:2025-05-22, hf-daily:today, hf-daily:2025-05-01..2025-05-22 or hf-daily:2025-05"
)


@dataclass(frozen=True, slots=True)
class DailyPapers:
    """The Daily Papers of some days, the last first; without `days`, of the day that is today."""

    text: str
    days: tuple[date, date] | None
    is_search: bool = False
    is_newest_first: bool = False
    is_dated: bool = True

    @property
    def name(self) -> str:
        """Return the name in its one form."""
        return f"hf-daily:{self.text}"

    def place(self, token: str) -> str:
        """Return where a token stands, for a person."""
        return token

    def pages(self, client: LiveClient, asked: Asked) -> Iterator[Page]:
        """Yield the answers, those of a day one after the other, and a note for an empty day."""
        days = self._days(asked)
        for position, day in enumerate(days):
            behind = days[position + 1].isoformat() if position + 1 < len(days) else ""
            yield from _pages_of_day(client, day, behind)

    def _days(self, asked: Asked) -> list[date]:
        """Return the days to read.

        The day before the one on which it was last read may have got papers since.
        """
        first, last = self.days or (asked.since or asked.today, asked.today)
        first, last = max(first, FIRST_DAY), min(last, asked.today)
        if asked.since:
            first = max(first, asked.since - timedelta(days=1))
        days = [last - timedelta(days=n) for n in range((last - first).days + 1)]
        return [day for day in days if day.isoformat() <= asked.start] or days


@dataclass(frozen=True, slots=True)
class PaperSearch:
    """A search of Hugging Face's papers, the best first, in one answer."""

    query: str
    is_search: bool = True
    is_newest_first: bool = False
    is_dated: bool = False

    @property
    def name(self) -> str:
        """Return the name in its one form."""
        return f"hf-search:{self.query}"

    def place(self, token: str) -> str:  # noqa: ARG002 (there is one)
        """Return where a token stands, for a person."""
        return "paper 1"

    def pages(self, client: LiveClient, asked: Asked) -> Iterator[Page]:
        """Yield the one answer."""
        limit = min(asked.max_papers or MAX_SEARCH_PAPERS, MAX_SEARCH_PAPERS)
        params = {"q": self.query, "limit": str(limit)}
        answer = _ask(client, "/api/papers/search", params)
        found = [Opened(self.name, io.BytesIO(answer.content))] if answer.ids else []
        yield Page(found, "0")


@dataclass(frozen=True, slots=True)
class _Answer:
    """A body, and the ids of the papers in it."""

    content: bytes
    ids: tuple[str, ...]


def daily_papers(text: str, today: date | None = None) -> DailyPapers:
    """Return the query of a day, a range, a month or "today".

    Raises LiveNameError for anything else, and for days that are yet to come.
    """
    text = "".join(text.split()).casefold()
    if text == _TODAY:
        return DailyPapers(text, None)
    days = _span(text)
    if not days or days[0] > days[1]:
        what = "ends before it begins" if days else "is no day"
        raise LiveNameError(f"'hf-daily:{text[:80]}' {what}. {_FORM}.")
    if days[0] > (today or utc_today()):
        raise LiveNameError(f"'hf-daily:{text}' lies in the future. {_FORM}.")
    if days[1] < FIRST_DAY:
        raise LiveNameError(f"'hf-daily:{text}': Daily Papers begin on {FIRST_DAY}.")
    return DailyPapers(text, days)


def paper_search(text: str) -> PaperSearch:
    """Return the query of a name. Raises LiveNameError for what is none."""
    query = " ".join(text.split())
    if not query or len(query) > _MAX_QUERY_CHARS or not query.isprintable():
        raise LiveNameError(
            f"'hf-search:{query[:80]}' needs words to search, up to {_MAX_QUERY_CHARS} characters,"
            " such as hf-search:interpretability."
        )
    return PaperSearch(query)


def _span(text: str) -> tuple[date, date] | None:
    """Return the first and the last day that a text names; None where it names none."""
    first, dots, last = text.partition("..")
    try:
        if _DAY.fullmatch(first) and (not dots or _DAY.fullmatch(last)):
            return date.fromisoformat(first), date.fromisoformat(last or first)
        if month := _MONTH.fullmatch(text):
            begin = date(int(month[1]), int(month[2]), 1)
            return begin, begin.replace(day=monthrange(begin.year, begin.month)[1])
    except ValueError:
        pass
    return None


def _pages_of_day(client: LiveClient, day: date, behind: str) -> Iterator[Page]:
    """Yield the answers of a day; `behind` is the token of the day to read next."""
    start, name = day.isoformat(), f"hf-daily:{day}"
    seen: set[str] = set()
    for number in range(_MAX_PAGES):
        params = {"date": start, "limit": str(_DAY_PAPERS), "p": str(number)}
        answer = _ask(client, "/api/daily_papers", params)
        is_new = not seen.issuperset(answer.ids)  # an address that knows no pages repeats itself
        is_last = not is_new or len(answer.ids) < _MAYBE_MORE
        found: list[Found] = []
        if is_new:
            part = f" (page {number + 1})" if number else ""
            found.append(Opened(f"{name}{part}", io.BytesIO(answer.content)))
        elif not number:
            found.append(NotOpened(name, "no papers on that day"))
        seen.update(answer.ids)
        yield Page(found, start, behind if is_last else start)
        if is_last:
            return


def _ask(client: LiveClient, path: str, params: dict[str, str]) -> _Answer:
    ids: list[tuple[str, ...]] = []
    content = client.get(HF, path, params, JSON, lambda response: ids.append(_ids_of(response)))
    return _Answer(content, ids[-1])


def _ids_of(response: Response) -> tuple[str, ...]:
    """Return the ids of the papers of an answer. Raises LiveError where it is none."""
    value = json_of(HF, response)
    if isinstance(value, dict):
        if said := text_of(value.get("error")):
            raise LiveError(f"Hugging Face answered with an error: {said}")
        value = value.get("papers")
    if not isinstance(value, list):
        raise not_expected(HF, response, "a list of papers")
    records = [mapping_of(record) for record in list_of(value)]
    return tuple(text_of(mapping_of(r.get("paper")).get("id") or r.get("id")) for r in records)

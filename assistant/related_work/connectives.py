"""What dates allow to be said between papers: "Later, ...", "another 2024 study"."""

import re
from collections import Counter

from vectorstore import Paper

_A_STUDY = re.compile(r"\b(?P<article>[Aa]) (?P<year>\d{4}) study\b")
# By how a study's year stands to that of the paper before; least used first.
_STUDIES = {
    "again": ("another {year} study", "a further {year} study"),
    "later": ("a {year} study", "later work", "a later study", "more recent work"),
    "earlier": ("earlier work", "a {year} study", "an earlier study"),
    "other": ("a {year} study",),
}
_LEADS = {"Later, ": 2, "More recently, ": 1, "In {year}, ": 1}  # years after the paper before
_SENTENCES_BETWEEN = 2


class Dates:
    """What a paragraph has said of when papers appeared."""

    def __init__(self) -> None:
        self._used: Counter[str] = Counter()
        self._studied: list[int] = []  # the years that were said
        self._since_lead = _SENTENCES_BETWEEN

    def lead(self, paper: Paper, before: Paper | None) -> str:
        """Return "Later, ", or what else the years allow, not in every sentence and once each."""
        self._since_lead += 1
        if not paper.year or before is None or not before.year:
            return ""
        if self._since_lead <= _SENTENCES_BETWEEN:
            return ""
        for lead, least in _LEADS.items():
            if not self._used[lead] and paper.year - before.year >= least:
                self._used[lead] += 1
                self._since_lead = 0
                return lead.format(year=paper.year)
        return ""

    def named(self, text: str, paper: Paper, before: Paper | None) -> str:
        """Return the text with other words for "a 2024 study", as the paper before allows."""
        match = _A_STUDY.search(text)
        if match is None or not paper.year:
            return text
        options = _STUDIES[self._relation(paper.year, before)]
        chosen = min(options, key=lambda each: (self._used[each], options.index(each)))
        self._used[chosen] += 1
        if "{year}" in chosen:
            self._studied.append(paper.year)
        words = chosen.format(year=paper.year)
        if match["article"] == "A":
            words = words[0].upper() + words[1:]
        return f"{text[: match.start()]}{words}{text[match.end() :]}"

    def _relation(self, year: int, before: Paper | None) -> str:
        if year in self._studied:
            return "again"
        if before is None or not before.year or before.year == year:
            return "other"
        return "later" if before.year < year else "earlier"

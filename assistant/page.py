"""The answer as it grows: its text, its sentences, and what they cite, numbered as they appear."""

import re
from collections.abc import Sequence

from assistant.abstention import ABSTENTION
from assistant.answer import AnswerSentence, Citation
from assistant.checking.checker import Verdict
from assistant.writers.writer import DraftSentence
from vectorstore import Paper, Span

# "[3]" in an answer's text; a bracket of a paper's own text is escaped.
MARKER = re.compile(r"(?<!\\)(?P<escaped>(?:\\\\)*)\[(?P<number>\d{1,4})\](?!\()")
UNSUPPORTED_MARK = " *(unsupported)*"

_CLOSING = ".!?…"


class Page:
    """What was written so far. All that its methods return, joined, is `text`."""

    def __init__(self) -> None:
        self.text = ""
        self.sentences: list[AnswerSentence] = []
        self.citations: list[Citation] = []
        self.n_repeated = 0  # supported sentences that were said before, for another part
        self._claims: dict[str, bool] = {}  # what was said, and whether it is supported
        self._said_before: dict[str, bool] = {}  # in earlier paragraphs
        self._pieces = ""  # of the sentence that is being written
        self._given = ""  # of that sentence: the Markdown that is in `text` already
        self._opening: str | None = ""  # in place of the white space before a sentence; None: keep

    @property
    def n_supported(self) -> int:
        """Return how many sentences the quotes that they cite support, repeated ones included."""
        cited = [sentence for sentence in self.sentences if sentence.citations]
        return sum(s.support != "unsupported" for s in cited) + self.n_repeated

    def begin_paragraph(self) -> None:
        """Let the next sentence begin a paragraph; one that was never finished is forgotten."""
        self._pieces = self._given = ""
        self._opening = "\n\n" if self.text else ""
        self._said_before = dict(self._claims)

    def grow(self, piece: str) -> str:
        """Take the next words of an unfinished sentence; return the Markdown to show now.

        What may yet become the abstention is held back.
        """
        self._pieces += piece
        markdown = self._placed(self._pieces)
        if not self.text and ABSTENTION.startswith(markdown):
            return ""
        return self._give(markdown)

    def repeats(self, draft: DraftSentence) -> bool:
        """Return whether an earlier paragraph says a sentence, and count it."""
        is_supported = None if self._given else self._said_before.get(draft.claim or draft.text)
        self.n_repeated += bool(is_supported)
        return is_supported is not None

    def add(self, draft: DraftSentence, verdict: Verdict) -> tuple[AnswerSentence, str]:
        """Take a finished sentence, number what it cites; return it and the Markdown it adds."""
        numbers = tuple(dict.fromkeys(self._number(*located) for located in verdict.evidence))
        sentence = AnswerSentence(
            text=draft.text,
            citations=numbers,
            support=verdict.support,
            score=verdict.score,
            attributed=verdict.attributed,
            reason=verdict.reason,
        )
        markdown = draft.lead + _with_markers(draft.text, numbers)
        if verdict.support == "unsupported":
            markdown += UNSUPPORTED_MARK
        delta = self._give(self._placed(markdown))
        self.sentences.append(sentence)
        self._claims[draft.claim or draft.text] = verdict.support != "unsupported"
        self._pieces = self._given = ""
        self._opening = None
        return sentence, delta

    def close(self, markdown: str) -> str:
        """Take text that is no sentence of the answer, and return it."""
        self.text += markdown
        return markdown

    def _placed(self, markdown: str) -> str:
        return markdown if self._opening is None else self._opening + markdown.lstrip()

    def _give(self, markdown: str) -> str:
        """Return what of the sentence's Markdown was not given yet."""
        if not markdown.startswith(self._given):
            raise RuntimeError(f"{markdown!r} does not begin with its pieces {self._given!r}")
        rest = markdown[len(self._given) :]
        self._given = markdown
        self.text += rest
        return rest

    def _number(self, paper: Paper, span: Span) -> int:
        for citation in self.citations:
            if (citation.paper.paper_id, citation.span) == (paper.paper_id, span):
                return citation.number
        self.citations.append(Citation(len(self.citations) + 1, paper, span))
        return len(self.citations)


def _with_markers(text: str, numbers: Sequence[int]) -> str:
    """Return the sentence with `[n]` markers before its full stop."""
    marks = "".join(f"[{number}]" for number in numbers)
    if not marks:
        return text
    body = text.rstrip(_CLOSING)
    return f"{body} {marks}{text[len(body) :]}"

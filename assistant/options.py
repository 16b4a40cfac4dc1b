"""What can be chosen about answering."""

from dataclasses import dataclass
from typing import Literal

Unsupported = Literal["mark", "drop", "retry"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How questions are answered.

    `top_k` papers are retrieved a round. A part of a question without support is searched anew
    until there were `max_rounds`. `unsupported` says what becomes of a sentence that its sources do
    not support: it is marked, dropped, or the model is asked once more and then it is dropped.
    """

    top_k: int = 8
    max_question_chars: int = 4_000
    max_rounds: int = 2
    unsupported: Unsupported = "mark"

"""How an answer came about: what was searched for each part of a question, and what came of it."""

from dataclasses import asdict, dataclass
from typing import Any, Literal

StopReason = Literal["supported", "nothing new found", "round limit", "off topic", "backend failed"]


@dataclass(frozen=True, slots=True)
class Round:
    """One search: what was asked of the library, and the papers it brought that were not there yet.

    `n_supported` counts the sentences written from them that their quotes support.
    """

    queries: tuple[str, ...]
    paper_ids: tuple[str, ...]
    n_supported: int


@dataclass(frozen=True, slots=True)
class PartTrace:
    """The rounds that a part of the question took, and why there was no further one."""

    part: str
    rounds: tuple[Round, ...]
    stopped: StopReason

    def to_json(self) -> dict[str, Any]:
        """Return the JSON form; see docs/json.md."""
        return asdict(self)

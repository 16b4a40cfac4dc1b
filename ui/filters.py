"""Which papers a program lets be used, in the words that every interface for programs shares."""

import re
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

if TYPE_CHECKING:
    from vectorstore import SearchFilter

# The library is not imported here: `citewise mcp` tells its tools before it is loaded.


def _of_whole_characters(text: str) -> str:
    """Refuse half a character ("\\ud800"), which JSON can spell and no index can store."""
    try:
        text.encode()
    except UnicodeEncodeError:
        raise PydanticCustomError("broken_unicode", "The text is not valid Unicode") from None
    return text


def _day(value: object) -> object:
    """Refuse what pydantic would take for seconds since 1970, such as "0" or 2024."""
    if value is None or isinstance(value, date):
        return value
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
        return value
    raise PydanticCustomError("date_parsing", "Input should be a day such as 2025-05-22")


Day = Annotated[date, BeforeValidator(_day)]
Text = Annotated[str, AfterValidator(_of_whole_characters)]
Year = Annotated[int, Field(ge=1, le=9_999)]
Names = Annotated[list[Text], Field(min_length=1, max_length=1_000)]


def _bound(description: str) -> Any:
    """Return a field that bounds nothing where it is left out."""
    return Field(default=None, description=description)


class Filters(BaseModel):
    """Bounds that a paper must meet, all of them."""

    model_config = ConfigDict(extra="forbid")

    year_from: Year | None = _bound("first year, included")
    year_to: Year | None = _bound("last year, included")
    published_from: Day | None = _bound("first day, included, such as 2025-05-22")
    published_to: Day | None = _bound("last day, included")
    authors: Names | None = _bound("by one of these authors, in full or by surname")
    sources: Names | None = _bound("read from one of these kinds of source, such as jsonl")
    paper_ids: Names | None = _bound("one of these papers, by id")

    @model_validator(mode="after")
    def _bounds_in_order(self) -> Self:
        if self.year_from and self.year_to and self.year_from > self.year_to:
            raise PydanticCustomError("years_reversed", "year_from lies after year_to")
        if self.published_from and self.published_to and self.published_from > self.published_to:
            raise PydanticCustomError("days_reversed", "published_from lies after published_to")
        return self

    def as_search_filter(self) -> "SearchFilter":
        """Return the filter that the library knows."""
        from vectorstore import SearchFilter

        bounds: dict[str, Any] = {
            name: frozenset(bound) if isinstance(bound, list) else bound
            for name, bound in self.model_dump().items()
        }
        return SearchFilter(**bounds)

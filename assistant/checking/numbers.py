"""Numbers of a claim that its evidence does not hold, however either writes them."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

_ONES = """zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen
    fifteen sixteen seventeen eighteen nineteen""".split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_WORDS = (
    {word: float(value) for value, word in enumerate(_ONES)}
    | {word: 10.0 * value for value, word in enumerate(_TENS, 2)}
    | {"dozen": 12.0, "hundred": 100.0, "thousand": 1e3, "million": 1e6, "billion": 1e9}
)
_FACTORS = {"k": 1e3, "m": 1e6, "b": 1e9, "thousand": 1e3, "million": 1e6, "billion": 1e9}
_UNITS = {
    alias: unit
    for unit, aliases in {
        "%": "% percent percentage per cent",
        "s": "s sec second seconds",
        "ms": "ms millisecond milliseconds",
        "min": "min minute minutes",
        "h": "h hr hour hours",
        "day": "day days",
        "week": "week weeks",
        "month": "month months",
        "year": "year years",
        "g": "g gram grams",
        "kg": "kg kilogram kilograms",
        "mg": "mg milligram milligrams",
        "mm": "mm millimeter millimeters millimetre millimetres",
        "cm": "cm centimeter centimeters centimetre centimetres",
        "km": "km kilometer kilometers kilometre kilometres",
        "MB": "mb megabyte megabytes",
        "GB": "gb gigabyte gigabytes",
        "TB": "tb terabyte terabytes",
        "x": "x × times fold",
    }.items()
    for alias in aliases.split()
}
_ABOUT = re.compile(
    r"(?:about|approximately|almost|around|close to|nearly|over|more than|roughly|some|up to|~|≈)"
    r"\s*[$€£]?$",
    re.IGNORECASE,
)
_NUMBER = re.compile(
    rf"""(?<![\w.,/^_-]) (?P<digits>\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)? | \d+(?:[.·]\d+)?)
         (?: \s?(?P<factor>thousand|million|billion|[kKMB](?![a-zA-Z])) )?
         (?: [\s-]?(?P<unit>%|×|[a-zA-Z]+) )?
       | \b(?P<word>{"|".join(_WORDS)})\b (?: [\s-]+(?P<next>[a-zA-Z]+|%) )?""",
    re.VERBOSE | re.IGNORECASE,
)
_LISTED = re.compile(r"(?:(?<=\()|(?<=[:;,.]\s)|^)\d{1,2}\)")
_ROUNDED = 0.05  # how far "about 25%" may be from what is meant
_SMALL = 13  # numbers below may be a count that the writer made: "two things: ..."


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number: its value, its unit or the word after it, and how it is written."""

    value: float
    unit: str
    noun: str
    text: str
    is_word: bool
    is_about: bool


def missing_numbers(claim: str, evidence: str) -> list[str]:
    """Return the numbers of `claim`, as they are written, that `evidence` does not hold.

    25%, 25 percent and 0.25 are the same, so are 1,000, 1k and "one thousand"; 5 ms and 5 s differ.
    "About 25%" agrees with 24.8%. A small number in words is missing only where the evidence counts
    the same thing otherwise: "three tasks" against "four tasks".
    """
    known = quantities(evidence)
    return [q.text for q in quantities(claim) if not _is_held(q, known)]


def _is_held(quantity: Quantity, known: Iterable[Quantity]) -> bool:
    if any(_agree(quantity, other) for other in known):
        return True
    if not quantity.is_word or quantity.value >= _SMALL:
        return False
    return not any(quantity.noun and quantity.noun == other.noun for other in known)


def _agree(one: Quantity, other: Quantity) -> bool:
    if {one.unit, other.unit} == {"%", ""}:
        share = one.value if one.unit == "" else other.value
        percent = other.value if one.unit == "" else one.value
        if share <= 1 and _near(share * 100, percent, about=one.is_about):
            return True
    elif one.unit and other.unit and one.unit != other.unit:
        return False
    return _near(one.value, other.value, about=one.is_about)


def _near(one: float, other: float, *, about: bool) -> bool:
    return abs(one - other) <= max(1e-6, _ROUNDED if about else 1e-9) * max(abs(one), abs(other))


@lru_cache(maxsize=4_096)
def quantities(text: str) -> tuple[Quantity, ...]:
    """Return the numbers of a text; those of a name ("GPT-4") or of a list ("(1)") are none."""
    found = (match for match in _NUMBER.finditer(text) if not _LISTED.match(text, match.start()))
    return tuple(_quantity(match, text) for match in found)


def _quantity(match: re.Match[str], text: str) -> Quantity:
    after = (match["unit"] or match["next"] or "").casefold()
    unit = _UNITS.get(after, "")
    if after == "per" and re.match(r"\s+cent\b", text[match.end() :]):
        unit = "%"
    if match["word"]:
        value, shown = _WORDS[match["word"].casefold()], match["word"]
        value, after = _multiplied(value, after)
    else:
        value = float(match["digits"].replace(",", "").replace("·", "."))
        value *= _FACTORS.get((match["factor"] or "").casefold(), 1.0)
        shown = match["digits"] + ("%" if unit == "%" else "")
    return Quantity(
        value=value,
        unit=unit,
        noun="" if unit else after.removesuffix("s"),
        text=shown,
        is_word=bool(match["word"]),
        is_about=bool(_ABOUT.search(text[max(0, match.start() - 20) : match.start()])),
    )


def _multiplied(value: float, after: str) -> tuple[float, str]:
    """Return the value of two words of one number: "twenty five", "two thousand"."""
    if after in _FACTORS or after == "hundred":
        return value * _WORDS.get(after, 1.0), ""
    if value >= 20 and after in _ONES:
        return value + _WORDS[after], ""
    return value, after

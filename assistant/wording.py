"""Patterns of how people word things."""

import re


def phrase(pattern: str) -> re.Pattern[str]:
    """Return the pattern compiled; a space in it is any white space, and case does not count."""
    return re.compile(pattern.replace(" ", r"\s+"), re.IGNORECASE)

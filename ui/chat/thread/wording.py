"""Numbers in words."""


def counted(number: int, noun: str) -> str:
    """Return "1 paper" or "2 papers"."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"

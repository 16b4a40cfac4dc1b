"""Figures as Markdown, and the machine they are from."""

import platform
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.errors import BenchmarkError
from vectorstore import usable_cores

_CPUINFO = Path("/proc/cpuinfo")


def number(value: float | None) -> str:
    """Return a figure with three digits that matter, thousands whole; None is a dash."""
    if value is None:
        return "–"
    for at_least, decimals in ((100, 0), (10, 1), (1, 2)):
        if abs(value) >= at_least:
            return f"{value:,.{decimals}f}"
    return f"{value:.3f}"


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a Markdown table; the first column is text, the others are set to the right."""
    rule = ["---", *["---:"] * (len(header) - 1)]
    return "\n".join("| " + " | ".join(row) + " |" for row in (header, rule, *rows))


def machine() -> str:
    """Return what matters of this machine: cores it may use and kind of CPU, no name or place."""
    return f"{usable_cores()} cores of {_cpu()}"


def today() -> str:
    """Return the date, UTC."""
    return datetime.now(UTC).date().isoformat()


def record(page: Path, name: str, text: str) -> None:
    """Put `text` between the marks `<!-- name -->` and `<!-- end -->` of a page."""
    old = page.read_text(encoding="utf-8")
    mark = f"<!-- {name} -->"
    pattern = re.compile(rf"{re.escape(mark)}\n.*?<!-- end -->", re.DOTALL)
    if not pattern.search(old):
        raise BenchmarkError(f"{str(page)!r} has no place for it: {mark!r}, then '<!-- end -->'.")
    new = pattern.sub(lambda _: f"{mark}\n{text}\n<!-- end -->", old, count=1)
    page.write_text(new, encoding="utf-8")


def _cpu() -> str:
    if _CPUINFO.is_file():
        found = re.search(r"^model name\s*:\s*(.+)$", _CPUINFO.read_text(), re.MULTILINE)
        if found:
            return found[1].strip()
    return platform.processor() or platform.machine()

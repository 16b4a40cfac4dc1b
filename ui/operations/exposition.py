"""Numbers as Prometheus reads them: its text format, version 0.0.4.

Written here rather than with prometheus-client: this is all that was needed of it, and its way of
adding up several processes wants a directory in an environment variable before it is imported.
"""

from ui.operations.families import FAMILIES, Family
from ui.operations.metrics import Samples, Series

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


def exposition(samples: Samples) -> str:
    """Return all numbers, family by family; the order within one is that of their making."""
    lines = []
    for family in FAMILIES.values():
        names = _names_of(family)
        found = [(series, value) for series, value in samples.items() if series[0] in names]
        if found:
            lines += [f"# HELP {family.name} {family.help}", f"# TYPE {family.name} {family.kind}"]
            lines += [f"{_shown(series)} {_number(value)}" for series, value in found]
    return "\n".join(lines) + "\n"


def _names_of(family: Family) -> set[str]:
    if family.kind != "histogram":
        return {family.name}
    return {f"{family.name}_{part}" for part in ("bucket", "sum", "count")}


def _shown(series: Series) -> str:
    name, labels = series
    if not labels:
        return name
    said = ",".join(f'{label}="{_escaped(value)}"' for label, value in labels)
    return f"{name}{{{said}}}"


def _escaped(value: str) -> str:
    return value.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")


def _number(value: float) -> str:
    number = float(value)
    return str(int(number)) if number.is_integer() else repr(number)

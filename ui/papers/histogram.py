"""Papers by month, year or decade, as an SVG that grows with the page and reads aloud."""

from calendar import monthrange
from dataclasses import dataclass
from html import escape

from vectorstore.catalogue.timeline import Period, Timeline, Unit

_MONTHS = (
    "January February March April May June July August September October November December"
).split()
_HEIGHT, _TOP, _BOTTOM = 168, 22, 26  # pixels; across, everything is in per cent
_LEFT = 46  # pixels, for the counts
_MAX_LABELS = 7  # below the bars: fit on a phone
_BAR_SHARE = 0.78  # of the width of a period
_MIN_BAR = 2.0  # pixels: one paper beside a thousand is seen
_WORD_OF: dict[Unit, str] = {"month": "month", "year": "year", "decade": "decade"}


@dataclass(frozen=True, slots=True)
class _Scale:
    """How periods and counts become places."""

    n_periods: int
    most: int

    @property
    def step(self) -> float:
        return 100 / max(self.n_periods, 1)

    def x(self, index: int) -> float:
        return index * self.step

    def height(self, count: int) -> float:
        full = (_HEIGHT - _TOP - _BOTTOM) * count / max(self.most, 1)
        return max(full, _MIN_BAR) if count else 0.0


def histogram_svg(line: Timeline, *, name: str = "papers-by-date") -> str:
    """Return an SVG of a timeline, as wide as what it stands in and 168 pixels high.

    Each bar can be focused and says its period and count; it has `data-from` and `data-to`, the
    first and last day of its period in ISO 8601. Ids begin with `name`, for pages with several.
    """
    title = f"Papers by {_WORD_OF[line.unit]}"
    scale = _Scale(len(line.periods), _round_up(max((p.count for p in line.periods), default=0)))
    parts = [_grid(scale), _bars(line, scale), _labels(line, scale), _undated(line)]
    return (
        f'<svg class="histogram" role="group" width="100%" height="{_HEIGHT}"'
        f' aria-labelledby="{escape(name)}-title" aria-describedby="{escape(name)}-desc"'
        ' xmlns="http://www.w3.org/2000/svg"'
        f' style="display:block;box-sizing:border-box;padding-left:{_LEFT}px;overflow:visible">'
        f'<title id="{escape(name)}-title">{title}</title>'
        f'<desc id="{escape(name)}-desc">{escape(_description(line))}</desc>'
        f"{''.join(parts)}</svg>"
    )


def period_name(period: Period, unit: Unit) -> str:
    """Return "March 2024", "2024" or "2020 to 2029"."""
    if period.month is not None:
        return f"{_MONTHS[period.month - 1]} {period.year}"
    return str(period.year) if unit == "year" else f"{period.year} to {period.year + 9}"


def _description(line: Timeline) -> str:
    undated = f" {_papers(line.n_undated)} without a date." if line.n_undated else ""
    if not line.periods:
        return f"No paper has a date.{undated}"
    total = sum(period.count for period in line.periods)
    first, last = (period_name(line.periods[at], line.unit) for at in (0, -1))
    most = max(line.periods, key=lambda period: period.count)
    span = f"in {first}" if first == last else f"from {first} to {last}"
    peak = f"most in {period_name(most, line.unit)}: {most.count:,}"
    return f"{_papers(total)} {span}; {peak}.{undated}"


def _grid(scale: _Scale) -> str:
    lines = []
    for count in _ticks(scale.most):
        y = _HEIGHT - _BOTTOM - (_HEIGHT - _TOP - _BOTTOM) * count / max(scale.most, 1)
        lines.append(
            f'<line x1="0" x2="100%" y1="{y:.1f}" y2="{y:.1f}"'
            ' style="stroke:var(--line,#ddd)"/>'
            f'<text x="-8" y="{y + 4:.1f}" text-anchor="end">{count:,}</text>'
        )
    return f'<g aria-hidden="true" style="{_TEXT_STYLE}">{"".join(lines)}</g>'


def _bars(line: Timeline, scale: _Scale) -> str:
    return "".join(
        _bar(period, line.unit, index, scale)
        for index, period in enumerate(line.periods)
        if period.count
    )


def _bar(period: Period, unit: Unit, index: int, scale: _Scale) -> str:
    height = scale.height(period.count)
    label = f"{period_name(period, unit)}: {_papers(period.count)}"
    first, last = _days(period, unit)
    x, width = scale.x(index) + scale.step * (1 - _BAR_SHARE) / 2, scale.step * _BAR_SHARE
    return (
        f'<rect class="bar" tabindex="0" role="img" aria-label="{label}"'
        f' data-from="{first}" data-to="{last}" x="{x:.3f}%" width="{width:.3f}%"'
        f' y="{_HEIGHT - _BOTTOM - height:.1f}" height="{height:.1f}" rx="1.5"'
        f' style="fill:var(--accent,#2b5c8a)"><title>{label}</title></rect>'
    )


def _labels(line: Timeline, scale: _Scale) -> str:
    shown = _labelled(line)
    texts = [
        f'<text x="{scale.x(index) + scale.step / 2:.3f}%" y="{_HEIGHT - 8}"'
        f' text-anchor="middle">{text}</text>'
        for index, text in shown
    ]
    return f'<g aria-hidden="true" style="{_TEXT_STYLE}">{"".join(texts)}</g>'


def _labelled(line: Timeline) -> list[tuple[int, str]]:
    """Return the periods that are named below, at most seven: Januaries by their year."""
    periods = line.periods
    if line.unit != "month":
        places = list(range(len(periods)))
    else:
        places = [at for at, period in enumerate(periods) if period.month == 1]
        if len(places) < 2:
            step = -(-len(periods) // _MAX_LABELS)
            return [(at, _short_month(periods[at])) for at in range(0, len(periods), max(step, 1))]
    step = max(-(-len(places) // _MAX_LABELS), 1)
    return [(at, str(periods[at].year)) for at in places[::-1][::step][::-1]]


def _short_month(period: Period) -> str:
    return f"{_MONTHS[(period.month or 1) - 1][:3]} {period.year}"


def _undated(line: Timeline) -> str:
    if not line.n_undated:
        return ""
    what = "without a month" if line.unit == "month" else "without a date"
    return (
        f'<text x="100%" y="12" text-anchor="end" aria-hidden="true"'
        f' style="{_TEXT_STYLE}">{_papers(line.n_undated)} {what}</text>'
    )


def _days(period: Period, unit: Unit) -> tuple[str, str]:
    """Return the first and the last day of a period."""
    if period.month is not None:
        n_days = monthrange(period.year, period.month)[1]
        month = f"{period.year:04}-{period.month:02}"
        return f"{month}-01", f"{month}-{n_days}"
    last = period.year if unit == "year" else period.year + 9
    return f"{period.year:04}-01-01", f"{last:04}-12-31"


def _papers(count: int) -> str:
    return f"{count:,} paper{'' if count == 1 else 's'}"


def _round_up(most: int) -> int:
    """Return the least of 4, 5, 6, 8, 10, 12, 16, 20, 25, 30, 40, 50, ... that holds `most`."""
    power = 1
    while True:
        for step in (4, 5, 6, 8, 10, 12, 16, 20, 25, 30):
            if step * power >= most:
                return step * power
        power *= 10


def _ticks(most: int) -> list[int]:
    return [0, most // 2, most] if most % 2 == 0 else [0, most]


_TEXT_STYLE = "fill:var(--muted,var(--quiet,#666a70));font-size:11px;font-family:inherit"

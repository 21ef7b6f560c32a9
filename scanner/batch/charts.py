"""Charts as inline SVG: bars and stacked columns that need no colour, no script and no font to be read.

Series differ by pattern as well as by colour; every figure stands beside its bar. Colours are the page's CSS variables.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from scanner.batch.markup import safe

WIDTH = 720
"""Units that a chart is wide; it scales with the page."""

_ROW, _LABEL, _FIGURE = 24, 250, 80
_TALL, _FOOT, _SIDE = 190, 34, 46


@dataclass(frozen=True, slots=True)
class Series:
    """One part of every bar: its name and its CSS class (`s-block`, `s-review` ...)."""

    name: str
    kind: str


@dataclass(frozen=True, slots=True)
class Bar:
    """One labelled bar; `parts` has a value for each series."""

    label: str
    parts: tuple[int, ...]
    note: str = ""

    @property
    def total(self) -> int:
        """All parts together."""
        return sum(self.parts)


BLOCK, REVIEW = Series("blocked", "s-block"), Series("for review", "s-review")
VIOLATION = Series("violation", "s-block")

PATTERNS = (
    '<svg width="0" height="0" aria-hidden="true" style="position:absolute"><defs>'
    '<pattern id="p-block" width="4" height="4" patternUnits="userSpaceOnUse">'
    '<rect class="f-block" width="4" height="4"/></pattern>'
    '<pattern id="p-review" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<rect class="f-review" width="6" height="6"/><rect class="f-line" width="2" height="6"/></pattern>'
    "</defs></svg>"
)
"""The fills of all charts; stands once in the page."""


def legend(series: Sequence[Series]) -> str:
    """What the fills mean."""
    keys = "".join(
        f'<span class="key"><svg width="14" height="14" aria-hidden="true"><rect class="{one.kind}" width="14" '
        f'height="14"/></svg> {safe(one.name)}</span>'
        for one in series
    )
    return f'<p class="legend">{keys}</p>'


def bars(title: str, rows: Sequence[Bar], series: Sequence[Series]) -> str:
    """Horizontal bars, one below the other, each with its label before and its figure behind."""
    most = max((bar.total for bar in rows), default=0) or 1
    room = WIDTH - _LABEL - _FIGURE
    drawn = "".join(_bar(bar, place, series, room / most) for place, bar in enumerate(rows))
    height = len(rows) * _ROW
    head = legend(series) if len(series) > 1 else ""
    return f"{head}{_svg(title, height)}{drawn}</svg>"


def _bar(bar: Bar, place: int, series: Sequence[Series], scale: float) -> str:
    middle, x, out = place * _ROW + _ROW / 2, float(_LABEL), []
    for value, one in zip(bar.parts, series, strict=True):
        width = value * scale
        if value:
            out.append(_rect(x, middle - 7, max(width, 1), 14, f"{bar.label}, {one.name}: {value:,}", one.kind))
        x += width
    label = f'<text class="lab" x="{_LABEL - 8}" y="{middle + 4}" text-anchor="end">{safe(_short(bar.label))}</text>'
    figure = f"{bar.total:,}{f' {bar.note}' if bar.note else ''}"
    return f'{label}{"".join(out)}<text class="num" x="{x + 6:.1f}" y="{middle + 4}">{safe(figure)}</text>'


def columns(title: str, rows: Sequence[Bar], series: Sequence[Series]) -> str:
    """Stacked columns side by side over a common scale: a course of time, oldest first."""
    most = _round_up(max((bar.total for bar in rows), default=0))
    step = (WIDTH - _SIDE) / max(1, len(rows))
    grid = "".join(_line(most * part // 4, most) for part in range(5)) if most >= 4 else _line(0, 1) + _line(most, most)
    drawn = "".join(_column(bar, place, series, step=step, most=most) for place, bar in enumerate(rows))
    every = max(1, -(-len(rows) // 9))
    names = "".join(_name(bar.label, place, step) for place, bar in enumerate(rows) if place % every == 0)
    head = legend(series) if len(series) > 1 else ""
    return f"{head}{_svg(title, _TALL + _FOOT)}{grid}{drawn}{names}</svg>"


def _column(bar: Bar, place: int, series: Sequence[Series], *, step: float, most: int) -> str:
    width, y, out = max(1.0, min(step * 0.72, 48)), float(_TALL), []
    x = _SIDE + place * step + (step - width) / 2
    for value, one in zip(bar.parts, series, strict=True):
        height = value * (_TALL - 12) / most
        y -= height
        if value:
            out.append(_rect(x, y, width, height, f"{bar.label}, {one.name}: {value:,}", one.kind))
    return "".join(out)


def _name(label: str, place: int, step: float) -> str:
    x = _SIDE + place * step + step / 2
    return f'<text class="ax" x="{x:.1f}" y="{_TALL + 16}" text-anchor="middle">{safe(label)}</text>'


def _line(value: int, most: int) -> str:
    y = _TALL - value * (_TALL - 12) / most
    label = f'<text class="ax" x="{_SIDE - 6}" y="{y + 4:.1f}" text-anchor="end">{value:,}</text>'
    return f'<line class="grid" x1="{_SIDE}" x2="{WIDTH}" y1="{y:.1f}" y2="{y:.1f}"/>{label}'


def _rect(x: float, y: float, width: float, height: float, says: str, kind: str) -> str:
    place = f'x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}"'
    return f'<rect class="{kind}" {place}><title>{safe(says)}</title></rect>'


def _svg(title: str, height: int) -> str:
    return f'<svg class="chart" role="img" viewBox="0 0 {WIDTH} {height}" aria-label="{safe(title)}">'


def _short(label: str) -> str:
    return label if len(label) <= 33 else f"{label[:32]}…"


def _round_up(value: int) -> int:
    """The next number that four lines divide well."""
    step = 1
    while step * 20 < value:
        step *= 10
    for times in (4, 8, 12, 20):
        if value <= times * step:
            return times * step
    return value or 4

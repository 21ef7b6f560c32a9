"""Charts as SVG: pure functions from figures to markup. Told apart by pattern and label, never by colour alone.

Every chart stands beside a table with the same figures, so the picture is hidden from screen readers but for its title.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from markupsafe import Markup

WIDTH = 640


@dataclass(frozen=True, slots=True)
class Level:
    """A horizontal line to compare with: a threshold and what it brings."""

    value: float
    label: str


@dataclass(frozen=True, slots=True)
class Series:
    """One of the parts a bar is made of; `pattern` is its class: `solid`, `hatch`, `dots` or `empty`."""

    name: str
    pattern: str
    values: Sequence[float]


def number(value: float) -> str:
    """A figure as it is read: 1,204 or 2.5."""
    return f"{value:,.0f}" if value == int(value) else f"{value:,.1f}"


def nice(most: float) -> float:
    """The round number at or above `most` where an axis ends."""
    step = 1.0
    while step * 10 < most:
        step *= 10
    return next(step * k for k in (1, 2, 4, 5, 10) if step * k >= most)


def bars(title: str, rows: Sequence[tuple[str, float, str]], *, most: float = 0, room: float = 330) -> Markup:
    """Horizontal bars: (name, value, what is written at its end); `most` is where the scale ends, `room` long."""
    scale = most or max((value for _, value, _ in rows), default=0) or 1
    out = [_open(title, 30 * len(rows) + 8)]
    for index, (name, value, note) in enumerate(rows):
        y = 30 * index + 4
        width = max(value / scale * room, 1 if value else 0)
        out.append(_text(204, y + 16, _short(name), "end"))
        out += [_rect(214, y, room, 22, "empty")] if most else []
        out.append(_rect(214, y, width, 22, "solid"))
        out.append(_text(222 + (room if most else width), y + 16, note, "start", "num"))
    return _close(out)


def columns(title: str, names: Sequence[str], series: Sequence[Series]) -> Markup:
    """Stacked columns, one per name, with a legend; six of the names or so are written when they are many."""
    sums = [sum(s.values[i] for s in series) for i in range(len(names))]
    top, base, plot = nice(max(sums, default=0) or 1), 210, 180
    room = (WIDTH - 60) / max(len(names), 1)
    out = [_open(title, 262), *_grid(top, base, plot)]
    every = max(1, -(-len(names) // 6))
    for index, name in enumerate(names):
        x, y = 50 + index * room, float(base)
        for one in series:
            size = one.values[index] / top * plot
            y -= size
            if size:
                out.append(_rect(x + room * 0.12, y, room * 0.76, size, one.pattern))
        if index % every == 0:
            out.append(_text(x + room / 2, base + 18, name, "middle", "tick"))
    return _close([*out, *_legend(series, 246)])


def _legend(series: Sequence[Series], y: float) -> list[Markup]:
    at = accumulate([50, *(44 + 10 * len(one.name) for one in series)])
    out = []
    for one, x in zip(series, at, strict=False):
        out += [_rect(x, y - 11, 16, 12, one.pattern), _text(x + 22, y, one.name, "start")]
    return out


def steps(
    title: str, points: Sequence[tuple[float, float]], ticks: Sequence[tuple[float, str]], levels: Sequence[Level]
) -> Markup:
    """A balance over time as a stepped line, with dashed lines at `levels`. Points are (time, value), in order."""
    top = nice(max([value for _, value in points] + [level.value for level in levels] + [1]) * 1.02)
    first, last = (points[0][0], points[-1][0]) if points else (0.0, 1.0)
    span, base, plot, left, wide = (last - first) or 1.0, 250, 230, 44, WIDTH - 190

    def place(time: float, value: float) -> tuple[float, float]:
        return left + (time - first) / span * wide, base - value / top * plot

    out = [_open(title, 285), *_grid(top, base, plot, wide + left)]
    out += [_level(level, place(first, level.value)[1], left, left + wide) for level in levels]
    out += [_text(place(t, 0)[0], base + 20, name, "middle", "tick") for t, name in ticks if first <= t <= last]
    if points:
        out += _line([place(*point) for point in points], points[-1][1])
    return _close(out)


def _line(places: Sequence[tuple[float, float]], last: float) -> list[Markup]:
    (x, y), *rest = places
    path = f"M{x:.1f} {y:.1f}" + "".join(f"H{a:.1f}V{b:.1f}" for a, b in rest)
    end_x, end_y = places[-1]
    dot = Markup('<circle class="now" cx="{}" cy="{}" r="4.5"/>').format(f"{end_x:.1f}", f"{end_y:.1f}")
    said = _text(end_x, end_y - 10, f"now {number(last)}", "end", "num strong")
    return [Markup('<path class="line" d="{}"/>').format(path), dot, said]


def _level(level: Level, y: float, left: float, right: float) -> Markup:
    line = Markup('<line class="level" x1="{}" x2="{}" y1="{}" y2="{}"/>').format(left, right, f"{y:.1f}", f"{y:.1f}")
    return line + _text(right + 6, y + 4, level.label, "start", "tick")


def _grid(top: float, base: float, plot: float, right: float = WIDTH - 10) -> list[Markup]:
    out = []
    for part in (0, 0.5, 1):
        y = base - part * plot
        line = '<line class="grid" x1="44" x2="{}" y1="{}" y2="{}"/>'
        out.append(Markup(line).format(f"{right:.0f}", f"{y:.1f}", f"{y:.1f}"))
        out.append(_text(38, y + 4, number(top * part), "end", "tick"))
    return out


def _short(name: str, most: int = 26) -> str:
    return name if len(name) <= most else name[: most - 1] + "…"


def _rect(x: float, y: float, width: float, height: float, pattern: str) -> Markup:
    text = '<rect class="part {}" x="{}" y="{}" width="{}" height="{}"{}/>'
    fill = Markup(' fill="url(#{})"').format(pattern) if pattern in ("hatch", "dots") else ""
    return Markup(text).format(pattern, f"{x:.1f}", f"{y:.1f}", f"{width:.1f}", f"{height:.1f}", fill)


def _text(x: float, y: float, text: str, anchor: str, kind: str = "") -> Markup:
    pattern = '<text class="{}" x="{}" y="{}" text-anchor="{}">{}</text>'
    return Markup(pattern).format(kind, f"{x:.1f}", f"{y:.1f}", anchor, text)


def _open(title: str, height: float) -> Markup:
    text = '<svg class="chart" viewBox="0 0 {} {}" role="img" aria-label="{}"><title>{}</title>'
    return Markup(text).format(WIDTH, f"{height:.0f}", title, title)


def _close(parts: Sequence[Markup]) -> Markup:
    return Markup("").join(parts) + Markup("</svg>")

"""Figures as tables for a terminal, a document or a program, and bars that they have to meet."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scanner.errors import InputError
from scanner.evaluate import MEASURES, Case, Figures, Outcome, Rate, by_key, categories, figures

TITLES = ("recall", "at level", "named", "strict alarms", "noise", "surplus")
"""Column titles: the measures, then the count of surplus hits."""

Sections = dict[str, dict[str, Figures]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A figure that has to be reached over the cases of `only`: a set, category, lang or technique."""

    measure: str
    least: float | None
    most: float | None
    only: Mapping[str, str]

    def missed(self, rate: Rate) -> bool:
        """Whether the rate lies outside; nothing measured is a miss."""
        value = rate.value
        if value is None:
            return True
        return (self.least is not None and value < self.least) or (self.most is not None and value > self.most)

    def rate(self, outcomes: Sequence[Outcome]) -> Rate:
        """The bar's own figure."""
        chosen = [outcome for outcome in outcomes if self._covers(outcome.case)]
        rate: Rate = getattr(figures(chosen, self.only.get("category")), self.measure)
        return rate

    def verdict(self, outcomes: Sequence[Outcome]) -> str:
        """One line: met or missed, the bar, the figure."""
        rate = self.rate(outcomes)
        bound = f">= {self.least:g}" if self.least is not None else f"<= {self.most:g}"
        name = ", ".join(self.only.values()) or "all"
        return f"{'MISSED' if self.missed(rate) else 'met   '} {name}: {self.measure} {bound}, is {cell(rate)}"

    def _covers(self, case: Case) -> bool:
        keys = {"set": case.sets(), "lang": (case.lang,), "technique": case.technique}
        return all(value in keys[key] for key, value in self.only.items() if key in keys)


def read_bars(path: str) -> list[Bar]:
    """The bars of a TOML file: `[[bar]]` tables with `measure`, `min` or `max`, and what to select."""
    try:
        tables = tomllib.loads(Path(path).read_text(encoding="utf-8")).get("bar", [])
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: not TOML ({error}); mend it") from None
    if not tables:
        raise InputError(f'{path}: no bars; write [[bar]] tables with measure = "recall", min = 0.9')
    return [_bar(table, f"{path}: bar {number}") for number, table in enumerate(tables, 1)]


def _bar(table: Mapping[str, Any], where: str) -> Bar:
    only = {key: str(value) for key, value in table.items() if key not in ("measure", "min", "max")}
    unknown = sorted(set(only) - {"set", "category", "lang", "technique"})
    if unknown:
        raise InputError(f"{where}: unknown key {unknown[0]}; select by set, category, lang or technique")
    if table.get("measure") not in MEASURES:
        raise InputError(f"{where}: no known `measure`; write {', '.join(MEASURES)}")
    bounds = [table.get("min"), table.get("max")]
    if sum(isinstance(bound, int | float) for bound in bounds) != 1:
        raise InputError(f"{where}: write either `min` or `max`, a number between 0 and 1")
    return Bar(measure=table["measure"], least=bounds[0], most=bounds[1], only=only)


def sections(outcomes: Sequence[Outcome]) -> Sections:
    """The figures of every set, category, language and technique."""

    def by(groups: Mapping[str, list[Outcome]]) -> dict[str, Figures]:
        return {name: figures(part) for name, part in groups.items()}

    return {
        "set": by(by_key(outcomes, lambda case: (case.group,))),
        "category": {name: figures(outcomes, name) for name in categories(outcomes)},
        "language": by(by_key(outcomes, lambda case: (case.lang,))),
        "technique": by(by_key(outcomes, lambda case: case.technique)),
    }


def to_dict(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """Every figure as plain data."""
    parts = sections(outcomes).items()
    groups = {title: {name: row.to_dict() for name, row in rows.items()} for title, rows in parts}
    return {"cases": len(outcomes), "all": figures(outcomes).to_dict(), **groups}


def cell(rate: Rate) -> str:
    """`0.96 (0.93-0.98) n=193`, or a dash for nothing."""
    if rate.value is None:
        return "-"
    low, high = rate.interval()
    return f"{rate.value:.3f} ({low:.2f}-{high:.2f}) n={rate.n}"


def text_table(title: str, rows: Mapping[str, Figures]) -> Iterator[str]:
    """The lines of one table, columns aligned."""
    table = [(title, *TITLES), *((name, *_cells(row)) for name, row in rows.items())]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    for line in table:
        yield "  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)).rstrip()


def markdown_table(title: str, rows: Mapping[str, Figures]) -> Iterator[str]:
    """The same as Markdown."""
    yield "| " + " | ".join((title, *TITLES)) + " |"
    yield "|---" * (len(TITLES) + 1) + "|"
    for name, row in rows.items():
        yield "| " + " | ".join((name, *_cells(row))) + " |"


def _cells(row: Figures) -> list[str]:
    return [*(cell(getattr(row, measure)) for measure in MEASURES), str(row.surplus)]

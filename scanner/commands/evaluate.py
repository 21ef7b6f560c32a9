"""`scanner eval`: the figures of labelled cases, the cases behind them, and bars that must be met."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, tzinfo
from pathlib import Path
from typing import Any

import click

from scanner.batch.readers import Reading, find_sources, read_rows
from scanner.commands.common import FINDINGS, INCOMPLETE, TimeZone, Trouble, make_scanner, pack_options, say
from scanner.commands.pretty import describe, marked, visible
from scanner.errors import InputError
from scanner.evaluate import (
    MEASURES,
    Case,
    Figures,
    Outcome,
    Rate,
    by_key,
    categories,
    evaluate,
    figures,
    parse_case,
)
from scanner.model import Hit
from scanner.records import dump_json, parse_record

_HELP = """Measure the lexicon on labelled cases: recall, at the expected level, named rightly, false alarms.

CASES are JSONL files of records with `expect`, `technique`, `lang`; rows of one conversation and sender are
read in windows, in file order. Every rate comes with n and a 95 % interval.

\b
Examples:
  scanner eval fixtures/cases/contact.jsonl
  scanner eval fixtures/cases/ --show missed --show alarms
  scanner eval fixtures/cases/ --bars fixtures/bars.toml

Exit code: 1 when a bar of --bars is missed, 2 when a case cannot be read.
"""

_TITLES = ("recall", "at level", "named", "strict alarms", "noise")


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A figure that has to be reached, over the cases that `only` selects."""

    measure: str
    least: float | None
    most: float | None
    only: Mapping[str, str]

    def missed(self, rate: Rate) -> bool:
        """Whether the rate is outside; nothing measured is a miss."""
        value = rate.value
        if value is None:
            return True
        return (self.least is not None and value < self.least) or (self.most is not None and value > self.most)

    def __str__(self) -> str:
        bound = f">= {self.least}" if self.least is not None else f"<= {self.most}"
        return f"{' '.join(self.only.values()) or 'all'}: {self.measure} {bound}"


@click.command("eval", help=_HELP)
@click.argument("cases", nargs=-1, required=True)
@click.option(
    "--show",
    type=click.Choice(["missed", "alarms", "surplus", "level"]),
    multiple=True,
    help="Print these cases: missed, falsely alarmed, with surplus hits, found at another level.",
)
@click.option("--by", type=click.Choice(["technique", "lang"]), multiple=True, help="Only these tables besides sets.")
@click.option("--json", "as_json", is_flag=True, help="Print the figures as one JSON object.")
@click.option("--bars", type=click.Path(exists=True, dir_okay=False), help="TOML file of bars to meet.")
@click.option("--tz", type=TimeZone(), default="UTC", help="Zone of times without an offset (default: UTC).")
@click.option("--color/--no-color", default=None, help="Default: colours in a terminal.")
@pack_options
@click.pass_context
def eval_command(ctx: click.Context, /, cases: tuple[str, ...], **options: Any) -> None:
    bars = read_bars(options["bars"]) if options["bars"] else []
    trouble = Trouble()
    outcomes = measure(cases, trouble, tz=options["tz"], packs=options["packs"], as_of=options["as_of"])
    if options["as_json"]:
        say(dump_json(to_dict(outcomes)))
    else:
        for line in tables(outcomes, by=options["by"]):
            say(line, color=options["color"])
    for kind in options["show"]:
        for line in shown(outcomes, kind):
            say(line, color=options["color"])
    missed = [bar for bar in bars if bar.missed(rate_of(outcomes, bar))]
    for bar in bars:
        say(verdict(bar, outcomes), err=options["as_json"], color=options["color"])
    if trouble.count:
        say(f"incomplete: {trouble.count} cases could not be read", err=True)
    ctx.exit(INCOMPLETE if trouble.count else FINDINGS if missed else 0)


def measure(
    paths: Iterable[str], trouble: Trouble, *, tz: tzinfo, packs: str | None = None, as_of: date | None = None
) -> list[Outcome]:
    """Scan and judge every case of the files, each file with windows of its own."""
    scanner = make_scanner(packs, as_of)
    outcomes: list[Outcome] = []
    for source in find_sources(list(paths)):
        cases = list(read_cases(source, trouble, tz=tz))
        outcomes += evaluate(_in_groups(cases), scanner.scan_many)
    return outcomes


def read_cases(source: str, trouble: Trouble, *, tz: tzinfo) -> Iterator[Case]:
    """The cases of one file; those that cannot be read are reported."""
    stem = Path(source).stem
    for row in read_rows([source], Reading(format="jsonl")):
        try:
            if isinstance(row, InputError):
                raise row
            message = parse_record(row.fields, where=row.where, tz=tz)
            prefix = (message.id or "").split("-")[0]
            yield parse_case(row.fields, message, where=row.where, group=f"{stem}:{prefix}")
        except InputError as error:
            trouble.report(error)


def _in_groups(cases: list[Case]) -> list[Case]:
    """A file whose ids have one prefix is one set; `contact:contact` is called `contact`."""
    from dataclasses import replace

    groups = {case.group for case in cases}
    if len(groups) <= 1 or len(groups) > 12:
        return [replace(case, group=case.group.split(":")[0]) for case in cases]
    return cases


def in_set(case: Case, name: str) -> bool:
    """Whether a case belongs to set `name`; a file's name stands for all its sets."""
    return name in (case.group, case.group.split(":")[0])


def to_dict(outcomes: list[Outcome]) -> dict[str, Any]:
    """Every figure, for --json."""
    def group(groups: Mapping[str, list[Outcome]]) -> dict[str, Any]:
        return {name: figures(part).to_dict() for name, part in groups.items()}

    return {
        "cases": len(outcomes),
        "sets": group(by_key(outcomes, lambda case: [case.group])),
        "categories": {name: figures(outcomes, name).to_dict() for name in categories(outcomes)},
        "languages": group(by_key(outcomes, lambda case: [case.lang])),
        "techniques": group(by_key(outcomes, lambda case: case.technique)),
    }

"""`scanner eval`: the figures of labelled cases, the cases behind them, and bars that must be met."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, tzinfo
from pathlib import Path
from typing import Any

import click

from scanner.batch.readers import Reading, find_sources, read_rows
from scanner.commands.common import (
    FINDINGS,
    INCOMPLETE,
    OK,
    TimeZone,
    Trouble,
    make_scanner,
    pack_options,
    say,
)
from scanner.commands.figures import read_bars, sections, text_table, to_dict
from scanner.commands.pretty import describe, marked, visible
from scanner.engine import Scanner
from scanner.errors import InputError
from scanner.evaluate import Case, Outcome, evaluate, parse_case
from scanner.model import Hit
from scanner.records import dump_json, parse_record

_MANY = 12  # id prefixes in a file beyond which they name cases, not sets

_HELP = """Measure the lexicon on labelled cases: recall, at the expected level, named rightly, false alarms.

CASES are JSONL files, or folders of them, of records with `expect`, `technique`, `lang`. Rows of one
conversation and sender are read in windows, in file order. Every rate comes with a 95 % interval and n.

\b
recall         expectations found, at level review or above
at level       found with the expected level
named          channel or term named rightly, of those found
strict alarms  innocent cases with a violation
noise          innocent cases with anything at review or above
surplus        hits on guilty cases that meet no expectation

\b
Examples:
  scanner eval fixtures/cases/contact.jsonl
  scanner eval fixtures/cases/ --show missed --show alarms
  scanner eval fixtures/cases/ --bars fixtures/bars.toml

Exit code: 1 when a bar of --bars is missed, 2 when a case cannot be read.
"""


@click.command("eval", help=_HELP, short_help="Measure the lexicon on labelled cases.")
@click.argument("cases", nargs=-1, required=True)
@click.option(
    "--show",
    type=click.Choice(["missed", "level", "alarms", "surplus"]),
    multiple=True,
    help="Print these cases: missed, found at another level, falsely alarmed, with surplus hits.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the figures as one JSON object.")
@click.option("--bars", type=click.Path(exists=True, dir_okay=False), help="TOML file of bars to meet.")
@click.option("--tz", type=TimeZone(), default="UTC", help="Zone of times without an offset (default: UTC).")
@click.option("--color/--no-color", default=None, help="Default: colours in a terminal.")
@pack_options
@click.pass_context
def eval_command(ctx: click.Context, /, cases: tuple[str, ...], **options: Any) -> None:
    bars = read_bars(options["bars"]) if options["bars"] else []
    trouble = Trouble()
    outcomes = measure(cases, make_scanner(options), trouble, tz=options["tz"])
    lines = [dump_json(to_dict(outcomes))] if options["as_json"] else _tables(outcomes)
    for line in (*lines, *(line for kind in options["show"] for line in shown(outcomes, kind))):
        say(line, color=options["color"])
    for bar in bars:
        say(bar.verdict(outcomes), err=options["as_json"])
    if trouble.count:
        say(f"incomplete: {trouble.count} cases could not be read", err=True)
    missed = any(bar.missed(bar.rate(outcomes)) for bar in bars)
    ctx.exit(INCOMPLETE if trouble.count else FINDINGS if missed else OK)


def measure(paths: Iterable[str], scanner: Scanner, trouble: Trouble, *, tz: tzinfo = UTC) -> list[Outcome]:
    """Scan and judge every case of the files, each file with windows of its own."""
    outcomes: list[Outcome] = []
    for source in find_sources(list(paths)):
        cases = _grouped(Path(source).stem, list(read_cases(source, trouble, tz=tz)))
        outcomes += evaluate(cases, scanner.scan_many)
    return outcomes


def read_cases(source: str, trouble: Trouble, *, tz: tzinfo) -> Iterator[Case]:
    """The cases of one file; those that cannot be read are reported."""
    for row in read_rows([source], Reading(format="jsonl")):
        try:
            if isinstance(row, InputError):
                raise row
            message = parse_record(row.fields, where=row.where, tz=tz)
            yield parse_case(row.fields, message, where=row.where)
        except InputError as error:
            trouble.report(error)


def shown(outcomes: Iterable[Outcome], kind: str) -> Iterator[str]:
    """The cases behind a figure, each with its text, its label and what was found in it."""
    for outcome in outcomes:
        if not _KINDS[kind](outcome):
            continue
        case, hits = outcome.case, outcome.scan.hits
        techniques = ", ".join(case.technique)
        about = f"[{case.lang}; {techniques}] {visible(case.note)}".rstrip()
        yield f"\n{kind}: {visible(case.message.id or '?')} {about}"
        yield "  " + marked(_read_text(outcome), hits).replace("\n", "\n  ")
        for expect in case.expect:
            names = "/".join(expect.names)
            yield f"    expected  {expect.category} · {names}  {expect.level}  {visible(expect.evidence)!r}"
        for hit in hits:
            yield from describe(hit)


def _tables(outcomes: Sequence[Outcome]) -> Iterator[str]:
    for title, rows in sections(outcomes).items():
        yield from text_table(title, rows)
        yield ""


def _grouped(stem: str, cases: list[Case]) -> list[Case]:
    """Name the sets: a file is one, or one for each of the few prefixes of its ids (`dr-0001`)."""
    prefixes = [(case.message.id or "").split("-")[0] for case in cases]
    several = 1 < len(set(prefixes)) <= _MANY
    return [
        replace(case, group=f"{stem}:{prefix}" if several else stem)
        for case, prefix in zip(cases, prefixes, strict=True)
    ]


def _read_text(outcome: Outcome) -> str:
    """The text read: the scan's own, which has the window, or the record's for a clean one."""
    return outcome.scan.text or "\n".join(outcome.case.message.pieces())


def _alarms(outcome: Outcome) -> Sequence[Hit]:
    return outcome.extra if outcome.innocent else ()


_KINDS: dict[str, Callable[[Outcome], bool]] = {
    "missed": lambda outcome: any(not finding.hits for finding in outcome.findings),
    "level": lambda outcome: any(finding.hits and not finding.at_level for finding in outcome.findings),
    "alarms": lambda outcome: bool(_alarms(outcome)),
    "surplus": lambda outcome: not outcome.innocent and bool(outcome.extra),
}

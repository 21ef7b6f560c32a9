"""`scanner diff`: what two scans of the same records decide differently."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, get_args

import click

from scanner.batch.diff import Difference, Summary, checked, compare
from scanner.batch.readers import Reading, find_sources, read_rows
from scanner.batch.rows import Row
from scanner.commands.common import FINDINGS, INCOMPLETE, OK, Trouble, say
from scanner.commands.pretty import badge, visible
from scanner.errors import InputError
from scanner.model import Decision
from scanner.records import dump_json

_HELP = """Compare two results of `scanner scan`, as of two versions of the lists: which decisions changed, which
findings appeared, went or changed. Records are paired by id; inputs in the same order are read in constant memory.

\b
Example:
  scanner scan chat.jsonl --packs old/ > a.jsonl
  scanner scan chat.jsonl --packs new/ > b.jsonl
  scanner diff a.jsonl b.jsonl

Exit code: 0 when nothing differs, 1 when something does, 2 when a row cannot be read.
"""


@click.command("diff", help=_HELP, short_help="What two scans decide differently.")
@click.argument("before", metavar="A.jsonl")
@click.argument("after", metavar="B.jsonl")
@click.option("--format", "form", type=click.Choice(["pretty", "jsonl"]), default="pretty", show_default=True)
@click.option("--decisions", is_flag=True, help="Show only records whose decision changed.")
@click.option("--limit", type=click.IntRange(0), default=100, show_default=True, help="Pretty: records shown; 0: all.")
@click.pass_context
def diff_command(ctx: click.Context, /, before: str, after: str, **options: Any) -> None:
    """See `_HELP`."""
    if before == after == "-":
        raise click.UsageError("Only one side can be standard input.")
    trouble, summary = Trouble(), Summary()
    shown = 0
    for found in compare(_rows(before, trouble), _rows(after, trouble), summary):
        if options["decisions"] and not found.decided:
            continue
        shown += 1
        _show(found, options["form"], hidden=0 < options["limit"] < shown)
    _finish(summary, options["form"], shown - options["limit"] if options["limit"] else 0)
    ctx.exit(INCOMPLETE if trouble.count else FINDINGS if summary.different else OK)


def _rows(path: str, trouble: Trouble) -> Iterator[Row]:
    for row in read_rows(find_sources([path]), Reading(format="jsonl")):
        try:
            if isinstance(row, InputError):
                raise row
            yield checked(row)
        except InputError as error:
            trouble.report(error)


def _show(found: Difference, form: str, *, hidden: bool) -> None:
    if form == "jsonl":
        say(dump_json(found.to_dict()))
        return
    if hidden:
        return
    turn = f"{_decision(found.before)} → {_decision(found.after)}" if found.decided else "same decision"
    say(f"{click.style(visible(found.id), bold=True)}  {turn}")
    for hit in found.gone:
        say(f"  {click.style('-', fg='red')} {_words(hit)}")
    for hit in found.appeared:
        say(f"  {click.style('+', fg='green')} {_words(hit)}")
    for old, new in found.changed:
        say(f"  {click.style('~', fg='yellow')} {_words(old)}\n    → {_words(new)}")


def _decision(decision: str | None) -> str:
    """A decision as a coloured word; whatever else stands there as it is."""
    if decision is None:
        return "no record"
    return badge(decision) if decision in get_args(Decision) else visible(decision)


def _words(hit: Any) -> str:
    said = f"{hit.get('level')} {hit.get('category')} · {hit.get('term')}  {hit.get('rule')}"
    text = json.dumps(str(hit.get("text", ""))[:80], ensure_ascii=False)
    return visible(f"{said}  {hit['start']}-{hit['end']} {text}", invisible=True)


def _finish(summary: Summary, form: str, hidden: int) -> None:
    """The counts: the last line of the output when pretty, on stderr when the output is for a program."""
    if form == "jsonl":
        say(dump_json(summary.to_dict()), err=True)
        return
    if hidden > 0:
        say(f"… and {hidden:,} more records (--limit 0 shows all)")
    counts = summary.to_dict()
    moves = ", ".join(f"{name} {count:,}" for name, count in counts["decisions"].items()) or "none"
    hits = ", ".join(f"{count:,} {name}" for name, count in counts["hits"].items())
    say(f"{summary.rows:,} records, {summary.rows - summary.same:,} differ; decisions: {moves}; findings: {hits}")
    if summary.only_before or summary.only_after:
        say(f"{summary.only_before:,} records only in the first, {summary.only_after:,} only in the second")
    for title, names in (("packs gone", counts["packs_gone"]), ("packs new", counts["packs_new"])):
        if names:
            say(f"{title}: {', '.join(map(visible, names))}")

"""`scanner lexicon impact`: what two sets of packs decide differently on records of one's own."""

from __future__ import annotations

import json

import click

from scanner.batch.impact import Impact, impact
from scanner.commands.common import FINDINGS, say
from scanner.engine import Scanner

MOST = 10_000_000


@click.command("impact")
@click.argument("before")
@click.argument("after")
@click.argument("records", nargs=-1, required=True)
@click.option("--limit", type=click.IntRange(1, MOST), default=MOST, help="Read so many records at most.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def impact_command(before: str, after: str, records: tuple[str, ...], limit: int, as_json: bool) -> None:
    """Read RECORDS with two folders of packs: what is decided differently, by category and direction.

    Examples are named by id. Exit code 1 when anything differs.
    """
    found = impact(records, Scanner(before), Scanner(after), limit)
    if as_json:
        say(json.dumps(found.to_dict(), ensure_ascii=False))
    else:
        _show(found)
    if found.differing:
        click.get_current_context().exit(FINDINGS)


def _show(found: Impact) -> None:
    cut = ", the rest was not read" if found.cut else ""
    bad = f", {found.unread:,} rows are no records" if found.unread else ""
    say(f"{found.differing:,} of {found.records:,} records differ{cut}{bad}")
    for change, count in sorted(found.decisions.items()):
        say(f"  {change}: {count:,}")
    for (category, way), moved in sorted(found.moved.items()):
        names = ", ".join(f"{one} ({was} -> {now})" for one, was, now in moved.examples[:5])
        more = " ..." if moved.count > 5 else ""
        say(f"{category} {way}: {moved.count:,}  {names}{more}")

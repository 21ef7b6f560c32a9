"""`scanner report`: a manager's page from results that are there already."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from scanner.batch.diff import checked
from scanner.batch.readers import Reading, find_sources, read_messages, read_rows
from scanner.batch.report import write_report
from scanner.batch.results import joined
from scanner.batch.rows import Row
from scanner.batch.tally import Tally
from scanner.commands.common import INCOMPLETE, OK, Trouble, reading_options, say
from scanner.errors import InputError
from scanner.model import Message
from scanner.rules.load import load

_HELP = """Make the page that `scanner scan --report` makes, from the results of an earlier scan and the
records it read.

The page holds no contact: contacts that several merchants share are told apart by numbers made with a key. With
the same --key-file their numbers are the same in every report.

\b
Example:
  scanner scan chat.jsonl > found.jsonl
  scanner report found.jsonl --records chat.jsonl -o report.html --csv figures/

Exit code: 0 when the report is written, 2 when it is incomplete (rows that cannot be read).
"""

_KEY = 16  # bytes that a key must have at least


@click.command("report", help=_HELP, short_help="A page for managers from the results of a scan.")
@click.argument("results", metavar="RESULTS")
@click.option("--records", required=True, multiple=True, help="The records that were scanned; as PATH of `scan`.")
@click.option("-o", "--output", default="report.html", show_default=True, type=click.Path(dir_okay=False))
@click.option("--csv", "csv_folder", type=click.Path(file_okay=False), help="Folder for the figures as CSV.")
@click.option("--policy", default="alibaba-points", show_default=True, help="Reckon the cost by it; `none`: do not.")
@click.option("--title", default="Compliance report", show_default=True)
@click.option("--key-file", type=click.Path(exists=True, dir_okay=False), help="Key of the contacts' numbers.")
@reading_options
@click.pass_context
def report_command(ctx: click.Context, /, results: str, records: tuple[str, ...], **options: Any) -> None:
    """See `_HELP`."""
    policy = None if options["policy"] == "none" else load(options["policy"])
    tally, trouble = Tally(key=_key(options["key_file"])), Trouble()
    reading = Reading(format=options["input_format"], encoding=options["encoding"], tz=options["tz"])
    messages = _readable(read_messages(find_sources(records), reading), trouble)
    for message, scan in joined(_results(results), messages):
        tally.add(message, scan)
    tally.unread = trouble.count
    write_report(
        tally,
        options["output"],
        generated=datetime.now(UTC),
        title=options["title"],
        policy=policy,
        csv_folder=options["csv_folder"],
    )
    say(f"{tally.records:,} results: {options['output']}", err=True)
    ctx.exit(INCOMPLETE if trouble.count or tally.counts["degraded"] else OK)


def _results(path: str) -> Iterator[Row]:
    for row in read_rows(find_sources([path]), Reading(format="jsonl")):
        if isinstance(row, InputError):
            raise row
        yield checked(row)


def _readable(rows: Iterable[Message | InputError], trouble: Trouble) -> Iterator[Message]:
    for row in rows:
        if isinstance(row, InputError):
            trouble.report(row)
        else:
            yield row


def _key(path: str | None) -> bytes | None:
    """The key in a file; None for one made for this run."""
    if path is None:
        return None
    key = Path(path).read_bytes().strip()
    if len(key) < _KEY:
        raise InputError(f"{path}: a key of under {_KEY} bytes; make one with: openssl rand -hex 32 > {path}")
    return key

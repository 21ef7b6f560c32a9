"""`scanner scan`: files, folders or standard input in, one result per record out."""

from __future__ import annotations

import sys
import time
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from datetime import tzinfo
from typing import Any, get_args

import click

from scanner.batch.readers import Reading, find_sources, read_messages
from scanner.batch.writers import CsvWriter, JsonlWriter, Writer
from scanner.commands.common import (
    FINDINGS,
    INCOMPLETE,
    OK,
    Trouble,
    make_scanner,
    pack_options,
    reading_options,
    say,
)
from scanner.commands.pretty import badge, show
from scanner.engine import Scanner
from scanner.errors import InputError
from scanner.model import LEVELS, Decision, Kind, Message, Role, Scan
from scanner.windows import Windows

Rows = Iterable[Message | InputError]

_TICK = 0.5  # seconds between two lines of progress

_HELP = """Read chat and listings; print what is wrong, exactly where, how sure and by which rule.

PATH is a file, a folder or - for standard input. JSONL takes one record per line, {"text": "..."}; CSV has
the same fields as columns; TXT has a record per line. Rows with `conversation` and `sender` are read
together with the same sender's messages just before.

\b
Examples:
  scanner scan chat.jsonl
  scanner scan --text "add me on wh@tsapp +86 138 0013 8000"
  scanner scan listings/ --kind listing --format csv > findings.csv
  cat chat.txt | scanner scan - --fail-on review

Exit code: 0 when nothing reaches --fail-on, 1 when something does, 2 when the scan is incomplete (rows
that cannot be read, texts cut short) or the call is wrong.
"""


@click.command("scan", help=_HELP, short_help="Read chat and listings; print what is wrong and where.")
@click.argument("paths", nargs=-1, metavar="PATH...")
@click.option("--text", "texts", multiple=True, help="Scan this text; may be given more than once.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["pretty", "jsonl", "csv"]),
    help="Default: pretty in a terminal, else jsonl.",
)
@click.option(
    "--fail-on",
    type=click.Choice([*reversed(LEVELS), "never"]),
    default="violation",
    help="Mildest level that gives exit code 1 (default: violation).",
)
@click.option("--all", "every", is_flag=True, help="Pretty: show the texts without findings too.")
@click.option("--kind", type=click.Choice(get_args(Kind)), help="Kind of records that name none.")
@click.option("--role", type=click.Choice(get_args(Role)), help="Role of records that name none.")
@click.option("--category", help="Goods category of records that name none, as 'Shoes > Sandals'.")
@click.option("--color/--no-color", default=None, help="Default: colours in a terminal.")
@reading_options
@pack_options
@click.pass_context
def scan_command(ctx: click.Context, /, paths: tuple[str, ...], texts: tuple[str, ...], **options: Any) -> None:
    if not paths and not texts:
        raise click.UsageError('Nothing to scan: name files, folders or - for stdin, or give --text "...".')
    sources = find_sources(paths)
    scanner = make_scanner(options)
    defaults = {name: options[name] for name in ("kind", "role", "category") if options[name]}
    rows = _rows(texts, sources, defaults=defaults, options=options)
    trouble, tally = Trouble(), Tally(options["fail_on"])
    put = _output(options["form"], every=options["every"], color=options["color"])
    for message, scan in tally.watch(scan_rows(scanner, rows, trouble.report)):
        put(message, scan)
    _finish(tally, trouble, pretty=_is_pretty(options["form"]), color=options["color"])
    ctx.exit(tally.code(trouble.count))


def scan_rows(scanner: Scanner, rows: Rows, on_error: Callable[[InputError], None]) -> Iterator[tuple[Message, Scan]]:
    """Every readable row, in its window, with its scan, in order; the others go to `on_error`."""
    waiting: deque[Message] = deque()
    windows = Windows()

    def readable() -> Iterator[Message]:
        for row in rows:
            if isinstance(row, InputError):
                on_error(row)
                continue
            waiting.append(windows.place(row))
            yield waiting[-1]

    for scan in scanner.scan_many(readable()):
        yield waiting.popleft(), scan


class Tally:
    """Counts decisions while results pass; shows progress on stderr when only that is a terminal."""

    def __init__(self, fail_on: str) -> None:
        self.decisions: Counter[Decision] = Counter()
        self.degraded = 0
        self._failing = frozenset(LEVELS[LEVELS.index(fail_on) :] if fail_on in LEVELS else ())
        self._failed = False

    @property
    def records(self) -> int:
        """How many results have passed."""
        return self.decisions.total()

    def watch(self, pairs: Iterable[tuple[Message, Scan]]) -> Iterator[tuple[Message, Scan]]:
        """The pairs, counted."""
        progress = Progress() if sys.stderr.isatty() and not sys.stdout.isatty() else None
        for pair in pairs:
            self._count(pair[1])
            if progress:
                progress.show(self.records)
            yield pair
        if progress:
            progress.clear()

    def code(self, bad_rows: int) -> int:
        """The exit code: incomplete beats findings."""
        if bad_rows or self.degraded:
            return INCOMPLETE
        return FINDINGS if self._failed else OK

    def _count(self, scan: Scan) -> None:
        self.decisions[scan.decision] += 1
        self.degraded += bool(scan.degraded)
        if scan.hits and not self._failed:
            self._failed = any(hit.level in self._failing for hit in scan.hits)


class Progress:
    """Records and rate, rewritten in place on stderr."""

    def __init__(self) -> None:
        self._begun = self._last = time.monotonic()

    def show(self, records: int) -> None:
        """Rewrite the line if half a second has passed."""
        now = time.monotonic()
        if now - self._last >= _TICK:
            self._last = now
            rate = records / (now - self._begun)
            click.echo(f"\r{records:,} records, {rate:,.0f} a second ", err=True, nl=False)

    def clear(self) -> None:
        """Wipe the line."""
        click.echo("\r\x1b[K", err=True, nl=False)


def _rows(
    texts: tuple[str, ...], sources: list[str], *, defaults: dict[str, str], options: dict[str, Any]
) -> Iterator[Message | InputError]:
    tz: tzinfo = options["tz"]
    for number, text in enumerate(texts, 1):
        yield Message(text=text, id=f"text:{number}", **defaults)  # type: ignore[arg-type]
    reading = Reading(format=options["input_format"], encoding=options["encoding"], tz=tz, defaults=defaults)
    yield from read_messages(sources, reading)


def _is_pretty(form: str | None) -> bool:
    return form == "pretty" or (form is None and sys.stdout.isatty())


def _output(form: str | None, *, every: bool, color: bool | None) -> Callable[[Message, Scan], None]:
    """What prints one result."""
    if _is_pretty(form):
        return lambda message, scan: _put_pretty(message, scan, every=every, color=color)
    stream = sys.stdout.buffer
    writer: Writer = CsvWriter(stream) if form == "csv" else JsonlWriter(stream)
    return writer.write


def _put_pretty(message: Message, scan: Scan, *, every: bool, color: bool | None) -> None:
    if not (scan.hits or scan.degraded or every):
        return
    for line in show(message, scan):
        say(line, color=color)
    say("", color=color)


def _finish(tally: Tally, trouble: Trouble, *, pretty: bool, color: bool | None) -> None:
    """The last lines: counts with the findings when pretty, and what is missing always on stderr."""
    if pretty:
        counts = [f"{badge(name)} {tally.decisions[name]:,}" for name in get_args(Decision)]
        say(f"{_records(tally.records)}: {', '.join(counts)}", color=color)
    if not tally.records and not trouble.count:
        say("note: no records in the input", err=True)
    if trouble.count or tally.degraded:
        total = tally.records + trouble.count
        bad = f"{trouble.count:,} of {total:,} rows could not be read, {tally.degraded:,} cut short"
        say(f"incomplete: {bad}", err=True)


def _records(count: int) -> str:
    return f"{count:,} record{'' if count == 1 else 's'}"

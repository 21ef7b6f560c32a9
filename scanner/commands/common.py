"""What the commands share: option types, the scanner to use, errors on stderr, exit codes."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import click

from scanner.batch.readers import FORMATS
from scanner.engine import Scanner
from scanner.errors import ScannerError
from scanner.lexicon import Lexicon, load
from scanner.records import escape_surrogates

OK, FINDINGS, INCOMPLETE = 0, 1, 2
"""Exit codes: nothing found; findings, differences or missed bars; usage error or bad rows (2 beats 1)."""

MAX_SHOWN = 100
"""Bad rows that are shown one by one; those after it are counted only."""

_OFFSET = re.compile(r"([+-])(\d\d):?(\d\d)")
_Command = TypeVar("_Command", bound=Callable[..., Any])


class TimeZone(click.ParamType[tzinfo]):
    """A time zone by name (Asia/Shanghai) or by offset (+08:00)."""

    name = "zone"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tzinfo:
        """The zone; anything else is a usage error."""
        if isinstance(value, tzinfo):
            return value
        if value in ("UTC", "Z"):
            return UTC
        if offset := _OFFSET.fullmatch(value):
            size = timedelta(hours=int(offset[2]), minutes=int(offset[3]))
            if size < timedelta(hours=24):
                return timezone(-size if offset[1] == "-" else size)
        try:
            return ZoneInfo(value)
        except (OSError, ValueError, KeyError):
            self.fail(f"{value!r} is no time zone; write Asia/Shanghai or +08:00", param, ctx)


class Day(click.ParamType[date]):
    """A calendar day, 2021-08-31."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """The day; anything else is a usage error."""
        if isinstance(value, date):
            return value
        try:
            return datetime.strptime(value, "%Y-%m-%d").date()
        except ValueError:
            self.fail(f"{value!r} is no date; write it as 2021-08-31", param, ctx)


def pack_options(command: _Command) -> _Command:
    """--packs, --add and --as-of; pass what they hold to `make_scanner`."""
    for option in (
        click.option("--as-of", type=Day(), help="Use the lists as they stood on this day (default: today)."),
        click.option("--add", multiple=True, type=click.Path(), help="Pack file or folder to use besides."),
        click.option("--packs", type=click.Path(), help="Folder of packs to use instead of the shipped ones."),
    ):
        command = option(command)
    return command


def reading_options(command: _Command) -> _Command:
    """--input-format, --encoding and --tz."""
    for option in (
        click.option(
            "--tz", type=TimeZone(), default="UTC", help="Zone of times without an offset (default: UTC; assess: none)."
        ),
        click.option("--encoding", default="utf-8", type=Encoding(), help="Of the input: utf-8 (default), gb18030 ..."),
        click.option(
            "--input-format",
            type=click.Choice([*FORMATS]),
            help="Default: by the file's name, or its first line.",
        ),
    ):
        command = option(command)
    return command


class Encoding(click.ParamType[str]):
    """A text encoding in which a line ends with the byte 10, as all but UTF-16 and UTF-32 do."""

    name = "encoding"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The encoding's name; anything else is a usage error."""
        if not _splits_at_byte_10(value):
            cure = "write utf-8, gb18030, big5, cp1252 ..."
            self.fail(f"{value!r} cannot be read line by line; {cure}", param, ctx)
        return str(value)


def _splits_at_byte_10(encoding: str) -> bool:
    try:
        return b"a\n".decode(encoding) == "a\n"
    except (LookupError, UnicodeError):
        return False


def make_scanner(options: Mapping[str, Any]) -> Scanner:
    """The scanner that --packs, --add and --as-of ask for."""
    packs = [pack for path in (options["packs"], *options["add"]) for pack in load(path).packs]
    lexicon = Lexicon(tuple(sorted(packs, key=lambda pack: pack.name)))
    return Scanner(packs=lexicon, as_of=options["as_of"])


def say(text: str, *, err: bool = False, color: bool | None = None) -> None:
    """Print one line, whatever characters it holds."""
    click.echo(escape_surrogates(text), err=err, color=color)


def say_error(error: ScannerError | str) -> None:
    """One line per problem, on stderr."""
    for line in str(error).splitlines():
        say(f"{click.style('error:', fg='red', bold=True)} {line}", err=True)


class Trouble:
    """Counts rows that could not be read; shows the first hundred."""

    def __init__(self) -> None:
        self.count = 0

    def report(self, error: ScannerError) -> None:
        """One bad row."""
        self.count += 1
        if self.count <= MAX_SHOWN:
            say_error(error)
        elif self.count == MAX_SHOWN + 1:
            say_error(f"over {MAX_SHOWN} bad rows; the others are counted only")

"""What the commands of the rules and the ledger share: which ledger, who acts, when, and how it is shown."""

from __future__ import annotations

import getpass
import json
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import click

from scanner.assess import Ledger
from scanner.commands.common import say, say_error
from scanner.engine import Scanner
from scanner.errors import InputError
from scanner.ledger.store import WalResetWarning
from scanner.rules.findings import Key
from scanner.rules.times import Instant, boundary, instant

_Command = TypeVar("_Command", bound=Callable[..., Any])

ledger_option = click.option(
    "--ledger",
    "ledger_path",
    default="ledger.db",
    envvar="SCANNER_LEDGER",
    show_default=True,
    show_envvar=True,
    help="The ledger's file.",
)
by_option = click.option("--by", default=None, help="Who acts; default: the user of this session.")
at_option = click.option("--at", default=None, help="When, as 2021-09-01T10:00:00+08:00; default: now.")


def acting(command: _Command) -> _Command:
    """The options of a command that a person enters into the ledger."""
    for option in (ledger_option, by_option, at_option):
        command = option(command)
    return command


def now() -> Instant:
    """The clock; read here and nowhere below."""
    return instant(datetime.now(UTC))


def moment(text: str | None) -> Instant:
    """A time given on the command line, or now."""
    return now() if text is None else instant(text)


def day_or_moment(text: str, tz: str) -> Instant:
    """A bare date as the platform's midnight, or a time with an offset."""
    return boundary(text, tz)


def who(by: str | None) -> str:
    """Who acts."""
    return by or getpass.getuser()


@contextmanager
def opened(
    path: str,
    *,
    policy: str | None = None,
    scanner: Scanner | None = None,
    create: bool = False,
    budget: int | None = None,
) -> Iterator[Ledger]:
    """The ledger of a command; one that is not there is made only where that makes sense."""
    if not create and not Path(path).is_file():
        raise InputError(f"{path}: there is no ledger; `scanner assess` makes one, or name it with --ledger")
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", WalResetWarning)
        ledger = Ledger(path, policy=policy, scanner=scanner or _NoScanner(), budget=budget)
    for warning in {str(item.message) for item in caught}:
        say(f"warning: {warning}", err=True)
    with ledger:
        yield ledger


class _NoScanner(Scanner):
    """Stands where no text is read, so that packs need not be loaded."""

    def __init__(self) -> None:
        """Nothing to set up."""


def put(fields: Mapping[str, Any]) -> None:
    """One JSON line on stdout."""
    say(json.dumps(fields, ensure_ascii=False))


def offence(rule: str, ref: str) -> Key:
    """An offence as the command line names it."""
    return rule, ref


def ask(question: str, yes: bool) -> bool:
    """Whether to go on: --yes, or an answer at the terminal."""
    return yes or click.confirm(question, default=False, err=True)


def loudly(alarms: list[str]) -> None:
    """Alarms on stderr."""
    for alarm in alarms:
        say_error(f"ALARM: {alarm}")

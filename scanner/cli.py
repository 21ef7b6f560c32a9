"""The command `scanner`: what its parts have in common. Every part lives in `scanner.commands`."""

from __future__ import annotations

import importlib
import os
import sys
from typing import IO, Any

import click

from scanner.commands.common import INCOMPLETE, say_error
from scanner.commands.diff import diff_command
from scanner.commands.evaluate import eval_command
from scanner.commands.explain import explain_command
from scanner.commands.lexicon import lexicon_group
from scanner.commands.report import report_command
from scanner.commands.rules import COMMANDS as RULES
from scanner.commands.scan import scan_command
from scanner.commands.version import version_command
from scanner.errors import ScannerError

_INTERRUPTED = 130  # what shells expect of a program that SIGINT ended

_SERVICE = {"serve": "serve_command", "key": "key_group"}
"""Commands of the service, which is another package: found by name when they are asked for."""

_HELP = """Read marketplace chat and listings for off-platform contact, protected marks, banned drugs and
refusals of the platform's escrow.

Exit codes: 0 nothing found, 1 findings (or differences, failed checks, missed bars), 2 wrong call or
incomplete.
"""


class Fault(click.ClickException):
    """An error of ours, as click shows it: one line per problem, exit code 2."""

    exit_code = INCOMPLETE

    def show(self, file: IO[Any] | None = None) -> None:
        """Print it on stderr."""
        say_error(self.message)


class Commands(click.Group):
    """A group whose commands end cleanly on our errors, a closed pipe, a full disk and Ctrl-C."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All commands, the service's too."""
        return sorted({*super().list_commands(ctx), *_SERVICE})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """One command; see `_SERVICE`."""
        return _of_service(cmd_name) if cmd_name in _SERVICE else super().get_command(ctx, cmd_name)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; see the class."""
        try:
            try:
                return super().invoke(ctx)
            finally:
                sys.stdout.flush()
        except ScannerError as error:
            raise Fault(str(error)) from error
        except BrokenPipeError:
            _abandon_stdout()
            ctx.exit(INCOMPLETE)
        except KeyboardInterrupt:
            ctx.exit(_INTERRUPTED)
        except OSError as error:
            if error.filename is None:  # what is still buffered would fail again at exit, and hide our exit code
                _abandon_stdout()
            raise Fault(f"{error.filename or 'output'}: {error.strerror}") from error


@click.group(cls=Commands, help=_HELP, context_settings={"help_option_names": ["-h", "--help"]})
def cli() -> None:
    """See `_HELP`."""


for _command in (
    scan_command, report_command, diff_command, explain_command, eval_command, lexicon_group, *RULES, version_command,
):  # fmt: skip
    cli.add_command(_command)


def _of_service(name: str) -> click.Command:
    """A command of the service; one that says what to install where the service is not there."""
    try:
        found: click.Command = getattr(importlib.import_module("api.commands"), _SERVICE[name])
    except ImportError as error:
        fault = Fault(f"{name}: {error}; pip install 'compliance-scanner[api]'")

        def missing(**_: Any) -> None:
            raise fault

        return click.Command(name, callback=missing, short_help="(not installed)", add_help_option=False)
    return found


def _abandon_stdout() -> None:
    """Nobody reads any more: let what is still buffered go nowhere, without a second error at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())

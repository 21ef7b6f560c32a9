"""`scanner notice` and `scanner case`: what goes to the public, to the merchant, and into the file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from scanner.commands.common import FINDINGS, make_scanner, pack_options, say, say_error
from scanner.commands.rules_common import at_option, day_or_moment, ledger_option, moment, opened
from scanner.errors import InputError
from scanner.ledger import cases, notices
from scanner.ledger.casefile import case, case_html, proven, read_case, replayed
from scanner.rules.policy import ACTIONS


@click.command("notice")
@click.option("--since", help="Public notice: first day.")
@click.option("--until", help="Public notice: the day after the last.")
@click.option(
    "--least", type=click.Choice(ACTIONS[1:]), default="points", show_default=True, help="Mildest penalty shown."
)
@click.option("--format", "form", type=click.Choice(["text", "csv", "html"]), default="text", show_default=True)
@click.option("--merchant", help="The letter to this merchant instead, in Chinese and English.")
@click.option("--ref", "refs", multiple=True, help="Letter: about these messages (default: all not yet served).")
@click.option("--serve", is_flag=True, help="Letter: record that it is served now.")
@click.option("--out", type=click.Path(dir_okay=False), help="Write it there.")
@ledger_option
@at_option
def notice_command(ledger_path: str, at: str | None, **what: Any) -> None:
    """The public notice of a period (final penalties only, masked), or the letter to a merchant."""
    with opened(ledger_path) as ledger:
        if what["merchant"]:
            text, items = notices.letters(ledger, what["merchant"], moment(at), refs=what["refs"])
            if not items:
                say("nothing to serve", err=True)
                return
            _put(text, what["out"])
            for item in items if what["serve"] else ():
                cases.serve(ledger, what["merchant"], item.key, at=moment(at), how="letter")
            return
        if not what["since"] or not what["until"]:
            raise click.UsageError("say --since and --until, or --merchant")
        tz = ledger.policy.zone
        since, until = day_or_moment(what["since"], tz), day_or_moment(what["until"], tz)
        if until <= since:
            raise click.UsageError("--until is the day after the last: it has to be later than --since")
        rows = notices.public_rows(ledger, since, until, moment(at), what["least"])
        title = notices.title_of(since, until, tz)
        forms = {
            "text": lambda: notices.public_text(rows, title),
            "csv": lambda: notices.public_csv(rows),
            "html": lambda: notices.public_html(rows, title),
        }
        _put(forms[what["form"]](), what["out"])


def _put(text: str, out: str | None) -> None:
    if out is None:
        say(text.rstrip("\n"))
    else:
        Path(out).write_text(text, encoding="utf-8")


@click.command("case")
@click.argument("charge")
@click.option("--format", "form", type=click.Choice(["html", "json"]), default="json", show_default=True)
@click.option("--out", type=click.Path(dir_okay=False), help="Write it there.")
@click.option("--replay", is_flag=True, help="CHARGE is a case file in JSON: scan it again and check its proof.")
@ledger_option
@pack_options
def case_command(charge: str, form: str, out: str | None, replay: bool, ledger_path: str, **options: Any) -> None:
    """The evidence file of charge CHARGE (its number), one self-contained file."""
    if replay:
        _replay(charge, options)
        return
    if not (charge.isascii() and charge.isdigit()):
        raise click.UsageError("CHARGE is a number; `scanner merchant show NAME` lists them")
    with opened(ledger_path) as ledger:
        file = case(ledger, int(charge))
    _put(case_html(file) if form == "html" else json.dumps(file, ensure_ascii=False, indent=1), out)


def _replay(path: str, options: dict[str, Any]) -> None:
    """Scan a case file's text again; exit 1 when the hits or the proof differ."""
    try:
        file = read_case(Path(path).read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: cannot be read: {error}") from None
    except InputError as error:
        raise InputError(f"{path}: {error}") from None
    faults = replayed(file, make_scanner(options))
    faults += [] if proven(file) else ["the proof does not fit the file"]
    for fault in faults:
        say_error(fault)
    say("the same hits, and the proof holds") if not faults else None
    click.get_current_context().exit(FINDINGS if faults else 0)

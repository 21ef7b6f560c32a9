"""`scanner assess` and `scanner merchant`: what texts cost, and where a merchant stands."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import tzinfo
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from scanner.assess import Ledger
from scanner.batch import allowance
from scanner.batch.readers import Reading, find_sources, read_messages
from scanner.commands.common import FINDINGS, INCOMPLETE, Trouble, make_scanner, pack_options, reading_options, say
from scanner.commands.rules_common import at_option, day_or_moment, ledger_option, loudly, moment, opened, put
from scanner.commands.watch import Quarantine, put_json, quarantined, until_stopped
from scanner.engine import Scanner
from scanner.errors import InputError
from scanner.ledger.book import Entry
from scanner.ledger.standing import history, standing
from scanner.model import Message
from scanner.records import load_json
from scanner.rules.decide import next_cost
from scanner.rules.replay import facts_changes
from scanner.rules.times import Instant, iso, iso_or_none
from scanner.verdict import Verdict

_HELP = """Read chat and listings, say what they cost the merchant, and record it.

PATH is a file, a folder or - for standard input, as for `scanner scan`; every record needs `id`, `at` (with an
offset, unless --tz names a zone) and, a seller's, `merchant.id`. Only what the ledger knows of a merchant counts
(see `scanner merchant set`).

Exit code: 0 when nothing was charged or proposed, 1 when something was, 2 when rows could not be read.
"""


@click.command("assess", help=_HELP, short_help="Read chat and listings, charge what they cost, and record it.")
@click.argument("paths", nargs=-1, metavar="PATH...", required=True)
@click.option("--policy", help="Policy of a new ledger: name or file (default: alibaba-points).")
@click.option("--dry-run", is_flag=True, help="Say what would follow; write nothing.")
@click.option("--received", help="When the texts reached us; default: each one's own time. `now` for the clock.")
@click.option("--format", "form", type=click.Choice(["jsonl", "pretty"]), default="jsonl", show_default=True)
@click.option("--budget", type=click.IntRange(0), help="Machine charges of one rule in this run and hour; 0: no limit.")
@click.option("--facts", is_flag=True, help="Take the records' merchants as facts first (logs of your own back end).")
@click.option("--checkpoint", type=click.Path(), help="File by which a run that was killed goes on within its budget.")
@click.option("--mixed-packs", is_flag=True, help="Go on although the checkpoint was begun with other packs.")
@click.option("--max-errors", type=click.IntRange(0), help="Stop when more rows than this cannot be read.")
@click.option("--quarantine", type=click.Path(), help="Write rows that cannot be read (source, line, reason).")
@click.option("--summary", type=click.Path(), help="Write counts and completeness to this file as JSON.")
@ledger_option
@reading_options
@pack_options
@click.pass_context
def assess_command(ctx: click.Context, /, paths: tuple[str, ...], ledger_path: str, **options: Any) -> None:
    """See `_HELP`."""
    sources = find_sources(paths)
    reading = Reading(format=options["input_format"], encoding=options["encoding"], tz=_given_zone(ctx))
    path = ":memory:" if options["dry_run"] and not Path(ledger_path).is_file() else ledger_path
    scanner = make_scanner(options)
    how = {name: options[name] for name in ("policy", "budget")}
    checkpoint = Path(options["checkpoint"]) if options["checkpoint"] else None
    counts: Counter[str] = Counter()
    with quarantined(options["quarantine"], options["max_errors"]) as trouble:
        rows = _readable(until_stopped(read_messages(sources, reading), trouble), trouble)
        with opened(path, scanner=scanner, create=True, **how) as ledger:
            if checkpoint is not None and not options["dry_run"]:
                allowance.go_on(checkpoint, ledger, sources, mixed=options["mixed_packs"])
            for verdict in _verdicts(ledger, rows, trouble, options):
                counts["records"] += 1
                counts.update(charge.state for charge in verdict.charges)
                _show(verdict, options["form"])
            loudly(ledger.alarms)
    if trouble.count:
        say(f"incomplete: {trouble.count:,} rows could not be read", err=True)
    if trouble.stopped:
        say(f"stopped: more than {options['max_errors']:,} bad rows; what came before is recorded", err=True)
    elif checkpoint is not None and not options["dry_run"]:
        allowance.finish(checkpoint)
    if options["summary"]:
        _put_summary(Path(options["summary"]), counts, trouble, scanner)
    charged = any(count for state, count in counts.items() if state not in ("records", "none"))
    ctx.exit(INCOMPLETE if trouble.count else FINDINGS if charged else 0)


def _put_summary(path: Path, counts: Counter[str], trouble: Quarantine, scanner: Scanner) -> None:
    """The counts of a run as JSON: records, and charges by state."""
    charges = {state: count for state, count in sorted(counts.items()) if state != "records"}
    put_json(path, {
        "complete": not trouble.count,
        "records": counts["records"],
        "bad_rows": trouble.count,
        "stopped_by_max_errors": trouble.stopped,
        "charges": charges,
        "packs": dict(scanner.packs),
        "engine": scanner.version,
    })  # fmt: skip


def _given_zone(ctx: click.Context) -> tzinfo | None:
    """The zone that --tz names. There is no default here: what a time means decides a penalty."""
    said = ctx.get_parameter_source("tz") is not ParameterSource.DEFAULT
    return ctx.params["tz"] if said else None


def _readable(rows: Iterable[Message | InputError], trouble: Trouble) -> Iterator[Message]:
    """The rows that can be assessed; the others are reported."""
    for row in rows:
        if isinstance(row, InputError):
            trouble.report(row)
        elif row.at is None:
            trouble.report(InputError(f"{row.id}: assess needs `at` with an offset (or --tz)"))
        elif row.role == "seller" and (row.merchant is None or row.merchant.id is None):
            trouble.report(InputError(f"{row.id}: assess needs merchant.id for a seller's message"))
        else:
            yield row


def _verdicts(
    ledger: Ledger, messages: Iterator[Message], trouble: Trouble, options: dict[str, Any]
) -> Iterator[Verdict]:
    received = options["received"]
    when = None if received is None else moment(None if received == "now" else received)
    if options["facts"]:
        messages = _with_facts(ledger, messages)
        yield from (ledger.assess(message, received=when, dry_run=options["dry_run"]) for message in messages)
        return
    yield from ledger.assess_many(messages, received=when, dry_run=options["dry_run"])


def _with_facts(ledger: Ledger, messages: Iterator[Message]) -> Iterator[Message]:
    """The messages; before each, what its record says of the merchant becomes a fact from then on."""
    for message in messages:
        ledger.learn(message)
        yield message


def _show(verdict: Verdict, form: str) -> None:
    if form == "jsonl":
        put(verdict.to_dict())
    elif verdict.charges or verdict.notes:
        say(f"{verdict.merchant or '-'} {verdict.scan.id}")
        for line in (*verdict.words().splitlines(), *verdict.notes):
            say(f"  {line}")


class _ShowByDefault(click.Group):
    """`scanner merchant NAME` is `scanner merchant show NAME`."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that `args` name, `show` when they name none."""
        named = not args or args[0] in self.commands
        return super().resolve_command(ctx, args if named else ["show", *args])


@click.group("merchant", cls=_ShowByDefault)
def merchant_group() -> None:
    """Where a merchant stands, and what is known of it."""


@merchant_group.command("show")
@click.argument("name")
@ledger_option
@at_option
@click.option("--limit", default=50, show_default=True, help="Charges shown.")
def merchant_show(name: str, ledger_path: str, at: str | None, limit: int) -> None:
    """Standing, history, and what the next offence under each rule would cost."""
    with opened(ledger_path) as ledger:
        when, policy, account = moment(at), ledger.policy, ledger.account(name)
        if not account.arrivals:
            say(f"nothing is recorded of {name}: check the spelling", err=True)
        facts = account.facts_at(when)
        put({
            **standing(ledger, name, when).to_dict(policy.zone),
            "trade_assurance": {"signed": facts.ta_signed, "opened": facts.ta_opened},
            "registered_contacts": len(facts.merchant().registered_contacts),
            "authorised_marks": [mark.mark for mark in facts.marks],
            "next": {rule: next_cost(account, policy, rule, when) for rule in policy.rules},
            "history": [_dated(row, policy.zone) for row in history(ledger, name, limit)],
        })  # fmt: skip


def _dated(row: dict[str, Any], tz: str) -> dict[str, Any]:
    dates = {name: iso_or_none(row[name], tz) for name in ("at", "received", "until")}
    return {**row, **dates}


@merchant_group.command("set")
@click.argument("name")
@click.option("--at", "since", required=True, help="From when it holds: a date, or a time with an offset.")
@click.option("--contact", "contacts", multiple=True, help="A registered phone or e-mail; repeat it. Replaces all.")
@click.option("--mark", "marks", multiple=True, help="An authorised mark, or JSON with its bounds. Replaces all.")
@click.option("--ta/--no-ta", "ta", default=None, help="Escrow signed and opened, or not.")
@click.option("--upgrade-service/--no-upgrade-service", "upgrade", default=None)
@click.option("--company", help="The company's name.")
@ledger_option
def merchant_set(name: str, since: str, ledger_path: str, **said: Any) -> None:
    """State facts about a merchant; they hold from --at on and never change what was decided before."""
    changes: dict[str, Any] = facts_changes(
        {"authorised_marks": [_mark(text) for text in said["marks"]]} if said["marks"] else {}
    )
    changes |= {"contacts": tuple(said["contacts"])} if said["contacts"] else {}
    changes |= {"ta_signed": said["ta"], "ta_opened": said["ta"]} if said["ta"] is not None else {}
    changes |= {"upgrade_service": said["upgrade"]} if said["upgrade"] is not None else {}
    changes |= {"name": said["company"]} if said["company"] else {}
    if not changes:
        raise click.UsageError("say what: --contact, --mark, --ta, --upgrade-service or --company")
    with opened(ledger_path, create=True) as ledger:
        entry = _stated(ledger, name, changes, since)
        say(f"event {entry.seq}, from {iso(day_or_moment(since, ledger.policy.zone))}")


def _stated(ledger: Ledger, name: str, changes: dict[str, Any], since: str) -> Entry:
    when: Instant = day_or_moment(since, ledger.policy.zone)
    return ledger.set_facts(name, changes, at=when)


def _mark(text: str) -> Any:
    if not text.startswith("{"):
        return text
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise InputError(f"--mark is not JSON: {error.msg}") from None


@merchant_group.command("import")
@click.argument("path", type=click.Path(exists=True, dir_okay=False))
@ledger_option
def merchant_import(path: str, ledger_path: str) -> None:
    """Facts from JSON lines: {"id", "at", "registered_contacts", "authorised_marks", "trade_assurance", "name"}."""
    trouble, count = Trouble(), 0
    with opened(ledger_path, create=True) as ledger, Path(path).open(encoding="utf-8-sig") as lines:
        for where, line in ((f"{path}:{number}", line) for number, line in enumerate(lines, start=1) if line.strip()):
            fields = _object(line, where, trouble)
            try:
                count += 0 if fields is None else _import(ledger, fields)
            except InputError as error:
                trouble.report(InputError(f"{where}: {error}"))
    say(f"{count} facts recorded")
    click.get_current_context().exit(INCOMPLETE if trouble.count else 0)


def _object(line: str, where: str, trouble: Trouble) -> Any:
    """One line read; None after the report of one that is no JSON."""
    try:
        return load_json(line, where)
    except InputError as error:
        trouble.report(error)
        return None


def _import(ledger: Ledger, fields: Any) -> int:
    if not isinstance(fields, dict) or not fields.get("id") or not fields.get("at"):
        raise InputError("a merchant's line is an object with `id` and `at`")
    changes = facts_changes(fields)
    ta = fields.get("trade_assurance")
    if isinstance(ta, bool):
        changes |= {"ta_signed": ta, "ta_opened": ta}
    elif isinstance(ta, dict):
        changes |= {"ta_signed": bool(ta.get("signed")), "ta_opened": bool(ta.get("opened"))}
    if isinstance(fields.get("name"), str):
        changes["name"] = fields["name"]
    if not changes:
        raise InputError("says nothing of the merchant: registered_contacts, authorised_marks, trade_assurance, name")
    return bool(_stated(ledger, str(fields["id"]), changes, str(fields["at"])).seq)

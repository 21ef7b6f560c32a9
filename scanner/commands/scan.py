"""`scanner scan`: files, folders or standard input in, one result per record out."""

from __future__ import annotations

import sys
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO, cast, get_args

import click

from scanner.batch.checkpoint import begun_on
from scanner.batch.encode import ENCODERS, Encoder
from scanner.batch.items import Pairs
from scanner.batch.pool import cores
from scanner.batch.readers import Reading, find_sources
from scanner.batch.report import write_report
from scanner.batch.rows import form_of
from scanner.batch.run import Outcome, Plan, run
from scanner.commands.common import FINDINGS, INCOMPLETE, OK, make_scanner, pack_options, reading_options, say
from scanner.commands.pretty import badge, show
from scanner.commands.watch import Lines, Screen, is_complete, put_summary
from scanner.engine import Scanner
from scanner.model import LEVELS, Decision, Kind, Message, Role
from scanner.rules.load import load as load_policy

_HELP = """Read chat and listings; print what is wrong, exactly where, how sure and by which rule.

PATH is a file, a folder or - for standard input. JSONL takes one record per line, {"text": "..."}; CSV and Parquet
have the same fields as columns; TXT has a record per line; .gz and .zst are read as they are. Rows with
`conversation` and `sender` are read together with the same sender's messages just before.

\b
Examples:
  scanner scan chat.jsonl
  scanner scan --text "add me on wh@tsapp +86 138 0013 8000"
  scanner scan listings/ --kind listing --format csv > findings.csv
  scanner scan 2021/ -o found.parquet --checkpoint run1 --quarantine bad.jsonl --report report.html
  cat chat.txt | scanner scan - --fail-on review

Exit code: 0 when nothing reaches --fail-on, 1 when something does, 2 when the scan is incomplete (rows
that cannot be read, texts cut short) or the call is wrong.
"""


def batch_options(command: Any) -> Any:
    """What is asked of large inputs."""
    for option in (
        click.option("--policy", help="Policy by which --report reckons what it would cost: name or file."),
        click.option("--report-csv", type=click.Path(), help="Folder for the report's figures as CSV."),
        click.option("--report", type=click.Path(), help="Write a report for managers: one HTML page."),
        click.option("--summary", type=click.Path(), help="Write counts and completeness to this file as JSON."),
        click.option("--max-errors", type=click.IntRange(0), help="Stop when more rows than this cannot be read."),
        click.option("--quarantine", type=click.Path(), help="Write rows that cannot be read (source, line, reason)."),
        click.option("--mixed-packs", is_flag=True, help="Go on although the checkpoint was begun with other packs."),
        click.option("--checkpoint", type=click.Path(), help="Folder that lets a stopped run go on; needs --output."),
        click.option("--workers", type=click.IntRange(1), help="Processes (default: one per core)."),
        click.option("--output", "-o", type=click.Path(), help="File to write, whole or not at all; .gz and .zst too."),
    ):
        command = option(command)
    return command


@click.command("scan", help=_HELP, short_help="Read chat and listings; print what is wrong and where.")
@click.argument("paths", nargs=-1, metavar="PATH...")
@click.option("--text", "texts", multiple=True, help="Scan this text; may be given more than once.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["pretty", *ENCODERS]),
    help="Default: by the name of --output; pretty in a terminal, else jsonl.",
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
@batch_options
@reading_options
@pack_options
@click.pass_context
def scan_command(ctx: click.Context, /, paths: tuple[str, ...], texts: tuple[str, ...], **options: Any) -> None:
    if not paths and not texts:
        raise click.UsageError('Nothing to scan: name files, folders or - for stdin, or give --text "...".')
    if options["checkpoint"] and not options["output"]:
        raise click.UsageError("--checkpoint needs --output FILE: what was printed cannot be taken back.")
    form = _form(options)
    plan = _plan(find_sources(paths), texts, form=form, options=options)
    scanner = _scanner(options, plan)
    watch = Screen(plan.sources, ended=lambda outcome: _papers(outcome, scanner, options))
    stdout = cast(BinaryIO, Lines(options["color"]) if form == "pretty" else sys.stdout.buffer)
    with watch:
        outcome = run(plan, scanner, watch, stdout)
    _finish(outcome, pretty=form == "pretty", options=options)
    ctx.exit(_code(outcome, options["fail_on"]))


def _form(options: dict[str, Any]) -> str:
    """The output's format: as asked, as the file's name says, or as suits where it goes."""
    if options["form"]:
        if options["form"] == "pretty" and options["output"]:
            raise click.UsageError("--format pretty is for terminals; a file takes jsonl, csv or parquet.")
        return str(options["form"])
    if options["output"]:
        named = form_of(options["output"])
        return named if named is not None and named in ENCODERS else "jsonl"
    return "pretty" if sys.stdout.isatty() else "jsonl"


def _plan(sources: list[str], texts: tuple[str, ...], *, form: str, options: dict[str, Any]) -> Plan:
    defaults = {name: options[name] for name in ("kind", "role", "category") if options[name]}
    layout = {"format": options["input_format"], "encoding": options["encoding"]}
    encode: Encoder = ENCODERS[form] if form != "pretty" else partial(_as_pretty, every=options["every"])
    return Plan(
        sources=sources,
        reading=Reading(**layout, tz=options["tz"], defaults=defaults),
        encode=encode,
        form=form,
        messages=[Message(text=text, id=f"text:{n}", **defaults) for n, text in enumerate(texts, 1)],
        workers=options["workers"] or cores(),
        output=options["output"],
        checkpoint=Path(options["checkpoint"]) if options["checkpoint"] else None,
        mixed_packs=options["mixed_packs"],
        quarantine=options["quarantine"],
        max_errors=options["max_errors"],
        tally=bool(options["report"] or options["report_csv"]),
        about={**layout, **defaults, "tz": str(options["tz"]), "as_of": str(options["as_of"])},
    )


def _scanner(options: dict[str, Any], plan: Plan) -> Scanner:
    """The scanner; the day whose lists count for rows without a time stays the same over midnight and a restart."""
    begun = begun_on(plan.checkpoint) if plan.checkpoint else None
    day = options["as_of"] or begun or date.today()
    return make_scanner({**options, "as_of": day})


def _as_pretty(pairs: Pairs, *, every: bool) -> bytes:
    """The findings for people; a blank line behind each text."""
    lines: list[str] = []
    for message, scan in pairs:
        if scan.hits or scan.degraded or every:
            lines.extend((*show(message, scan), ""))
    return "".join(f"{line}\n" for line in lines).encode("utf-8", "surrogatepass")


def _papers(outcome: Outcome, scanner: Scanner, options: dict[str, Any]) -> None:
    """The summary and the report."""
    policy = load_policy(options["policy"]) if options["policy"] else None
    if outcome.tally is not None and not outcome.before:
        page = options["report"] or Path(options["report_csv"]) / "report.html"
        write_report(outcome.tally, page, generated=datetime.now(UTC), policy=policy, csv_folder=options["report_csv"])
    if options["summary"]:
        put_summary(Path(options["summary"]), outcome, scanner, options["fail_on"])


def _finish(outcome: Outcome, *, pretty: bool, options: dict[str, Any]) -> None:
    """The last lines: counts with the findings when pretty, and what is missing always on stderr."""
    counts = outcome.counts
    if pretty:
        badges = [f"{badge(name)} {counts.decisions[name]:,}" for name in get_args(Decision)]
        say(f"{_records(counts.records)}: {', '.join(badges)}", color=options["color"])
    if outcome.before:
        say(f"note: {options['checkpoint']} says that {options['output']} is complete; nothing was done", err=True)
    if not counts.records and not counts.bad:
        say("note: no records in the input", err=True)
    if counts.bad or counts.degraded:
        total = counts.records + counts.bad
        say(f"incomplete: {counts.bad:,} of {total:,} rows could not be read, {counts.degraded:,} cut short", err=True)
    if outcome.stopped:
        say(f"stopped: more than {options['max_errors']:,} bad rows; {_left(options)}", err=True)


def _left(options: dict[str, Any]) -> str:
    """What a run that stopped leaves behind."""
    if options["checkpoint"]:
        return "mend the input and begin anew, or go on with a higher --max-errors"
    return f"{options['output']} was not written" if options["output"] else "the rest was not read"


def _code(outcome: Outcome, fail_on: str) -> int:
    """The exit code: incomplete beats findings."""
    if not is_complete(outcome):
        return INCOMPLETE
    failing = LEVELS[LEVELS.index(fail_on) :] if fail_on in LEVELS else ()
    return FINDINGS if any(outcome.counts.levels[level] for level in failing) else OK


def _records(count: int) -> str:
    return f"{count:,} record{'' if count == 1 else 's'}"

"""`scanner policy`: check, show, compare and replay policies; try one on the recorded past."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from scanner.assess import Ledger
from scanner.commands.common import FINDINGS, INCOMPLETE, make_scanner, pack_options, say, say_error
from scanner.commands.rules_common import opened, put
from scanner.errors import InputError, PolicyError
from scanner.ledger.backtest import backtest
from scanner.records import load_json
from scanner.rules.compare import differences
from scanner.rules.knobs import unknown_knobs
from scanner.rules.load import load, shipped
from scanner.rules.masks import masked
from scanner.rules.policy import Policy, Rung, Version, tidy
from scanner.rules.replay import replay
from scanner.rules.times import iso


@click.group("policy")
def policy_group() -> None:
    """Check, show, compare and replay policies; try one on the recorded past."""


@policy_group.command("check")
@click.argument("policies", nargs=-1)
def check_command(policies: tuple[str, ...]) -> None:
    """Check policies whole: every fault with its place and cure. Default: the shipped ones. Exit 1 on faults."""
    faults = 0
    for name in policies or tuple(shipped()):
        if name not in shipped() and not Path(name).is_file():
            load(name)  # says which there are: a wrong call, no fault of a policy
        try:
            policy = load(name)
        except PolicyError as error:
            faults += len(error.problems)
            say_error(error)
        else:
            say(f"ok: {policy.name} {policy.version}, {len(policy.rules)} rules")
    click.get_current_context().exit(FINDINGS if faults else 0)


@policy_group.command("show")
@click.argument("name", required=False)
def show_command(name: str | None) -> None:
    """Show a policy: its rules, ladders, thresholds and knobs. Without NAME: the shipped ones."""
    if name is None:
        for policy in map(load, shipped()):
            say(f"{policy.name:20} {policy.version:12} {policy.title}")
        return
    for line in _shown(load(name)):
        say(line)


def _shown(policy: Policy) -> Iterator[str]:
    yield f"{policy.name} {policy.version}: {policy.title}"
    yield f"source: {policy.source}"
    for rule in policy.rules.values():
        yield ""
        yield f"{rule.label or '-'} {rule.id}: {rule.title} {rule.title_zh}".rstrip()
        if rule.exclude:
            yield f"   not when: {', '.join(rule.exclude)}"
        for version in rule.versions:
            yield f"   {_period(version, policy.zone)}: {'; '.join(map(_rung, version.ladder))}"
        if rule.elsewhere:
            yield "   its points are in another rule book"
    yield ""
    for step in policy.thresholds:
        yield f"balance {step.points:g}: {step.text or step.measure}"
    appealable = ", ".join((*policy.appeals.rules, *policy.appeals.actions)) or "none"
    yield f"appeals: {appealable}, {policy.appeals.days} days"
    yield f"a person confirms: {', '.join(policy.confirm) or 'nothing'}"


def _period(version: Version, tz: str) -> str:
    since = "always" if version.since is None else f"from {iso(version.since, tz)}"
    return since if version.until is None else f"{since} until {iso(version.until, tz)}"


def _rung(rung: Rung) -> str:
    parts = [f"{tidy(rung.points)} points"] if rung.points else []
    parts += [f"escrow closed {rung.ta_days} days"] if rung.ta_days else []
    parts += [f"store restricted {rung.restrict_days} days"] if rung.restrict_days else []
    parts += ["store closed"] if rung.close else []
    return f"{rung.n}: {', '.join(parts) or 'warning'}"


@policy_group.command("diff")
@click.argument("old")
@click.argument("new")
def diff_command(old: str, new: str) -> None:
    """What NEW says otherwise than OLD, field by field. Exit 1 when they differ."""
    found = differences(load(old), load(new))
    for line in found:
        say(line)
    click.get_current_context().exit(FINDINGS if found else 0)


@policy_group.command("replay")
@click.argument("path")
@click.option("--policy", default="alibaba-2021-08", show_default=True, help="Policy name or file.")
def replay_command(path: str, policy: str) -> None:
    """Replay scenarios, one JSON object a line (- for stdin); one result line each. Exit 1 when any differs."""
    rules, differs, bad = load(policy), 0, 0
    for number, line in enumerate(_lines(path), start=1):
        try:
            scenario = _scenario(line)
            for knob in unknown_knobs(scenario.get("policy") or {}):
                say_error(f"{path}:{number}: policy knob {knob!r} is not known here; it changes nothing")
            result = replay(scenario, rules)
        except InputError as error:
            bad += 1
            say_error(f"{path}:{number}: {error}")
            continue
        differs += bool(result["differs"])
        put(result)
    if differs:
        say(f"{differs} scenario{'s differ' if differs > 1 else ' differs'}", err=True)
    click.get_current_context().exit(INCOMPLETE if bad else FINDINGS if differs else 0)


@policy_group.command("masks")
@click.argument("path")
def masks_command(path: str) -> None:
    """Mask the lines of a file ({"id", "kind", "input", ["expected"]}); one result each. Exit 1 when any differs."""
    differs = 0
    for line in _lines(path):
        case = load_json(line, path)
        output = masked(str(case.get("kind")), str(case.get("input")))
        wrong = "expected" in case and output != case["expected"]
        differs += wrong
        put({"id": case.get("id"), "output": output, "differs": wrong})
    click.get_current_context().exit(FINDINGS if differs else 0)


def _lines(path: str) -> Iterator[str]:
    if path == "-":
        yield from (line.decode("utf-8-sig") for line in sys.stdin.buffer if line.strip())
        return
    if not Path(path).is_file():
        raise InputError(f"{path}: no such file; check the spelling")
    with Path(path).open(encoding="utf-8-sig") as file:
        yield from (line for line in file if line.strip())


def _scenario(line: str) -> dict[str, Any]:
    try:
        found = json.loads(line)
    except json.JSONDecodeError as error:
        raise InputError(f"not JSON: {error.msg}") from None
    if not isinstance(found, dict) or not isinstance(found.get("events"), list):
        raise InputError("a scenario is an object with a list of `events`")
    return found


@policy_group.command("backtest")
@click.argument("ledger_path", metavar="LEDGER")
@click.option("--policy", help="The policy to try: name or file (default: the one that runs).")
@click.option("--rescan", is_flag=True, help="Read the texts still held again, with the packs of --packs and --add.")
@pack_options
def backtest_command(ledger_path: str, policy: str | None, rescan: bool, **options: Any) -> None:
    """What the recorded past would have cost under another policy, or with other packs."""
    if policy is None and not rescan:
        raise click.UsageError("say --policy, --rescan or both")
    with opened(ledger_path) as ledger:
        tried = ledger.policy if policy is None else load(policy)
        _say_what_is_lost(ledger, tried, rescan)
        put(backtest(ledger, tried, make_scanner(options) if rescan else None).to_dict())


def _say_what_is_lost(ledger: Ledger, tried: Policy, rescan: bool) -> None:
    """Recorded findings carry their policy's rule ids: one without the rule cannot judge them unless texts are read."""
    rows = [] if rescan else ledger.query("SELECT DISTINCT rule FROM events WHERE type = 'finding' ORDER BY 1")
    lost = [row["rule"] for row in rows if row["rule"] not in tried.rules]
    if lost:
        say(
            f"warning: {tried.name} has no rule {', '.join(lost)}, so their findings cost nothing there; "
            "--rescan reads the texts again",
            err=True,
        )

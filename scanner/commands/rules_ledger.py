"""`scanner ledger`: prove it, seal it, erase what is personal, hold, pause, change the policy."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from scanner.commands.common import FINDINGS, say, say_error
from scanner.commands.rules_common import (
    acting,
    at_option,
    by_option,
    day_or_moment,
    ledger_option,
    moment,
    opened,
    put,
    who,
)
from scanner.errors import InputError
from scanner.ledger import erasure, proof
from scanner.rules.times import iso


@click.group("ledger")
def ledger_group() -> None:
    """Prove the ledger, seal it, erase what is personal, hold, pause, change the policy."""


@ledger_group.command("verify")
@ledger_option
@click.option("--sealed", help="A head printed by `scanner ledger seal`, or a file that holds it.")
def verify_command(ledger_path: str, sealed: str | None) -> None:
    """Check the hash chain, the triggers, and that the charges follow from the events. Exit 1 on faults."""
    with opened(ledger_path) as ledger:
        faults = proof.verify(ledger, _sealed(sealed))
        head = proof.seal(ledger)
    for fault in faults:
        say_error(fault)
    if not faults:
        say(f"ok: {head['seq']} events, head {head['hash']}")
    click.get_current_context().exit(FINDINGS if faults else 0)


def _sealed(text: str | None) -> dict[str, Any] | None:
    if text is None:
        return None
    raw = Path(text).read_text("utf-8") if Path(text).is_file() else text
    try:
        found = json.loads(raw)
        return {"seq": int(found["seq"]), "hash": str(found["hash"])}
    except (ValueError, KeyError, TypeError):
        raise InputError("--sealed takes what `scanner ledger seal` printed, or a file that holds it") from None


@ledger_group.command("seal")
@ledger_option
def seal_command(ledger_path: str) -> None:
    """Print the head of the chain; keep it elsewhere, and `verify --sealed` shows that nothing before changed."""
    with opened(ledger_path) as ledger:
        put(proof.seal(ledger))


@ledger_group.command("erase")
@click.option("--merchant", help="Everything personal about this merchant, both sides of its conversations.")
@click.option("--ref", help="One message or listing.")
@click.option("--before", help="Texts older than this date or time.")
@click.option("--expired", is_flag=True, help="What is past the policy's retention periods.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@acting
def erase_command(ledger_path: str, by: str | None, at: str | None, **what: Any) -> None:
    """Erase what is personal. The record of what was decided stays: `verify` passes, no balance changes."""
    named = [name for name in ("merchant", "ref", "before", "expired") if what[name]]
    if not named or (len(named) > 1 and set(named) != {"merchant", "ref"}):
        raise click.UsageError("say what: --merchant, --ref (with or without --merchant), --before or --expired")
    if not what["yes"] and not click.confirm("erase it for good?", err=True):
        raise click.Abort
    with opened(ledger_path) as ledger:
        when, actor = moment(at), who(by)
        if what["expired"]:
            counts = erasure.retain(ledger, by=actor, at=when)
            say(", ".join(f"{kind}: {count} erased" for kind, count in counts.items()) or "no retention periods")
            return
        if what["ref"]:
            count = erasure.erase_ref(ledger, what["ref"], by=actor, at=when, merchant=what["merchant"])
        elif what["merchant"]:
            count = erasure.erase_merchant(ledger, what["merchant"], by=actor, at=when)
        else:
            cut = day_or_moment(what["before"], ledger.policy.zone)
            count = erasure.erase_before(ledger, cut, by=actor, at=when)
        say(f"{count} erased")


@ledger_group.command("hold")
@click.option("--merchant", help="The merchant of which nothing is erased.")
@click.option("--ref", help="The message of which nothing is erased.")
@click.option("--why", default="", help="The reason; it is shown to whoever tries to erase.")
@click.option("--release", type=int, help="Lift the hold of this number.")
@acting
def hold_command(ledger_path: str, by: str | None, at: str | None, **what: Any) -> None:
    """Put or lift a legal hold; without options: list those that last."""
    with opened(ledger_path) as ledger:
        if what["release"] is not None:
            erasure.release(ledger, what["release"], by=who(by), at=moment(at))
            say(f"hold {what['release']} lifted")
        elif what["merchant"] or what["ref"]:
            seq = erasure.hold(ledger, why=what["why"], by=who(by), at=moment(at),
                               merchant=what["merchant"], ref=what["ref"])  # fmt: skip
            say(f"hold {seq}")
        else:
            for item in erasure.holds(ledger):
                put({name: item[name] for name in ("seq", "merchant", "ref", "why")})


@ledger_group.command("pause")
@ledger_option
@by_option
@at_option
def pause_command(ledger_path: str, by: str | None, at: str | None) -> None:
    """Stop machine charges: from now on everything is only proposed."""
    with opened(ledger_path) as ledger:
        say("paused" if ledger.pause(moment(at), by=who(by)) else "it was paused already")


@ledger_group.command("resume")
@ledger_option
@by_option
@at_option
def resume_command(ledger_path: str, by: str | None, at: str | None) -> None:
    """Let machine charges run again."""
    with opened(ledger_path) as ledger:
        say("running" if ledger.pause(moment(at), by=who(by), resume=True) else "it was running already")


@ledger_group.command("adopt")
@click.argument("policy")
@ledger_option
@at_option
def adopt_command(policy: str, ledger_path: str, at: str | None) -> None:
    """Let another policy take over from now on; conduct before keeps its own."""
    with opened(ledger_path, create=True, policy=None if Path(ledger_path).is_file() else policy) as ledger:
        seq = ledger.adopt(policy, moment(at))
        running = ledger.policy
        say(f"{running.name} {running.version} " + (f"from event {seq} on" if seq else "runs already"))


@ledger_group.command("info")
@ledger_option
def info_command(ledger_path: str) -> None:
    """What the ledger holds: events by kind, policy, holds, whether it is paused."""
    with opened(ledger_path) as ledger:
        kinds = ledger.query("SELECT type, count(*) AS n FROM events GROUP BY type ORDER BY type")
        last = ledger.query("SELECT max(received) AS at FROM events")[0]["at"]
        running = ledger.policy
        put({
            "policy": f"{running.name} {running.version}",
            "events": {row["type"]: row["n"] for row in kinds},
            "last": iso(last, running.zone) if last else None,
            "paused": ledger.accounts.paused,
            "holds": len(erasure.holds(ledger)),
        })  # fmt: skip

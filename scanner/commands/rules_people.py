"""`scanner review`, `scanner appeal`, `scanner revoke`: what persons decide."""

from __future__ import annotations

import json
from typing import Any

import click

from scanner.assess import Ledger
from scanner.commands.common import FINDINGS, say
from scanner.commands.rules_common import acting, ask, day_or_moment, ledger_option, moment, opened, put, who
from scanner.errors import InputError, LedgerError, ScannerError
from scanner.ledger import cases, withdrawal
from scanner.ledger.appeals import appeals
from scanner.ledger.book import Entry
from scanner.ledger.decisions import NOTE_CODES
from scanner.ledger.export import decided_cases
from scanner.lexicon import load as load_lexicon
from scanner.rules.findings import Finding, Key
from scanner.rules.policy import REFUSALS, tidy
from scanner.rules.times import iso


@click.group("review")
def review_group() -> None:
    """Decide what machines left to persons."""


@review_group.command("list")
@ledger_option
@click.option("--merchant", help="Of this merchant only.")
def review_list(ledger_path: str, merchant: str | None) -> None:
    """What waits for a person, one JSON line each: the charge's number, who, which rule, why, by whom upheld."""
    with opened(ledger_path) as ledger:
        for row in cases.waiting(ledger, merchant):
            account = ledger.account(row["merchant"])
            pending = account.pending.get((row["rule"], row["ref"]))
            why = {"why": pending.why, "upheld_by": list(pending.upheld_by)} if pending else {}
            put({**row, "points": tidy(row["points"]), "at": iso(row["at"], ledger.policy.zone), **why})


def _waiting(ledger: Ledger, charge: int) -> tuple[str, Key]:
    rows = ledger.query("SELECT merchant, rule, ref FROM charges WHERE seq = ?", (charge,))
    if not rows:
        raise LedgerError(f"there is no charge {charge}; `scanner review list` shows what waits")
    return rows[0]["merchant"], (rows[0]["rule"], rows[0]["ref"])


@review_group.command("enter")
@click.argument("merchant")
@click.argument("rule")
@click.argument("ref")
@click.option("--received", help="When it reached us; default: now. --at is the time of the conduct.")
@click.option("--points", type=float, help="The decision: so many points (where the rule leaves it open).")
@click.option("--strike", is_flag=True, help="The decision: a strike.")
@click.option("--close", is_flag=True, help="The decision: the store is closed.")
@click.option("--measure", help="A serious case: store_shield, search_demotion or close_account.")
@click.option("--refusal", type=click.Choice(REFUSALS), help="Under R2: how the seller refused.")
@click.option("--mark", help="Under R4 and R5: the mark.")
@click.option("--conversation", help="The conversation it belongs to.")
@acting
def review_enter(
    merchant: str, rule: str, ref: str, ledger_path: str, by: str | None, at: str | None, **said: Any
) -> None:
    """Enter a finding of your own, as after a complaint; a closure waits for a second person."""
    with opened(ledger_path) as ledger:
        if rule not in ledger.policy.rules:
            raise InputError(f"rule {rule!r} is not one of {', '.join(ledger.policy.rules)}")
        finding = Finding(
            rule=rule,
            ref=ref,
            at=moment(at),
            received=moment(said["received"]),
            buyer_requested=True if said["refusal"] else None,
            refusal=said["refusal"],
            mark=said["mark"],
            serious=bool(said["measure"]),
            measure=said["measure"],
            decision={name: said[name] for name in ("points", "strike", "close") if said[name]},
            group=said["conversation"],
        )
        entry = cases.record(ledger, merchant, finding, by=who(by))
        put({"event": entry.seq, "state": entry.outcome.state, **entry.outcome.to_dict(ledger.policy.zone)})


@review_group.command("uphold")
@click.argument("charge", type=int)
@click.option("--points", type=float, help="The decision: so many points (where the rule leaves it open).")
@click.option("--close", is_flag=True, help="The decision: the store is closed.")
@click.option("--measure", help="A serious case: store_shield, search_demotion or close_account.")
@acting
def review_uphold(charge: int, ledger_path: str, by: str | None, at: str | None, **said: Any) -> None:
    """Uphold charge CHARGE; a closure needs two different persons."""
    decision: dict[str, Any] = {"points": said["points"]} if said["points"] is not None else {}
    decision |= {"close": True} if said["close"] else {}
    with opened(ledger_path) as ledger:
        merchant, key = _waiting(ledger, charge)
        entry = cases.uphold(
            ledger, merchant, key, by=who(by), at=moment(at), decision=decision, measure=said["measure"]
        )
        put({"event": entry.seq, "state": entry.outcome.state, **entry.outcome.to_dict(ledger.policy.zone)})


@review_group.command("dismiss")
@click.argument("charge", type=int)
@click.option("--why", default="", help="The reason.")
@acting
def review_dismiss(charge: int, why: str, ledger_path: str, by: str | None, at: str | None) -> None:
    """Dismiss charge CHARGE: there is nothing in it."""
    with opened(ledger_path) as ledger:
        merchant, key = _waiting(ledger, charge)
        entry = cases.dismiss(ledger, merchant, key, by=who(by), at=moment(at), why=why)
        put({"event": entry.seq, "state": "dismissed"})


@review_group.command("note")
@click.argument("charge", type=int)
@click.option("--code", type=click.Choice(tuple(NOTE_CODES)), default="withheld", show_default=True)
@acting
def review_note(charge: int, code: str, ledger_path: str, by: str | None, at: str | None) -> None:
    """Close CHARGE, which no rule covers, without a charge; --code says what became of the text."""
    with opened(ledger_path) as ledger:
        merchant, key = _waiting(ledger, charge)
        entry = cases.note(ledger, merchant, key, by=who(by), at=moment(at), code=code)
        put({"event": entry.seq, "state": "noted"})


@review_group.command("export")
@ledger_option
def review_export(ledger_path: str) -> None:
    """What persons decided, as case lines for `scanner eval`."""
    with opened(ledger_path) as ledger:
        for case in decided_cases(ledger):
            put(case)


@click.group("appeal")
def appeal_group() -> None:
    """File, decide and list appeals."""


@appeal_group.command("file")
@click.argument("merchant")
@click.argument("rule")
@click.argument("ref")
@click.option("--ground", required=True, help="The ground, by its letter.")
@click.option("--unusable", multiple=True, help="Ground b: a way of export that cannot be used; repeat it.")
@click.option("--order-usd", type=float, help="Ground b: the order's value.")
@click.option("--received", help="When the filing reached us; default: --at.")
@acting
def appeal_file(merchant: str, rule: str, ref: str, ledger_path: str, at: str | None, **said: Any) -> None:
    """A merchant appeals against the penalty for REF under RULE; --at is the time of filing."""
    with opened(ledger_path) as ledger:
        filed = moment(at)
        received = filed if said["received"] is None else moment(said["received"])
        entry = cases.file_appeal(
            ledger, merchant, (rule, ref), ground=said["ground"], at=filed, received=received,
            unusable=said["unusable"], order_usd=said["order_usd"],
        )  # fmt: skip
        put({"event": entry.seq, **entry.outcome.to_dict(ledger.policy.zone)})


@appeal_group.command("decide")
@click.argument("merchant")
@click.argument("rule")
@click.argument("ref")
@click.option("--accept/--reject", "accepted", required=True, help="What is decided.")
@acting
def appeal_decide(
    merchant: str, rule: str, ref: str, accepted: bool, ledger_path: str, by: str | None, at: str | None
) -> None:
    """Decide an appeal; accepted, it removes the offence and all that follows is derived again.

    Exit 1 when none is pending.
    """
    with opened(ledger_path) as ledger:
        entry = cases.decide_appeal(ledger, merchant, (rule, ref), accepted=accepted, by=who(by), at=moment(at))
        put({"event": entry.seq, **entry.outcome.to_dict(ledger.policy.zone)})
        _nothing_there(entry, "no_admitted_appeal")


def _nothing_there(entry: Entry, reason: str) -> None:
    """Exit 1 when a decision met nothing to decide about: ids are easily mistyped."""
    if entry.outcome.reason == reason:
        click.get_current_context().exit(FINDINGS)


@appeal_group.command("list")
@ledger_option
@click.option("--merchant", help="Of this merchant only.")
def appeal_list(ledger_path: str, merchant: str | None) -> None:
    """The appeals, pending ones marked, one JSON line each."""
    with opened(ledger_path) as ledger:
        for line in appeals(ledger, merchant, limit=-1):
            put(line)


@click.command("revoke")
@click.option("--pack", help="The pack whose version is taken back.")
@click.option("--version", "version", help="That version.")
@click.option("--since", help="From this date or time on.")
@click.option("--merchant", help="One finding: its merchant ...")
@click.option("--rule", help="... its rule ...")
@click.option("--ref", help="... and its message.")
@click.option("--why", default="", help="The reason.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@acting
def revoke_command(ledger_path: str, by: str | None, at: str | None, yes: bool, **what: Any) -> None:
    """Take back one finding, or all that one version of a pack did: a preview, one confirmation, one transaction."""
    with opened(ledger_path) as ledger:
        if what["pack"]:
            _revoke_pack(ledger, what, actor=who(by), when=moment(at), yes=yes)
        elif what["merchant"] and what["rule"] and what["ref"]:
            key = (what["rule"], what["ref"])
            entry = cases.revoke(ledger, what["merchant"], key, by=who(by), at=moment(at), why=what["why"])
            put({"event": entry.seq, **entry.outcome.to_dict(ledger.policy.zone)})
            _nothing_there(entry, "no_penalty")
        else:
            raise click.UsageError("say what: --pack, --version and --since, or --merchant, --rule and --ref")


def _revoke_pack(ledger: Ledger, what: dict[str, Any], *, actor: str, when: int, yes: bool) -> None:
    if not what["version"] or not what["since"]:
        raise click.UsageError("--pack wants --version and --since")
    since = day_or_moment(what["since"], ledger.policy.zone)
    found = withdrawal.plan(ledger, what["pack"], what["version"], since, _rules_beside(what["pack"]))
    say(json.dumps(found.to_dict(), ensure_ascii=False, indent=1), err=True)
    if not (found.offences or found.proposed):
        say("nothing to take back")
        return
    if not ask(f"take back {len(found.offences) + len(found.proposed)} findings?", yes):
        raise click.Abort
    put({"taken_back": withdrawal.take_back(ledger, found, by=actor, at=when)})


def _rules_beside(pack: str) -> frozenset[str]:
    """The rule ids of the other shipped packs: a finding that one of them bears out stands."""
    try:
        packs = load_lexicon(None).packs
    except ScannerError:
        return frozenset()
    return frozenset(rule.id for found in packs if found.name != pack for rule in found.rules)

"""Revocations: a finding, or everything that one version of a pack did, taken back; with a preview."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Depends, Query
from starlette.responses import Response

from api.auth import Caller, require
from api.errors import Problem
from api.idempotency import Once, answer
from api.limits import room
from api.schemas.revocations import Revocation, RevocationResult
from scanner.assess import Ledger
from scanner.ledger import cases, withdrawal
from scanner.ledger.idempotency import Answer
from scanner.ledger.withdrawal import Plan
from scanner.rules.account import REMOVED
from scanner.rules.policy import tidy
from scanner.rules.times import Instant, instant

router = room("revocations")

REFS = 1_000
"""Refs that a plan shows."""

May = Annotated[Caller, Depends(require("admin"))]
Dry = Annotated[bool, Query(description="Only say what would be taken back.")]


@router.post("/v1/revocations", response_model=RevocationResult)
def revoke(what: Revocation, caller: May, once: Once, dry_run: Dry = False) -> Response:
    """Take back what should not have been found, in one transaction; every account is derived again."""
    if what.names_one() == what.names_pack():
        raise Problem("invalid-request", "Say merchant, rule and ref; or pack, version and since.")
    if dry_run:
        with once.service.ledger() as ledger:
            body = _body(_plan(ledger, what, instant(once.service.now())), dry_run=True)
        return Response(answer(body).body.encode(), media_type="application/json")
    return once.run(what, lambda ledger, now: _revoked(ledger, what, caller.name, now))


def _revoked(ledger: Ledger, what: Revocation, by: str, now: Instant) -> Answer:
    plan = _plan(ledger, what, now)
    count = len(plan.offences) + len(plan.proposed)
    if what.expected is not None and what.expected != count:
        raise Problem("conflict", f"{count} findings would be taken back, not as many as were expected.")
    if what.names_pack():
        withdrawal.take_back(ledger, plan, by=by, at=now)
        return answer({**_body(plan, dry_run=False), "taken_back": count})
    if not count:
        raise Problem("not-found", "No such finding stands or waits.")
    entry = cases.revoke(ledger, what.merchant, (what.rule, what.ref), by=by, at=now, note=what.note)
    shown = {"taken_back": 1, "event": entry.seq, "outcome": entry.outcome.to_dict(ledger.policy.zone)}
    return answer({**_body(plan, dry_run=False), **shown}, merchant=what.merchant, ref=what.ref)


def _plan(ledger: Ledger, what: Revocation, now: Instant) -> Plan:
    if what.names_pack():
        packs = ledger.scanner.engine.lexicon.packs
        beside = frozenset(rule.id for pack in packs if pack.name != what.pack for rule in pack.rules)
        return withdrawal.plan(ledger, what.pack, what.version, what.since, beside)
    account, key = ledger.account(what.merchant), (what.rule, what.ref)
    offence = account.offences.get(key)
    stands = offence is not None and offence.state != REMOVED
    points = offence.penalty.points if offence is not None and offence.penalty else 0
    one = ((what.merchant, key),)
    waits = not stands and key in account.pending
    return Plan("", "", now, one if stands else (), one if waits else (), points if stands else 0)


def _body(plan: Plan, *, dry_run: bool) -> dict[str, Any]:
    shown = plan.to_dict()
    counts = {name: shown[name] for name in ("offences", "proposed", "merchants")}
    inner = {**counts, "points": tidy(plan.points), "refs": shown["refs"][:REFS]}
    return {"dry_run": dry_run, "plan": inner, "taken_back": 0, "event": 0, "outcome": None}

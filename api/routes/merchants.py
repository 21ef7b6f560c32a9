"""Merchants: standing, facts, history."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Depends, Query
from starlette.responses import Response

from api.auth import Caller, require
from api.errors import Problem
from api.idempotency import Once, answer
from api.limits import room
from api.schemas.common import MerchantId, Moment
from api.schemas.merchants import FactsEntered, HistoryResult, MerchantResult, NewFacts
from api.service import Service, service_of
from scanner.assess import Ledger
from scanner.ledger import previews
from scanner.ledger.codec import marks_body
from scanner.ledger.idempotency import Answer
from scanner.ledger.standing import history, standing
from scanner.rules.account import Account
from scanner.rules.decide import next_cost
from scanner.rules.findings import MerchantFacts
from scanner.rules.policy import tidy
from scanner.rules.replay import facts_changes
from scanner.rules.times import Instant, instant, iso, iso_or_none

router = room("merchants", prefix="/v1/merchants")

Reads = Annotated[Caller, Depends(require("assess"))]
States = Annotated[Caller, Depends(require("admin"))]
Its = Annotated[Service, Depends(service_of)]
At = Annotated[Moment | None, Query(description="As of when; default: now.")]


@router.get("/{merchant}", response_model=MerchantResult)
def merchant_read(merchant: MerchantId, caller: Reads, service: Its, at: At = None) -> dict[str, Any]:
    """Where a merchant stands, what is known of it, and what the next offence would cost."""
    now = instant(service.now())
    with service.ledger() as ledger:
        return _shown(ledger, merchant, now if at is None else at, now)


def _shown(ledger: Ledger, merchant: str, when: Instant, now: Instant) -> dict[str, Any]:
    policy, account = ledger.policy, ledger.account(merchant)
    return {
        **standing(ledger, merchant, when).to_dict(policy.zone),
        "known": _known(account),
        "facts": facts_shown(account.facts_at(when)),
        "next": {rule: next_cost(account, policy, rule, when) for rule in policy.rules},
        "previews": previews.asked(ledger, [merchant], now)[merchant],
    }


def _known(account: Account) -> bool:
    return account.arrivals > 0


def facts_shown(facts: MerchantFacts) -> dict[str, Any]:
    """What is known of a merchant, as JSON."""
    return {
        "registered_contacts": list(facts.merchant().registered_contacts),
        "authorised_marks": marks_body(facts.marks),
        "trade_assurance": {"signed": facts.ta_signed, "opened": facts.ta_opened},
        "upgrade_service": facts.upgrade_service,
    }


@router.get("/{merchant}/history", response_model=HistoryResult)
def merchant_history(
    merchant: MerchantId,
    caller: Reads,
    service: Its,
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
    before: Annotated[int | None, Query(ge=1, le=2**53, description="`next` of the page before.")] = None,
) -> dict[str, Any]:
    """A merchant's charges, latest first."""
    with service.ledger() as ledger:
        zone = ledger.policy.zone
        rows = history(ledger, merchant, limit + 1, before)
    more = rows[limit - 1]["charge"] if len(rows) > limit else None
    return {"items": [_dated(row, zone) for row in rows[:limit]], "next": more}


def _dated(row: dict[str, Any], zone: str) -> dict[str, Any]:
    dates = {name: iso_or_none(row[name], zone) for name in ("at", "received", "until")}
    return {**row, **dates, "points": tidy(row["points"])}


@router.post("/{merchant}/facts", response_model=FactsEntered)
def merchant_state(merchant: MerchantId, facts: NewFacts, caller: States, once: Once) -> Response:
    """State facts about a merchant: only these excuse, and only conduct from `at` on."""
    changes = facts.changes()
    if not changes and not facts.company:
        raise Problem("invalid-request", "Say what: contacts, marks, escrow, upgrade_service or company.")
    return once.run(facts, lambda ledger, now: _stated(ledger, merchant, facts, now))


def _stated(ledger: Ledger, merchant: str, facts: NewFacts, now: Instant) -> Answer:
    stated = facts.changes()
    changes = facts_changes(stated)
    if "registered_contacts" in stated:
        changes |= {"contacts": tuple(stated["registered_contacts"]), "emails": (), "phones": ()}
    if facts.company:
        changes["name"] = facts.company
    entry = ledger.set_facts(merchant, changes, at=facts.at, received=now)
    body = {"merchant": merchant, "event": entry.seq, "at": iso(facts.at, ledger.policy.zone)}
    return answer(body, merchant=merchant)

"""Appeals: file, list, decide."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Depends, Query
from starlette.responses import Response

from api.auth import Caller, require
from api.errors import Problem
from api.idempotency import Once, answer
from api.limits import room
from api.schemas.appeals import AppealDecision, AppealDone, AppealList, Filing
from api.schemas.common import Number
from api.service import Service, service_of
from scanner.assess import Ledger
from scanner.ledger import appeals, cases
from scanner.ledger.book import Entry
from scanner.ledger.idempotency import Answer
from scanner.rules.times import Instant

router = room("appeals", prefix="/v1/appeals")

May = Annotated[Caller, Depends(require("review"))]
Its = Annotated[Service, Depends(service_of)]


def done(ledger: Ledger, entry: Entry) -> dict[str, Any]:
    """What an entry brings, as JSON."""
    return {"event": entry.seq, "state": entry.outcome.state, **entry.outcome.to_dict(ledger.policy.zone)}


@router.get("", response_model=AppealList)
def appeals_list(
    caller: May,
    service: Its,
    merchant: Annotated[str | None, Query(min_length=1, max_length=256, pattern=r"^[^\x00]+$")] = None,
    pending: Annotated[bool | None, Query(description="Only those that wait, or only those that do not.")] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> dict[str, Any]:
    """The latest filings; `pending` marks what waits for a decision."""
    with service.ledger() as ledger:
        found = appeals.appeals(ledger, merchant, limit)
    return {"items": [row for row in found if pending is None or row["pending"] is pending]}


@router.post("", response_model=AppealDone)
def appeal_file(filing: Filing, caller: May, once: Once) -> Response:
    """File a merchant's appeal; `appeal` says what becomes of it. The same filing twice is one."""
    return once.run(filing, lambda ledger, now: _filed(ledger, filing, now))


def _filed(ledger: Ledger, filing: Filing, now: Instant) -> Answer:
    if filing.rule not in ledger.policy.rules:
        raise Problem("not-found", "The policy has no such rule.")
    entry = cases.file_appeal(
        ledger, filing.merchant, (filing.rule, filing.ref), ground=filing.ground,
        at=now if filing.at is None else filing.at, received=now,
        unusable=filing.unusable, order_usd=filing.order_usd,
    )  # fmt: skip
    return answer(done(ledger, entry), merchant=filing.merchant, ref=filing.ref)


@router.post("/{appeal}/decision", response_model=AppealDone)
def appeal_decide(appeal: Number, decision: AppealDecision, caller: May, once: Once) -> Response:
    """Decide an appeal that was admitted; 409 when it does not wait."""
    return once.run(decision, lambda ledger, now: _decided(ledger, appeal, decision, caller.name, now))


def _decided(ledger: Ledger, appeal: int, decision: AppealDecision, by: str, now: Instant) -> Answer:
    found = appeals.filed(ledger, appeal)
    if found is None:
        raise Problem("not-found", "There is no appeal of this number.")
    merchant, key = found
    if not appeals.pending(ledger, merchant, key):
        raise Problem("conflict", "No appeal about this penalty waits for a decision.")
    entry = cases.decide_appeal(ledger, merchant, key, accepted=decision.accepted, by=by, at=now, note=decision.note)
    return answer(done(ledger, entry), merchant=merchant, ref=key[1])

"""Assessing: scan, decide and record in one transaction; or a preview that writes no charge."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import Depends, Query
from starlette.responses import Response

from api import metrics
from api.auth import Caller, require
from api.errors import Problem
from api.idempotency import Once, answer
from api.limits import room
from api.schemas.assess import AssessRecord, VerdictResult
from scanner.assess import Ledger
from scanner.ledger import previews
from scanner.ledger.handles import handles_of
from scanner.ledger.idempotency import Answer
from scanner.model import Message
from scanner.rules.times import Instant, instant, iso
from scanner.verdict import Verdict

router = room("assess")
_log = logging.getLogger("api.assess")

May = Annotated[Caller, Depends(require("assess"))]
Dry = Annotated[bool, Query(description="Only say what would follow. Counted per merchant and shown in review.")]


@router.post("/v1/assess", response_model=VerdictResult)
def assess(record: AssessRecord, caller: May, once: Once, dry_run: Dry = False) -> Response:
    """Scan, decide and record one text; the same `id` of a merchant twice is one offence."""
    message = _message(record)
    if not dry_run:
        return once.run(record, lambda ledger, now: _assessed(ledger, message, now))
    with once.service.ledger() as ledger:
        body = _previewed(ledger, message, instant(once.service.now()))
    return Response(answer(body).body.encode(), media_type="application/json")


def _message(record: AssessRecord) -> Message:
    """The record as the library takes it."""
    message = replace(record.message(), at=datetime.fromtimestamp(record.at, UTC))
    if message.role == "seller" and (message.merchant is None or message.merchant.id is None):
        fault = {"field": "merchant/id", "code": "missing", "message": "a seller's text needs the merchant's id"}
        raise Problem("invalid-request", errors=[fault])
    return message


def _assessed(ledger: Ledger, message: Message, now: Instant) -> Answer:
    ledger.spent.clear()  # a run of the charge budget is one request here; the hourly budget goes on
    ledger.alarms.clear()
    verdict = ledger.assess(message, received=now)
    metrics.count(verdict.scan)
    for _ in ledger.alarms:
        _log.warning("the charge budget of a rule is used up: its charges are only proposed")
    body = {**_body(ledger, verdict, now), "preview": None}
    return answer(body, merchant=verdict.merchant, ref=message.id, conversation=message.conversation)


def _body(ledger: Ledger, verdict: Verdict, now: Instant) -> dict[str, Any]:
    hits = verdict.scan.hits
    handles = handles_of(ledger, hits, now) if hits else []
    return {**verdict.to_dict(), "handles": handles, "received": iso(now, verdict.zone)}


def _previewed(ledger: Ledger, message: Message, now: Instant) -> dict[str, Any]:
    verdict = ledger.assess(message, received=now, dry_run=True)
    found, asked = verdict.scan.decision != "allow", 0
    if verdict.merchant is not None:
        previews.count(ledger, verdict.merchant, now, found=found)
        asked = previews.asked(ledger, [verdict.merchant], now)[verdict.merchant]["asked"]
    shown = {
        "publishable": not found,
        "highlights": _highlights(verdict),
        "costs": [charge.words() for charge in verdict.charges],
        "asked": asked,
    }
    return {**_body(ledger, verdict, now), "preview": shown}


def _highlights(verdict: Verdict) -> list[dict[str, Any]]:
    from api.console.words import advice  # noqa: PLC0415 (the console comes after the routes)

    out = []
    for hit in verdict.scan.hits:
        if hit.level != "info":
            wrong, change = advice(hit)
            place = {"start": hit.span.start, "end": hit.span.end, "level": hit.level, "category": hit.category}
            out.append({**place, "wrong": wrong, "change": change})
    return out

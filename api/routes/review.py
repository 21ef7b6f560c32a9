"""The review queue: list, look, claim, reveal, decide, undo. Every action is an event in the ledger."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from fastapi import Depends, Query
from starlette.responses import Response

from api.auth import Caller, require
from api.idempotency import Once, answer
from api.limits import room
from api.masked import shown
from api.routes.appeals import done
from api.schemas.common import Number
from api.schemas.review import Decide, Decided, DecidedMany, DecideMany, Detail, Queue, Revealed, ReviewItem
from api.service import Service, service_of
from scanner.assess import Ledger
from scanner.ledger import decisions, handles, previews, queue
from scanner.ledger.book import Entry
from scanner.ledger.idempotency import Answer
from scanner.ledger.queue import Filter, Item
from scanner.ledger.standing import standing
from scanner.rules.policy import tidy
from scanner.rules.times import Instant, instant

router = room("review", prefix="/v1/review")

May = Annotated[Caller, Depends(require("review"))]
Its = Annotated[Service, Depends(service_of)]
Dry = Annotated[bool, Query(description="Only say what the decisions would bring.")]

_AFTER = re.compile(r"([1-5])\.(-?\d{1,12})\.(\d{1,15})", re.ASCII)
_RANKS = {name: rank for rank, name in queue.PRIORITIES.items()}


@router.get("", response_model=Queue)
def review_list(
    caller: May,
    service: Its,
    state: Annotated[Literal["proposed", "review"] | None, Query()] = None,
    rule: Annotated[str | None, Query(pattern=r"^[a-z0-9_]{1,64}$")] = None,
    merchant: Annotated[str | None, Query(min_length=1, max_length=256, pattern=r"^[^\x00]+$")] = None,
    priority: Annotated[Literal["closure", "suspension", "points", "proposed", "review"] | None, Query()] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    after: Annotated[
        str | None, Query(pattern=rf"^{_AFTER.pattern}$", description="`next` of the page before.")
    ] = None,
) -> dict[str, Any]:
    """What waits for a person: hits at `review` and proposed charges; most pressing first, then oldest."""
    now = instant(service.now())
    wanted = Filter(state=state, rule=rule, merchant=merchant, priority=_RANKS.get(priority or ""), after=_place(after))
    with service.ledger() as ledger:
        found = queue.items(ledger, wanted, now, limit + 1)
        page, zone = found[:limit], ledger.policy.zone
        return {
            "items": [item.to_dict(zone, now) for item in page],
            "next": ".".join(map(str, queue.place(page[-1]))) if len(found) > limit else None,
            "waiting": queue.counts(ledger),
            "previews": previews.asked(ledger, (item.merchant for item in page), now),
        }


def _place(after: str | None) -> tuple[int, int, int] | None:
    found = None if after is None else _AFTER.fullmatch(after)
    return None if found is None else (int(found[1]), int(found[2]), int(found[3]))


@router.post("/bulk/decisions", response_model=DecidedMany)
def review_decide_many(many: DecideMany, caller: May, once: Once, dry_run: Dry = False) -> Response:
    """The same decision for many items: all of them or, when one cannot be, none. With a preview."""
    if not dry_run:
        return once.run(many, lambda ledger, now: answer(_decide_many(ledger, many, caller.name, now, dry=False)))
    with once.service.ledger() as ledger:
        body = _preview_many(ledger, many, caller.name, instant(once.service.now()))
    return Response(answer(body).body.encode(), media_type="application/json")


class _PreviewError(Exception):
    """Ends a preview: its transaction is rolled back."""


def _preview_many(ledger: Ledger, many: DecideMany, by: str, now: Instant) -> dict[str, Any]:
    body: dict[str, Any] = {}
    try:
        with ledger.transaction(now):
            body = _decide_many(ledger, many, by, now, dry=True)
            raise _PreviewError
    except _PreviewError:
        return body


def _decide_many(ledger: Ledger, many: DecideMany, by: str, now: Instant, *, dry: bool) -> dict[str, Any]:
    charges = list(dict.fromkeys(many.charges))
    entries = decisions.decide_all(ledger, charges, many.made(), by=by, at=now)
    zone = ledger.policy.zone
    rows = [
        {"charge": charge, "event": 0 if dry else entry.seq, "state": _state(entry, many),
         "outcome": entry.outcome.to_dict(zone)}
        for charge, entry in zip(charges, entries, strict=True)
    ]  # fmt: skip
    return {"dry_run": dry, "items": rows}


def _state(entry: Entry, decision: Decide) -> str:
    return {"dismiss": "dismissed", "note": "noted"}.get(decision.decision, entry.outcome.state)


@router.post("/decisions/{event}/undo", response_model=Decided)
def review_undo(event: Number, caller: May, once: Once) -> Response:
    """Take a decision back, within a day and while nothing was built upon it; the finding waits again."""
    return once.run(None, lambda ledger, now: _undone(ledger, event, caller.name, now))


def _undone(ledger: Ledger, event: int, by: str, now: Instant) -> Answer:
    entry = decisions.undo(ledger, event, by=by, at=now)
    row = ledger.event(entry.seq)
    return answer({**done(ledger, entry), "undo": ""}, merchant=row["merchant"], ref=row["ref"])


@router.get("/{charge}", response_model=Detail)
def review_read(charge: Number, caller: May, service: Its) -> dict[str, Any]:
    """One item with its text, contacts masked, the conversation, and what upholding would bring."""
    now = instant(service.now())
    with service.ledger() as ledger, ledger.transaction(now):
        return _detail(ledger, queue.item(ledger, charge, now), now)


def _detail(ledger: Ledger, item: Item, now: Instant) -> dict[str, Any]:
    zone, held = ledger.policy.zone, standing(ledger, item.merchant, now)
    return {
        "item": item.to_dict(zone, now),
        "shown": shown(ledger, item.merchant, item.key, item.conversation, reveal=False),
        "forecast": _forecast(ledger, item.charge, now, zone),
        "handles": handles.shared(ledger, item.merchant, item.ref),
        "previews": previews.asked(ledger, [item.merchant], now)[item.merchant],
        "balance": tidy(held.balance),
        "counts": held.counts,
    }


def _forecast(ledger: Ledger, charge: int, now: Instant, zone: str) -> dict[str, Any]:
    found = decisions.forecast(ledger, charge, now)
    outcome = found.outcome.to_dict(zone)
    return {"outcome": outcome, "action": found.action, "persons": found.persons, "upheld_by": list(found.upheld_by)}


@router.post("/{charge}/claim", response_model=ReviewItem)
def review_claim(charge: Number, caller: May, once: Once) -> Response:
    """Keep others away from an item for 15 minutes; again, it lasts longer."""
    return once.run(None, lambda ledger, now: _item(ledger, queue.claim(ledger, charge, by=caller.name, at=now), now))


@router.post("/{charge}/release", response_model=ReviewItem)
def review_release(charge: Number, caller: May, once: Once) -> Response:
    """End a claim; the event says who did."""
    return once.run(None, lambda ledger, now: _item(ledger, queue.unclaim(ledger, charge, by=caller.name, at=now), now))


def _item(ledger: Ledger, item: Item, now: Instant) -> Answer:
    return answer(item.to_dict(ledger.policy.zone, now), merchant=item.merchant, ref=item.ref)


@router.post("/{charge}/reveal", response_model=Revealed)
def review_reveal(charge: Number, caller: May, once: Once) -> Response:
    """The text unmasked; who saw it, and when, is an event."""
    return once.run(None, lambda ledger, now: _revealed(ledger, charge, caller.name, now))


def _revealed(ledger: Ledger, charge: int, by: str, now: Instant) -> Answer:
    event = queue.reveal(ledger, charge, by=by, at=now)
    row = ledger.event(event)
    key, conversation = (row["rule"], row["ref"]), _conversation(ledger, row)
    body = {"event": event, "shown": shown(ledger, row["merchant"], key, conversation, reveal=True)}
    return answer(body, merchant=row["merchant"], ref=row["ref"], conversation=conversation)


def _conversation(ledger: Ledger, row: dict[str, Any]) -> str | None:
    sql = (
        "SELECT conversation FROM events WHERE merchant = ? AND type = 'finding' AND rule = ? AND ref = ? "
        "ORDER BY seq LIMIT 1"
    )
    found = ledger.query(sql, (row["merchant"], row["rule"], row["ref"]))
    return found[0]["conversation"] if found else None


@router.post("/{charge}/decision", response_model=Decided)
def review_decide(charge: Number, decision: Decide, caller: May, once: Once) -> Response:
    """Uphold, dismiss or note, with a reason; a closure needs as many different persons as the policy says."""
    return once.run(decision, lambda ledger, now: _decided(ledger, charge, decision, caller.name, now))


def _decided(ledger: Ledger, charge: int, decision: Decide, by: str, now: Instant) -> Answer:
    item = queue.item(ledger, charge, now)
    entry = decisions.decide(ledger, charge, decision.made(), by=by, at=now)
    body = {
        **done(ledger, entry),
        "state": _state(entry, decision),
        "undo": f"/v1/review/decisions/{entry.seq}/undo",
    }
    return answer(body, merchant=item.merchant, ref=item.ref, conversation=item.conversation)

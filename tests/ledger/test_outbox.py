"""The outbox: what webhooks tell, made from the events, once, and never a word of a text."""

from __future__ import annotations

import json
from typing import Any

import pytest

from scanner.assess import Ledger
from scanner.ledger import outbox
from scanner.rules.times import instant
from tests.ledger.helpers import DRUG, T0, WHATSAPP, message

T = instant(T0)


@pytest.fixture(autouse=True)
def _listening(ledger: Ledger) -> None:
    """The endpoint takes its place before anything happens."""
    outbox.fill(ledger, "e", T)


def _due(ledger: Ledger, now: int = T) -> list[dict[str, Any]]:
    outbox.fill(ledger, "e", now)
    return [json.loads(due.body) for due in outbox.lease(ledger, "e", now)]


def test_a_verdict_a_charge_and_a_review_item_are_told(ledger: Ledger) -> None:
    ledger.assess(message(WHATSAPP, 1))
    assert [body["type"] for body in _due(ledger)] == ["verdict.recorded", "charge.executed"]
    ledger.assess(message(DRUG, 2))
    told = _due(ledger, T + 1)
    assert [body["type"] for body in told] == ["verdict.recorded", "charge.proposed", "review.opened"]
    assert told[0]["data"]["hits"] == [
        {"rule": "fake.drug", "category": "drug", "span": [0, len(DRUG)], "level": "violation"}
    ]
    assert told[1]["data"]["action"] == "close_store"


def test_bodies_hold_no_word_of_the_text(ledger: Ledger) -> None:
    text = "[contact whatsapp 447700900123] secretword"
    ledger.assess(message(text, 1, sender="canary@x.example", id="call +44 7700 900123"))
    bodies = json.dumps(_due(ledger))
    for word in ("447700900123", "7700", "secretword", "canary"):
        assert word not in bodies
    assert '"ref": null' in bodies


def test_told_once_by_many_workers(ledger: Ledger) -> None:
    ledger.assess(message(WHATSAPP, 1))
    with Ledger(ledger.store.path, scanner=ledger.scanner) as other:
        outbox.fill(ledger, "e", T)
        outbox.fill(other, "e", T)
        first, second = outbox.lease(ledger, "e", T), outbox.lease(other, "e", T)
    assert (len(first), second) == (2, [])
    assert len({due.message for due in first}) == 2


def test_tried_again_later_and_later_and_given_up(ledger: Ledger) -> None:
    ledger.assess(message(WHATSAPP, 1))
    outbox.fill(ledger, "e", T)
    due = outbox.lease(ledger, "e", T, limit=1)[0]
    now, waits = T, []
    while True:
        state = outbox.settle(ledger, due, now, delivered=False, said="503")
        if state == "failed":
            break
        at = ledger.query("SELECT due FROM outbox WHERE id = ?", (due.id,))[0]["due"]
        waits.append(at - now)
        assert not [one for one in outbox.lease(ledger, "e", at - 1) if one.id == due.id]
        now = at
        again = next(one for one in outbox.lease(ledger, "e", now) if one.id == due.id)
        assert again.message == due.message
        due = again
    assert tuple(waits) == outbox.BACKOFF
    assert outbox.status(ledger)["failed"] == 1


def test_a_new_endpoint_hears_only_what_comes(ledger: Ledger) -> None:
    ledger.assess(message(WHATSAPP, 1))
    outbox.fill(ledger, "late", T)
    ledger.assess(message(WHATSAPP, 2))
    outbox.fill(ledger, "late", T)
    refs = {json.loads(due.body)["data"]["ref"] for due in outbox.lease(ledger, "late", T)}
    assert refs == {"m2"}

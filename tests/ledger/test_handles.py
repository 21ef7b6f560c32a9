"""Handles: the same contact of several merchants, found without keeping it, gone with an erasure."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from sqlite_utils import Database

from scanner.assess import Ledger
from scanner.ledger import erasure, handles, queue, schema
from scanner.ledger.queue import Filter
from scanner.rules.times import instant
from tests.ledger.helpers import T0, WHATSAPP, FakeScanner, message

NOW = instant(T0)
SAME = "[contact phone 447700900123]"
OTHER = "[contact phone 447700900999]"


def _handle(ledger: Ledger, merchant: str, ref: str) -> str:
    return str(handles.shared(ledger, merchant, ref)[0]["handle"])


def test_the_same_contact_by_another_name(ledger: Ledger) -> None:
    ledger.assess(message(WHATSAPP, 1))
    ledger.assess(message(SAME, 2, merchant_id="other"))
    ledger.assess(message(OTHER, 3, merchant_id="third"))
    handle = _handle(ledger, "acme", "m1")
    assert [row["merchant"] for row in handles.given_by(ledger, handle)] == ["other", "acme"]
    assert handles.shared(ledger, "acme", "m1") == [{"handle": handle, "merchants": 2}]
    assert _handle(ledger, "third", "m3") != handle


def test_a_second_delivery_is_no_second_message(ledger: Ledger) -> None:
    for _ in range(2):
        ledger.assess(message(WHATSAPP, 1))
    assert handles.given_by(ledger, _handle(ledger, "acme", "m1"))[0]["messages"] == 1


def test_the_chain_holds_no_handle(ledger: Ledger) -> None:
    ledger.assess(message(WHATSAPP, 1))
    handle = _handle(ledger, "acme", "m1")
    everything = ledger.query("SELECT * FROM events") + ledger.query("SELECT * FROM charges")
    assert handle not in str(everything)


def test_two_ledgers_give_different_handles(ledger: Ledger, tmp_path: Path) -> None:
    with Ledger(tmp_path / "b.db", scanner=FakeScanner()) as other:  # type: ignore[arg-type]
        for one in (ledger, other):
            one.assess(message(WHATSAPP, 1))
        assert _handle(ledger, "acme", "m1") != _handle(other, "acme", "m1")


def test_gone_with_the_merchant_the_message_and_the_evidence(ledger: Ledger) -> None:
    for number, merchant in enumerate(("a", "b", "c"), start=1):
        ledger.assess(message(SAME, number, merchant_id=merchant))
    handle = _handle(ledger, "a", "m1")
    erasure.erase_merchant(ledger, "a", by="x", at=NOW)
    assert {row["merchant"] for row in handles.given_by(ledger, handle)} == {"b", "c"}
    erasure.erase_ref(ledger, "m2", by="x", at=NOW)
    assert {row["merchant"] for row in handles.given_by(ledger, handle)} == {"c"}
    later = T0 + timedelta(days=ledger.policy.retention_days["evidence"] + 10)
    erasure.retain(ledger, by="x", at=later)
    assert handles.given_by(ledger, handle) == []


def test_an_older_ledger_takes_the_new_tables(tmp_path: Path) -> None:
    """A file of schema 2, with a finding in it, is brought up to date when it is opened."""
    path = tmp_path / "old.db"
    old = Database(path)
    schema.migrate(old, schema.MIGRATIONS[:2])
    assert schema.version_of(old) == 2
    old.close()
    with Ledger(path, scanner=FakeScanner()) as ledger:  # type: ignore[arg-type]
        assert schema.version_of(ledger.store.db) == len(schema.MIGRATIONS)
        ledger.assess(message("[contact? phone 447700900123]", 1))
        assert len(queue.items(ledger, Filter(), NOW)) == 1

"""The review queue over a ledger: order, claims, decisions with a reason, second person, undo."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from scanner.assess import Ledger
from scanner.errors import InputError
from scanner.ledger import cases, decisions, erasure, previews, proof, queue
from scanner.ledger.decisions import Decision
from scanner.ledger.export import decided_cases
from scanner.ledger.queue import Filter
from scanner.rules.times import instant
from tests.ledger.helpers import DRUG, T0, message

NOW = instant(T0 + timedelta(days=30))
REVIEWED = "[contact? whatsapp 447700900123]"
UPHELD = Decision(kind="uphold", code="clear")
DISMISSED = Decision(kind="dismiss", code="innocent")


def _charge(ledger: Ledger, text: str, number: int = 1, **more: object) -> int:
    """Assess a text; the number of the charge that waits for it."""
    ledger.assess(message(text, number, **more))
    return max(found.charge for found in queue.items(ledger, Filter(), NOW) if found.ref == f"m{number}")


def test_most_pressing_first_then_oldest(ledger: Ledger) -> None:
    for number, text in enumerate((REVIEWED, DRUG, REVIEWED), start=1):
        ledger.assess(message(text, number))
    found = queue.items(ledger, Filter(), NOW)
    assert [item.ref for item in found] == ["m2", "m1", "m3"]
    assert [item.priority for item in found] == sorted((item.priority for item in found), reverse=True)
    assert queue.counts(ledger)["review"] == 2
    age = found[1].to_dict("UTC", NOW)["age"]
    assert age == NOW - instant(T0 + timedelta(days=1))


def test_pages_join_without_gap(ledger: Ledger) -> None:
    for number in range(1, 8):
        ledger.assess(message(REVIEWED if number % 2 else DRUG, number))
    whole = [item.charge for item in queue.items(ledger, Filter(), NOW)]
    paged: list[int] = []
    after = None
    while page := queue.items(ledger, Filter(after=after), NOW, limit=2):
        paged += [item.charge for item in page]
        after = queue.place(page[-1])
    assert paged == whole
    assert len(whole) == 7


def test_filters(ledger: Ledger) -> None:
    ledger.assess(message(REVIEWED, 1))
    ledger.assess(message(DRUG, 2, merchant_id="other"))
    assert [item.ref for item in queue.items(ledger, Filter(state="review"), NOW)] == ["m1"]
    assert [item.ref for item in queue.items(ledger, Filter(merchant="other"), NOW)] == ["m2"]
    assert [item.ref for item in queue.items(ledger, Filter(rule="off_platform"), NOW)] == ["m1"]


def test_a_claim_keeps_others_away_until_it_ends(ledger: Ledger) -> None:
    charge = _charge(ledger, REVIEWED)
    held = queue.claim(ledger, charge, by="anna", at=NOW)
    assert (held.claimed_by, held.claimed_until) == ("anna", NOW + queue.CLAIM_SECONDS)
    with pytest.raises(queue.ClaimedError):
        queue.claim(ledger, charge, by="ben", at=NOW + 1)
    with pytest.raises(queue.ClaimedError):
        decisions.decide(ledger, charge, UPHELD, by="ben", at=NOW + 1)
    assert queue.claim(ledger, charge, by="ben", at=NOW + queue.CLAIM_SECONDS + 1).claimed_by == "ben"
    assert queue.unclaim(ledger, charge, by="anna", at=NOW + queue.CLAIM_SECONDS + 2).claimed_by is None
    kinds = [row["type"] for row in ledger.query("SELECT type FROM events WHERE type LIKE '%claim' ORDER BY seq")]
    assert kinds == ["claim", "claim", "unclaim"]


def test_a_decision_wants_a_reason_of_its_kind(ledger: Ledger) -> None:
    charge = _charge(ledger, REVIEWED)
    with pytest.raises(InputError):
        decisions.decide(ledger, charge, Decision(kind="uphold", code="innocent"), by="anna", at=NOW)
    entry = decisions.decide(ledger, charge, UPHELD, by="anna", at=NOW)
    assert ledger.event(entry.seq)["body"]["code"] == "clear"
    with pytest.raises(queue.NotWaitingError):
        decisions.decide(ledger, charge, UPHELD, by="anna", at=NOW)


def test_a_note_never_reaches_the_chain(ledger: Ledger) -> None:
    charge = _charge(ledger, REVIEWED)
    note = "he wrote +44 7700 900123 \ud800"
    entry = decisions.decide(ledger, charge, Decision(kind="uphold", code="clear", note=note), by="anna", at=NOW)
    chained = " ".join(row["body"] for row in ledger.query("SELECT body FROM events"))
    assert "900123" not in chained
    kept = ledger.query("SELECT body FROM personal WHERE kind = 'note' AND event = ?", (entry.seq,))
    assert json.loads(kept[0]["body"])["note"] == note
    erasure.erase_merchant(ledger, "acme", by="x", at=NOW)
    assert not ledger.query("SELECT 1 FROM personal WHERE kind = 'note'")


def test_an_upheld_finding_undone_waits_again(ledger: Ledger) -> None:
    charge = _charge(ledger, REVIEWED)
    before = ledger.account("acme")
    entry = decisions.decide(ledger, charge, UPHELD, by="anna", at=NOW)
    assert ledger.account("acme").counts() == {"off_platform": 1}
    undone = decisions.undo(ledger, entry.seq, by="anna", at=NOW + 60)
    assert undone.outcome.state == "review"
    after = ledger.account("acme")
    assert (after.counts(), after.total) == (before.counts(), before.total)
    assert after.pending.keys() == before.pending.keys()
    again = queue.item(ledger, charge, NOW)
    assert again.state == "review"
    entry = decisions.decide(ledger, again.charge, UPHELD, by="ben", at=NOW + 120)
    assert entry.outcome.state == "executed"
    assert ledger.account("acme").counts() == {"off_platform": 1}
    assert proof.verify(ledger) == []


def test_a_dismissal_undone_waits_again(ledger: Ledger) -> None:
    charge = _charge(ledger, REVIEWED)
    entry = decisions.decide(ledger, charge, DISMISSED, by="anna", at=NOW)
    assert not queue.items(ledger, Filter(), NOW)
    decisions.undo(ledger, entry.seq, by="ben", at=NOW + 1)
    assert [item.charge for item in queue.items(ledger, Filter(), NOW)] != []
    assert not list(decided_cases(ledger))
    decisions.decide(ledger, charge, UPHELD, by="ben", at=NOW + 2)
    assert proof.verify(ledger) == []
    assert len(list(decided_cases(ledger))) == 1


def test_a_closure_takes_two_persons_and_undo_takes_back_one(ledger: Ledger) -> None:
    charge = _charge(ledger, DRUG)
    assert decisions.forecast(ledger, charge, NOW).persons == 2
    close = Decision(kind="uphold", code="clear")
    first = decisions.decide(ledger, charge, close, by="anna", at=NOW)
    assert first.outcome.state == "proposed"
    with pytest.raises(decisions.SamePersonError):
        decisions.decide(ledger, charge, close, by="anna", at=NOW + 1)
    second = decisions.decide(ledger, charge, close, by="ben", at=NOW + 2)
    assert second.outcome.action == "close_store"
    decisions.undo(ledger, second.seq, by="ben", at=NOW + 3)
    assert not ledger.account("acme").store_closed()
    assert decisions.forecast(ledger, charge, NOW + 4).upheld_by == ("anna",)
    assert decisions.decide(ledger, charge, close, by="carl", at=NOW + 6).outcome.action == "close_store"
    assert proof.verify(ledger) == []


def test_what_was_built_upon_is_not_undone(ledger: Ledger) -> None:
    charge = _charge(ledger, REVIEWED)
    entry = decisions.decide(ledger, charge, UPHELD, by="anna", at=NOW)
    with pytest.raises(decisions.NotUndoneError):
        decisions.undo(ledger, entry.seq, by="anna", at=NOW + decisions.UNDO_SECONDS + 1)
    cases.serve(ledger, "acme", ("off_platform", "m1"), at=NOW + 1)
    with pytest.raises(decisions.NotUndoneError):
        decisions.undo(ledger, entry.seq, by="anna", at=NOW + 2)


def test_undone_once(ledger: Ledger) -> None:
    charge = _charge(ledger, REVIEWED)
    entry = decisions.decide(ledger, charge, DISMISSED, by="anna", at=NOW)
    decisions.undo(ledger, entry.seq, by="anna", at=NOW + 1)
    with pytest.raises(decisions.NotUndoneError):
        decisions.undo(ledger, entry.seq, by="anna", at=NOW + 2)


def test_many_at_once_or_none(ledger: Ledger) -> None:
    charges = [_charge(ledger, REVIEWED, number) for number in (1, 2, 3)]
    queue.claim(ledger, charges[2], by="ben", at=NOW)
    with pytest.raises(queue.ClaimedError):
        decisions.decide_all(ledger, charges, DISMISSED, by="anna", at=NOW)
    assert len(queue.items(ledger, Filter(), NOW)) == 3
    decisions.decide_all(ledger, charges[:2], DISMISSED, by="anna", at=NOW)
    assert [item.ref for item in queue.items(ledger, Filter(), NOW)] == ["m3"]


def test_a_reveal_is_an_event(ledger: Ledger) -> None:
    charge = _charge(ledger, REVIEWED)
    event = ledger.event(queue.reveal(ledger, charge, by="anna", at=NOW))
    assert (event["type"], event["body"]["by"], event["ref"]) == ("reveal", "anna", "m1")


def test_an_open_ledger_elsewhere_reads_the_same(ledger: Ledger) -> None:
    """What undo did stands in the events alone: another reader derives the same account."""
    charge = _charge(ledger, REVIEWED)
    entry = decisions.decide(ledger, charge, UPHELD, by="anna", at=NOW)
    decisions.undo(ledger, entry.seq, by="anna", at=NOW + 1)
    with Ledger(ledger.store.path, scanner=ledger.scanner) as other:
        assert other.account("acme").pending.keys() == ledger.account("acme").pending.keys()
        assert [item.charge for item in queue.items(other, Filter(), NOW)] == [
            item.charge for item in queue.items(ledger, Filter(), NOW)
        ]


def test_previews_are_counted_by_merchant(ledger: Ledger) -> None:
    for found in (True, False, True):
        previews.count(ledger, "acme", NOW, found=found)
    previews.count(ledger, "acme", NOW - 40 * 86_400, found=True)
    assert previews.asked(ledger, ["acme", "other"], NOW) == {
        "acme": {"asked": 3, "found": 2},
        "other": {"asked": 0, "found": 0},
    }

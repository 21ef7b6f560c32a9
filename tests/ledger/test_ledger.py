"""The ledger: what is recorded once, what is refused, what is proven, what is erased."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlite_utils.utils import sqlite3

from scanner.assess import Ledger
from scanner.errors import InputError, LedgerError
from scanner.ledger import casefile, cases, erasure, proof, withdrawal
from scanner.ledger.standing import history, standing
from scanner.ledger.store import wal_reset_fault
from scanner.model import Merchant, Part
from tests.ledger.helpers import DRUG, T0, WHATSAPP, FakeScanner, message


def later(days: float) -> object:
    return T0 + timedelta(days=days)


def offend(ledger: Ledger, count: int, start: int = 1) -> None:
    for number in range(start, start + count):
        ledger.assess(message(WHATSAPP, number))


def test_the_ladder_in_words(ledger: Ledger) -> None:
    said = [ledger.assess(message(WHATSAPP, number)).words() for number in range(1, 5)]
    assert said == [
        "offence 1 under R1: a warning, balance 0; the next costs 3 points",
        "offence 2 under R1: 3 points, balance 3; the next costs 3 points",
        "offence 3 under R1: 3 points, balance 6; the next costs 6 points",
        "offence 4 under R1: 6 points, balance 12; the next costs 6 points",
    ]
    found = standing(ledger, "acme", later(5))
    assert (found.balance, found.counts, found.store_closed) == (12, {"off_platform": 4}, False)
    assert [row["points"] for row in history(ledger, "acme")] == [6, 3, 3, 0]


def test_a_second_delivery_changes_nothing(ledger: Ledger) -> None:
    offend(ledger, 2)
    events = ledger.query("SELECT count(*) AS n FROM events")
    again = ledger.assess(message(WHATSAPP, 2))
    assert again.charges[0].outcome.reason == "duplicate"
    assert again.charges[0].outcome.offence_no == 2
    assert ledger.query("SELECT count(*) AS n FROM events") == events


def test_dry_run_says_the_same_and_writes_nothing(ledger: Ledger) -> None:
    offend(ledger, 2)
    before = [ledger.query(f"SELECT * FROM {table}") for table in ("events", "charges", "personal")]
    preview = ledger.assess(message(WHATSAPP, 3), dry_run=True)
    assert [ledger.query(f"SELECT * FROM {table}") for table in ("events", "charges", "personal")] == before
    real = ledger.assess(message(WHATSAPP, 3))
    assert preview.words() == real.words()
    assert preview.dry_run and not real.dry_run


def test_buyers_and_review_hits_cost_nothing(ledger: Ledger) -> None:
    assert ledger.assess(message(WHATSAPP, 1, role="buyer")).charges == ()
    verdict = ledger.assess(message("[contact? whatsapp 447700900123]", 2))
    assert verdict.charges[0].state == "review"
    assert standing(ledger, "acme", later(3)).waiting == 1
    entry = cases.uphold(ledger, "acme", ("off_platform", "m2"), by="ann", at=later(3))
    assert (entry.outcome.action, entry.outcome.offence_no) == ("warning", 1)
    assert cases.waiting(ledger) == []


def test_dismissed_stays_dismissed(ledger: Ledger) -> None:
    review = message("[contact? whatsapp 447700900123]", 1)
    ledger.assess(review)
    cases.dismiss(ledger, "acme", ("off_platform", "m1"), by="ann", at=later(2))
    again = ledger.assess(message("again [contact? whatsapp 447700900123]", 1))
    assert again.charges[0].outcome.reason == "dismissed"
    assert cases.waiting(ledger) == []


def test_a_closure_needs_two_persons(ledger: Ledger) -> None:
    proposed = ledger.assess(message(DRUG, 1)).charges[0]
    assert (proposed.state, proposed.outcome.action, proposed.outcome.points) == ("proposed", "close_store", 48)
    key = ("drug_serious", "m1")
    assert cases.uphold(ledger, "acme", key, by="ann", at=later(2)).outcome.state == "proposed"
    with pytest.raises(LedgerError, match="another person"):
        cases.uphold(ledger, "acme", key, by="ann", at=later(2))
    assert not standing(ledger, "acme", later(2)).store_closed
    assert cases.uphold(ledger, "acme", key, by="bob", at=later(3)).outcome.action == "close_store"
    assert standing(ledger, "acme", later(3)).store_closed


def test_only_the_ledgers_facts_excuse(ledger: Ledger) -> None:
    claims = Merchant(id="acme", registered_contacts=("sales@acme.cn",))
    mail = message("[contact email sales@acme.cn]", 1, context="reasonable", merchant=claims)
    verdict = ledger.assess(mail)
    assert verdict.charges[0].outcome.action == "warning"
    assert "differ" in verdict.notes[0]
    ledger.set_facts("acme", {"contacts": ("sales@acme.cn",)}, at=later(1.5))
    second = ledger.assess(replace(mail, id="m2", at=T0 + timedelta(days=2)))
    assert second.charges == () and second.notes == ()
    assert second.scan.hits[0].exception == "registered_contact"


def test_a_refusal_needs_the_buyers_request(ledger: Ledger) -> None:
    ledger.set_facts("acme", {"ta_signed": True, "ta_opened": True}, at=T0)
    refusal = "[trade_assurance refusal]"
    assert ledger.assess(message(refusal, 1)).charges[0].state == "review"
    ask = message("[trade_assurance? refusal #buyer-request]", 20, role="buyer", conversation="c2", sender="b",
                  minutes=60)  # fmt: skip
    ledger.assess(ask)
    found = ledger.assess(message(refusal, 2)).charges[0]
    assert (found.rule, found.outcome.action) == ("ta_refusal", "warning")
    told = ledger.assess(message(refusal, 3, buyer_requested=False)).charges[0]
    assert told.outcome.reason == "buyer_did_not_ask"


def test_a_mark_is_one_rule_only(ledger: Ledger) -> None:
    both = ledger.assess(message("[trademark SCANIA #replica] [trademark WAHL]", 1))
    assert [(charge.rule, charge.state) for charge in both.charges] == [("counterfeit", "proposed")]
    alone = ledger.assess(message("[trademark WAHL]", 2))
    assert [(charge.rule, charge.outcome.action) for charge in alone.charges] == [("trademark", "warning")]


def test_a_hit_that_began_in_a_message_already_charged_is_that_offence(ledger: Ledger) -> None:
    class Split(FakeScanner):
        def scan_message(self, message):  # type: ignore[no-untyped-def]
            scan = super().scan_message(replace(message, previous=()))
            parts = (Part(-1, 0, 3), Part(0, 0, 3)) if message.previous else ()
            return replace(scan, hits=tuple(replace(hit, parts=parts) for hit in scan.hits))

    ledger.scanner = Split()  # type: ignore[assignment]
    first = message(WHATSAPP, 1, minutes=0, conversation="c")
    second = message(WHATSAPP, 2, minutes=5, conversation="c")
    assert ledger.assess(first).charges[0].outcome.action == "warning"
    assert ledger.assess(second).charges[0].outcome.reason == "duplicate"
    assert ledger.assess(message(WHATSAPP, 3, minutes=50, conversation="c")).charges[0].outcome.points == 3


def test_appeal_accepted_removes_and_derives_again(ledger: Ledger) -> None:
    ledger.set_facts("acme", {"ta_signed": True, "ta_opened": True}, at=T0)
    for number in range(1, 4):
        ledger.assess(message("[trade_assurance refusal]", number, buyer_requested=True))
    key = ("ta_refusal", "m1")
    assert cases.file_appeal(ledger, "acme", key, ground="a", at=later(2)).outcome.appeal == "admitted"
    assert cases.file_appeal(ledger, "acme", key, ground="a", at=later(2)).seq == 0
    entry = cases.decide_appeal(ledger, "acme", key, accepted=True, by="ann", at=later(4))
    assert [(change.ref, change.action) for change in entry.outcome.changes] == [
        ("m1", "none"), ("m2", "warning"), ("m3", "points"),
    ]  # fmt: skip
    assert standing(ledger, "acme", later(4)).balance == 3
    assert proof.verify(ledger) == []


def test_pause_and_budget_only_propose(ledger: Ledger, tmp_path: Path) -> None:
    ledger.pause(T0, by="ann")
    assert ledger.assess(message(WHATSAPP, 1)).charges[0].outcome.reason == "paused"
    ledger.pause(T0, by="ann", resume=True)
    assert ledger.assess(message(WHATSAPP, 2)).charges[0].state == "executed"
    text = (Path(__file__).parents[2] / "lexicons/policy/alibaba-2021-08.toml").read_text("utf-8")
    path = tmp_path / "tight.toml"
    path.write_text(text.replace("per_run = 10", "per_run = 2"), "utf-8")
    with Ledger(tmp_path / "tight.db", policy=path, scanner=FakeScanner()) as tight:  # type: ignore[arg-type]
        found = [tight.assess(message(WHATSAPP, n, merchant_id=f"x{n}")).charges[0] for n in range(1, 5)]
        assert [charge.outcome.reason for charge in found] == [None, None, "budget", "budget"]
        assert len(tight.alarms) == 1


def test_one_command_takes_back_what_a_pack_version_did(ledger: Ledger) -> None:
    offend(ledger, 3)
    ledger.assess(message(DRUG, 4))
    ledger.scanner.packs = {"fake": "2"}
    offend(ledger, 1, start=5)
    found = withdrawal.plan(ledger, "fake", "1", T0)
    assert (len(found.offences), len(found.proposed), found.points) == (3, 1, 6)
    assert withdrawal.take_back(ledger, found, by="ann", at=later(9)) == 4
    now = standing(ledger, "acme", later(9))
    assert (now.balance, now.counts, now.waiting) == (0, {"off_platform": 1}, 0)
    assert proof.verify(ledger) == []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE events SET body = '{}' WHERE seq = 2",
        "DELETE FROM events WHERE seq = 2",
        "UPDATE charges SET points = 0",
        "DELETE FROM charges",
        "INSERT OR REPLACE INTO charges SELECT * FROM charges WHERE seq = 1",
        "REPLACE INTO events SELECT * FROM events WHERE seq = 2",
    ],
)
def test_the_past_cannot_be_changed(ledger: Ledger, statement: str) -> None:
    offend(ledger, 2)
    before = ledger.query("SELECT * FROM events"), ledger.query("SELECT * FROM charges")
    other = sqlite3.connect(ledger.store.path)
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        other.execute(statement)
    other.close()
    assert (ledger.query("SELECT * FROM events"), ledger.query("SELECT * FROM charges")) == before


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE events SET at = at + 1 WHERE seq = 3",
        "DELETE FROM events WHERE seq = 3",
        "UPDATE charges SET points = 0, delta = 0 WHERE seq = 2",
        "DELETE FROM charges WHERE seq = 2",
        "INSERT INTO charges SELECT 99, event, merchant, rule, ref, state, offence_no, action, points, until, "
        "executed, measure, flags, delta, stands, machine FROM charges WHERE seq = 2",
    ],
)
def test_an_edit_with_the_triggers_dropped_is_detected(ledger: Ledger, statement: str) -> None:
    offend(ledger, 3)
    assert proof.verify(ledger) == []
    other = sqlite3.connect(ledger.store.path)
    for (name,) in other.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        other.execute(f"DROP TRIGGER {name}")
    other.execute("PRAGMA foreign_keys = OFF")
    other.execute(statement)
    other.commit()
    other.close()
    faults = proof.verify(ledger)
    assert any("trigger" in fault for fault in faults)
    assert any("trigger" not in fault for fault in faults)


def test_a_cut_off_end_is_noticed_by_whoever_kept_the_seal(ledger: Ledger) -> None:
    offend(ledger, 3)
    sealed = proof.seal(ledger)
    offend(ledger, 1, start=4)
    assert proof.verify(ledger, sealed) == []
    assert proof.verify(ledger, {**sealed, "hash": "f" * 64}) != []
    assert proof.verify(ledger, {"seq": 999, "hash": "f" * 64}) != []


def test_nothing_personal_in_the_chain_and_erasure_changes_no_balance(ledger: Ledger) -> None:
    ledger.set_facts("acme", {"contacts": ("sales@acme.cn",), "name": "Acme Tools", "ta_signed": True}, at=T0)
    offend(ledger, 3)
    chained = json.dumps(ledger.query("SELECT * FROM events")) + json.dumps(ledger.query("SELECT * FROM charges"))
    for secret in ("447700900123", "sales@acme.cn", "Acme Tools", "[contact"):
        assert secret not in chained
    before = standing(ledger, "acme", later(5))
    assert erasure.erase_merchant(ledger, "acme", by="ann", at=later(5)) > 0
    assert ledger.query("SELECT * FROM personal WHERE merchant = 'acme'") == []
    assert proof.verify(ledger) == []
    assert standing(ledger, "acme", later(5)) == before
    assert ledger.assess(message(WHATSAPP, 6)).charges[0].outcome.offence_no == 4


def test_erased_bytes_leave_the_file(ledger: Ledger) -> None:
    offend(ledger, 2)
    erasure.erase_ref(ledger, "m1", by="ann", at=later(5))
    erasure.erase_before(ledger, later(9), by="ann", at=later(9))
    data = Path(ledger.store.path).read_bytes() + Path(ledger.store.path + "-wal").read_bytes()
    assert b"447700900123" not in data
    assert proof.verify(ledger) == []


def test_a_legal_hold_refuses_erasure_and_says_why(ledger: Ledger) -> None:
    offend(ledger, 2)
    seq = erasure.hold(ledger, why="court order 7", by="ann", at=later(3), merchant="acme")
    rows = ledger.query("SELECT count(*) AS n FROM personal WHERE kind IN ('turn', 'evidence')")
    for attempt in (
        lambda: erasure.erase_merchant(ledger, "acme", by="bob", at=later(4)),
        lambda: erasure.erase_ref(ledger, "m1", by="bob", at=later(4)),
    ):
        with pytest.raises(LedgerError, match="court order 7"):
            attempt()
    assert erasure.erase_before(ledger, later(99), by="bob", at=later(4)) == 0
    assert ledger.query("SELECT count(*) AS n FROM personal WHERE kind IN ('turn', 'evidence')") == rows
    erasure.release(ledger, seq, by="ann", at=later(5))
    assert erasure.erase_merchant(ledger, "acme", by="bob", at=later(6)) > 0


def test_late_arrival_and_reload_agree(ledger: Ledger) -> None:
    for number in (3, 1, 4, 2):
        ledger.assess(message(WHATSAPP, number), received=later(10))
    live = ledger.account("acme")
    again = Ledger(ledger.store.path, scanner=FakeScanner()).account("acme")  # type: ignore[arg-type]
    assert {key: offence.penalty for key, offence in live.offences.items()} == {
        key: offence.penalty for key, offence in again.offences.items()
    }
    assert live.total == again.total == 12
    assert proof.verify(ledger) == []


def test_another_policy_is_refused_until_adopted_and_is_never_retroactive(ledger: Ledger) -> None:
    offend(ledger, 2)
    with pytest.raises(LedgerError, match="adopt"):
        Ledger(ledger.store.path, policy="alibaba-points", scanner=FakeScanner()).account("acme")  # type: ignore[arg-type]
    assert ledger.adopt("alibaba-points", later(3)) > 0
    assert ledger.adopt("alibaba-points", later(3)) == 0
    assert standing(ledger, "acme", later(3)).balance == 3
    assert ledger.policy.name == "alibaba-points"
    assert proof.verify(ledger) == []


@pytest.mark.parametrize(
    ("change", "said"),
    [({"id": None}, "id"), ({"at": None}, "at"), ({"merchant": None}, "merchant.id"), ({"sender": "\ud800"}, "id")],
)
def test_what_assess_refuses(ledger: Ledger, change: dict[str, object], said: str) -> None:
    with pytest.raises(InputError, match=said):
        ledger.assess(replace(message(WHATSAPP, 1), **change))  # type: ignore[arg-type]
    assert ledger.query("SELECT count(*) AS n FROM events") == [{"n": 0}]


def test_lone_surrogates_in_a_text_are_kept(ledger: Ledger) -> None:
    verdict = ledger.assess(message("\ud83d " + WHATSAPP, 1))
    assert verdict.charges[0].state == "executed"
    assert proof.verify(ledger) == []


@pytest.mark.parametrize(
    ("version", "faulty"),
    [((3, 40, 1), True), ((3, 44, 6), False), ((3, 50, 7), False), ((3, 51, 2), True), ((3, 51, 3), False),
     ((3, 6, 9), False), ((3, 50, 6), True)],
)  # fmt: skip
def test_which_sqlite_has_the_fault(version: tuple[int, int, int], faulty: bool) -> None:
    assert wal_reset_fault(version) is faulty


def test_threads_take_turns(ledger: Ledger) -> None:
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda n: ledger.assess(message(WHATSAPP, n, merchant_id=f"x{n % 3}")), range(1, 10)))
    assert all(verdict.charges[0].state == "executed" for verdict in found)
    assert proof.verify(ledger) == []
    assert standing(ledger, "x1", later(20)).counts == {"off_platform": 3}


def test_what_waits_goes_on_waiting_when_it_comes_again(ledger: Ledger) -> None:
    ledger.pause(T0, by="ann")
    ledger.assess(message(WHATSAPP, 1))
    ledger.pause(T0, by="ann", resume=True)
    events = ledger.query("SELECT count(*) AS n FROM events")
    again = ledger.assess(message(WHATSAPP, 1)).charges[0]
    assert (again.state, again.outcome.reason) == ("proposed", "paused")
    assert ledger.query("SELECT count(*) AS n FROM events") == events


def test_a_certain_finding_is_charged_though_a_doubtful_one_of_the_same_message_waits(ledger: Ledger) -> None:
    ledger.set_facts("acme", {"ta_signed": True, "ta_opened": True}, at=T0)
    refusal = message("[trade_assurance refusal]", 2)
    assert ledger.assess(refusal).charges[0].state == "review"
    assert ledger.assess(replace(refusal, buyer_requested=True)).charges[0].outcome.action == "warning"
    assert cases.waiting(ledger) == []
    assert ledger.assess(refusal).charges[0].outcome.reason == "duplicate"
    assert proof.verify(ledger) == []


def test_an_erased_message_is_gone_from_the_evidence_of_later_ones(ledger: Ledger) -> None:
    ledger.assess(message("a secret of mine", 1, minutes=0, conversation="c"))
    ledger.assess(message(WHATSAPP, 2, minutes=5, conversation="c"))
    file = casefile.case(ledger, 1)
    assert file["evidence"]["record"]["previous"] == ["a secret of mine"]
    assert casefile.replayed(file, FakeScanner()) == []
    erasure.erase_ref(ledger, "m1", by="ann", at=later(5))
    assert "secret" not in json.dumps(ledger.query("SELECT * FROM personal"))
    blocked = casefile.case(ledger, 1)
    assert blocked["evidence"]["record"]["previous"] == ["▇" * len("a secret of mine")]
    assert casefile.replayed(blocked, FakeScanner()) == []
    assert casefile.proven(blocked) and proof.verify(ledger) == []


def test_conduct_outside_the_platform_is_recorded_and_costs_nothing(ledger: Ledger) -> None:
    charge = ledger.assess(message(WHATSAPP, 1, channel="outside")).charges[0]
    assert (charge.state, charge.outcome.reason) == ("none", "outside_platform")
    assert charge.words() == "no charge under R1: outside_platform"
    assert ledger.assess(message(WHATSAPP, 2)).charges[0].outcome.offence_no == 1


def test_a_listing_is_blocked_and_costs_nothing_under_the_reference(ledger: Ledger) -> None:
    verdict = ledger.assess(message(WHATSAPP, 1, kind="listing"))
    assert (verdict.scan.decision, verdict.charges) == ("block", ())
    ledger.adopt("alibaba-points", later(2))
    charged = ledger.assess(message(WHATSAPP, 3, kind="listing")).charges[0]
    assert (charged.rule, charged.outcome.action) == ("off_platform", "warning")
    titled = ledger.assess(message("[contact whatsapp 447700900123 #title]", 4, kind="listing")).charges[0]
    assert (titled.rule, titled.outcome.points) == ("contact_title", 1)


def test_grades_cost_what_they_cost_and_reach_the_account(tmp_path: Path) -> None:
    with Ledger(tmp_path / "points.db", policy="alibaba-points", scanner=FakeScanner()) as ledger:  # type: ignore[arg-type]
        first = ledger.assess(message("[drug tramadol #grade:A]", 1)).charges[0]
        assert first.words().startswith("offence 1 under P: 6 points, balance 6, which brings serious_warning; ")
        assert first.words().endswith("the next costs a warning or what is decided")
        half = ledger.assess(message("[drug pipe #grade:E]", 2)).charges[0]
        assert (half.outcome.points, half.outcome.balance) == (0.5, 6.5)
        worst = ledger.assess(message("[drug tramadol #grade:A] [drug ketamine #grade:A+]", 3)).charges
        assert [(charge.rule, charge.state) for charge in worst] == [("drug_serious", "proposed")]


def test_an_escrow_closed_by_machine_is_proposed(ledger: Ledger) -> None:
    ledger.set_facts("acme", {"ta_signed": True, "ta_opened": True}, at=T0)
    states = [
        ledger.assess(message("[trade_assurance refusal]", n, buyer_requested=True)).charges[0] for n in range(1, 5)
    ]
    assert [charge.state for charge in states] == ["executed", "executed", "executed", "proposed"]
    entry = cases.uphold(ledger, "acme", ("ta_refusal", "m4"), by="ann", at=later(6))
    assert entry.outcome.action == "ta_suspended"
    assert standing(ledger, "acme", later(7)).ta_closed_until == entry.outcome.until


def test_a_new_file_is_its_owners_and_a_listing_delivered_twice_is_kept_once(ledger: Ledger) -> None:
    assert Path(ledger.store.path).stat().st_mode & 0o077 == 0
    listing = message("a listing", 1, kind="listing", conversation=None, sender=None)
    for _ in range(3):
        ledger.assess(listing)
    assert ledger.query("SELECT count(*) AS n FROM personal WHERE kind = 'turn'") == [{"n": 1}]

"""What no rule of the policy covers: a person looks at it, says what became of it, and nothing is charged."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from scanner.assess import Ledger
from scanner.cli import cli
from scanner.errors import PolicyError
from scanner.ledger import cases, decisions, outbox, proof, queue, withdrawal
from scanner.ledger.backtest import backtest
from scanner.ledger.casefile import case, case_html
from scanner.ledger.decisions import Decision
from scanner.ledger.export import decided_cases
from scanner.ledger.queue import Filter, NotWaitingError
from scanner.ledger.standing import standing
from scanner.rules.decision import DecisionError
from scanner.rules.findings import UNCOVERED
from scanner.rules.load import build, load, merged
from scanner.rules.times import instant
from tests.ledger.helpers import DRUG, T0, WHATSAPP, FakeScanner, message

NOW = instant(T0 + timedelta(days=30))
TOBACCO = "[tobacco? vape]"
NOTE = Decision(kind="note", code="withheld", note="taken down")
UPHOLD = Decision(kind="uphold", code="clear")
DISMISS = Decision(kind="dismiss", code="innocent")


def _waits(ledger: Ledger, text: str = TOBACCO, number: int = 1) -> queue.Item:
    verdict = ledger.assess(message(text, number))
    assert [charge.state for charge in verdict.charges] == ["review"]
    assert "no rule of the policy covers this" in verdict.words()
    return next(item for item in queue.items(ledger, Filter(rule=UNCOVERED), NOW) if item.ref == f"m{number}")


def test_it_waits_says_why_and_costs_nothing(ledger: Ledger) -> None:
    item = _waits(ledger)
    assert (item.state, item.why, item.action, item.points) == ("review", "not_covered", "none", 0)
    assert item.terms == (("tobacco", "vape"),)
    assert standing(ledger, "acme", NOW).balance == 0
    found = decisions.forecast(ledger, item.charge, NOW)
    assert (found.action, found.persons, found.outcome.points) == ("none", 1, 0)
    assert ledger.assess(message(TOBACCO, 1)).charges[0].event == 0, "delivered twice it is one"
    assert len(queue.items(ledger, Filter(), NOW)) == 1
    assert proof.verify(ledger) == []


@pytest.mark.parametrize(
    ("text", "states"),
    [
        (f"{TOBACCO} {WHATSAPP}", ["executed"]),  # blocked and charged: nothing is left to decide
        ("[tobacco vape]", []),  # a violation that costs nothing is blocked as it is
        (f"{TOBACCO} [contact? skype live:x]", ["review", "review"]),
        ("[drug? ketamine #grade:C]", ["review"]),
        ("nothing here", []),
    ],
)
def test_what_waits_is_what_a_person_has_to_decide(ledger: Ledger, text: str, states: list[str]) -> None:
    assert [charge.state for charge in ledger.assess(message(text)).charges] == states


def test_a_buyer_s_text_does_not_wait(ledger: Ledger) -> None:
    assert ledger.assess(message(TOBACCO, role="buyer")).charges == ()


def test_a_note_closes_it_and_can_be_undone(ledger: Ledger) -> None:
    item = _waits(ledger)
    entry = decisions.decide(ledger, item.charge, NOTE, by="anna", at=NOW)
    assert queue.items(ledger, Filter(), NOW) == []
    states = [row["state"] for row in ledger.query("SELECT state FROM charges ORDER BY seq")]
    assert states == ["review", "noted"]
    assert "taken down" not in str(ledger.event(entry.seq)), "a person's words are not in the chain"
    assert ledger.assess(message(TOBACCO, 1)).charges[0].event == 0, "it does not come back with a second delivery"
    decisions.undo(ledger, entry.seq, by="anna", at=NOW + 60)
    again = queue.item(ledger, item.charge, NOW + 60)
    assert (again.state, again.why) == ("review", "not_covered")
    assert proof.verify(ledger) == []


def test_it_cannot_be_upheld_and_what_a_rule_covers_cannot_be_noted(ledger: Ledger) -> None:
    item = _waits(ledger)
    covered = ledger.assess(message(DRUG, 2)) and next(iter(queue.items(ledger, Filter(rule="drug_serious"), NOW)))
    with pytest.raises(DecisionError, match="no rule"):
        decisions.decide(ledger, item.charge, UPHOLD, by="anna", at=NOW)
    with pytest.raises(DecisionError, match="a rule covers"):
        decisions.decide(ledger, covered.charge, NOTE, by="anna", at=NOW)
    with pytest.raises(DecisionError, match="the reason"):
        decisions.decide(ledger, item.charge, Decision(kind="note", code="innocent"), by="anna", at=NOW)
    with pytest.raises(DecisionError):
        decisions.decide_all(ledger, [item.charge, covered.charge], NOTE, by="anna", at=NOW)
    assert len(queue.items(ledger, Filter(), NOW)) == 2, "all or none"
    with pytest.raises(NotWaitingError):
        cases.note(ledger, "acme", (UNCOVERED, "m9"), by="anna", at=NOW)


def test_in_a_new_program_it_still_waits(tmp_path: Path) -> None:
    with Ledger(tmp_path / "l.db", policy="alibaba-2021-08", scanner=FakeScanner()) as ledger:  # type: ignore[arg-type]
        _waits(ledger)
    with Ledger(tmp_path / "l.db", scanner=FakeScanner()) as ledger:  # type: ignore[arg-type]
        assert ledger.account("acme").pending[(UNCOVERED, "m1")].why == "not_covered"
        assert backtest(ledger, load("three-strikes")).to_dict()["offences"] == {"was": 0, "would_be": 0}
        file = case(ledger, queue.items(ledger, Filter(), NOW)[0].charge)
        assert file["rule"] == {"id": UNCOVERED}
        assert "tobacco" in case_html(file)


def test_decisions_become_cases(ledger: Ledger) -> None:
    noted, dismissed = _waits(ledger, number=1), _waits(ledger, number=2)
    decisions.decide(ledger, noted.charge, NOTE, by="anna", at=NOW)
    decisions.decide(ledger, dismissed.charge, DISMISS, by="anna", at=NOW)
    found = {line["id"]: line["expect"] for line in decided_cases(ledger)}
    assert found["m2"] == []
    assert [(one["category"], one["term"], one["level"]) for one in found["m1"]] == [("tobacco", "vape", "review")]


def test_a_revocation_of_the_pack_takes_it_back(ledger: Ledger) -> None:
    _waits(ledger)
    plan = withdrawal.plan(ledger, "fake", "1", 0)
    assert withdrawal.take_back(ledger, plan, by="anna", at=NOW) == 1
    assert queue.items(ledger, Filter(), NOW) == []


def test_webhooks_tell_of_it(ledger: Ledger) -> None:
    outbox.fill(ledger, "hook", NOW)
    item = _waits(ledger)
    decisions.decide(ledger, item.charge, NOTE, by="anna", at=NOW)
    outbox.fill(ledger, "hook", NOW)
    told = [due.body for due in outbox.lease(ledger, "hook", NOW)]
    kinds = [body.split('"type":"')[1].split('"')[0] for body in told]
    assert kinds == ["verdict.recorded", "charge.review", "review.opened", "charge.noted", "review.closed"]
    assert '"decision":"note"' in told[-1]


def test_no_policy_has_a_rule_of_that_name() -> None:
    raw = merged("three-strikes")
    rules = raw["rules"]
    with pytest.raises(PolicyError, match="what no rule covers"):
        build({**raw, "rules": {**rules, UNCOVERED: next(iter(rules.values()))}}, "mine.toml")


def test_the_command_line_notes(tmp_path: Path) -> None:
    path = tmp_path / "l.db"
    with Ledger(path, policy="alibaba-2021-08", scanner=FakeScanner()) as ledger:  # type: ignore[arg-type]
        charge = _waits(ledger).charge
    said = ["--ledger", str(path), "--by", "anna", "--at", "2021-10-01T00:00:00Z"]
    refused = CliRunner().invoke(cli, ["review", "uphold", str(charge), *said])
    assert refused.exit_code == 2
    assert "note it or dismiss it" in refused.output
    done = CliRunner().invoke(cli, ["review", "note", str(charge), "--code", "referred", *said])
    assert (done.exit_code, '"noted"' in done.output) == (0, True)

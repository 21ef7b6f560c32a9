"""The scenarios again, through the file: what the ledger answers and keeps is what the rules say."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from scanner.ledger import cases, proof
from scanner.ledger.book import Book
from scanner.ledger.standing import standing
from scanner.rules.load import load
from scanner.rules.replay import facts_changes, finding_of, initial_facts, replay
from scanner.rules.shapes import number_of
from scanner.rules.times import instant

FOLDER = Path(__file__).parents[2] / "fixtures/policy"
LINES = [
    line
    for name in ("scenarios.jsonl", "more_scenarios.jsonl")
    for line in (FOLDER / name).read_text("utf-8").splitlines()
]
PLAIN = [
    scenario
    for scenario in map(json.loads, LINES)
    if "policy" not in scenario and all(event["type"] != "policy_publish" for event in scenario["events"])
]
POLICY = load("alibaba-2021-08")


def enter(book: Book, event: dict[str, Any]) -> dict[str, Any] | None:
    at = instant(event["at"])
    received = instant(event.get("received", event["at"]))
    key = (event.get("rule", ""), event.get("ref", ""))
    match event["type"]:
        case "violation":
            finding = finding_of(event, at, received)
            entry = cases.record(book, "m", finding, by="officer", confirmed=True)
        case "appeal":
            filing = {"unusable": event.get("unusable", ()), "order_usd": number_of(event, "order_usd")}
            entry = cases.file_appeal(book, "m", key, ground=event["ground"], at=at, received=received, **filing)
        case "appeal_decision":
            accepted = event["result"] == "accepted"
            entry = cases.decide_appeal(book, "m", key, accepted=accepted, by="officer", at=received)
        case "revoke":
            entry = cases.revoke(book, "m", key, by="officer", at=received)
        case "merchant_update":
            entry = book.set_facts("m", facts_changes(event["set"]), at=at, received=received)
        case _:
            return None
    return entry.outcome.to_dict(POLICY.zone)


@pytest.mark.parametrize("scenario", PLAIN, ids=lambda scenario: scenario["id"])
def test_scenario(tmp_path: Path, scenario: dict[str, Any]) -> None:
    expected = replay(scenario, POLICY)
    with Book(tmp_path / "ledger.db", policy="alibaba-2021-08") as book:
        facts = initial_facts(scenario["merchant"])
        names = ("ta_signed", "ta_opened", "emails", "phones", "marks", "upgrade_service")
        book.set_facts("m", {name: getattr(facts, name) for name in names}, at=0)
        for event, want in zip(scenario["events"], expected["results"], strict=True):
            got = enter(book, event)
            assert got is None or got == want
        final = standing(book, "m", max(instant(event.get("received", event["at"])) for event in scenario["events"]))
        assert proof.verify(book) == []
    assert (final.balance, final.counts, final.store_closed) == (
        expected["final"]["balance"], expected["final"]["counts"], expected["final"]["store_closed"],
    )  # fmt: skip
    until = expected["final"]["ta_closed_until"]
    assert final.ta_closed_until == (None if until is None else instant(until))

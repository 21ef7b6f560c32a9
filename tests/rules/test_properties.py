"""What holds for every history: copies, time zones, removal, order of arrival, and that more is never milder."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.rules.load import load
from scanner.rules.policy import ACTIONS
from scanner.rules.replay import replay

FOLDER = Path(__file__).parents[2] / "fixtures/policy"
SCENARIOS = [
    json.loads(line)
    for name in ("scenarios.jsonl", "more_scenarios.jsonl")
    for line in (FOLDER / name).read_text("utf-8").splitlines()
]
POLICY = load("alibaba-2021-08")
POINTS = load("alibaba-points")
TIMES = ("at", "received")
SERVED = {"A21", "A22", "N55", "N60"}  # what was in fact closed, and when, stays a fact
START = datetime(2021, 9, 1, 12, tzinfo=UTC)


def named(scenario: dict[str, Any]) -> str:
    return str(scenario["id"])


@pytest.mark.parametrize("scenario", SCENARIOS, ids=named)
def test_every_violation_twice_ends_the_same(scenario: dict[str, Any]) -> None:
    twice = [copy for event in scenario["events"] for copy in [event] * (1 + (event["type"] == "violation"))]
    once = replay(scenario, POLICY)
    doubled = replay({**scenario, "events": twice, "expect": None}, POLICY)
    assert doubled["final"] == once["final"]
    firsts = [i for i, event in enumerate(twice) if i == 0 or event is not twice[i - 1]]
    assert [doubled["results"][i] for i in firsts] == once["results"]


@pytest.mark.parametrize("scenario", SCENARIOS, ids=named)
@pytest.mark.parametrize("zone", [UTC, timezone(timedelta(hours=8))], ids=["UTC", "+08:00"])
def test_times_written_elsewhere_give_the_same_answers(scenario: dict[str, Any], zone: timezone) -> None:
    def moved(event: dict[str, Any]) -> dict[str, Any]:
        times = {
            name: datetime.fromisoformat(event[name]).astimezone(zone).isoformat() for name in TIMES if name in event
        }
        return {**event, **times}

    there = {**scenario, "events": [moved(event) for event in scenario["events"]]}
    assert replay(there, POLICY) == replay(scenario, POLICY)


def removals(scenario: dict[str, Any]) -> list[tuple[str, str]]:
    """The offences that the scenario removes in the end."""
    results = replay(scenario, POLICY)["results"]
    return [
        (event["rule"], event["ref"])
        for event, result in zip(scenario["events"], results, strict=True)
        if result.get("reason") in ("accepted", "revoked")
    ]


@pytest.mark.parametrize("scenario", [s for s in SCENARIOS if s["id"] not in SERVED and removals(s)], ids=named)
def test_removal_equals_never_happened(scenario: dict[str, Any]) -> None:
    gone = set(removals(scenario))
    left = [event for event in scenario["events"] if (event.get("rule"), event.get("ref")) not in gone]
    never = replay({**scenario, "events": left, "expect": None, "final": None}, POLICY)
    after = replay({**scenario, "expect": None, "final": None}, POLICY)
    for name in ("balance", "counts", "store_closed"):
        assert after["final"][name] == never["final"][name]


def violation(number: int, rule: str, minute: int, received: int | None = None, **more: Any) -> dict[str, Any]:
    event = {
        "type": "violation",
        "rule": rule,
        "ref": f"r{number}",
        "at": (START + timedelta(minutes=minute)).isoformat(),
        "role": "seller",
        "buyer_requested": True,
        **more,
    }
    if received is not None:
        event["received"] = (START + timedelta(minutes=received)).isoformat()
    return event


RULES = st.sampled_from(["off_platform", "trademark", "counterfeit", "drug_serious"])


@given(
    st.lists(st.tuples(RULES, st.integers(0, 500)), min_size=1, max_size=9),
    st.data(),
)
def test_withdrawn_in_the_end_equals_never_happened(found: list[tuple[str, int]], data: st.DataObject) -> None:
    events = [violation(i, rule, minute, 600 + i) for i, (rule, minute) in enumerate(found)]
    victim = data.draw(st.integers(0, len(events) - 1))
    when = (START + timedelta(days=9)).isoformat()
    undo = {"type": "revoke", "rule": events[victim]["rule"], "ref": events[victim]["ref"], "at": when}
    merchant: dict[str, Any] = {}
    after = replay({"merchant": merchant, "events": [*events, undo]}, POLICY)["final"]
    never = replay({"merchant": merchant, "events": events[:victim] + events[victim + 1 :]}, POLICY)["final"]
    assert after == never


SIX = [
    ("off_platform", 5),
    ("ta_refusal", 7),
    ("off_platform", 1),
    ("off_platform", 9),
    ("ta_refusal", 3),
    ("trademark", 2),
]


def test_all_720_orders_end_with_the_same_balance_and_counts() -> None:
    six = [violation(i, rule, minute) for i, (rule, minute) in enumerate(SIX)]
    ends = set()
    for order in permutations(six):
        events = [
            {**event, "received": (START + timedelta(minutes=20 + i)).isoformat()} for i, event in enumerate(order)
        ]
        final = replay({"merchant": {"ta_signed": True}, "events": events}, POLICY)["final"]
        ends.add(json.dumps([final["balance"], final["counts"]], sort_keys=True))
    assert len(ends) == 1


LIGHT = st.sampled_from(["off_platform", "ta_refusal", "trademark"])


@given(st.lists(st.tuples(LIGHT, st.integers(0, 900)), max_size=7), LIGHT, st.integers(0, 900), st.booleans())
def test_one_more_offence_never_makes_the_next_rung_milder(
    found: list[tuple[str, int]], rule: str, minute: int, points: bool
) -> None:
    policy = POINTS if points else POLICY
    events = [violation(i, kind, at, 1000 + i) for i, (kind, at) in enumerate(found)]
    more = violation(98, rule, minute, 1100)
    probe = violation(99, rule, 2000, 2000)
    merchant = {"ta_signed": True}
    knobs = {"refusal_while_suspended": "counts"}
    without = replay({"merchant": merchant, "events": [*events, probe], "policy": knobs}, policy)["results"][-1]
    with_it = replay({"merchant": merchant, "events": [*events, more, probe], "policy": knobs}, policy)["results"][-1]
    assert weight(with_it) >= weight(without)


def weight(result: dict[str, Any]) -> tuple[int, float]:
    return ACTIONS.index(result["action"]), result["points"]

"""What a replay reports is the whole story: results and changes alone give every balance, number and closure."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from scanner.rules.load import load
from scanner.rules.replay import replay

POLICY = load("alibaba-2021-08")
START = datetime(2021, 9, 1, 12, tzinfo=UTC)
RULES = ["off_platform"] * 4 + ["ta_refusal"] * 4 + ["trademark", "counterfeit", "drug_serious"]
KNOBS: list[dict[str, Any]] = [
    {},
    {"close_at_balance": 18},
    {"order": "arrival"},
    {"refusal_while_suspended": "counts"},
]
HISTORIES = 150  # for each of KNOBS


def history(chance: random.Random) -> list[dict[str, Any]]:
    events: list[dict[str, Any]] = []
    keys: list[tuple[str, str]] = []
    hour = 0
    for _ in range(chance.randint(4, 22)):
        hour += chance.choice([0, 1, 5, 30, 200, 1000])
        events.append(event(chance, hour, keys))
    return events


def event(chance: random.Random, hour: int, keys: list[tuple[str, str]]) -> dict[str, Any]:
    now, turn = (START + timedelta(hours=hour)).isoformat(), chance.random()
    if turn < 0.6 or not keys:
        return violation(chance, hour, keys)
    rule, ref = chance.choice(keys)
    about = {"rule": rule, "ref": ref, "at": now}
    if turn < 0.72:
        return {"type": "revoke", **about}
    if turn < 0.84:
        return {"type": "appeal", **about, "ground": chance.choice("aabcd")}
    if turn < 0.95:
        return {"type": "appeal_decision", **about, "result": chance.choice(["accepted", "rejected"])}
    ladder = [{"n": 1, "points": 1}, {"n": 3, "points": chance.choice([2, 12])}]
    return {"type": "policy_publish", "rule": "off_platform", "at": now, "from": now, "ladder": ladder}


def violation(chance: random.Random, hour: int, keys: list[tuple[str, str]]) -> dict[str, Any]:
    rule, ref = chance.choice(RULES), f"m{chance.randint(0, 12)}"
    keys.append((rule, ref))
    found: dict[str, Any] = {
        "type": "violation",
        "rule": rule,
        "ref": ref,
        "at": (START + timedelta(hours=hour - chance.choice([0, 0, 3, 50]))).isoformat(),
        "received": (START + timedelta(hours=hour)).isoformat(),
        "buyer_requested": True,
    }
    if rule == "trademark":
        found["decision"] = chance.choice([{}, {"points": 6}, {"points": 20}, {"close": True}])
    if rule == "off_platform" and chance.random() < 0.1:
        found |= {"serious": True, "measure": chance.choice(["close_account", "store_shield"])}
    return found


@pytest.mark.parametrize("knobs", KNOBS, ids=lambda knobs: next(iter(knobs), "as_shipped"))
def test_changes_account_for_everything(knobs: dict[str, Any]) -> None:
    for seed in range(HISTORIES):
        events = history(random.Random(seed))
        found = replay({"merchant": {"ta_signed": True}, "events": events, "policy": knobs}, POLICY)
        live: dict[tuple[str, str], dict[str, Any]] = {}
        for said, result in zip(events, found["results"], strict=True):
            assert "error" not in result
            if said["type"] == "violation" and result["action"] != "none":
                live[(said["rule"], said["ref"])] = result
            live |= {(change["rule"], change["ref"]): change for change in result.get("changes", ())}
            live = {key: penalty for key, penalty in live.items() if penalty["action"] != "none"}
            assert sum(penalty["points"] for penalty in live.values()) == result["balance"], seed
        numbers: dict[str, list[int]] = {}
        for (rule, _), penalty in live.items():
            numbers.setdefault(rule, []).append(penalty["offence_no"])
        assert {rule: sorted(nos) for rule, nos in numbers.items()} == {
            rule: list(range(1, count + 1)) for rule, count in found["final"]["counts"].items()
        }
        closed = any(penalty["action"] == "close_store" for penalty in live.values())
        assert found["final"]["store_closed"] is closed

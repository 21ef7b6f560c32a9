"""Knobs of scenarios: every one changes what it names, and ladders are read however they name their fields."""

from __future__ import annotations

from typing import Any

import pytest

from scanner.errors import InputError
from scanner.rules.knobs import lenient_ladder, unknown_knobs, with_knobs
from scanner.rules.load import load
from scanner.rules.replay import replay

POLICY = load("alibaba-2021-08")


def day(number: int) -> str:
    return f"2021-09-{number:02}T10:00:00-07:00"


def refusal(number: int, **more: Any) -> dict[str, Any]:
    return {"type": "violation", "rule": "ta_refusal", "ref": f"t{number}", "at": day(number),
            "role": "seller", "buyer_requested": True, **more}  # fmt: skip


def run(events: list[dict[str, Any]], **knobs: Any) -> list[dict[str, Any]]:
    scenario = {"merchant": {"ta_signed": True}, "policy": knobs, "events": events}
    results: list[dict[str, Any]] = replay(scenario, POLICY)["results"]
    return results


@pytest.mark.parametrize(
    "fields",
    [{"ta_days": 90}, {"ta_suspended": True}, {"action": "ta_suspended"}, {"ta_closed_days": 90}, {"suspend_ta": 90}],
)
def test_a_closed_escrow_in_a_ladder(fields: dict[str, Any]) -> None:
    (rung,) = lenient_ladder([{"n": 1, "points": 3, **fields}])
    assert (rung.ta_days, rung.points, rung.close) == (90, 3, False)


@pytest.mark.parametrize("fields", [{"close": True}, {"close_store": True}, {"action": "close_store"}])
def test_a_closed_store_in_a_ladder(fields: dict[str, Any]) -> None:
    (rung,) = lenient_ladder([{"n": 1, **fields}])
    assert rung.close and not rung.ta_days


def test_refusals_while_suspended_count_when_asked_to() -> None:
    events = [refusal(number) for number in range(1, 6)]
    assert run(events)[-1]["reason"] == "ta_suspended"
    counted = run(events, refusal_while_suspended="counts")[-1]
    assert (counted["offence_no"], counted["action"]) == (5, "ta_suspended")


def appeal(**more: Any) -> dict[str, Any]:
    return {"type": "appeal", "rule": "ta_refusal", "ref": "t1", "at": day(2), **more}


@pytest.mark.parametrize(
    ("usd", "ways", "inclusive", "met"),
    [(5000.0, 3, True, True), (4999.99, 3, True, False), (5000, 3, False, False), (5000.01, 3, False, True),
     (9000, 2, True, False)],
)  # fmt: skip
def test_the_example_of_ground_b(usd: float, ways: int, inclusive: bool, met: bool) -> None:
    unusable = ["yidatong", "self_export", "market_procurement"][:ways]
    events = [refusal(1), appeal(ground="b", unusable=unusable, order_usd=usd)]
    result = run(events, usd_5000_inclusive=inclusive)[-1]
    assert (result["appeal"], result["example_met"]) == ("admitted", met)


def test_appealable_and_platform_day() -> None:
    assert run([refusal(1), appeal(ground="a")], appealable=["off_platform"])[-1]["appeal"] == "not_appealable"
    late = appeal(ground="a", at="2021-09-08T23:59:59-07:00")
    assert run([refusal(1), late])[-1]["appeal"] == "out_of_time"
    assert run([refusal(1), late], window_mode="platform_day")[-1]["appeal"] == "admitted"


def test_a_valid_reason_and_no_request_are_no_offences() -> None:
    found = run([refusal(1, refusal="valid_reason"), refusal(2, buyer_requested=False), refusal(3)])
    assert [result.get("reason") for result in found] == ["valid_reason", "buyer_did_not_ask", None]
    assert found[-1]["offence_no"] == 1


def test_a_knob_that_nobody_knows_is_refused() -> None:
    with pytest.raises(InputError, match="luck"):
        with_knobs(POLICY, {"luck": 1})


def test_a_time_without_an_offset_is_refused_and_changes_nothing() -> None:
    found = run([{**refusal(1), "at": "2021-09-01T10:00:00"}, refusal(2)])
    assert "offset" in found[0]["error"]
    assert found[1]["offence_no"] == 1


def test_a_scenario_with_an_unknown_knob_is_replayed_without_it() -> None:
    assert unknown_knobs({"luck": 1, "order": "arrival"}) == ["luck"]
    assert run([refusal(1)], luck=1)[0]["action"] == "warning"


def test_appeal_days() -> None:
    late = appeal(ground="a", at="2021-09-10T10:00:00-07:00")
    assert run([refusal(1), late], appeal_days=9)[-1]["appeal"] == "admitted"


@pytest.mark.parametrize(
    "event",
    [
        "no object",
        {},
        {"at": 5, "type": "status"},
        {"at": day(1), "type": "luck"},
        {**refusal(1), "hits": "x"},
        {**refusal(1), "hits": ["x"]},
        {**refusal(1), "decision": 6},
        {**appeal(ground="b"), "order_usd": "much"},
        {**appeal(ground="b"), "unusable": [1]},
        {"at": day(1), "type": "policy_publish", "rule": "off_platform", "from": "soon", "ladder": []},
        {"at": day(1), "type": "merchant_update", "set": {"authorised_marks": [{"mark": "X", "from": "soon"}]}},
    ],
)
def test_an_event_that_makes_no_sense_is_refused_and_the_others_count(event: Any) -> None:
    found = run([event, refusal(2)])
    assert found[0]["error"] and found[1]["offence_no"] == 1

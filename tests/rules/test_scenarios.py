"""Every scenario comes out as expected, event by event; and the comparison can fail."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from scanner.rules.load import load
from scanner.rules.replay import replay

FOLDER = Path(__file__).parents[2] / "fixtures/policy"
SCENARIOS = [
    json.loads(line)
    for name in ("scenarios.jsonl", "more_scenarios.jsonl")
    for line in (FOLDER / name).read_text("utf-8").splitlines()
]
POLICY = load("alibaba-2021-08")


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario["id"])
def test_scenario(scenario: dict[str, Any]) -> None:
    assert replay(scenario, POLICY)["differs"] == []


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario["id"])
def test_a_changed_expectation_is_noticed(scenario: dict[str, Any]) -> None:
    changed = json.loads(json.dumps(scenario))
    changed["expect"][-1]["balance"] += 1
    changed["expect"][0]["flags"] = ["never"]
    assert len(replay(changed, POLICY)["differs"]) >= 2

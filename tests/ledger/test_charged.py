"""What is charged in labelled trade conversations, against what a fair officer would charge."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from scanner.charged import judge, shares
from scanner.commands.rules_charges import BARS
from scanner.engine import Scanner

FIXTURES = Path(__file__).parents[2] / "fixtures"


def lines(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (FIXTURES / name).read_text("utf-8").splitlines()]


def test_the_innocent_are_left_alone_and_the_guilty_charged(scanner: Scanner) -> None:
    labels = lines("policy/trade_charges.jsonl")
    judged = judge(labels, lines("cases/trade.jsonl"), scanner=scanner)
    found = shares(judged)
    assert sum(count for _, count in found.values()) == len(labels) == 239
    for name, (right, count) in found.items():
        wrong = [item.to_dict() for item in judged if not item.right and item.innocent is (name == "innocent")]
        assert right / count >= BARS[name], wrong

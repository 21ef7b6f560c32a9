"""What stands beside a text in a buffer changes nothing: every labelled text, in several orders."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from scanner import Message, Scanner
from scanner.records import parse_record
from scanner.windows import Windows

CASES = Path(__file__).parents[2] / "fixtures" / "cases"
LABELS = ("expect", "technique", "lang", "note", "skip")


def _messages(name: str) -> list[Message]:
    lines = (CASES / name).read_text(encoding="utf-8").splitlines()
    rows = ({k: v for k, v in json.loads(line).items() if k not in LABELS} for line in lines)
    return [parse_record(row, where=f"{name}:{number}") for number, row in enumerate(rows, 1)]


@pytest.mark.parametrize("seed", [None, 1, 2])
def test_texts_in_any_company(scanner: Scanner, seed: int | None) -> None:
    messages = [m for name in ("contact.jsonl", "trademark_drug_ta.jsonl") for m in _messages(name)]
    if seed is not None:
        random.Random(seed).shuffle(messages)
    alone = [scanner.scan_message(message).hits for message in messages]
    assert sum(map(bool, alone)) > 300
    assert [scan.hits for scan in scanner.scan_many(messages)] == alone


def test_a_digit_row_beside_another(scanner: Scanner) -> None:
    texts = ["型号 一二三四五六七 的", "壹叁玖 零零零零 肆肆壹柒 打这个", "part 5l 20l", "o8l2-oooo-73l4 call me"]
    assert [scan.hits for scan in scanner.scan_many(texts)] == [scanner.scan(text).hits for text in texts]


def test_conversations(scanner: Scanner) -> None:
    messages = list(Windows().over(_messages("trade.jsonl")))
    alone = [scanner.scan_message(message).hits for message in messages]
    assert [scan.hits for scan in scanner.scan_many(messages)] == alone

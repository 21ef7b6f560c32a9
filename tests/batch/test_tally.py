"""The tally counts what passes, merges, travels as JSON, and keeps no contact."""

from __future__ import annotations

import json
import pickle
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from scanner import Merchant, Message, Scan, Scanner
from scanner.batch.bounded import Heaviest
from scanner.batch.scripts import writing_of
from scanner.batch.tally import Exposure, Tally

KEY = b"k" * 32
T0 = datetime(2021, 9, 1, 8, tzinfo=UTC)
TEXTS = (
    "Good morning, the samples are ready",
    "add me on whatsapp +86 138 0013 8000 for a better price",
    "pay by western union outside the platform, no trade assurance please",
    "您好，样品已经做好了",
    "wh@tsapp: +86 138 0013 8000",
    "write to sales@example-factory.com",
)


def rows(scanner: Scanner, count: int = 60) -> list[tuple[Message, Scan]]:
    """Messages of five merchants over ten days, with their scans."""
    messages = [
        Message(
            id=f"m{n}",
            text=TEXTS[n % len(TEXTS)],
            at=T0 + timedelta(hours=4 * n),
            conversation=f"c{n // 6}",
            merchant=Merchant(id=f"shop{n % 5}"),
        )
        for n in range(count)
    ]
    return list(zip(messages, scanner.scan_many(messages), strict=True))


def tally_of(pairs: Sequence[tuple[Message, Scan]]) -> Tally:
    tally = Tally(key=KEY)
    for message, scan in pairs:
        tally.add(message, scan)
    return tally


def test_counts_are_those_of_the_scans(scanner: Scanner) -> None:
    pairs = rows(scanner)
    tally = tally_of(pairs)
    assert tally.records == 60
    assert tally.counts["decision"]["block"] == sum(scan.decision == "block" for _, scan in pairs) > 0
    hits = [hit for _, scan in pairs for hit in scan.hits]
    assert tally.counts["level"].total() == len(hits)
    assert tally.counts["term"][("contact", "whatsapp", "violation")] == 20
    assert sum(entry.blocked for entry in tally.merchants.entries.values()) == tally.counts["decision"]["block"]


@pytest.mark.parametrize("cut", [0, 7, 30, 60])
def test_two_halves_merged_are_the_whole(scanner: Scanner, cut: int) -> None:
    pairs = rows(scanner)
    half = tally_of(pairs[:cut])
    half.merge(pickle.loads(pickle.dumps(tally_of(pairs[cut:]))))
    assert as_compared(half) == as_compared(tally_of(pairs))


def as_compared(tally: Tally) -> object:
    data = tally.to_json()
    data["counts"] = {name: sorted(map(str, items)) for name, items in data["counts"].items()}
    return data


def test_json_and_back(scanner: Scanner) -> None:
    tally = tally_of(rows(scanner))
    text = json.dumps(tally.to_json())
    again = Tally.from_json(json.loads(text), key=KEY)
    assert again.to_json() == tally.to_json()
    again.merge(tally)
    assert again.records == 2 * tally.records


def test_no_contact_is_kept(scanner: Scanner) -> None:
    tally = tally_of(rows(scanner))
    kept = json.dumps(tally.to_json(), ensure_ascii=False).casefold() + str(pickle.dumps(tally)).casefold()
    for secret in ("138 0013", "13800138000", "sales@", "example-factory"):
        assert secret not in kept


def test_a_contact_of_several_merchants_is_one_ring(scanner: Scanner) -> None:
    tally = tally_of(rows(scanner))
    shared = {key: entry for key, entry in tally.contacts.entries.items() if len(entry.merchants) > 1}
    assert len(shared) == 2
    assert tally.digest("8613800138000") in shared
    assert Tally(key=b"x" * 32).digest("8613800138000") not in shared


def test_other_keys_do_not_merge() -> None:
    with pytest.raises(ValueError, match="different keys"):
        Tally(key=KEY).merge(Tally())


def test_the_heaviest_stay_and_the_others_are_counted() -> None:
    counts = Heaviest(Exposure, 10)
    for n in range(100):
        counts.at(f"shop{n}").blocked += 1000 if n == 3 else 1
    assert len(counts.entries) <= 20
    assert counts.ranked()[0][0] == "shop3"
    assert counts.dropped + len(counts.entries) == 100


def test_memory_is_bounded_by_distinct_names(scanner: Scanner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scanner.batch.tally.DAYS", 2)
    tally = tally_of(rows(scanner))
    assert len(tally.counts["day"]) <= 7
    assert tally.counts["day"].total() == 60


@pytest.mark.parametrize(
    ("text", "writing"),
    [
        ("hello there", "ascii"),
        ("¿cuántas unidades?", "latin"),
        ("您好，这个 sample", "han"),
        ("サンプルの見積もり", "kana"),
        ("샘플 준비", "hangul"),
        ("Добрый день", "cyrillic"),
        ("whаtsapp me please", "ascii"),
        ("مرحبا", "arabic"),
        ("สวัสดี", "thai"),
        ("नमस्ते", "devanagari"),
        ("12345 !!", "none"),
        ("", "none"),
        ("😀", "none"),
    ],
)
def test_the_writing_of_a_text(text: str, writing: str) -> None:
    assert writing_of(text) == writing


def test_names_of_any_length_and_half_characters_are_borne(scanner: Scanner) -> None:
    from scanner.batch.report import render  # noqa: PLC0415

    tally = Tally(key=KEY)
    for n in range(3):
        long = f"{'x' * 100_000}{n}\ud800"
        message = Message(
            id=long, text=TEXTS[1] + "\udfff", at=T0, conversation=long, category=long, merchant=Merchant(id=long)
        )
        tally.add(message, scanner.scan_message(message))
    assert len(tally.merchants.entries) == 3
    assert len(json.dumps(tally.to_json())) < 20_000
    render(tally, generated=T0).encode()

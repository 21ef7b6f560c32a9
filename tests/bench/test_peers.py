"""Beside what a team could have today: plain flashtext, `phonenumbers`, the afternoon script. Same cases, same run.

Recall: share of expected findings that any span of the reader touches, which is kinder than our own measure.
Alarms: share of innocent rows with any span at all. Speed: texts a second on ordinary texts, one by one; the row
"in batches" is `scan_many`, whose findings are those of the row above it.

presidio's telephone, e-mail and URL recognisers are in the table where presidio-analyzer is installed. It is no
dependency, not even of the tests: it brings spaCy and 25 packages more, and the full `phonenumbers`, which takes the
place of the lite one that this library uses.
"""

from __future__ import annotations

import importlib.util
import json
import time
from collections.abc import Callable
from pathlib import Path

import phonenumbers
import pytest
from flashtext import KeywordProcessor

from scanner import Scanner
from scanner.records import parse_record
from tests.bench.afternoon import Afternoon
from tests.bench.test_scan_speed import terms_of
from tests.bench.texts import source_name, texts

pytestmark = pytest.mark.bench
CASES = Path(__file__).parents[2] / "fixtures" / "cases"
REGIONS = (
    "CN",
    "US",
    "GB",
    "IN",
    "PK",
    "BD",
    "VN",
    "ID",
    "TH",
    "KR",
    "JP",
    "RU",
    "TR",
    "AE",
    "MX",
    "BR",
    "ES",
    "FR",
    "DE",
    "IT",
)
Reader = Callable[[str], list[tuple[int, int]]]


def _rows() -> list[dict[str, object]]:
    files = ("contact.jsonl", "trademark_drug_ta.jsonl")
    return [json.loads(line) for name in files for line in (CASES / name).read_text(encoding="utf-8").splitlines()]


def _text(row: dict[str, object]) -> str:
    return "\n".join(parse_record(row, where="case").pieces())


def _flashtext(terms: list[str]) -> Reader:
    words = KeywordProcessor()
    for term in terms:
        words.add_keyword(term)
    return lambda text: [(start, end) for _, start, end in words.extract_keywords(text, span_info=True)]


def _phones(text: str) -> list[tuple[int, int]]:
    spans = {(m.start, m.end) for region in REGIONS for m in phonenumbers.PhoneNumberMatcher(text, region)}
    return sorted(spans)


def _presidio() -> Reader:
    """What presidio finds without a language model: the three recognisers that look for contacts."""
    from presidio_analyzer import predefined_recognizers as known  # noqa: PLC0415 - not a dependency

    readers = [known.PhoneRecognizer(supported_regions=REGIONS), known.EmailRecognizer(), known.UrlRecognizer()]

    def spans(text: str) -> list[tuple[int, int]]:
        found = (item for one in readers for item in one.analyze(text, one.supported_entities, None) or ())
        return [(item.start, item.end) for item in found]

    return spans


def _measure(reader: Reader, rows: list[dict[str, object]]) -> tuple[int, int, int, int]:
    """(expected, touched, innocent rows, rows with an alarm)."""
    expected = touched = innocent = alarms = 0
    for row in rows:
        text = _text(row)
        spans = reader(text)
        innocent += not row["expect"]
        alarms += bool(spans) and not row["expect"]
        for wanted in row["expect"]:  # type: ignore[attr-defined]
            start = text.find(wanted["evidence"])
            end = start + len(wanted["evidence"])
            expected += 1
            touched += any(low < end and start < high for low, high in spans)
    return expected, touched, innocent, alarms


def _rate(reader: Callable[[str], object], sample: list[str]) -> float:
    start = time.perf_counter()
    for text in sample:
        reader(text)
    return len(sample) / (time.perf_counter() - start)


def _rate_many(scanner: Scanner, sample: list[str]) -> float:
    list(scanner.scan_many(sample))  # what is made at first use is made
    start = time.perf_counter()
    count = sum(1 for _ in scanner.scan_many(sample * 5))
    assert count == 5 * len(sample)
    return count / (time.perf_counter() - start)


def test_the_table(scanner: Scanner) -> None:
    terms = terms_of(scanner.engine.lexicon)
    rows = _rows()
    by_text = {_text(row): parse_record(row, where="case") for row in rows}

    def ours(text: str) -> list[tuple[int, int]]:
        hits = scanner.scan_message(by_text[text]).hits
        return [(hit.span.start, hit.span.end) for hit in hits if hit.level != "info"]

    readers: dict[str, tuple[Reader, Callable[[str], object]]] = {
        "compliance-scanner": (ours, scanner.scan),
        "flashtext": (flash := _flashtext(terms), flash),
        "afternoon script": (afternoon := Afternoon(terms).reads, afternoon),
        "phonenumbers, 20 regions": (_phones, _phones),
    }
    if importlib.util.find_spec("presidio_analyzer") is not None:
        readers["presidio: phone, e-mail, URL"] = (presidio := _presidio(), presidio)
    sample = texts("listings", 200) + texts("chat", 200) + texts("reviews", 200)
    results = {name: (*_measure(reader, rows), _rate(speed, sample)) for name, (reader, speed) in readers.items()}
    many = _rate_many(scanner, sample)
    print(f"\n{'reader':<28} {'recall':>14} {'alarms':>14} {'texts/s':>10}   ({source_name()})")
    for name, (expected, touched, innocent, alarms, rate) in results.items():
        found, false = f"{touched}/{expected} {touched / expected:.2f}", f"{alarms}/{innocent} {alarms / innocent:.2f}"
        print(f"{name:<28} {found:>14} {false:>14} {rate:>10,.0f}")
    print(f"{'compliance-scanner, in batches':<58} {many:>10,.0f}")
    best = results.pop("compliance-scanner")
    assert all(best[1] > other[1] for other in results.values())
    assert many > best[4]
    assert best[4] > 5 * results["afternoon script"][4]

"""CAS numbers: the check digit, every way of breaking one up, and the numbers that are none."""

from __future__ import annotations

import time

import pytest

from scanner.text.cas import find_cas, has_cas_signal, hyphenated, is_cas
from scanner.text.fold import fold

BROKEN_UP = [
    ("cas 20320-59-6", "20320-59-6"),
    ("Cas 20320 59 6 oil", "20320-59-6"),
    ("20320－59－6", "20320-59-6"),
    ("79099–07–3", "79099-07-3"),
    ("28578_16_7 wax", "28578-16-7"),
    ("2.0.3.2.0-59-6", "20320-59-6"),
    ("CAS: 28578 16 7", "28578-16-7"),
    ("cas no 28578167 powder", "28578-16-7"),
    ("C.A.S. 1451-82-7", "1451-82-7"),
    ("cas号 二八五七八-一六-七", "28578-16-7"),
    ("2O320-59-6", "20320-59-6"),
    ("cas 1 4 5 1 8 2 7", "1451-82-7"),
    ("1451 82 7 stock", "1451-82-7"),
    ("５４４９－１２－７", "5449-12-7"),
    ("28578 dash 16 dash 7", "28578-16-7"),
    ("96-48-0", "96-48-0"),
]
NONE_THERE = [
    "PO 28578-16, invoice 20320-59",
    "HS 2922.39.00, 66 cartons",
    "28578-16-8 has the wrong check digit",
    "born 1972-08-3",
    "12:30:5 and 50 36 2",
    "+86 138-57-27-2999",
    "tel 5449-1270",
    "size 120-60-50 cm",
    "28578167 pieces",
    "",
]


@pytest.mark.parametrize(("text", "number"), BROKEN_UP)
def test_finds_a_number_however_it_is_broken_up(text: str, number: str) -> None:
    folded = fold(text)
    found = find_cas(folded)
    assert [cas.number for cas in found] == [number]
    assert folded[found[0].start].isalnum() and folded[found[0].end - 1].isalnum()
    assert has_cas_signal(folded)


@pytest.mark.parametrize("text", NONE_THERE)
def test_leaves_other_numbers_alone(text: str) -> None:
    assert find_cas(fold(text)) == []


def test_two_numbers_in_a_row() -> None:
    assert [cas.number for cas in find_cas("28578-16-7/20320-59-6, 5449-12-7")] == [
        "28578-16-7",
        "20320-59-6",
        "5449-12-7",
    ]


def test_says_what_it_took_to_read_it() -> None:
    assert find_cas("28578-16-7")[0].evasion == ()
    assert "spaced" in find_cas("28578_16_7")[0].evasion
    assert "leet" in find_cas("2o320-59-6")[0].evasion
    assert "digits" in find_cas("cas 二八五七八-一六-七")[0].evasion


@pytest.mark.parametrize("number", ["50-36-2", "1867-66-9", "2167189-50-4"])
def test_check_digit(number: str) -> None:
    assert is_cas(number)
    wrong = number[:-1] + str((int(number[-1]) + 1) % 10)
    assert not is_cas(wrong)
    assert hyphenated(number.replace("-", "")) == number


@pytest.mark.parametrize("text", ["1-" * 50_000, "cas " * 20_000, "1.2 " * 25_000, "12-34-" * 20_000, "c" * 100_000])
def test_hostile_text_takes_linear_time(text: str) -> None:
    start = time.perf_counter()
    find_cas(text)
    has_cas_signal(text)
    assert time.perf_counter() - start < 3

"""The gate: what stirs it, what does not, and that the look finds nothing where it says no."""

from __future__ import annotations

import pytest

from scanner import Message, Scanner
from scanner.lexicon import Lexicon, Pack, Rule
from scanner.text.fold import fold


@pytest.fixture(scope="module")
def small() -> Scanner:
    """A lexicon of a strong and a weak name."""
    rules = (
        Rule(id="s.strong", term="zalora", category="shops", forms=("zalora",)),
        Rule(id="s.weak", term="brick", category="shops", weak=("brick",), need=("pure", "gram", ":"), near=40),
    )
    return Scanner(Lexicon((Pack(name="shops", category="shops", version="1", rules=rules),)))


@pytest.mark.parametrize(
    "text",
    [
        "we are on zalora",
        "we are on z a l o r a",
        "we are on Z.A.L.O.R.A",
        "zaaaalora is ours",
        "a pure brick",
        "a pure br1ck",
        "brick: come in",
    ],
)
def test_a_name_that_counts_stirs(small: Scanner, text: str) -> None:
    assert small.engine.gate.stirs(fold(text))
    assert small.scan(text).hits


@pytest.mark.parametrize(
    "text",
    [
        "a red brick for your garden",
        "a red br1ck for your garden",
        "a red brick, 16:9",
        "a brick " + "and another " * 10 + "pure",
        "unreal tournament iii",
        "I go to a fair",
        "w h a t a day",
    ],
)
def test_a_name_without_what_it_needs_does_not(small: Scanner, text: str) -> None:
    assert not small.engine.gate.stirs(fold(text))
    assert not small.scan_message(Message(text=text)).hits


@pytest.mark.parametrize("text", ["a red brick", "a red br1ck"])
def test_the_path_of_the_goods_gives_what_is_needed(small: Scanner, text: str) -> None:
    gate = small.engine.gate
    assert gate.stirs_for(fold("Powders > Pure"), fold(text))
    assert not gate.stirs_for(fold("Garden > Walls"), fold(text))
    assert [hit.term for hit in small.scan(text, category="Powders > Pure").hits] == ["brick"]
    assert not small.scan(text, category="Garden > Walls").hits


@pytest.mark.parametrize(
    "text",
    [
        "lucy at gmail punto com",
        "lucy gmail нокта com",
        "one three eight one two three four zero four one seven",
        "138 then 1234 then 0417",
        "138后面1234后面0417",
        "tel O8l2 73I5 OO12",
    ],
)
def test_numbers_and_addresses_stir_in_words_and_letters(scanner: Scanner, text: str) -> None:
    assert scanner.engine.gate.stirs(fold(text))


@pytest.mark.parametrize(
    "text",
    [
        "the point of community work",
        "samsung ln52a650 tv, pn50a550 tv",
        "canon 961 2a001 battery",
        "this phone is the one for often listening at ten",
        "resolution 1680 x 1050, contrast 1,000,000:1",
    ],
)
def test_model_numbers_and_honest_words_do_not(scanner: Scanner, text: str) -> None:
    assert not scanner.engine.gate.stirs(fold(text))
    assert not scanner.scan_message(Message(text=text)).hits


@pytest.mark.parametrize(
    "text",
    [
        *("50_36_2", "50–36–2", "50—36—2", "50-36~2", "50--36--2", "50 - 36 - 2", "5O-36-2", "CAS50362", "cas 50•36*2"),
        *("28981•97*7", "28981/97/7", "28981.97.7", "28981 97 7", "2898l-97-7"),
    ],
)
def test_broken_up_cas_numbers_stir(scanner: Scanner, text: str) -> None:
    assert scanner.engine.gate.stirs(fold(text))
    assert [hit.category for hit in scanner.scan(f"{text} powder").hits] == ["drug"]


@pytest.mark.parametrize("text", ["2021/12/1", "10:30:5", "192.168.10.1", "50-36-3 set", "12.10.2 release"])
def test_dates_and_versions_do_not(scanner: Scanner, text: str) -> None:
    assert not scanner.engine.gate.stirs(fold(text))

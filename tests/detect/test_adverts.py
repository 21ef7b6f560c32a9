"""Numbers as classified adverts hide them, and rows of figures in trade that only look alike.

All numbers are from ranges kept free for fiction.
"""

from __future__ import annotations

import pytest

from scanner import Scanner

HIDDEN = (
    ("7-0-2-5-5-5-0-1-4-4 $$", "7025550144"),
    ("$$ 7-0-2-5-5-5-0-1-4-4 $$", "7025550144"),
    ("702*555*0144 new in town", "7025550144"),
    ("3 1 2 . 5 5 5 . 0 1 7 6", "3125550176"),
    ("604_555_0199", "6045550199"),
    ("604==555==0199", "6045550199"),
    ("604#555#0199", "6045550199"),
    ("604:555:0199", "6045550199"),
    ("604;555;0199", "6045550199"),
    ("604+555+0199", "6045550199"),
    ("604xx555xx0199", "6045550199"),
    ("my digits: 604then555then0199", "6045550199"),
    ("604 5 5 5 zero one nine nine", "6045550199"),
    ("604.555.zero-one-nine-nine", "6045550199"),
    ("area code 604 then 555-0199", "6045550199"),
    ("six0four-555-zero199", "6045550199"),
    ("31two 555 0one76 txt me", "3125550176"),
    ("new in town 2OI 555 0I44", "2015550144"),
    ("TEXT2015550144", "2015550144"),
    ("2015550144 call me", "2015550144"),
    ("201 555 0144", "2015550144"),
    ("triple 9 8765 432", "9998765432"),
    ("llama 55 dos3 cuatro5 seis7 89", "5523456789"),
    ("138#0013#8000", "8613800138000"),
)
FIGURES = (
    "carton 600x400x1200 mm, 25 kg",
    "box 300x200x0150",
    "ratio 100:200:3000 by weight",
    "quantities 100;200;3000 pcs",
    "power 100+200+3000 W",
    "100 then 200 then 3000 pcs next month",
    "we ship 100 and 200 and 3000 units",
    "LED 100°200°3600° rotation",
    "tolerance 0.1 0.2 0.3 0.4 0.5 0.6 0.7",
    "REF2015550144",
    "SKU2015550144",
    "TEL2000 series intercom",
    "text100200300 font",
    "20oil filters 40oil filters, 100 oil filters",
    "8io module 16io 32io plc 2024",
    "item no 201 555 0144",
    "part 201 555 0144 in stock",
    "area code needed for shipping",
)


@pytest.mark.parametrize(("text", "digits"), HIDDEN)
def test_hidden_numbers_are_read(scanner: Scanner, text: str, digits: str) -> None:
    found = [hit.value for hit in scanner.scan(text).hits if hit.category == "contact" and hit.level != "info"]
    assert digits in found


@pytest.mark.parametrize("text", FIGURES)
def test_figures_of_goods_are_left_alone(scanner: Scanner, text: str) -> None:
    assert not [hit for hit in scanner.scan(text).hits if hit.category == "contact" and hit.level != "info"]

"""A category that is only data: tobacco as shipped, and a made-up one."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from scanner import Scanner
from scanner.model import Hit

PACK = """
[pack]
name = "weapons-test"
category = "weapons"
version = "1"
source = "test"
licence = "test"

[cues]
innocent = ["water pistol"]
arms = ["ammunition", "9mm"]

[[rule]]
id = "weapons.pistol"
term = "pistol"
forms = ["pistol"]
weak = ["glock"]
need = ["@arms"]
unless = ["pistol grip"]
hits = ["a real ⟦pistol⟧"]
"""


@cache
def shipped() -> Scanner:
    return Scanner()


def tobacco(text: str, category: str | None = None) -> list[Hit]:
    hits = shipped().scan(text, kind="listing", category=category).hits
    return [hit for hit in hits if hit.category == "tobacco" and hit.level != "info"]


@pytest.mark.parametrize(
    "text",
    [
        "Disposable vape 6000 puffs, mango ice",
        "E-liquid 60 ml 3 mg",
        "nicotine salts 1 L, 20 mg",
        "Marlboro gold, carton of 10 packs, duty free",
        "Shisha tobacco double apple 1 kg",
        "Cuban cigars box of 25",
        "免税香烟 整条批发",
        "одноразки оптом, 5000 затяжек",
        "cigarros eletrônicos no atacado",
        "전자담배 액상 도매",
        "d1sposable v@pe wholesale",
        "no MOQ, original cigarettes",
        "烟·叶 批发",
        "rolling tobacco pouch 50 g",
        "никотин 100 мг/мл оптом",
    ],
)
def test_tobacco_is_found(text: str) -> None:
    assert tobacco(text)


@pytest.mark.parametrize(
    "text",
    [
        "Dual USB charger for cigarette lighter socket",
        "Sofa in tobacco leather",
        "Display cabinet for a vape shop",
        "Stainless pipe fittings, elbow 90",
        "E-liquid bottles 30 ml empty, PET",
        "Photoelectric smoke detector",
        "Camel coloured coat",
        "Coffee pods holder",
        "车载点烟器 双USB",
        "Nicotine free herbal sticks",
        "Crystal light cigarette tray, hand polished",
        "Leather case for 20 cigarettes",
        "We do not sell alcohol or cigarettes",
        "两个多星期没有抽卷烟了",
        "雨烟·叶洛莉兰·凝羽",
        "这款净化器能减少尼古丁",
        "футляр для сигарет, металл",
    ],
)
def test_goods_that_only_sound_like_tobacco_pass(text: str) -> None:
    assert not tobacco(text)


@pytest.fixture
def made_up(tmp_path: Path) -> Scanner:
    (tmp_path / "weapons.toml").write_text(PACK, encoding="utf-8")
    return Scanner(tmp_path)


def levels(scanner: Scanner, text: str, category: str | None = None) -> list[tuple[str, str | None]]:
    return [(hit.level, hit.exception) for hit in scanner.scan(text, category=category).hits]


def test_strong_names_count_at_their_level(made_up: Scanner) -> None:
    assert levels(made_up, "a pistol for sale") == [("violation", None)]


def test_weak_names_need_a_cue_near_or_in_the_goods_path(made_up: Scanner) -> None:
    assert levels(made_up, "glock for sale") == []
    assert levels(made_up, "glock 9mm for sale") == [("violation", None)]
    assert levels(made_up, "glock for sale", "Arms > Ammunition") == [("violation", None)]
    assert levels(made_up, "glock " + "x " * 60 + "9mm") == []


def test_words_behind_and_before_let_off_too(tmp_path: Path) -> None:
    led = PACK.replace("[cues]", '[cues]\nrefusal = ["no", "do not sell"]\nmade_for = ["case for"]')
    (tmp_path / "weapons.toml").write_text(led.replace('"pistol grip"', '"+holster"'), encoding="utf-8")
    scanner = Scanner(tmp_path)
    assert levels(scanner, "pistol holster") == [("info", "homonym")]
    assert levels(scanner, "holster pistol") == [("violation", None)]
    assert levels(scanner, "case for a pistol") == [("info", "homonym")]
    assert levels(scanner, "we do not sell any pistol") == [("info", "refusal")]
    assert levels(scanner, "no deposit: pistol") == [("violation", None)]


def test_innocent_phrases_let_off_with_a_reason(made_up: Scanner) -> None:
    assert levels(made_up, "water pistol for kids") == [("info", "homonym")]
    assert levels(made_up, "pistol grip for drills") == [("info", "homonym")]

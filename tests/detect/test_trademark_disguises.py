"""Every mark of the list, beside goods in many languages, in every disguise: still found, under its own name."""

from __future__ import annotations

import random

import pytest

from scanner import Scanner
from scanner.text.data import data_root

SPELT = {"ray-ban": "Ray-Ban", "stundenglass": "Stündenglass"}
LEET = {"a": "4@", "e": "3", "i": "1!", "o": "0", "s": "5$", "t": "7", "b": "8"}
ALIKE = {"a": "а", "e": "е", "o": "о", "p": "р", "c": "с", "i": "і", "s": "ѕ", "B": "В", "N": "Ν", "M": "М"}


def swap_in(word: str, table: dict[str, str], dice: random.Random, most: int = 2) -> str:
    places = [i for i, char in enumerate(word) if char in table or char.lower() in table]
    for i in dice.sample(places, min(most, len(places))):
        word = word[:i] + dice.choice(table.get(word[i], table.get(word[i].lower(), word[i]))) + word[i + 1 :]
    return word


def full_width(word: str, dice: random.Random) -> str:
    return "".join(chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else char for char in word)


def doubled(word: str, dice: random.Random) -> str:
    i = dice.choice([i for i in range(1, len(word)) if word[i].isalpha()])
    return word[:i] + word[i] + word[i:]


def hidden(word: str, dice: random.Random) -> str:
    i = dice.randrange(1, len(word))
    return f"{word[:i]}\u200b{word[i:]}"


DISGUISES = {
    "plain": (lambda word, dice: word, 0.97),
    "capitals": (lambda word, dice: word.upper(), 0.97),
    "small letters": (lambda word, dice: word.lower(), 0.97),
    "leet": (lambda word, dice: swap_in(word, LEET, dice), 0.97),
    "look-alike letters": (lambda word, dice: swap_in(word, ALIKE, dice), 0.9),
    "full width": (full_width, 0.97),
    "invisible characters": (hidden, 0.97),
    "spaced": (lambda word, dice: " ".join(word.replace(" ", "")), 0.95),
    "dotted": (lambda word, dice: ".".join(word.replace(" ", "")), 0.95),
    "hashtag": (lambda word, dice: "#" + word.replace(" ", "").lower(), 0.95),
    "joined": (lambda word, dice: word.replace(" ", ""), 0.95),
    "a letter doubled": (doubled, 0.9),
}


@pytest.fixture(scope="module")
def scanner() -> Scanner:
    return Scanner(str(data_root() / "trademark"))


def marks_and_goods(scanner: Scanner) -> list[tuple[str, str, list[str]]]:
    """(term, mark as written, names of its goods) of each mark in Latin letters."""
    pack = next(pack for pack in scanner.engine.lexicon.packs if pack.name == "trademark-2021-08")
    out = []
    for rule in pack.rules:
        name = str(rule.extra.get("mark"))
        if rule.id != f"tm.{name}" or not rule.term.replace("ü", "u").replace("．", "").isascii() or name == "18v":
            continue
        sets = [goods.lstrip("@") for goods in pack.settings["mark"][name]["goods"]]
        goods = [phrase.rstrip("*") for each in sets for phrase in pack.cues[each] if len(phrase) > 4]
        out.append((rule.term, SPELT.get(name, rule.term), goods))
    return out


@pytest.mark.parametrize("disguise", DISGUISES)
def test_marks_are_found_in_disguise(scanner, disguise):
    change, floor = DISGUISES[disguise]
    dice = random.Random(disguise)
    tried = found = 0
    for term, spelt, goods in marks_and_goods(scanner):
        for _ in range(4):
            word, ware = change(spelt, dice), dice.choice(goods)
            text = dice.choice([f"{word} {ware} wholesale, 100 pcs", f"hot sale {ware} {word}"])
            hits = [hit for hit in scanner.scan(text, kind="listing").hits if hit.level != "info"]
            tried += 1
            found += any(hit.term == term for hit in hits)
    assert tried >= 100
    assert found >= floor * tried, f"{found} of {tried}"

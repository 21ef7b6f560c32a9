"""Innocent listings and messages about goods whose names also mean a drug: thousands a name, from a grammar.

Written from catalogues and trade letters, not from the packs: what a maker of ice machines, hemp rope, coke,
test strips or K9 trophies writes, with the amounts, purities, parcels and haste of ordinary trade. The goods and
the sentences are in drug_goods.toml. `NAMES` lists the names; `generate(name, n, seed)` gives the same messages
for the same arguments.
"""

from __future__ import annotations

import random
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from scanner.model import Message

_DATA: dict[str, Any] = tomllib.loads((Path(__file__).parent / "drug_goods.toml").read_text(encoding="utf-8"))
_GRAMMAR: dict[str, list[str]] = _DATA["grammar"]
_GOODS: dict[str, dict[str, str]] = _DATA["goods"]
_LISTINGS = 2 / 3
_WITH_PATH = 0.7

NAMES: tuple[str, ...] = tuple(_GOODS)
"""The homonyms there are goods for."""


def generate(name: str, n: int, seed: int) -> Iterator[Message]:
    """`n` innocent messages about one homonym, two thirds listings; KeyError for a name not in `NAMES`."""
    goods = _GOODS[name]
    rng = random.Random(f"{name}/{seed}")
    for _ in range(n):
        yield _message(goods, rng)


def _message(goods: dict[str, str], rng: random.Random) -> Message:
    listing = rng.random() < _LISTINGS
    text = rng.choice(_GRAMMAR["titles" if listing else "letters"]).format(
        item=rng.choice(goods["items"].split("|")),
        adj=rng.choice(_GRAMMAR["adjectives"]),
        size=rng.choice(_GRAMMAR["sizes"]),
        about=rng.choice(goods["about"].split("|")),
        trade=rng.choice(_GRAMMAR["trade"]),
        trade2=rng.choice(_GRAMMAR["trade"]),
    )
    text = text.strip(" ,;|.")
    if not listing:
        return Message(text=text, role="buyer" if rng.random() < 1 / 2 else "seller")
    return Message(text=text, kind="listing", category=goods["path"] if rng.random() < _WITH_PATH else None)

"""Innocent listings round words that are also marks, written out from a grammar.

`fixtures/quality/trademark_innocent.toml` holds templates and slots; `generate` fills them, each listing once.
"""

from __future__ import annotations

import random
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from scanner.model import Message

_FILE = Path(__file__).resolve().parents[2] / "fixtures" / "quality" / "trademark_innocent.toml"
_SLOT = re.compile(r"\{(\w+)\}")
_DEEPEST = 4
"""Slots whose fillers hold slots themselves are filled so many times over."""
_TRIES = 200
"""Draws in a row that may repeat a listing before the grammar counts as used up."""


@cache
def _grammar() -> Mapping[str, Any]:
    return tomllib.loads(_FILE.read_text(encoding="utf-8"))


NAMES: tuple[str, ...] = tuple(sorted(_grammar()["name"]))
"""The marks that have a grammar."""


def generate(name: str, n: int, seed: int) -> Iterator[Message]:
    """`n` innocent listings, all distinct; ValueError when the grammar cannot make so many."""
    table = _grammar()["name"][name]
    slots = {**_grammar()["common"], **table}
    dice = random.Random(f"{name}/{seed}")
    seen: set[str] = set()
    while len(seen) < n:
        text, category = _fresh(table, slots, dice, seen)
        seen.add(text)
        yield replace(_listing(text, category, dice), id=f"{name}-{len(seen)}")


def _fresh(
    table: Mapping[str, Any], slots: Mapping[str, Sequence[str]], dice: random.Random, seen: set[str]
) -> tuple[str, str]:
    for _ in range(_TRIES):
        template, _, category = dice.choice(table["templates"]).partition(" @@ ")
        text = _fill(template, slots, dice)
        if text not in seen:
            return text, category or dice.choice(table["categories"])
    raise ValueError(f"the grammar makes only {len(seen)} listings; give it more slots")


def _fill(template: str, slots: Mapping[str, Sequence[str]], dice: random.Random) -> str:
    text = template
    for _ in range(_DEEPEST):
        text = _SLOT.sub(lambda match: dice.choice(slots[match.group(1)]), text)
    return text


def _listing(text: str, category: str, dice: random.Random) -> Message:
    """A listing as sellers post it: now and then with the first part as its title, or in capitals."""
    head, comma, rest = text.partition(", ")
    style = dice.random()
    if style < 0.3 and comma:
        return Message(kind="listing", category=category or None, title=head, text=rest)
    if style < 0.4:
        text = text.title() if text.isascii() else text
    return Message(kind="listing", category=category or None, text=text)

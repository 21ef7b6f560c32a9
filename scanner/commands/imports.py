"""A list of marks becomes a trademark pack: the text of a TOML file that passes `check`."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from datetime import date

from scanner.commands.marktable import Mark, MarkList, plain


def make_pack(marks: MarkList, *, name: str, month: date, source: str, licence: str) -> str:
    """The text of the pack file: a rule for each mark, with examples of its own."""
    head = {
        "name": name,
        "category": "trademark",
        "version": f"{month.year}.{month.month}.1",
        "source": source,
        "licence": licence,
    }
    lines = ["[pack]", *(f"{key} = {_toml(value)}" for key, value in head.items()), f"from = {month}", ""]
    taken: set[str] = set()
    for mark in marks.marks:
        lines += [*_rule(mark, _id(mark.name, month, taken)), ""]
    return "\n".join(lines)


def _rule(mark: Mark, rule_id: str) -> Iterator[str]:
    """One mark's rule: how it counts follows from what kind of word it is and whether its goods are known."""
    yield "[[rule]]"
    yield f"id = {_toml(rule_id)}"
    yield f"term = {_toml(mark.name)}"
    yield f"forms = {_toml([mark.name])}"
    yield f'risk = "{_risk(mark)}"'
    if mark.goods:
        yield f"goods = {_toml('; '.join(mark.goods))}"
    if mark.ordinary:
        yield "misspell = false"
    else:
        yield f"hits = {_toml([f'⟦{mark.name}⟧ wholesale'])}"
    yield f"passes = {_toml(['no mark in this text'])}"


def _risk(mark: Mark) -> str:
    """low: counts anywhere. medium: worth a look in listings. high, code: counts with its goods alone."""
    if mark.code:
        return "code"
    if mark.ordinary:
        return "high" if mark.goods else "medium"
    return "low"


def _id(name: str, month: date, taken: set[str]) -> str:
    """A rule id: the month and the mark in plain letters, made unique."""
    slug = re.sub(r"[^\w]+", "-", plain(name)).strip("-") or "mark"
    base = rule_id = f"tm.{month:%Y-%m}.{slug}"
    number = 1
    while rule_id in taken:
        number += 1
        rule_id = f"{base}-{number}"
    taken.add(rule_id)
    return rule_id


def _toml(value: str | Sequence[str]) -> str:
    """A TOML string or list of strings; JSON's escapes are TOML's too."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")

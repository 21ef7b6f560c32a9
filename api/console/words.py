"""What the console calls things: the tables of words.toml."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import phonenumbers

from scanner.model import Hit
from scanner.rules.policy import Policy

_LONGEST_LOCAL = 8
"""Digits; a longer number carries its country."""


@cache
def table() -> dict[str, Any]:
    """The whole file."""
    return tomllib.loads((Path(__file__).parent / "words.toml").read_text(encoding="utf-8"))


def said(name: str | None, kind: str) -> str:
    """A name in words of a table (`states`, `exceptions` ...); itself, readable, when it is not in there."""
    text = str(name or "")
    found: str = table()[kind].get(text, text.replace("_", " "))
    return found


def term(name: str) -> str:
    """A term as people write it."""
    found: str = table()["terms"].get(name, name.replace("_", " "))
    return found


def rule_title(rule: str, policy: Policy | None) -> str:
    """A rule of the policy as its label and title."""
    known = None if policy is None else policy.rules.get(rule)
    if known is None:
        return table()["rules"].get(rule) or rule.replace("_", " ")
    return f"{known.label} {known.title}".strip() or rule.replace("_", " ")


def reads_as(hit: Hit) -> str | None:
    """What a disguised hit says when the disguise is undone; None for a plain one."""
    plain = "".join(hit.text.split()).casefold()
    value = hit.value or ""
    if not hit.evasion and (not value or value.casefold() in plain):
        return None
    name = term(hit.term)
    number = value.isascii() and value.isdecimal() and hit.category == "contact" and len(value) > _LONGEST_LOCAL
    shown = _spaced(f"+{value}") if number else value
    return name if not shown else shown if hit.term in ("email", "url", "phone") else f"{name} {shown}"


def _spaced(value: str) -> str:
    """A number as it is read aloud: +86 138 0013 8000; anything else as it is."""
    if not value.startswith("+"):
        return value
    try:
        return phonenumbers.format_number(phonenumbers.parse(value), phonenumbers.PhoneNumberFormat.INTERNATIONAL)
    except phonenumbers.NumberParseException:
        return value


def advice(hit: Hit) -> tuple[str, str]:
    """What a seller is told of a hit: (what is wrong, what to change). Never how it was found.

    A disguised contact is told of in general words only: the exact ones would say which disguise was read.
    """
    found = table()["seller"].get(hit.category, table()["seller"]["other"])
    if not hit.evasion:
        names = (*hit.tags, hit.term)
        found = next((found[name] for name in names if isinstance(found.get(name), dict)), found)
    return str(found["wrong"]), str(found["change"])

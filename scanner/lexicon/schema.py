"""What may stand in a pack file, field by field; every fault is one line with place and cure."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from scanner.lexicon.pack import CLOSE, FURTHEST, OPEN
from scanner.model import LEVELS, TAGS

PACK_FIELDS = ("name", "category", "version", "source", "licence", "from", "until", "description")
RULE_FIELDS: dict[str, str] = {
    "id": "text", "term": "text", "level": "text", "stage": "text", "from": "day", "until": "day",
    "source": "text", "why": "text", "tags": "strings", "evasion": "strings", "forms": "strings",
    "weak": "strings", "atoms": "strings", "patterns": "strings", "misspell": "flag", "need": "strings",
    "near": "reach", "unless": "strings", "hits": "strings", "passes": "strings",
}  # fmt: skip
EXTRA_FIELDS: dict[str, tuple[str, ...]] = {
    "contact": ("channel", "score", "reversible", "role", "kind", "handle", "strength", "domains", "slot"),
    "trademark": ("score", "goods", "scope", "owner", "nice", "risk", "innocent", "confidence", "mark",
                  "reversible", "joined"),
    "drug": ("score", "class", "grade", "inn", "cn", "cas", "brands", "synonyms", "salts", "slang", "emoji",
             "restricted", "substance", "control", "kind", "needs", "other_names", "route", "reversible"),
    "trade_assurance": ("score", "kind", "role", "strength", "slot"),
}  # fmt: skip
"""Fields that a category's rules may have besides; categories not named here take "score", "scope", "goods"."""
_OPEN_EXTRAS = ("score", "scope", "goods", "restricted")


def check_pack_table(table: Mapping[str, Any], where: str) -> Iterator[str]:
    """Faults of a pack file's head and cues."""
    head = table.get("pack")
    if not isinstance(head, Mapping):
        yield f"{where}: no [pack] table; begin with [pack] and name, category, version, source, licence"
        return
    for field in ("name", "category", "version", "source", "licence"):
        if not isinstance(head.get(field), str) or not head[field].strip():
            yield f'{where}: [pack] has no {field}; add {field} = "..."'
    for field in head:
        if field not in PACK_FIELDS:
            yield f"{where}: [pack] knows no field {field!r}{_hint(field, PACK_FIELDS)}"
    yield from _check_days(head, f"{where}: [pack]")
    for name, phrases in table.get("cues", {}).items():
        if not isinstance(phrases, list) or not all(isinstance(p, str) and p.strip() for p in phrases):
            yield f'{where}: cue set {name!r} is not a list of texts; write {name} = ["...", "..."]'


def check_rule_table(
    row: Mapping[str, Any], where: str, category: str, cues: Mapping[str, tuple[str, ...]]
) -> list[str]:
    """Faults of one rule."""
    name = row.get("id")
    if not isinstance(name, str) or not name.strip():
        return [f'{where}: a rule has no id; add id = "..." (never used before, never used again)']
    place = f"{where}: rule {name}"
    return [
        *_check_fields(row, place, category),
        *_check_days(row, place),
        *_check_words(row, place),
        *_check_references(row, place, cues),
        *_check_examples(row, place),
    ]


def _check_fields(row: Mapping[str, Any], place: str, category: str) -> Iterator[str]:
    extras = EXTRA_FIELDS.get(category, _OPEN_EXTRAS)
    for field, value in row.items():
        kind = RULE_FIELDS.get(field)
        if kind is None and field not in extras:
            yield f"{place}: unknown field {field!r}{_hint(field, (*RULE_FIELDS, *extras))}"
        elif kind == "text" and not isinstance(value, str):
            yield f"{place}: {field} is not a text; put it in quotes"
        elif kind == "flag" and not isinstance(value, bool):
            yield f"{place}: {field} is neither true nor false"
        elif kind == "reach" and not (type(value) is int and 0 < value <= FURTHEST):
            yield f"{place}: {field} is no whole number from 1 to {FURTHEST}; write {field} = 120"
        elif kind == "strings" and not _is_strings(value):
            yield f'{place}: {field} is not a list of texts; write {field} = ["..."]'
    if not isinstance(row.get("term"), str) or not str(row.get("term")).strip():
        yield f'{place}: no term; add term = "..."'
    if not any(row.get(field) for field in ("forms", "weak", "patterns", "cas", "emoji", "domains")):
        yield f"{place}: nothing to look for; give it forms, weak or patterns"


def _is_strings(value: object) -> bool:
    return isinstance(value, list | tuple) and set(map(type, value)) <= {str} and all(map(str.strip, value))


def _check_words(row: Mapping[str, Any], place: str) -> Iterator[str]:
    if row.get("level", "violation") not in LEVELS:
        yield f"{place}: level {row['level']!r} is none of {', '.join(LEVELS)}"
    if row.get("stage", "enforce") not in ("enforce", "observe"):
        yield f"{place}: stage {row['stage']!r} is neither enforce nor observe"
    for tag in row.get("tags", ()):
        if tag not in TAGS:
            yield f"{place}: unknown tag {tag!r}{_hint(str(tag), TAGS)}"
    for field in ("forms", "weak"):
        for form in row.get(field, ()) if _is_strings(row.get(field, ())) else ():
            if len(form) > 100:
                yield f"{place}: a form of {len(form)} characters; forms have at most 100"
    if row.get("patterns") and not row.get("atoms"):
        yield f"{place}: patterns without atoms run on every text; name the substrings they cannot do without"


def _check_references(row: Mapping[str, Any], place: str, cues: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    for field in ("need", "unless", "atoms"):
        for name in row.get(field, ()) if _is_strings(row.get(field, ())) else ():
            if name.startswith("@") and name[1:] not in cues:
                hint = _hint(name[1:], tuple(cues))
                yield f"{place}: {field} names cue set {name!r}, which the pack does not define{hint}"


def _check_examples(row: Mapping[str, Any], place: str) -> Iterator[str]:
    for example in row.get("hits", ()) if _is_strings(row.get("hits", ())) else ():
        if example.count(OPEN) != example.count(CLOSE) or example.count(OPEN) > 1:
            yield f"{place}: example {example!r} has unpaired brackets; mark one span with {OPEN} and {CLOSE}"


def _check_days(table: Mapping[str, Any], place: str) -> Iterator[str]:
    days = []
    for field in ("from", "until"):
        value = table.get(field)
        if isinstance(value, str):
            try:
                value = date.fromisoformat(value)
            except ValueError:
                yield f"{place}: {field} {value!r} is no date; write {field} = 2021-08-01"
                continue
        elif value is not None and not isinstance(value, date):
            yield f"{place}: {field} is no date; write {field} = 2021-08-01"
            continue
        days.append(value)
    if len(days) == 2 and days[0] and days[1] and not days[0] < days[1]:
        yield f"{place}: from is not before until; the rule would never hold"


def _hint(word: str, known: tuple[str, ...]) -> str:
    close = difflib.get_close_matches(word, known, n=1)
    return f"; did you mean {close[0]!r}?" if close else ""

"""Texts with their contacts masked, for whoever decides; revealed only on request, and then on record."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from scanner.assess import Ledger
from scanner.engine import Scanner
from scanner.ledger.casefile import turns
from scanner.ledger.evidence import text_of
from scanner.ledger.finals import evidence_of
from scanner.rules.findings import Key

MASK = "•"
"""Stands for a letter or digit of a contact."""

_NUMBER = re.compile(r"\+?\d(?:[ ().\-]{0,2}\d){6,24}")
_OPEN = ("rule", "category", "term", "level", "start", "end", "score", "evasion", "tags", "exception")


def long_numbers(text: str) -> list[tuple[int, int]]:
    """Where numbers of seven digits or more stand: some of them are a telephone's."""
    return [match.span() for match in _NUMBER.finditer(text)]


def masked(scanner: Scanner, text: str, spans: Iterable[tuple[int, int]] = ()) -> str:
    """A text without its contacts: those in `spans`, those the scanner finds, and every long number."""
    found = [(hit.span.start, hit.span.end) for hit in scanner.scan(text).hits if hit.category == "contact"]
    found += long_numbers(text)
    out = list(text)
    for start, end in (*found, *spans):
        for i in range(start, min(end, len(out))):
            if not out[i].isspace():
                out[i] = MASK
    return "".join(out)


def shown(ledger: Ledger, merchant: str, key: Key, conversation: str | None, *, reveal: bool) -> dict[str, Any]:
    """The text of a finding with its hits, and the conversation around it; masked unless `reveal`."""
    evidence = evidence_of(ledger, merchant, key)
    context = turns(ledger, conversation, ledger.policy.zone)
    return {
        "masked": not reveal,
        **_text(ledger.scanner, evidence, reveal=reveal),
        "context": [_turn(ledger.scanner, turn, key[1], reveal=reveal) for turn in context],
    }


def _text(scanner: Scanner, evidence: Mapping[str, Any] | None, *, reveal: bool) -> dict[str, Any]:
    if evidence is None:
        return {"text": None, "hits": []}
    text, hits = text_of(evidence), evidence["hits"]
    if reveal:
        return {"text": text, "hits": [_hit(hit, (*_OPEN, "text", "value", "why")) for hit in hits]}
    spans = [(hit["start"], hit["end"]) for hit in hits if hit["category"] == "contact"]
    return {"text": masked(scanner, text, spans), "hits": [_hit(hit, _OPEN) for hit in hits]}


def _hit(hit: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    return {name: hit.get(name) for name in names}


def _turn(scanner: Scanner, turn: Mapping[str, Any], ref: str, *, reveal: bool) -> dict[str, Any]:
    texts = [str(text) for text in turn["texts"]]
    text = "\n".join([*([str(turn["title"])] if turn.get("title") else []), *texts])
    shown_text = text if reveal else masked(scanner, text)
    return {"ref": turn["ref"], "role": turn["role"], "at": turn["at"], "own": turn["ref"] == ref, "text": shown_text}

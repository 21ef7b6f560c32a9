"""Texts with their contacts masked, for whoever decides; revealed only on request, and then on record."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from scanner.assess import Ledger
from scanner.engine import Scanner
from scanner.ledger.casefile import turns
from scanner.ledger.evidence import text_of
from scanner.ledger.finals import evidence_of
from scanner.model import Hit, Message, Scan, Span
from scanner.rules.findings import Key
from scanner.windows import Windows

Place = tuple[int, int]
"""Where something stands in a text: [start, end)."""

MASK = "•"
"""Stands for a letter or digit of a contact."""

_NUMBER = re.compile(r"\+?\d(?:[ ().\-]{0,2}\d){6,24}")
_OPEN = ("rule", "category", "term", "level", "start", "end", "score", "evasion", "tags", "exception")


def long_numbers(text: str) -> list[Place]:
    """Where numbers of seven digits or more stand: some of them are a telephone's."""
    return [match.span() for match in _NUMBER.finditer(text)]


def is_private(hit: Hit) -> bool:
    """Whether a hit says how to reach somebody; a channel's name alone does not."""
    return hit.category == "contact" and (hit.value is not None or "handle" in hit.tags)


def hidden(text: str, hits: Sequence[Hit]) -> list[Place]:
    """What to mask in a text with these hits: its contacts, and long numbers that no other finding explains.

    A substance's CAS number is no telephone's.
    """
    known = [hit.span for hit in hits if hit.category != "contact"]
    numbers = [place for place in long_numbers(text) if not any(span.overlaps(Span(*place)) for span in known)]
    return [(hit.span.start, hit.span.end) for hit in hits if is_private(hit)] + numbers


def hidden_in_turns(scanner: Scanner, turns: Sequence[Mapping[str, Any]]) -> list[list[Place]]:
    """What to mask in each message of a conversation; a contact given in pieces is masked in every piece."""
    messages = [_message(turn) for turn in turns]
    out: list[list[Place]] = [[] for _ in messages]
    said: dict[str | None, list[int]] = {}
    scans = scanner.scan_many(Windows().over(messages))
    for index, (message, scan) in enumerate(zip(messages, scans, strict=True)):
        mine = said.setdefault(message.sender, [])
        mine.append(index)
        for step, start, end in _places(message.text, scan):
            if len(mine) + step > 0:
                out[mine[step - 1]].append((start, end))
    return out


def _message(turn: Mapping[str, Any]) -> Message:
    return Message(text=turn_text(turn), role=turn["role"], sender=turn["sender"], conversation="shown")


def turn_text(turn: Mapping[str, Any]) -> str:
    """A message of a conversation as one text, a listing's title first."""
    return "\n".join([*([str(turn["title"])] if turn.get("title") else []), *map(str, turn["texts"])])


def _places(text: str, scan: Scan) -> Iterator[tuple[int, int, int]]:
    """(message, start, end) of what is masked; message 0 is the text itself, -1 the one before it."""
    own = scan.text_start
    here = [replace(hit, span=Span(max(0, hit.span.start - own), max(0, hit.span.end - own))) for hit in scan.hits]
    for hit, shifted in zip(scan.hits, here, strict=True):
        if is_private(hit) and hit.parts:
            yield from ((part.message, part.start, part.end) for part in hit.parts)
        elif is_private(hit):
            yield 0, shifted.span.start, shifted.span.end
    others = [hit for hit in here if not is_private(hit)]
    yield from ((0, start, end) for start, end in hidden(text, others))


def masked(text: str, places: Iterable[Place]) -> str:
    """A text with these places masked, spaces left as they are."""
    out = list(text)
    for start, end in places:
        for i in range(start, min(end, len(out))):
            if not out[i].isspace():
                out[i] = MASK
    return "".join(out)


def shown(ledger: Ledger, merchant: str, key: Key, conversation: str | None, *, reveal: bool) -> dict[str, Any]:
    """The text of a finding with its hits, and the conversation around it; masked unless `reveal`."""
    evidence = evidence_of(ledger, merchant, key)
    context = turns(ledger, conversation, ledger.policy.zone)
    places = [[] for _ in context] if reveal else hidden_in_turns(ledger.scanner, context)
    return {
        "masked": not reveal,
        **_text(ledger.scanner, evidence, reveal=reveal),
        "context": [_turn(turn, key[1], place) for turn, place in zip(context, places, strict=True)],
    }


def _text(scanner: Scanner, evidence: Mapping[str, Any] | None, *, reveal: bool) -> dict[str, Any]:
    if evidence is None:
        return {"text": None, "hits": []}
    text, hits = text_of(evidence), evidence["hits"]
    if reveal:
        return {"text": text, "hits": [_named(hit, (*_OPEN, "text", "value", "why")) for hit in hits]}
    known = [*map(hit_of, hits), *scanner.scan(text).hits]
    return {"text": masked(text, hidden(text, known)), "hits": [_named(hit, _OPEN) for hit in hits]}


def _named(hit: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    return {name: hit.get(name) for name in names}


def hit_of(found: Mapping[str, Any]) -> Hit:
    """A hit as it lies in the evidence."""
    return Hit(
        rule=found["rule"], category=found["category"], term=found["term"], level=found["level"],
        span=Span(found["start"], found["end"]), text=found["text"], value=found["value"], score=found["score"],
        evasion=tuple(found["evasion"]), tags=tuple(found["tags"]), why=found["why"], exception=found["exception"],
    )  # fmt: skip


def _turn(turn: Mapping[str, Any], ref: str, places: Sequence[Place]) -> dict[str, Any]:
    text = masked(turn_text(turn), places)
    return {"ref": turn["ref"], "role": turn["role"], "at": turn["at"], "own": turn["ref"] == ref, "text": text}

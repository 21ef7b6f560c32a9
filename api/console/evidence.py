"""A case as a page shows it: the text with its findings and the talk around it, contacts masked until revealed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from api.console import markup, words
from api.console.markup import Mark
from api.masked import long_numbers
from scanner.assess import Ledger
from scanner.ledger.casefile import case
from scanner.ledger.evidence import text_of
from scanner.model import Hit, Message, Scan, Span
from scanner.windows import Windows

_MASKED = 'class="masked"'
AROUND = 6
"""Messages of the conversation shown before and after the one in question."""


def case_view(ledger: Ledger, charge: int, *, revealed: bool) -> dict[str, Any]:
    """The file of a charge with its text, its hits and its conversation made ready for show."""
    file = case(ledger, charge)
    evidence = file["evidence"]
    hits = [] if evidence is None else [_hit(one) for one in evidence["hits"]]
    turns = _turns(ledger, file, revealed=revealed)
    text = None if evidence is None else _text(evidence, hits, revealed=revealed)
    return {
        "file": file,
        "erased": evidence is None,
        "text": text,
        "hits": [_shown(number, hit, revealed=revealed) for number, hit in enumerate(hits, start=1)],
        "turns": turns,
        "maskable": any(_MASKED in str(one) for one in (text, *(turn["text"] for turn in turns))),
    }


def _hit(found: Mapping[str, Any]) -> Hit:
    """A hit as it lies in the evidence."""
    return Hit(
        rule=found["rule"], category=found["category"], term=found["term"], level=found["level"],
        span=Span(found["start"], found["end"]), text=found["text"], value=found["value"], score=found["score"],
        evasion=tuple(found["evasion"]), tags=tuple(found["tags"]), why=found["why"], exception=found["exception"],
    )  # fmt: skip


def _text(evidence: Mapping[str, Any], hits: Sequence[Hit], *, revealed: bool) -> Markup:
    text = text_of(evidence)
    marks = [_mark(hit, number, revealed=revealed) for number, hit in enumerate(hits, start=1)]
    return markup.highlighted(text, [*marks, *([] if revealed else _unexplained(text, hits))])


def _unexplained(text: str, hits: Sequence[Hit]) -> list[Mark]:
    """Long numbers but those that are something else: a substance's CAS number is no telephone's."""
    known = [hit.span for hit in hits if hit.category != "contact"]
    return [mark for mark in _numbers(text) if not any(span.overlaps(Span(mark.start, mark.end)) for span in known)]


def _numbers(text: str) -> list[Mark]:
    """Long numbers, masked: some are a telephone's that nothing found."""
    return [Mark(start, end, 0, "info", masked=True) for start, end in long_numbers(text)]


def _mark(hit: Hit, number: int, *, revealed: bool) -> Mark:
    label = f"{words.said(hit.level, 'levels')}: {words.said(hit.category, 'categories')}, {words.term(hit.term)}"
    return Mark(hit.span.start, hit.span.end, number, hit.level, label, masked=_private(hit) and not revealed)


def _private(hit: Hit) -> bool:
    """Whether a hit says how to reach somebody."""
    return hit.category == "contact" and (hit.value is not None or "handle" in hit.tags)


def _shown(number: int, hit: Hit, *, revealed: bool) -> dict[str, Any]:
    hidden = _private(hit) and not revealed
    return {
        "number": number,
        "hit": hit,
        "reads_as": None if hidden else words.reads_as(hit),
        "evasion": [words.said(name, "evasion") for name in hit.evasion],
        "exception": words.said(hit.exception, "exceptions") if hit.exception else None,
    }


def _turns(ledger: Ledger, file: Mapping[str, Any], *, revealed: bool) -> list[dict[str, Any]]:
    """The conversation near the message in question, every contact in it masked."""
    turns, ref = file["conversation"], file["conduct"]["ref"]
    place = next((i for i, turn in enumerate(turns) if turn["ref"] == ref), 0)
    near = turns[max(0, place - AROUND) : place + AROUND + 1]
    messages = [_message(turn) for turn in near]
    scans = ledger.scanner.scan_many(Windows().over(messages))
    masks = _masks(messages, list(scans)) if not revealed else {}
    return [
        {
            "role": turn["role"],
            "at": turn["at"],
            "own": turn["ref"] == ref,
            "text": markup.highlighted(message.text, masks.get(index, ())),
        }
        for index, (turn, message) in enumerate(zip(near, messages, strict=True))
    ]


def _message(turn: Mapping[str, Any]) -> Message:
    return Message(text="\n".join(turn["texts"]), role=turn["role"], sender=turn["sender"], conversation="shown")


def _masks(messages: Sequence[Message], scans: Sequence[Scan]) -> dict[int, list[Mark]]:
    """What to mask in each message: the contacts in it, those that reach over from the next ones included."""
    out = {index: found for index, message in enumerate(messages) if (found := _numbers(message.text))}
    mine: dict[str | None, list[int]] = {}
    for index, (message, scan) in enumerate(zip(messages, scans, strict=True)):
        said = mine.setdefault(message.sender, [])
        said.append(index)
        for hit in filter(_private, scan.hits):
            own = scan.text_start
            pieces = [(p.message, p.start, p.end) for p in hit.parts] or [(0, hit.span.start - own, hit.span.end - own)]
            for step, start, end in pieces:
                if len(said) + step > 0:
                    out.setdefault(said[step - 1], []).append(Mark(start, end, 0, "info", masked=True))
    return out

"""A case as a page shows it: the text with its findings and the talk around it, contacts masked until revealed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from api.console import markup, words
from api.console.markup import Mark
from api.masked import Place, hidden, hidden_in_turns, hit_of, is_private, turn_text
from scanner.assess import Ledger
from scanner.ledger.casefile import case
from scanner.ledger.evidence import text_of
from scanner.model import Hit

_MASKED = 'class="masked"'
AROUND = 6
"""Messages of the conversation shown before and after the one in question."""


def case_view(ledger: Ledger, charge: int, *, revealed: bool) -> dict[str, Any]:
    """The file of a charge with its text, its hits and its conversation made ready for show."""
    file = case(ledger, charge)
    evidence = file["evidence"]
    hits = [] if evidence is None else [hit_of(one) for one in evidence["hits"]]
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


def _text(evidence: Mapping[str, Any], hits: Sequence[Hit], *, revealed: bool) -> Markup:
    text = text_of(evidence)
    marks = [_mark(hit, number, revealed=revealed) for number, hit in enumerate(hits, start=1)]
    numbers = [] if revealed else hidden(text, [hit for hit in hits if not is_private(hit)])
    return markup.highlighted(text, [*marks, *map(_masked, numbers)])


def _masked(place: Place) -> Mark:
    return Mark(*place, 0, "info", masked=True)


def _mark(hit: Hit, number: int, *, revealed: bool) -> Mark:
    label = f"{words.said(hit.level, 'levels')}: {words.said(hit.category, 'categories')}, {words.term(hit.term)}"
    return Mark(hit.span.start, hit.span.end, number, hit.level, label, masked=is_private(hit) and not revealed)


def _shown(number: int, hit: Hit, *, revealed: bool) -> dict[str, Any]:
    hidden = is_private(hit) and not revealed
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
    places = [[] for _ in near] if revealed else hidden_in_turns(ledger.scanner, near)
    return [
        {
            "role": turn["role"],
            "at": turn["at"],
            "own": turn["ref"] == ref,
            "text": markup.highlighted(turn_text(turn), [_masked(one) for one in found]),
        }
        for turn, found in zip(near, places, strict=True)
    ]

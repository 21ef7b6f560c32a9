"""Findings for people: the text with every finding marked in place, and below it rule, level and reason.

Scanned text is hostile to terminals too: control characters, bidi overrides and, inside findings,
invisible characters are shown by name instead of being sent.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import click

from scanner.model import LEVELS, Hit, Level, Message, Scan

CONTEXT = 60
"""Code points of text shown on each side of a finding in a long text."""
LONG = 400
"""Code points from which a text is shown in excerpts."""

_COLOURS: dict[str, str] = {"violation": "red", "review": "yellow", "info": "green"}
_WORDS: dict[str, str] = {"block": "red", "review": "yellow", "allow": "green"}
_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text under one level, None for plain text; `dim` if it is not the message's own."""

    text: str
    level: Level | None = None
    dim: bool = False


def show(message: Message, scan: Scan) -> Iterator[str]:
    """The lines that show one result; colours are left in, whoever prints takes them out."""
    where = click.style(visible(message.id or "-"), bold=True)
    facts = [message.kind, message.role, *([visible(message.category)] if message.category else [])]
    yield f"{where}  {badge(scan.decision)}  {click.style(' · '.join(facts), dim=True)}"
    text = marked("\n".join(message.pieces()), scan.hits, own=message.own_start())
    yield "  " + text.replace("\n", "\n  ")
    for (what, *reasons), count in Counter(tuple(describe(hit)) for hit in scan.hits).items():
        yield what if count == 1 else f"{what}  ×{count}"
        yield from reasons
    for cause in scan.degraded:
        yield f"    {click.style('cut short', fg='yellow')}  {cause}: look at the rest by hand"


def badge(decision: str) -> str:
    """The decision as a coloured word."""
    return click.style(decision.upper(), fg=_WORDS[decision], bold=True)


def describe(hit: Hit) -> Iterator[str]:
    """One finding in two lines: what and how sure, then why."""
    what = hit.category if hit.category == hit.term else f"{hit.category} · {hit.term}"
    value = f" = {visible(hit.value)}" if hit.value and hit.value != hit.term else ""
    level = click.style(f"{hit.level:<9}", fg=_COLOURS[hit.level])
    yield f"    {level} {what}{value}  {hit.score:.2f}  {click.style(hit.rule, dim=True)}"
    reasons = [visible(hit.why)] if hit.why else []
    if hit.exception:
        reasons.append(f"let off: {hit.exception}" if hit.level == "info" else f"exception: {hit.exception}")
    if hit.evasion:
        reasons.append(f"disguise: {', '.join(hit.evasion)}")
    if hit.tags:
        reasons.append(f"tags: {', '.join(hit.tags)}")
    if reasons:
        yield f"              {'; '.join(reasons)}"


def marked(text: str, hits: Sequence[Hit], *, own: int = 0) -> str:
    """The text, or excerpts of a long one, with findings in ⟦brackets⟧ and in their level's colour.

    What stands before `own` are earlier messages, shown dimly.
    """
    return "".join(_paint(piece) for piece in pieces(text, hits, own=own))


def pieces(text: str, hits: Sequence[Hit], *, own: int = 0) -> Iterator[Piece]:
    """`text` cut at the edges of the findings and at `own`; where findings overlap the graver shows."""
    shown = list(_excerpts(text, hits))
    edges = sorted({edge for hit in hits for edge in (hit.span.start, hit.span.end)})
    if not any(hit.span.start < own < hit.span.end for hit in hits):
        edges = sorted({*edges, own})
    for number, (low, high) in enumerate(shown):
        if low > (shown[number - 1][1] if number else 0):
            yield Piece(" … ", dim=True)
        stops = [low, *(edge for edge in edges if low < edge < high), high]
        for start, end in pairwise(stops):
            yield Piece(text[start:end], _gravest(hits, start, end), dim=end <= own)
    if shown and shown[-1][1] < len(text):
        yield Piece(" …", dim=True)


def visible(text: str, *, invisible: bool = False) -> str:
    """`text` without what a terminal would obey; `invisible` names the characters without width too."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(_shown(char, invisible=invisible) for char in text)


def _excerpts(text: str, hits: Sequence[Hit]) -> Iterator[tuple[int, int]]:
    """Intervals of the text to show: all of a short one, the surroundings of findings in a long one."""
    if len(text) <= LONG:
        yield 0, len(text)
        return
    low, high = 0, 0 if hits else 2 * CONTEXT
    for hit in sorted(hits, key=lambda hit: hit.span):
        start, end = max(0, hit.span.start - CONTEXT), min(len(text), hit.span.end + CONTEXT)
        if start <= high:
            high = max(high, end)
            continue
        if high:
            yield low, high
        low, high = start, end
    yield low, high


def _gravest(hits: Sequence[Hit], start: int, end: int) -> Level | None:
    over = [hit.level for hit in hits if hit.span.start < end and start < hit.span.end]
    return max(over, key=LEVELS.index, default=None)


def _paint(piece: Piece) -> str:
    if piece.level is None:
        shown = visible(piece.text)
        return click.style(shown, dim=True) if piece.dim else shown
    body = visible(piece.text, invisible=True).replace("\n", "⏎\n")
    return click.style(f"⟦{body}⟧", fg=_COLOURS[piece.level], bold=piece.level != "info")


def _shown(char: str, *, invisible: bool) -> str:
    if char.isprintable() or char == "\n":
        return char
    kind = unicodedata.category(char)
    if kind == "Zs" or (kind == "Cf" and char not in _BIDI and not invisible):
        return char
    return chr(0x2400 + ord(char)) if char < " " else f"‹{ord(char):04X}›"

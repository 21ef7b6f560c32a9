"""Talking the escrow down, or calling its order off, and asking for the money another way in the same breath."""

from __future__ import annotations

from collections.abc import Iterator

from scanner.detect.trade_assurance.conduct import Conduct, Scene, hull
from scanner.detect.trade_assurance.events import ESCROW, PAYING, Event
from scanner.detect.trade_assurance.talk import Clause, Sentence
from scanner.lexicon.found import Found

_TERM = "off_platform_payment"
_WAYS = ("bank", "account", "account_phrase", "wire", "details", *PAYING)
_PLACES = ("platform", "gripe", *ESCROW)
_REACH = 160
"""Characters between the complaint and the request, at most."""


def lures(scene: Scene) -> Iterator[Conduct]:
    """ "The escrow takes commission, wire to our bank"; "cancel the order and pay to our account"."""
    blames = [(s, c, e) for s, c in scene.clauses() for e in _blames(c)]
    if not blames:
        return
    for sentence, clause in scene.clauses():
        near = [e for s, c, e in blames if abs(s.number - sentence.number) <= 1 and _apart(clause, c, e)]
        asked = _request(clause) if near and not _dismissed(sentence) else None
        if asked is not None:
            found = next((e.found for e in (*clause.events, near[0]) if e.found), None)
            yield Conduct(_TERM, "violation", *asked, found or _any_found(scene), 0.8)
            return


def _any_found(scene: Scene) -> Found | None:
    return next((e.found for _, c in scene.clauses() for e in c.events if e.found), None)


def _dismissed(sentence: Sentence) -> bool:
    """Whether the sentence warns, promises, or sends the money back instead of asking for it."""
    return (sentence.question and sentence.any("why")) or sentence.any("promise", "fine", "refunded")


def _apart(clause: Clause, other: Clause, blame: Event) -> bool:
    """Whether the request stands beside the complaint and not in the middle of it."""
    return abs(clause.start - blame.start) <= _REACH and (clause is not other or not clause.all(*ESCROW))


def _blames(clause: Clause) -> Iterator[Event]:
    """What is said against the escrow, its fee or its order in a clause."""
    if clause.all("if", "you", "without", "instead_of", "outside", "fine", "block", "card"):
        return
    yield from clause.plain("gripe")
    if clause.all("platform", *ESCROW):
        yield from (e for e in clause.all("bad", "jam") if not _denied(clause, e))
    if clause.all(*_PLACES):
        yield from clause.plain("cancel", "as_paid")
        yield from (e for e in clause.all("pay") if e.negated)


def _denied(clause: Clause, event: Event) -> bool:
    return any(0 <= event.start - e.end <= 12 for e in clause.all("neg"))


def _request(clause: Clause) -> tuple[int, int] | None:
    """Where a clause asks for the money by another way."""
    if clause.plain(*ESCROW) or clause.all("if", "card", "neg"):
        return None
    ways = clause.plain(*_WAYS)
    verbs = clause.plain("pay", "please", "better", "gain")
    verbs += [e for e in clause.events[:1] if e.has("handle")]
    if not ways or not (
        verbs or any(e.has("account_phrase", "direct", "personal", "details", "channel") for e in ways)
    ):
        return None
    beside = [e for e in clause.plain("pay", "better") if -24 <= ways[0].start - e.end <= 24]
    return hull(ways[0], *beside[:1])

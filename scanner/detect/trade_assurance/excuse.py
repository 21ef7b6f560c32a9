"""Excuses: complaints about the escrow, or what other customers do, said instead of a yes."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from scanner.detect.trade_assurance.conduct import Conduct, Scene, hull
from scanner.detect.trade_assurance.events import ESCROW, PAYING, Event
from scanner.detect.trade_assurance.talk import Clause, Sentence


def excuses(scene: Scene) -> Iterator[Conduct]:
    """Complaints about the escrow, said instead of a yes: at review."""
    for sentence, clause in scene.clauses():
        if sentence.question or sentence.any("fine", "promise"):
            continue
        for jam in clause.plain("jam"):
            escrow = clause.escrow or next(iter(sentence.all(*ESCROW)), None)
            if escrow is None or (escrow.found is not None and escrow.found.weak and not escrow.has("short")):
                continue
            if _offered_after(sentence, clause, escrow):
                continue
            inside = clause.start <= escrow.start < clause.end
            start, end = hull(jam, escrow) if inside else (jam.start, jam.end)
            yield Conduct("refusal", "review", start, end, escrow.found, 0.6)
    yield from _others_do(scene)


def pressed(scene: Scene) -> bool:
    """Whether a complaint about the escrow stands beside a request for another way of paying."""
    for sentence in scene.sentences:
        named = sentence.all(*ESCROW)
        if not named or sentence.question or sentence.any("fine", "promise", "warn"):
            continue
        jams = [jam for clause in sentence.clauses for jam in clause.plain("jam")]
        near = scene.sentences[sentence.number : sentence.number + 2]
        paid = [e for s in near for c in s.clauses if c.escrow is None for e in c.plain("bank", "account", *PAYING)]
        if jams and any(e.start > jams[0].start for e in paid):
            return True
    return False


def _offered_after(sentence: Sentence, clause: Clause, escrow: Event) -> bool:
    """ "Poppers, frozen | Trade Assurance accepted": what was said before the offer is said of the goods."""
    later = [c for c in sentence.clauses if c.start >= clause.end and c.start <= escrow.start < c.end]
    return any(c.plain("handle") for c in later)


def _others_do(scene: Scene) -> Iterator[Conduct]:
    """ "All customers pay by T/T" where the escrow is the subject."""
    for sentence, clause in scene.clauses():
        every, bank = clause.plain("every"), clause.plain("bank")
        escrow = scene.escrow_for(clause)
        if every and bank and escrow is not None and clause.escrow is None and not sentence.question:
            start, end = hull(every[0], *chain(bank[:1]))
            yield Conduct("refusal", "review", start, end, escrow.found, 0.6)

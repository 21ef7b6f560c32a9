"""Refusals without a verb: "TA? No need", "the escrow? What for, we are honest"; and eligibility that has stopped."""

from __future__ import annotations

from collections.abc import Iterator

from scanner.detect.trade_assurance.conduct import Conduct, Scene, hull
from scanner.detect.trade_assurance.events import ESCROW, PAYING, Event
from scanner.detect.trade_assurance.stance import refuses
from scanner.detect.trade_assurance.talk import Clause, Sentence

_ASKED = 46
"""Characters of a question that only names the escrow, at most."""
_FIRST = 14
"""Characters before a dismissal that opens its sentence, at most."""
_TAIL, _REASON = 46, 4
"""Characters that may follow a dismissal, and a question of one's own, in its clause."""
_AWAY, _BEFORE = 60, 48
"""Characters between the escrow and the word that sends the buyer elsewhere, behind it and before it."""
_BESIDE = 34
"""Characters between what admits a seller and the word that it has stopped."""


def dismissals(scene: Scene) -> Iterator[Conduct]:
    """ "Trade Assurance? No need between honest people": the question is waved away."""
    for before, sentence in zip(scene.sentences, scene.sentences[1:], strict=False):
        named = before.all(*ESCROW)
        if not (named and before.question and before.end - before.start <= _ASKED) or before.any("why", "if", "you"):
            continue
        word = _opening(sentence, sentence.clauses[0])
        if word is not None and sentence.start >= before.end and not _possible(sentence):
            yield Conduct("refusal", "violation", *hull(word, named[0]), named[0].found)


def _opening(sentence: Sentence, clause: Clause) -> Event | None:
    """The dismissal that a sentence begins with, if its clause says little more."""
    for event in clause.all("dismiss", "why_bother"):
        rest = clause.end - event.end
        if event.start - sentence.start > _FIRST or event.has("fine"):
            return None
        if event.has("dismiss") and rest <= _TAIL and not _limited(clause, event):
            return event
        if event.has("why_bother") and rest <= _REASON:
            return event
    return _bank_instead(sentence)


def _bank_instead(sentence: Sentence) -> Event | None:
    """ "Only bank", said to a question that only names the escrow."""
    for clause in sentence.clauses:
        for only in clause.plain("only"):
            if clause.escrow is None and any(0 <= e.start - only.end <= _REASON for e in clause.plain("bank", *PAYING)):
                return only
    return None


def _limited(clause: Clause, event: Event) -> bool:
    """ "No need to pay extra", "no need for a minimum": something else is not needed."""
    return any(e.start >= event.end for e in clause.all("extra", "block", "min", "moq", "fee", "pay", "card", "warn"))


def _possible(sentence: Sentence) -> bool:
    """ "Not needed, but we can open it": it may be had all the same."""
    return any(c.plain("able", "handle") and c.all("yet", "also", "but") for c in sentence.clauses[1:])


def sent_away(scene: Scene) -> Iterator[Conduct]:
    """ "If you must have the escrow, ask another factory": the buyer who wants it is sent elsewhere."""
    for sentence in scene.sentences:
        if sentence.question or sentence.any("fine", "warn", "promise"):
            continue
        for named in sentence.all(*ESCROW)[:1]:
            away = [e for e in sentence.all("elsewhere") if 0 <= e.start - named.end <= _AWAY and not e.negated]
            before = [e for e in sentence.all("elsewhere") if 0 <= named.start - e.end <= _BEFORE]
            told = away[:1] or [e for e in before if sentence.any("if")][:1]
            others = [e for e in sentence.all("handle", "refuse", "unable") if not e.has("elsewhere")]
            if told and not named.negated and not any(map(refuses, others)):
                yield Conduct("refusal", "violation", *hull(told[0], named), named.found)


def halts(scene: Scene) -> Iterator[Conduct]:
    """ "Our eligibility is closed until May": beside the escrow's name a reason that may be valid, at review."""
    for sentence in scene.sentences:
        named = sentence.all(*ESCROW)
        if not named or sentence.question or sentence.any("warn", "fine", "promise", "unwilling"):
            continue
        for clause in sentence.clauses:
            pair = _stopped(clause)
            if pair is not None:
                yield Conduct("objective_reason", "review", *hull(*pair), named[0].found, 0.7)
                break


def _stopped(clause: Clause) -> tuple[Event, Event] | None:
    """What admits a seller, or the escrow named before, with the word for its having stopped."""
    for halted in clause.plain("halted"):
        escrow = [e for e in clause.all(*ESCROW) if halted.has("serviced") and e.end <= halted.start]
        for standing in (*clause.all("standing"), *escrow):
            if 0 <= max(standing.start, halted.start) - min(standing.end, halted.end) <= _BESIDE:
                return standing, halted
    return None


__all__ = ["dismissals", "halts", "sent_away"]

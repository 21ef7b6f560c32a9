"""Bargains about parts: one part through the escrow and another round it, a lower sum in it, another price for it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from scanner.detect.trade_assurance.conduct import hull
from scanner.detect.trade_assurance.events import ESCROW, PAYING, Event
from scanner.detect.trade_assurance.near import distance
from scanner.detect.trade_assurance.talk import Clause, Sentence

_NEAR = 40
"""Characters between a part of the payment and the way it is paid, at most."""
_TOLD, _RIGHT_BY = 30, 8
"""Characters between a sum and the word that says what it is, or that writes it, at most."""
_WAYS = ("bank", "account", "account_phrase", "wire", *PAYING)


def of_shares(sentence: Sentence) -> Iterator[tuple[tuple[int, int], Event]]:
    """Parts, sums and prices that differ between the escrow and another way; with the escrow they are about."""
    named = [e for e in sentence.all(*ESCROW) if not e.negated]
    if not named or sentence.question or sentence.any("fine", "also", "warn", "promise", "past", "both"):
        return
    apart = (_split(sentence, named), _paid_first(sentence, named[0]), _low_value(sentence))
    for_show = (_under_declared(sentence), _for_show(sentence))
    for span in (*apart, *for_show, _yours(sentence), _requoted(sentence), _worse(sentence)):
        if span is not None:
            yield span, named[0]


def _split(sentence: Sentence, named: Sequence[Event]) -> tuple[int, int] | None:
    """ "Deposit by wire, balance through the escrow"; "the escrow is fine, but freight by PayPal"."""
    taken = [(part, name) for c in sentence.clauses for name in c.all(*ESCROW) if (part := _part(c, name))]
    for clause in sentence.clauses:
        for way in clause.plain(*_WAYS):
            part = _part(clause, way)
            if part is None or _through(clause, way):
                continue
            apart = any(other is not part for other, _ in taken)
            after = clause.escrow is None and named[0].end <= way.start and clause.plain("yet", "first", "must")
            if apart or (after and not part.has("number")) or _before(sentence, clause, way, named):
                return hull(way, part)
    return None


def _before(sentence: Sentence, clause: Clause, way: Event, named: Sequence[Event]) -> bool:
    """ "We open the escrow's order after you pay 50% to our account"."""
    ties = [e for e in sentence.all("after", "only_if", "only") if named[0].end <= e.start < way.start]
    return bool(ties) and way.has("account", "account_phrase", *PAYING) and bool(clause.plain("pay", "account_phrase"))


def _paid_first(sentence: Sentence, name: Event) -> tuple[int, int] | None:
    """ "First the deposit, then we open the escrow's order": paid before there is one."""
    opener = [e for e in sentence.all("opener") if not e.negated and 0 <= name.start - e.end <= 16]
    if not opener or any(0 <= name.start - e.end <= 2 for e in sentence.all("through", "inside")):
        return None
    ties = [e for e in sentence.all("first", "after", "only_if") if e.start <= opener[-1].start]
    paid = [e for e in sentence.all("pay") if not e.negated and e.start < opener[-1].start]
    return hull(paid[0], name) if ties and paid and ties[0].start <= paid[-1].end + 12 else None


def _part(clause: Clause, way: Event) -> Event | None:
    """The part of the payment that goes this way: the nearest one in the clause, no other way between."""
    parts = [e for e in clause.all("part", "rest", "small", "number") if e is not way and not e.negated]
    parts = [e for e in parts if not e.has("number") or e.has("percent_sign")]
    others = [e.start for e in clause.all(*_WAYS, *ESCROW) if e is not way]
    near = [e for e in parts if abs(distance(e, way)) <= _NEAR and not any(_between(e, way, at) for at in others)]
    return min(near, key=lambda e: abs(distance(e, way)), default=None)


def _between(one: Event, other: Event, at: int) -> bool:
    return min(one.start, other.start) < at < max(one.start, other.start)


def _through(clause: Clause, way: Event) -> bool:
    """Whether the way is one of the escrow's own: "by T/T in the escrow's order"."""
    for name in clause.all(*ESCROW):
        between = [e for e in clause.all("part", "rest", "small", "yet") if way.end <= e.start < name.start]
        if 0 <= name.start - way.end <= 24 and not between and clause.all("through", "inside"):
            return True
    return False


def _low_value(sentence: Sentence) -> tuple[int, int] | None:
    """ "The escrow's order over half of the value": less in it than is paid."""
    for clause in sentence.clauses:
        low = clause.plain("low_value")
        if low and clause.escrow is not None:
            return hull(low[0], clause.escrow)
    return None


def _under_declared(sentence: Sentence) -> tuple[int, int] | None:
    """ "We write 500 in the order, the real 8,200 you pay to ...": a sum in the order, another that is paid."""
    sums = [n for n in sentence.all("number") if n.value and not n.has("percent_sign") and not _counts(sentence, n)]
    for real in sentence.all("real"):
        written = [n for n in sums if n.end <= real.start and _written(sentence, n)]
        if not written:
            continue
        more = [n for n in sums if abs(distance(n, real)) <= _TOLD and (n.value or 0) > (written[-1].value or 0)]
        ways = sentence.all("bank", "wire", *PAYING)
        ways += [e for c in sentence.clauses if c.escrow is None for e in c.plain("pay")]
        paid = [e for e in ways if abs(distance(e, real)) <= _TOLD and not e.negated]
        if more or paid:
            return hull(written[-1], real)
    return _typed(sentence, sums)


def _typed(sentence: Sentence, sums: Sequence[Event]) -> tuple[int, int] | None:
    """ "In the order we type 999, you pay us 6,300 by bank": the greater sum goes another way in another clause."""
    for clause in sentence.clauses:
        written = [n for n in clause.all("number") if n in sums and clause.escrow and _right_by(clause, n)]
        for other in sentence.clauses if written else ():
            ways = other.plain("bank", "wire", "account", "account_phrase", *PAYING)
            more = [n for n in other.all("number") if n in sums and (n.value or 0) > (written[0].value or 0)]
            if ways and more and other.escrow is None and other.start >= clause.end:
                return hull(written[0], more[0])
    return None


def _right_by(clause: Clause, number: Event) -> bool:
    return any(0 <= number.start - e.end <= _RIGHT_BY for e in clause.all("write_in"))


def _written(sentence: Sentence, number: Event) -> bool:
    """Whether a sum is one that is written into something."""
    return any(abs(distance(e, number)) <= _TOLD for e in sentence.all("write_in", "token"))


def _counts(sentence: Sentence, number: Event) -> bool:
    """Whether a number counts pieces or days."""
    return any(0 <= e.start - number.end <= 2 for e in sentence.all("count", "days"))


def _for_show(sentence: Sentence) -> tuple[int, int] | None:
    """ "The order is a formality, the rest by bank": an order for show, the money round it."""
    for token in sentence.all("token"):
        paid = sentence.all("bank", "wire", "real", "rest", "account", *PAYING)
        paid = [e for e in paid if not e.negated and not e.has("token")]
        if not token.negated and paid:
            named = sentence.all(*ESCROW)
            return hull(token, min(named, key=lambda e: abs(distance(e, token))))
    return None


def _yours(sentence: Sentence) -> tuple[int, int] | None:
    """ "The escrow's fee is yours": what it costs is passed on."""
    for clause in sentence.clauses:
        yours, fees = clause.plain("yours", "your_side"), clause.all("fee")
        if yours and fees and clause.escrow is not None and not clause.all("card", "fee_of_platform", "neg"):
            return hull(fees[0], yours[0])
    return None


def _requoted(sentence: Sentence) -> tuple[int, int] | None:
    """ "The price is for T/T, with the escrow it changes"."""
    if not sentence.any("unit_price"):
        return None
    for clause in sentence.clauses:
        again = clause.plain("requote")
        if again and clause.escrow is not None and abs(distance(again[0], clause.escrow)) <= _NEAR:
            return hull(again[0], clause.escrow)
    return None


def _worse(sentence: Sentence) -> tuple[int, int] | None:
    """ "With the escrow you pay all in advance and get no samples": two worse terms, or one against another way's."""
    first = sentence.clauses[0]
    if first.escrow is None or not any(0 <= first.escrow.start - e.end <= 6 for e in first.all("through", "if")):
        return None
    worse = [e for e in sentence.all("worse") if e.start > first.escrow.start]
    against = sentence.any("otherwise") and any(c.plain("bank") and c.escrow is None for c in sentence.clauses)
    return hull(worse[0], worse[-1]) if len(worse) > 1 or (worse and against) else None

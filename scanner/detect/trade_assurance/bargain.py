"""Conditions that take more than a clause to say: shares, two prices, two delivery times, a favour first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from scanner.detect.trade_assurance.conduct import hull
from scanner.detect.trade_assurance.events import ESCROW, PAYING, Event
from scanner.detect.trade_assurance.near import distance, unit_of
from scanner.detect.trade_assurance.talk import Sentence

_DEAREST = 1.7
"""How much dearer the escrow may be made and still be the same goods at another price."""


def of_sentence(sentence: Sentence) -> Iterator[tuple[tuple[int, int], Event]]:
    """Conditions that need more than one clause: shares, two prices, two delivery times, a review first."""
    named = sentence.all(*ESCROW)
    if not named or sentence.any("fine", "both"):
        return
    for span in (
        _sooner(sentence),
        _shares(sentence, named),
        _parts(sentence),
        _rest_here(sentence),
        _kinds(sentence),
        _two_numbers(sentence),
        _favour(sentence),
        _delay(sentence),
        _stretched(sentence),
        _dearer(sentence),
    ):
        if span is not None:
            yield span, named[0]


def _shares(sentence: Sentence, named: Sequence[Event]) -> tuple[int, int] | None:
    """ "A small amount on the escrow and the rest by T/T"."""
    for rest in sentence.all("rest"):
        for bank in sentence.all("bank", "account", *PAYING):
            through = [e for e in named if 0 <= e.start - bank.end <= 14]
            if rest.negated or bank.negated or through or not -24 <= bank.start - rest.end <= 34:
                continue
            if any(rest.start < e.start < bank.start for e in named):
                continue
            return hull(rest, bank)
    return None


def _rest_here(sentence: Sentence) -> tuple[int, int] | None:
    """ "30% by wire first, then the balance through the escrow"."""
    for one, other in pairwise(sentence.clauses):
        bank = one.plain("bank", "account")
        if bank and one.escrow is None and one.all("number", "pay") and other.escrow and other.all("rest"):
            return hull(one.all("number", "pay")[0], bank[0])
    return None


def _parts(sentence: Sentence) -> tuple[int, int] | None:
    """ "20% through the escrow, 80% by wire"."""
    share = [c for c in sentence.clauses if any(n.has("percent_sign") for n in c.all("number"))]
    if not any(c.escrow for c in share):
        return None
    for clause in share:
        bank = clause.plain("bank")
        if bank and clause.escrow is None and not clause.all("fee_of_platform", "gain"):
            return hull(bank[0], clause.all("number")[0])
    return None


def _kinds(sentence: Sentence) -> tuple[int, int] | None:
    """ "The first order by T/T, from the second the escrow": one kind of order is kept from it."""
    for clause in sentence.clauses:
        bank = clause.plain("bank", *PAYING)
        small = clause.plain("small")
        others = [e for e in sentence.all("small", "first") if not clause.start <= e.start < clause.end]
        if (
            bank
            and small
            and clause.escrow is None
            and not clause.all("only_for")
            and (others or clause.all("must", "yet"))
        ):
            return hull(small[0], bank[0])
    return None


def _sooner(sentence: Sentence) -> tuple[int, int] | None:
    """The other half of that: "... from the second order we can use the escrow", told where it stands."""
    if not any(c.plain("bank", *PAYING) and not c.escrow and not c.all("only_for") for c in sentence.clauses):
        return None
    for clause in sentence.clauses:
        later = [e for e in clause.plain("small", "later") if clause.escrow and e.end <= clause.escrow.start]
        if later and clause.escrow and not clause.escrow.negated and not clause.all("also"):
            return hull(later[0], clause.escrow)
    return None


def _two_numbers(sentence: Sentence) -> tuple[int, int] | None:
    """Two prices or two delivery times, one with the escrow and one without."""
    turns = ("otherwise", "bank", "without", "unable", "instead_of", "becomes")
    if not sentence.any(*turns) or not sentence.any("unit_price", "longer", "days", "money"):
        return None
    numbers = [e for e in sentence.all("number") if not e.has("percent_sign") and e.value]
    for one, other in pairwise(numbers):
        low, high = sorted((one.value or 0.0, other.value or 0.0))
        timed = (
            (sentence.any("longer") or _both_times(sentence, one, other))
            and high >= 1.3 * low
            and high <= 10 * low
            and low >= 3
        )
        if timed or (sentence.any("unit_price") and low < high <= _DEAREST * low):
            return hull(one, other)
    return None


def _both_times(sentence: Sentence, one: Event, other: Event) -> bool:
    """Whether both numbers count days or weeks, one in a clause that names the escrow, one in another."""
    places = [
        c for n in (one, other) for c in sentence.clauses if n in c.events and any(u.has("days") for u in unit_of(c, n))
    ]
    return len(places) == 2 and bool(places[0].escrow) != bool(places[1].escrow)


def two_prices(one: Sentence, other: Sentence) -> tuple[int, int] | None:
    """A price with the escrow in one sentence, another by T/T in the next."""
    if bool(one.any(*ESCROW)) == bool(other.any(*ESCROW)):
        return None
    if not (one.any("unit_price") and other.any("unit_price") and (one.any("bank") or other.any("bank"))):
        return None
    first, second = one.all("number"), other.all("number")
    if len(first) != 1 or len(second) != 1:
        return None
    low, high = sorted((first[0].value or 0.0, second[0].value or 0.0))
    return hull(second[0]) if low < high <= _DEAREST * low else None


def _favour(sentence: Sentence) -> tuple[int, int] | None:
    """A good review or an early receipt as the price of the escrow."""
    favours = [e for e in sentence.all("review5") if not e.negated]
    if sentence.any("done"):
        return None
    ties = sentence.all("only", "first", "if", "must", "yet")
    if favours and ties and not (len(ties) == 1 and ties[0].start > favours[0].end + 60):
        return hull(favours[0], min(ties, key=lambda e: abs(distance(e, favours[0]))))
    return None


def _dearer(sentence: Sentence) -> tuple[int, int] | None:
    """ "By T/T 5% discount", said beside the escrow: the escrow's price without it is the higher one."""
    for clause in sentence.clauses:
        gain, bank, number = clause.plain("gain"), clause.plain("bank"), clause.all("number")
        if gain and bank and number and clause.escrow is None and not clause.all("fee_of_platform"):
            return hull(gain[0], bank[0])
    return None


def _stretched(sentence: Sentence) -> tuple[int, int] | None:
    """ "By the escrow the lead time doubles"."""
    for clause in sentence.clauses:
        times, growth = clause.plain("longer"), clause.plain("stretch")
        if times and growth and clause.escrow and abs(distance(times[0], growth[0])) <= 20:
            return hull(times[0], growth[0])
    return None


def _delay(sentence: Sentence) -> tuple[int, int] | None:
    """ "With the escrow delivery takes 10 days longer": more days for an order through it."""
    for clause in sentence.clauses:
        days = [n for n in clause.all("number") if any(e.has("days") for e in (n, *unit_of(clause, n)))]
        late = clause.plain("delay")
        units = [event for number in days for event in (number, *unit_of(clause, number))]
        late += [e for e in clause.plain("extra") if any(abs(distance(e, unit)) <= 3 for unit in units)]
        first = next(iter(sentence.all(*ESCROW)))
        due = first.start < late[0].end if late else False
        if days and late and (due or clause.all("if")) and (clause.escrow or sentence.any("if")):
            return hull(late[0], days[0])
    return None

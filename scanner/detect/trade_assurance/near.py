"""Numbers in a clause: which stands by a word, in what unit, how far."""

from __future__ import annotations

from scanner.detect.trade_assurance.events import Event
from scanner.detect.trade_assurance.talk import Clause

NEAR = 26
"""Characters between a word and its number, at most."""


def number_beside(clause: Clause, event: Event) -> Event | None:
    """The number next to a word, unless it is a count of days that are no delay or a share of the payment."""
    near = [n for n in clause.all("number") if abs(distance(event, n)) <= NEAR]
    return min(near, key=lambda n: abs(distance(event, n)), default=None)


def is_amount(clause: Clause, number: Event) -> bool:
    """Whether a number is a percentage or a sum of money."""
    return number.has("percent_sign", "currency") or any(e.has("percent", "money") for e in unit_of(clause, number))


def unit_of(clause: Clause, number: Event) -> list[Event]:
    """The unit written after a number, or the currency before it; one at most."""
    units = clause.all("percent", "money", "days", "count")
    after = [e for e in units if 0 <= e.start - number.end <= 2]
    return (after or [e for e in units if e.has("money") and 0 <= number.start - e.end <= 2])[:1]


def distance(one: Event, other: Event | None) -> int:
    if other is None:
        return 10_000
    return max(one.start, other.start) - min(one.end, other.end)

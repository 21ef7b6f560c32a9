"""Conditions put on the escrow: a higher price, a minimum, a longer delivery, only samples, a good review."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from scanner.detect.trade_assurance.conduct import Conduct, Scene, hull
from scanner.detect.trade_assurance.events import ESCROW, PAYING, Event
from scanner.detect.trade_assurance.talk import Clause, Sentence

_TERM = "conditional_use"
_NEAR = 26
_DEAREST = 1.7
"""How much dearer the escrow may be made and still be the same goods at another price."""


def conditions(scene: Scene) -> Iterator[Conduct]:
    """Every condition, in clauses that speak of the escrow or stand in a sentence that does."""
    for sentence, clause in scene.clauses():
        escrow = clause.escrow or _spoken_of(scene, sentence, clause)
        if escrow is None or clause.all("homonym", "promise"):
            continue
        for span in _of_clause(scene, sentence, clause, escrow):
            yield Conduct(_TERM, "violation", *span, escrow.found)
    for sentence in scene.sentences:
        for span, escrow in _of_sentence(sentence):
            yield Conduct(_TERM, "violation", *span, escrow.found)
    for one, other in pairwise(scene.sentences):
        if prices := _two_prices(one, other):
            named = [*one.all(*ESCROW), *other.all(*ESCROW)]
            yield Conduct(_TERM, "violation", *prices, named[0].found)


def _spoken_of(scene: Scene, sentence: Sentence, clause: Clause) -> Event | None:
    named = sentence.all(*ESCROW)
    if named:
        return named[0]
    return scene.escrow_for(clause) if clause.all("only", "if", "pronoun") else None


def _of_clause(scene: Scene, sentence: Sentence, clause: Clause, escrow: Event) -> Iterator[tuple[int, int]]:
    own = clause.escrow is not None
    if span := _surcharge(sentence, clause, own=own):
        yield span
    if span := _only(sentence, clause, escrow, own=own):
        yield span
    if own and (span := _minimum(sentence, clause)):
        yield span
    if span := _kind_of_order(clause):
        yield span
    if own and (span := _no_discount(clause, escrow)):
        yield span


def _surcharge(sentence: Sentence, clause: Clause, *, own: bool) -> tuple[int, int] | None:
    """ "+4%", "5% higher", "costs an additional USD 80"."""
    if clause.all("fee_of_platform", "fine"):
        return None
    for extra in clause.plain("extra"):
        if not own and not _led_to(sentence, extra):
            continue
        number = extra if extra.has("number") else _beside(clause, extra)
        if number is not None and (not extra.has("weak_extra") or _is_amount(clause, number)):
            return hull(extra, number, *_unit(clause, number))
        if own and not extra.has("weak_extra") and abs(_distance(extra, clause.escrow)) <= 40:
            return hull(extra, clause.escrow) if clause.escrow else None
        if clause.all("yet") and not extra.has("weak_extra"):
            return extra.start, extra.end
    return None


def _is_amount(clause: Clause, number: Event) -> bool:
    """Whether a number is a percentage or a sum of money."""
    return number.has("percent_sign", "currency") or any(e.has("percent", "money") for e in _unit(clause, number))


def _led_to(sentence: Sentence, extra: Event) -> bool:
    """Whether the escrow is named before the extra, or after it as the case in which it is due."""
    if any(e.start < extra.start for e in sentence.all(*ESCROW)):
        return True
    return any(c.escrow and c.all("if") for c in sentence.clauses if c.start > extra.start)


def _beside(clause: Clause, event: Event) -> Event | None:
    """The number next to a word, unless it is a count of days that are no delay or a share of the payment."""
    near = [n for n in clause.all("number") if abs(_distance(event, n)) <= _NEAR]
    return min(near, key=lambda n: abs(_distance(event, n)), default=None)


def _unit(clause: Clause, number: Event) -> list[Event]:
    """The unit written after (or before) a number."""
    return [e for e in clause.all("percent", "money", "days") if abs(_distance(e, number)) <= 2][:1]


def _distance(one: Event, other: Event | None) -> int:
    if other is None:
        return 10_000
    return max(one.start, other.start) - min(one.end, other.end)


def _only(sentence: Sentence, clause: Clause, escrow: Event, *, own: bool) -> tuple[int, int] | None:
    """ "only for samples", "only if you pay 100%", "only above 3000 USD"."""
    ifs = [e for e in clause.plain("if") if own and e.start > escrow.end and not clause.all("also")]
    for only in [*clause.plain("only", "only_for"), *ifs]:
        limits = [e for e in clause.all("small", "review5", "min", "if") if e is not only and not e.negated]
        limits += clause.plain("extra") if any(e.has("if") for e in limits) or only.has("if") else []
        limits = [e for e in limits if not e.has("min") or _beside(clause, e) is not None]
        limits = [e for e in limits if e.start >= only.start or e.has("min", "small", "review5")]
        if not own and not only.start - escrow.end <= 60:
            continue
        if limits and not clause.all("fine"):
            number = _beside(clause, limits[0]) if limits[0].has("min") else None
            return hull(only, limits[0], *([number, *_unit(clause, number)] if number else []))
        number = _beside(clause, only) if only.has("only_for") else None
        if number is not None and own and _is_amount(clause, number) and not number.has("percent_sign"):
            return hull(only, number, *_unit(clause, number))
        if only.has("only") and only.has("if") and own and clause.all("pay", "review5"):
            return hull(only, clause.all("pay", "review5")[0])
    return None


def _minimum(sentence: Sentence, clause: Clause) -> tuple[int, int] | None:
    """ "Trade Assurance from 3000 USD"; "any amount" and counts of days are none."""
    if clause.all("also", "fine", "fee_of_platform", "block") or sentence.any("reason", "gain"):
        return None
    if any(e.start < clause.all(*ESCROW)[0].start for e in clause.all("if")):
        return None
    for low in [*clause.plain("min"), *_for_escrow(clause)]:
        number = _beside(clause, low)
        if low.has("moq"):
            number = next((n for n in clause.all("number") if 0 <= n.start - low.end <= 45), None)
        if number is None or number.start < low.start - 14:
            continue
        unit = _unit(clause, number)
        if any(e.has("days") for e in unit) or number.has("percent_sign") or any(e.has("percent") for e in unit):
            continue
        if unit or number.has("currency") or (number.value or 0) >= 300:
            return hull(low, number, *unit)
    return None


def _for_escrow(clause: Clause) -> list[Event]:
    """ "Minimum order for Trade Assurance", which is no minimum of the goods."""
    names = clause.all(*ESCROW)
    return [e for e in clause.all("moq") if any(0 <= n.start - e.end <= 14 or 0 <= e.start - n.end <= 4 for n in names)]


def _kind_of_order(clause: Clause) -> tuple[int, int] | None:
    """ "for bulk orders never", "for samples yes"."""
    for small in clause.all("small"):
        for no in clause.all("neg"):
            last = clause.end - no.end <= 2
            if last and 0 <= no.start - small.end <= 6:
                return hull(small, no)
    return None


def _no_discount(clause: Clause, escrow: Event) -> tuple[int, int] | None:
    """ "No discount with the escrow"."""
    for event in clause.all("discount"):
        if event.negated and abs(_distance(event, escrow)) <= 40:
            return event.start, event.end
    return None


def _of_sentence(sentence: Sentence) -> Iterator[tuple[tuple[int, int], Event]]:
    """Conditions that need more than one clause: shares, two prices, two delivery times, a review first."""
    named = sentence.all(*ESCROW)
    if not named or sentence.any("fine"):
        return
    for span in (
        _shares(sentence, named),
        _parts(sentence, named),
        _kinds(sentence, named),
        _two_numbers(sentence),
        _favour(sentence),
        _delay(sentence),
        _dearer(sentence),
    ):
        if span is not None:
            yield span, named[0]


def _shares(sentence: Sentence, named: Sequence[Event]) -> tuple[int, int] | None:
    """ "A small amount on the escrow and the rest by T/T"."""
    for rest in sentence.all("rest"):
        for bank in sentence.all("bank", "account", *PAYING):
            through = [e for e in named if 0 <= e.start - bank.end <= 14]
            if rest.negated or bank.negated or through or not -12 <= bank.start - rest.end <= 34:
                continue
            if any(rest.start < e.start < bank.start for e in named):
                continue
            return hull(rest, bank)
    return None


def _parts(sentence: Sentence, named: Sequence[Event]) -> tuple[int, int] | None:
    """ "20% through the escrow, 80% by wire"."""
    share = [c for c in sentence.clauses if any(n.has("percent_sign") for n in c.all("number"))]
    if not any(c.escrow for c in share):
        return None
    for clause in share:
        bank = [b for b in clause.plain("bank") if not any(0 <= e.start - b.end <= 14 for e in named)]
        if bank and clause.escrow is None and not clause.all("fee_of_platform", "gain"):
            return hull(bank[0], clause.all("number")[0])
    return None


def _kinds(sentence: Sentence, named: Sequence[Event]) -> tuple[int, int] | None:
    """ "The first order by T/T, from the second the escrow": one kind of order is kept from it."""
    for clause in sentence.clauses:
        bank = [b for b in clause.plain("bank", *PAYING) if not any(0 <= e.start - b.end <= 14 for e in named)]
        small = clause.plain("small")
        others = [e for e in sentence.all("small", "first") if not clause.start <= e.start < clause.end]
        if bank and small and others and clause.escrow is None:
            return hull(small[0], bank[0])
    return None


def _dearer(sentence: Sentence) -> tuple[int, int] | None:
    """ "By T/T 5% discount", said beside the escrow: the escrow's price without it is the higher one."""
    for clause in sentence.clauses:
        gain, bank, number = clause.plain("gain"), clause.plain("bank"), clause.all("number")
        if gain and bank and number and clause.escrow is None and not clause.all("fee_of_platform"):
            return hull(gain[0], bank[0])
    return None


def _delay(sentence: Sentence) -> tuple[int, int] | None:
    """ "With the escrow delivery takes 10 days longer": more days for an order through it."""
    for clause in sentence.clauses:
        days = [n for n in clause.all("number") if any(e.has("days") for e in _unit(clause, n))]
        late = clause.plain("delay")
        first = next(iter(sentence.all(*ESCROW)))
        if days and late and first.start < late[0].end and (clause.escrow or sentence.any("if")):
            return hull(late[0], days[0])
    return None


def _two_numbers(sentence: Sentence) -> tuple[int, int] | None:
    """Two prices or two delivery times, one with the escrow and one without."""
    if not sentence.any("otherwise", "bank", "without", "unable", "instead_of") or not sentence.any(
        "unit_price", "longer", "days", "money"
    ):
        return None
    numbers = [e for e in sentence.all("number") if not e.has("percent_sign") and e.value]
    for one, other in pairwise(numbers):
        low, high = sorted((one.value or 0.0, other.value or 0.0))
        timed = sentence.any("longer") and high >= 1.3 * low and high <= 10 * low and low >= 3
        if timed or (sentence.any("unit_price") and low < high <= _DEAREST * low):
            return hull(one, other)
    return None


def _two_prices(one: Sentence, other: Sentence) -> tuple[int, int] | None:
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
    ties = sentence.all("only", "first", "if", "must", "yet")
    if favours and ties and not (len(ties) == 1 and ties[0].start > favours[0].end + 60):
        return hull(favours[0], min(ties, key=lambda e: abs(_distance(e, favours[0]))))
    return None

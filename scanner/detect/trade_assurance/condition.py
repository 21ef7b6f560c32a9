"""Conditions put on the escrow in one clause: a higher price, a minimum, only for samples, no discount."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from scanner.detect.trade_assurance.bargain import of_sentence, two_prices
from scanner.detect.trade_assurance.conduct import Conduct, Scene, hull
from scanner.detect.trade_assurance.events import ESCROW, Event
from scanner.detect.trade_assurance.near import NEAR, distance, is_amount, number_beside, unit_of
from scanner.detect.trade_assurance.shares import of_shares
from scanner.detect.trade_assurance.talk import Clause, Sentence

_TERM = "conditional_use"


def conditions(scene: Scene) -> Iterator[Conduct]:
    """Every condition, in clauses that speak of the escrow or stand in a sentence that does."""
    for sentence, clause in scene.clauses():
        escrow = clause.escrow or _spoken_of(scene, sentence, clause)
        if escrow is None or clause.all("homonym", "promise"):
            continue
        if clause.escrow is None and clause.plain("other_way"):
            continue
        for span in _of_clause(scene, sentence, clause, escrow):
            yield Conduct(_TERM, "violation", *span, escrow.found)
    for sentence in scene.sentences:
        for span, escrow in (*of_sentence(sentence), *_lost(sentence), *_demanded(sentence), *of_shares(sentence)):
            yield Conduct(_TERM, "violation", *span, escrow.found)
    for one, other in pairwise(scene.sentences):
        if prices := two_prices(one, other):
            named = [*one.all(*ESCROW), *other.all(*ESCROW)]
            yield Conduct(_TERM, "violation", *prices, named[0].found)


def _spoken_of(scene: Scene, sentence: Sentence, clause: Clause) -> Event | None:
    named = sentence.all(*ESCROW)
    if named:
        return named[0]
    if clause.all("only", "if", "pronoun") or _answers(scene, sentence) or _goes_on(scene, sentence, clause):
        return scene.escrow_for(clause)
    return None


def _answers(scene: Scene, sentence: Sentence) -> bool:
    """Whether the sentence before is only the escrow with a question mark: "TA? 3% more"."""
    place = sentence.number
    before = scene.sentences[place - 1] if place else None
    return bool(before and before.question and before.any(*ESCROW) and before.end - before.start <= 40)


def _goes_on(scene: Scene, sentence: Sentence, clause: Clause) -> bool:
    """Whether a surcharge follows a yes in the sentence before: "Yes we have TA. The surcharge is 4 %"."""
    before = scene.sentences[sentence.number - 1] if sentence.number else None
    if before is None or before.question or not before.any(*ESCROW) or before.any("fine", "fee_of_platform", "neg"):
        return False
    shares = [n for n in clause.all("number") if n.has("percent_sign", "currency")]
    return bool(shares) and any(not e.has("weak_extra") for e in clause.plain("extra"))


def _of_clause(scene: Scene, sentence: Sentence, clause: Clause, escrow: Event) -> Iterator[tuple[int, int]]:
    own = clause.escrow is not None
    if span := _surcharge(scene, sentence, clause, escrow, own=own):
        yield span
    if span := _passed_on(sentence, clause):
        yield span
    if span := _only(sentence, clause, escrow, own=own):
        yield span
    if (own or clause.all("yet")) and (span := _minimum(sentence, clause)):
        yield span
    if own and not sentence.question and (span := _later(clause, escrow)):
        yield span
    if span := _kind_of_order(clause):
        yield span
    if span := _no_discount(sentence, clause, escrow, own=own):
        yield span


def _lost(sentence: Sentence) -> Iterator[tuple[tuple[int, int], Event]]:
    """ "Yes, but then you lose the free mould": what the buyer gives up for the escrow named before."""
    for named in sentence.all(*ESCROW)[:1]:
        for burden in sentence.all("burden"):
            if burden.start > named.start:
                yield (burden.start, burden.end), named


def _demanded(sentence: Sentence) -> Iterator[tuple[tuple[int, int], Event]]:
    """ "You must order two containers at least if you want the escrow"."""
    if not sentence.any("must") or not sentence.any("if") or sentence.any("also", "fine"):
        return
    for low in sentence.all("min", "moq"):
        must = [e for e in sentence.all("must") if not e.negated and 0 <= low.start - e.end <= 30]
        ifs = [e for e in sentence.all("if") if e.start >= low.end]
        named = [e for e in sentence.all(*ESCROW) if ifs and e.start >= ifs[0].end]
        paid = must and any(must[0].start < e.start < low.start for e in sentence.all("pay"))
        if must and named and not paid:
            yield hull(must[0], low), named[0]


def _surcharge(scene: Scene, sentence: Sentence, clause: Clause, escrow: Event, *, own: bool) -> tuple[int, int] | None:
    """ "+4%", "5% higher", "costs an additional USD 80"."""
    if clause.all("fee_of_platform", "fine") or _caused(scene, sentence):
        return None
    for extra in clause.plain("extra"):
        if not own and escrow.start > extra.start and not _led_to(sentence, extra):
            continue
        if _is_item(clause, extra) or (extra.has("number") and not own and not clause.only_events(scene.text)):
            continue
        number = extra if extra.has("number") else number_beside(clause, extra)
        counted = number is not None and any(e.has("count") for e in unit_of(clause, number))
        if counted:
            continue
        if number is not None and (not extra.has("weak_extra") or is_amount(clause, number)):
            return hull(extra, number, *unit_of(clause, number))
        if own and not extra.has("weak_extra") and abs(distance(extra, clause.escrow)) <= 40:
            return hull(extra, clause.escrow) if clause.escrow else None
        if clause.all("yet") and not extra.has("weak_extra"):
            return extra.start, extra.end
    return None


def _caused(scene: Scene, sentence: Sentence) -> bool:
    """ "5% more because you added the colour box": the goods, the freight or the money made another price."""
    if sentence.any("fee", "fee_of_platform"):
        return False
    at = sentence.start + len(scene.text[sentence.start : sentence.end].rstrip())
    low, high = sentence.all("extra"), sentence.all("priced")
    if not low or not high:
        return False
    return any(c.start < p.start for c in sentence.all("cause") for p in high) or ":" in scene.text[low[0].end : at]


def _passed_on(sentence: Sentence, clause: Clause) -> tuple[int, int] | None:
    """ "You cover the platform's cut": the fee of the escrow is the buyer's; a card's or a carrier's is no matter."""
    if clause.all("card", "fine"):
        return None
    for yours in clause.plain("yours"):
        if yours.has("fee"):
            return yours.start, yours.end
        sums = [e for e in clause.all("number") if e.has("percent_sign")] + clause.all("fee_of_platform", "extra")
        before = [c for c in sentence.clauses if c.end == clause.start and c.escrow and not c.all("fine")]
        sums += [e for c in before for e in c.all("number") if is_amount(c, e)]
        near = [e for e in sums if e is not yours and abs(distance(e, yours)) <= 40]
        if near:
            return hull(yours, near[0])
    return None


def _is_item(clause: Clause, extra: Event) -> bool:
    """Whether the extra is something in the order, and no price of it: "the extra charge in your order"."""
    return any(e.has("inside") and 0 <= e.start - extra.end <= 2 for e in clause.events)


def _led_to(sentence: Sentence, extra: Event) -> bool:
    """Whether the escrow is named after the extra as the case in which it is due: "5% more, if by TA"."""
    return any(c.escrow and c.all("if") for c in sentence.clauses if c.start > extra.start)


def _only(sentence: Sentence, clause: Clause, escrow: Event, *, own: bool) -> tuple[int, int] | None:
    """ "only for samples", "only if you pay 100%", "only above 3000 USD"."""
    ifs = [e for e in clause.plain("if") if own and e.start > escrow.end and not clause.all("also")]
    for only in [*clause.plain("only", "only_for", "only_if"), *ifs]:
        if any(e.start < only.start for e in clause.all("warn", *(() if own else ("channel", "wallet")))):
            continue
        limits = [e for e in clause.all("small", "review5", "min", "if") if e is not only and not e.negated]
        limits += clause.plain("extra") if any(e.has("if") for e in limits) or only.has("if") else []
        limits = [e for e in limits if not e.has("min") or number_beside(clause, e) is not None]
        limits = [e for e in limits if e.start >= only.start or e.has("min", "small", "review5")]
        if not own and not 0 <= only.start - escrow.end <= 60:
            continue
        if limits and not clause.all("fine"):
            number = number_beside(clause, limits[0]) if limits[0].has("min") else None
            return hull(only, limits[0], *([number, *unit_of(clause, number)] if number else []))
        other = clause.all("block") and not clause.all("number")
        if only.has("only_if") and own and only.start > escrow.end and not other and not clause.all("also", "fine"):
            return only.start, min(clause.end, only.end + NEAR)
        number = number_beside(clause, only) if only.has("only_for") else None
        if number is not None and own and is_amount(clause, number) and not number.has("percent_sign"):
            return hull(only, number, *unit_of(clause, number))
        if only.has("only") and only.has("if") and own and clause.all("pay", "review5"):
            return hull(only, clause.all("pay", "review5")[0])
    return None


def _minimum(sentence: Sentence, clause: Clause) -> tuple[int, int] | None:
    """ "Trade Assurance from 3000 USD"; "any amount" and counts of days are none."""
    if clause.all("also", "fine", "fee_of_platform", "block") or sentence.any("reason", "gain"):
        return None
    if clause.escrow and all(e.negated for e in clause.all(*ESCROW)):
        return None
    if any(e.start < name.start for name in clause.all(*ESCROW)[:1] for e in clause.all("if")):
        return None
    for low in [*clause.plain("min"), *_for_escrow(clause)]:
        number = number_beside(clause, low)
        if number is None or low.has("moq"):
            number = _over_name(clause, low) or number
        if number is None or number.start < low.start - 14 or _is_one(number):
            continue
        unit = unit_of(clause, number)
        if any(e.has("days") for e in unit) or number.has("percent_sign") or any(e.has("percent") for e in unit):
            continue
        led = not low.has("moq") and any(0 <= low.start - e.end <= 6 for e in clause.all(*ESCROW))
        if unit or led or number.has("currency") or (number.value or 0) >= 300:
            return hull(low, number, *unit)
    return None


def _is_one(number: Event) -> bool:
    """Whether a number is one or less: from a dollar on is from nothing on."""
    return number.value is not None and number.value < 2 and not number.has("currency")


def _later(clause: Clause, escrow: Event) -> tuple[int, int] | None:
    """ "From the second order we can use the escrow": not from the first."""
    if escrow.negated or clause.all("also", "fine", "reason", "discount"):
        return None
    later = clause.plain("later")
    return hull(later[0], escrow) if later else None


def _over_name(clause: Clause, low: Event) -> Event | None:
    """The number behind the escrow's name: "the minimum for Trade Assurance is 10,000"."""
    for name in clause.all(*ESCROW):
        if 0 <= name.start - low.end <= 14:
            return next((n for n in clause.all("number") if 0 <= n.start - name.end <= NEAR), None)
    return next((n for n in clause.all("number") if low.has("moq") and 0 <= n.start - low.end <= 45), None)


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


def _no_discount(sentence: Sentence, clause: Clause, escrow: Event, *, own: bool) -> tuple[int, int] | None:
    """ "No discount with the escrow", "if by the escrow, no free mould"."""
    supposed = any(c.escrow and c.all("if") for c in sentence.clauses if c.end <= clause.start)
    names = ("discount", "gain") if supposed else ("discount",)
    for event in clause.all(*names):
        lacked = event.negated or any(0 <= event.start - e.end <= 10 for e in clause.all("lacks"))
        lacked = (
            lacked
            or any(0 <= e.start - event.end <= 4 for e in clause.all("lacks"))
            or any(0 <= event.start - e.end <= 6 for e in clause.all("without"))
        )
        if lacked and (supposed or (own and abs(distance(event, escrow)) <= 40)):
            return event.start, event.end
    return None

"""Payment round the platform: outside it, to a person, by an untraceable channel, "direct" instead of protected."""

from __future__ import annotations

import re
from collections.abc import Iterator

from scanner.detect.trade_assurance.conduct import Conduct, Scene, hull
from scanner.detect.trade_assurance.events import ESCROW, PAYING, Event
from scanner.detect.trade_assurance.stance import refuses
from scanner.detect.trade_assurance.talk import Clause, Sentence

_TERM = "off_platform_payment"
_TO_OURS = re.compile(r"\bto (?:(?:our|my)\b|$)")
_LEFT_OUT = ("without", "without_after", "unable", "refuse")
_RIGHT_BY, _NEAR_BY = 3, 30
"""Characters between a way of paying and who is paid, at most: right beside, and near."""
_OURS = re.compile(r"\b(?:us|our|me|my)\b")


def payments(scene: Scene, *, refused: bool) -> Iterator[Conduct]:
    """Every payment round the platform; `refused` tells that the escrow is refused or made conditional somewhere."""
    for sentence, clause in scene.clauses():
        if sentence.any("promise") or (sentence.any("why") and sentence.question):
            continue
        yield from _bypassed(scene, sentence, clause)
        if _warned(sentence, clause) or (not refused and _commends(sentence)):
            continue
        for event in _ways(clause):
            level = _level(scene, sentence, clause, event, refused=refused)
            if level:
                span = hull(event, *_verb(clause, event))
                yield Conduct(
                    _TERM, "violation" if level > 1 else "review", *span, event.found, 0.9 if level > 1 else 0.6
                )
        yield from _somebody(scene, clause)
        if refused:
            yield from _bank_only(clause)


def _ways(clause: Clause) -> list[Event]:
    """The ways of paying; "pay to my" before "boss's account" is no way of its own."""
    ways = clause.plain(*PAYING)
    things = [e.start for e in clause.all("goods")]
    ways = [e for e in ways if not any(0 <= start - e.end <= 2 for start in things)]
    owners = [e.start for e in ways if e.has("personal", "wallet")]
    return [e for e in ways if not (e.has("account_phrase") and any(0 <= s - e.end <= 3 for s in owners))]


def _warned(sentence: Sentence, clause: Clause) -> bool:
    """Whether the sentence warns, and so does not ask."""
    return sentence.any("warn") and not clause.plain("gain", "please")


def _commends(sentence: Sentence) -> bool:
    """Whether the sentence asks for the escrow: "better use Trade Assurance"."""
    for clause in sentence.clauses:
        name = clause.escrow
        if name is None or name.negated or clause.all("neg", "instead_of", "instead_after", *_LEFT_OUT):
            continue
        if any(0 <= name.start - e.end <= 20 for e in clause.plain("better", "please", "only", "must")):
            return True
    return False


def _level(scene: Scene, sentence: Sentence, clause: Clause, event: Event, *, refused: bool) -> int:
    """2 violation, 1 review, 0 nothing."""
    pays = bool(clause.plain("pay", "bank", "gain", "please", "account_phrase", "direct", "wallet", "channel"))
    pays = pays or _orders(clause)
    asks = bool(clause.plain("please", "better", "gain", "every")) or refused or _orders(clause)
    asks = asks or (sentence.any("please") and sentence.any("pay", "account_phrase") and not sentence.any(*ESCROW))
    if (
        event.has("offline", "outside", "personal")
        and clause.all("if", "you")
        and not sentence.any("gain", "please", "better")
    ):
        return 0
    if event.has("outside") and any(e.start < event.start for e in clause.plain("refuse", "warn")):
        return 0
    if event.has("offline", "outside") and _turned_down(sentence, event):
        return 0
    if event.has("offline"):
        return 2
    if event.has("outside"):
        return 2 if sentence.any("pay", "bank", "gain", "trade", "account") or clause.plain("please") else 0
    if not refused and clause.plain(*ESCROW) and not clause.all("rest", "gain", "better"):
        return 0
    if not refused and _within_escrow(clause, event):
        return 0
    if event.has("personal"):
        return 2 if (pays and (refused or _about_money(clause, event))) or _then_paid(sentence, clause) else 0
    if clause.all("past") and not refused:
        return 0
    if event.has("account_phrase") and _whose(clause, event):
        return 2
    if _is_list(scene, sentence, clause, refused=refused):
        return 0
    offered = not event.has("wallet") or clause.plain("gain") or sentence.any("please", "platform", *ESCROW)
    if _to_somebody(clause, event) or (_tempts(sentence) and offered):
        return 2 if event.has("channel", "wallet") else _direct(scene, sentence, clause, event, refused=refused)
    if event.has("channel"):
        return 2 if asks or _to_me(clause, event) or _offered_before(sentence, clause) else 0
    if event.has("wallet"):
        return 2 if refused or _to_me(clause, event) else 0
    return _direct(scene, sentence, clause, event, refused=refused)


def _turned_down(sentence: Sentence, event: Event) -> bool:
    """ "A private transfer we cannot take, pay in the platform's order": the way is refused, the escrow asked for."""
    after = [c for c in sentence.clauses if c.end > event.start]
    no = next((e for c in after if c.escrow is None for e in c.events if refuses(e)), None)
    return no is not None and any(c.escrow and c.escrow.start > no.start and not c.escrow.negated for c in after)


def _within_escrow(clause: Clause, event: Event) -> bool:
    """ "Western Union in the Trade Assurance order": one of the order's own ways of being paid."""
    if clause.all("instead_of", "instead_after", "without"):
        return False
    names = [e for e in clause.plain(*ESCROW) if 0 <= e.start - event.end <= 16]
    return any(event.end <= e.start < name.start for name in names for e in clause.all("through", "inside"))


def _orders(clause: Clause) -> bool:
    """Whether the clause begins with a verb, as an order does: "use USDT"."""
    for event in clause.events:
        if not event.has("filler"):
            return event.has("handle", "pay") and not event.negated
    return False


def _tempts(sentence: Sentence) -> bool:
    """Whether the sentence makes it tempting: "3 % cheaper", "faster than on the site"."""
    return any(not e.negated for e in sentence.all("gain")) and not sentence.any("fine")


def _to_somebody(clause: Clause, event: Event) -> bool:
    """ "MoneyGram to my wife", "bKash for our accountant": somebody is near who gets the money."""
    return any(-_NEAR_BY <= e.start - event.end <= _NEAR_BY for e in clause.all("kin"))


def _then_paid(sentence: Sentence, clause: Clause) -> bool:
    """ "Here is the bank of my wife, send the deposit there": the next clause asks for the money."""
    after = [c for c in sentence.clauses if c.start == clause.end and c.escrow is None]
    return any(c.plain("pay") and not c.all("neg", "warn", "unable") for c in after) and not clause.all("neg", "warn")


def _whose(clause: Clause, event: Event) -> bool:
    """ "Transfer to the account of my wife": who owns the account stands right beside it."""
    return any(0 <= max(e.start, event.start) - min(e.end, event.end) <= _RIGHT_BY for e in clause.all("kin"))


def _offered_before(sentence: Sentence, clause: Clause) -> bool:
    """Whether the clause only goes on after an "or": "use Remitly or Xoom"."""
    before = [c for c in sentence.clauses if c.end == clause.start]
    return bool(before) and before[0].escrow is None and _orders(before[0]) and clause.events[0].has("but")


def _to_me(clause: Clause, event: Event) -> bool:
    """ "Pay me by PayPal", "transfer to my Alipay": the wallet is the writer's own."""
    if any(0 <= event.start - e.end <= 2 for e in clause.plain("account_phrase", "personal")):
        return True
    return any(abs(e.start - event.end) <= 4 or 0 <= event.start - e.end <= 8 for e in clause.all("to_me"))


def _direct(scene: Scene, sentence: Sentence, clause: Clause, event: Event, *, refused: bool) -> int:
    """ "Pay us directly": plain when the escrow is refused or a better price beckons, else worth a look."""
    if any(abs(e.start - event.end) <= 30 for e in clause.plain(*ESCROW)) and not refused:
        return 0
    if refused:
        return 2
    if not event.has("direct") and not clause.plain("directly"):
        return 0
    mine = (
        clause.all("account", "personal") or _to_me(clause, event) or _OURS.search(scene.text, event.start, event.end)
    )
    tempting = any(not e.negated for e in sentence.all("gain")) or clause.plain("better", "every")
    here = sentence.any("platform", "fee_of_platform", *ESCROW)
    offer = sentence.any("percent_sign", "currency", "percent", "discount")
    if (tempting and (mine or offer or scene.has("platform", *ESCROW))) or (mine and here and clause.plain("please")):
        return 2
    return 1 if mine or tempting else 0


def _about_money(clause: Clause, event: Event) -> bool:
    """Whether the account is where money goes: a word of payment in the clause, near by."""
    words = clause.plain("pay", "bank", "direct", "account_phrase", "channel", "wallet", "better", "money", "gain")
    asked = [e for e in clause.plain("please") if 0 <= e.start - event.end <= 3]
    asked += [e for e in clause.plain("handle") if 0 <= event.start - e.end <= 6 and _orders(clause)]
    return bool(asked) or any(-60 <= e.start - event.end <= 25 for e in words)


def _is_list(scene: Scene, sentence: Sentence, clause: Clause, *, refused: bool) -> bool:
    """Whether ways of payment are only listed, as in "T/T, L/C, Western Union"."""
    if refused:
        return False
    if (_tempts(sentence) and not sentence.any("bank")) or sentence.any("kin"):
        return scene.listing
    ways = sentence.all("channel", "wallet", "bank", *ESCROW)
    return scene.listing or sentence.any("terms") or len(ways) >= 3


def _verb(clause: Clause, event: Event) -> list[Event]:
    """The word of payment or request beside the way of paying, to show what is asked."""
    verbs = [e for e in clause.plain("pay", "better", "account_phrase") if -2 <= event.start - e.end <= 16]
    verbs = verbs or [e for e in clause.plain("handle") if 0 <= event.start - e.end <= 2]
    after = [e for e in clause.plain("account", "purse") if 0 <= e.start - event.end <= 2]
    return [*verbs[-1:], *after[:1]]


def _bypassed(scene: Scene, sentence: Sentence, clause: Clause) -> Iterator[Conduct]:
    """ "Without the escrow it is cheaper", "T/T instead of the escrow"."""
    for escrow in clause.all(*ESCROW):
        without = _beside(clause, escrow, "without", "without_after")
        instead = _beside(clause, escrow, "instead_of", "instead_after")
        word = without or instead
        if word is None or sentence.any("warn", "fine", "asked"):
            continue
        payments = [e for e in sentence.all("pay", "bank", "gain", *PAYING) if not e.negated and e is not word]
        payments = payments or _wish_for(clause, word)
        if without and (any(map(refuses, sentence.all("handle", "able", "refuse", "unable"))) or _denied(clause, word)):
            continue
        if payments and not any(e.has("if") for e in clause.events if e.start < word.start and without):
            yield Conduct(_TERM, "violation", *hull(word, escrow), escrow.found)


def _denied(clause: Clause, word: Event) -> bool:
    """Whether a "no" before "without the escrow" turns it round."""
    return any(e.end <= word.start for e in clause.all("neg", "unable", "you"))


def _wish_for(clause: Clause, word: Event) -> list[Event]:
    """ "Without the escrow, please", "better without it"; with a negation it asks for the opposite."""
    if not word.has("without", "without_after") or clause.all("neg", "unable", "if"):
        return []
    return clause.plain("please", "better")


def _beside(clause: Clause, escrow: Event, before: str, after: str) -> Event | None:
    """A word directly before the escrow's name, or (in languages that put it so) directly after."""
    for event in clause.plain(before):
        if 0 <= escrow.start - event.end <= 22:
            return event
    return next((e for e in clause.plain(after) if 0 <= e.start - escrow.end <= 4), None)


def bypasses(scene: Scene) -> bool:
    """Whether the escrow is left out or weighed against another way, or the platform is, anywhere in the text."""
    for sentence, clause in scene.clauses():
        if clause.plain("outside", "offline") and not clause.all("warn"):
            return True
        for escrow in clause.all(*ESCROW):
            if sentence.any("warn", "fine", "asked"):
                continue
            left_out = _beside(clause, escrow, "without", "without_after") and not any(map(refuses, clause.events))
            if left_out or _beside(clause, escrow, "instead_of", "instead_after"):
                return True
    return False


def _somebody(scene: Scene, clause: Clause) -> Iterator[Conduct]:
    """ "To the account of our cashier", "on the manager's card": somebody's purse, where money is asked for."""
    if clause.all("personal") or not clause.plain("pay", "bank", "account_phrase", "direct", "handle"):
        return
    for person in clause.all("person"):
        if (verb := _paid_to(scene, clause, person)) is not None:
            found = next((e.found for e in clause.events if e.found), None)
            yield Conduct(_TERM, "violation", *hull(verb, person), found, 0.7)
            return
        for purse in clause.plain("purse", "account", "bank", "account_phrase", "wallet"):
            if 0 <= max(person.start, purse.start) - min(person.end, purse.end) <= 10 and clause.plain(
                "please", "pay", "account_phrase"
            ):
                found = next((e.found for e in clause.events if e.found), None)
                yield Conduct(_TERM, "violation", *hull(person, purse), found, 0.8)
                return


def _paid_to(scene: Scene, clause: Clause, person: Event) -> Event | None:
    """The verb of "remit to our affiliate", "pay to my cousin"."""
    for verb in clause.plain("pay", "bank", "account_phrase"):
        between = scene.text[max(0, verb.end - 3) : person.start]
        if (
            0 <= person.start - verb.end <= 24
            and _TO_OURS.search(between)
            and (clause.plain("please", "gain", "better") or _orders(clause))
        ):
            return verb
    return None


def _bank_only(clause: Clause) -> Iterator[Conduct]:
    """ "Only bank transfer to the company account", where the escrow has been refused."""
    if clause.escrow is not None or clause.plain(*PAYING):
        return
    bank = clause.plain("bank", "account")
    asked = clause.plain("only", "please", "better") or clause.all("account") if clause.plain("bank") else []
    asked = asked or clause.plain("pay") or [e for e in clause.events[:1] if e.has("handle")]
    if bank and asked and not clause.all("card", "block"):
        yield Conduct(_TERM, "violation", *hull(bank[0], bank[-1]), bank[0].found, 0.8)

"""Refusals of the escrow and their objective reasons."""

from __future__ import annotations

import re
from collections.abc import Iterator

from scanner.detect.trade_assurance.conduct import Conduct, Scene, hull, no_spaces
from scanner.detect.trade_assurance.events import ESCROW, PAYING, Event
from scanner.detect.trade_assurance.talk import Clause, Sentence

_GAP = 48
_TAIL = 12
_CLOSE = 12
_PURPOSE = re.compile(r"\s*(?:needed |required |necessary )?(?:for|to|below|under|before|when)\b")
_SENT = re.compile(
    r"(?: ?(?:orders?|links?|contract))? (?:that )?(?:you|he|they) (?:sent|send|made|created|placed|gave|opened|paid)\b"
)
_THE = re.compile(r"\b(?:the|your|this|last) $")
_LEAVING = ("without", "instead_of", "without_after", "instead_after", "leaving")


def refusals(scene: Scene) -> Iterator[Conduct]:
    """Every refusal, at violation, or as `objective_reason` at review."""
    for sentence, clause in scene.clauses():
        if (wish := _wished(clause)) is not None:
            yield wish
            continue
        pair = _refused(scene, sentence, clause)
        if pair is None or _excused(scene, sentence, clause, pair[0]) or _unneeded(scene, sentence, clause, pair):
            continue
        if _one_order(scene, *pair):
            continue
        stance, escrow = pair
        inside = clause.start <= escrow.start < clause.end
        start, end = hull(stance, escrow) if inside else (stance.start, _reach(clause, stance))
        reason = _reason(scene, sentence, clause, stance)
        term = "objective_reason" if reason else "refusal"
        sure = inside or _follows(scene, sentence, escrow)
        yield Conduct(term, "violation" if sure and not reason else "review", start, end, escrow.found)


def _follows(scene: Scene, sentence: Sentence, escrow: Event) -> bool:
    """Whether the escrow named in an earlier message is the last thing that was spoken of."""
    if escrow.start >= scene.own:
        return True
    before = [s for s in scene.sentences if s.start < sentence.start]
    return bool(before) and before[-1].start <= escrow.start


def _wished(clause: Clause) -> Conduct | None:
    """ "You requested T/T instead of the escrow": the buyer's own wish, as the seller tells it."""
    for asked in clause.all("asked"):
        for escrow in clause.all(*ESCROW):
            leaves = [e for e in clause.all(*_LEAVING) if e.start > asked.start]
            if leaves and -4 <= escrow.start - leaves[-1].end <= 22:
                return Conduct("objective_reason", "review", *hull(asked, escrow), escrow.found)
    return None


def _refused(scene: Scene, sentence: Sentence, clause: Clause) -> tuple[Event, Event] | None:
    """The words that refuse and the escrow they refuse, if the clause does that."""
    own = clause.all(*ESCROW)
    for escrow in own:
        if any(0 <= e.start - escrow.end <= 2 for e in clause.all("block")):
            continue
        if escrow.negated and _no_minimum(clause, escrow):
            continue
        if escrow.negated and (negation := _negation(clause, escrow)) is not None:
            verb = [e for e in clause.all("handle") if 0 <= negation.start - e.end <= 2]
            return (verb or [negation])[-1], escrow
    stances = [event for event in clause.events if refuses(event) and not _of_other_things(clause, event)]
    if sentence.any("reason", "asked"):
        stances += [event for event in clause.all("covers") if event.negated]
    stances += [event for event in clause.all("ship") if event.negated and own and _carried_by(event, own[0])]
    if sentence.any("bank", *PAYING):
        stances += clause.plain("cancel")
    for escrow in own:
        for stance in stances:
            if not _apart(clause, stance, escrow) and not _served(scene, clause, stance, escrow):
                return _widen(clause, stance), escrow
    if own:
        return None
    named = _named_before(scene, clause) or _named_after(scene, sentence, clause)
    if named is not None and _echo(scene, sentence, clause):
        return clause.all("neg")[0], named
    if any(event.negated for event in sentence.all("extra")):
        return None
    if named is None or not stances:
        return None
    if not (_elliptic(scene, clause, stances[0]) or _headed(sentence, clause, stances[0])):
        return None
    return _widen(clause, stances[0]), named


def _named_before(scene: Scene, clause: Clause) -> Event | None:
    """The escrow named before; over messages only "it" reaches back, since a bare "no" may answer anything."""
    named = scene.escrow_for(clause)
    if named is not None and named.start < scene.own <= clause.start and not clause.all("pronoun"):
        return None
    return named


def _named_after(scene: Scene, sentence: Sentence, clause: Clause) -> Event | None:
    """The escrow that "this way" points to further on: "we don't work this way (Trade Assurance)"."""
    mark = scene.text[clause.end - 1]
    if not clause.all("pronoun") or mark not in "(:（：,，、":
        return None
    room, last = (20, len(scene.text)) if mark in "(:（：" else (_CLOSE, sentence.end - 3)
    named = (e for e in sentence.all(*ESCROW) if 0 <= e.start - clause.end <= room)
    return next((e for e in named if mark in "(:（：" or e.end >= last), None)


def refuses(event: Event) -> bool:
    """Whether the event says no: a negated verb of handling, a verb of refusal, a word for "impossible"."""
    if event.has("block", "fine"):
        return False
    return (event.has("handle", "able") and event.negated) or (event.has("refuse", "unable") and not event.negated)


def _no_minimum(clause: Clause, escrow: Event) -> bool:
    """Whether it is a minimum that there is none of; "under" and "over" right before the name are none."""
    low = [e for e in clause.all("min", "moq") if not 0 <= escrow.start - e.end <= 1]
    return bool(low) and not clause.all("number")


def _of_other_things(clause: Clause, stance: Event) -> bool:
    """Whether "cannot" goes on to something else: "cannot change", "cannot refund"."""
    return stance.has("unable") and any(
        0 <= e.start - stance.end <= 6 for e in clause.all("block", "min", "moq", "extra")
    )


def _carried_by(verb: Event, escrow: Event) -> bool:
    """Whether "ship" or "sell" goes with the escrow: "do not ship under ...", "... we do not ship by"."""
    return 0 <= escrow.start - verb.end <= 14 or 0 <= verb.start - escrow.end <= 14


def _negation(clause: Clause, escrow: Event) -> Event | None:
    """The "no" of "no Trade Assurance", before the name or at the clause's end."""
    near = [e for e in clause.all("neg") if -40 <= e.start - escrow.end <= 30 and e.end - escrow.start >= -_TAIL]
    return near[0] if near else None


def _apart(clause: Clause, stance: Event, escrow: Event) -> bool:
    """Whether something else stands between the refusal and the escrow, so that it is refused instead."""
    low, high = sorted((stance, escrow), key=lambda e: e.start)
    if high.start - low.end > (_CLOSE if _is_place(escrow) and not clause.all("pay", "trade") else _GAP):
        return True
    if (
        _is_place(escrow)
        and stance is low
        and stance.has("refuse")
        and not (stance.negated or clause.all("pay", "trade"))
    ):
        return True
    between = [e for e in clause.events if low.end <= e.start < high.start]
    return any(e.has("block", "warn", "first", "extra", "fine") or (e.has(*PAYING) and not e.negated) for e in between)


def _served(scene: Scene, clause: Clause, stance: Event, escrow: Event) -> bool:
    """Whether it is the escrow that does not do something: "Trade Assurance does not accept Amex"."""
    if not stance.has("serves") or stance.start < escrow.end or clause.all("reason"):
        return False
    no = [e for e in clause.all("neg") if 0 <= e.start - escrow.end <= 2]
    rest = scene.text[stance.end : clause.end].strip(" .,!?")
    return bool(no) and rest[:1].isalpha() and not any(e.start == stance.end + 1 for e in clause.events)


def _is_place(escrow: Event) -> bool:
    """Whether the name is only the platform as a place, where much else goes on."""
    return escrow.found is not None and escrow.found.rule.extra.get("strength") == "place"


def _widen(clause: Clause, stance: Event) -> Event:
    """The stance with the negation that makes it one, as one event."""
    before = [e for e in clause.all("neg") if e.start < stance.start and stance.start - e.end <= 30]
    after = [e for e in clause.all("neg") if 0 <= e.start - stance.end <= 30]
    near = before[-1:] or (after[:1] if stance.negated else [])
    if not near or not stance.negated:
        return stance
    start, end = min(near[0].start, stance.start), max(near[0].end, stance.end)
    return Event(start, end, stance.names, stance.found, negated=True)


def _elliptic(scene: Scene, clause: Clause, stance: Event) -> bool:
    """Whether "it" is refused, or nothing is named at all: "we prefer not to open it", "sorry, we can't accept"."""
    names = ("block", *PAYING, "bank", "warn", "fine", "without", "otherwise")
    if any(event is not stance for event in clause.all(*names)):
        return False
    if any(-30 <= e.start - stance.end <= 16 for e in clause.all("pronoun")):
        return True
    return _bare(scene.text, clause, stance)


def _headed(sentence: Sentence, clause: Clause, stance: Event) -> bool:
    """ "Trade Assurance: not possible at our scale": the name alone, then the refusal."""
    before = [c for c in sentence.clauses if c.end == clause.start and c.escrow]
    return (
        bool(before)
        and stance.start - clause.start <= 6
        and all(e.has("filler", "ta_before", "through", *ESCROW) for e in before[0].events)
    )


def _bare(text: str, clause: Clause, stance: Event, *, tail: int = _TAIL) -> bool:
    """Whether the clause says nothing but the refusal: "sorry, we can't accept", "not possible dear"."""
    return clause.only_events(text) and clause.end - stance.end <= tail


def _echo(scene: Scene, sentence: Sentence, clause: Clause) -> bool:
    """ "Trade Assurance? No no." """
    place = sentence.number
    asked = place > 0 and scene.sentences[place - 1].question and scene.sentences[place - 1].any(*ESCROW)
    short = asked and scene.sentences[place - 1].end - scene.sentences[place - 1].start <= 40
    return bool(
        short
        and clause.all("neg")
        and clause == sentence.clauses[0]
        and _bare(scene.text, clause, clause.all("neg")[-1], tail=30)
    )


def _reach(clause: Clause, stance: Event) -> int:
    """The end of a refusal without its own name of the escrow: with the pronoun that follows, if one does."""
    ends = [e.end for e in clause.all("pronoun") if 0 <= e.start - stance.end <= 16]
    return max([stance.end, *ends])


def _excused(scene: Scene, sentence: Sentence, clause: Clause, stance: Event) -> bool:
    """Whether the refusal is somebody else's, a supposition or a question why."""
    if any(e.start <= stance.start for e in clause.all("you", "promise")):
        return True
    if supposed(scene, clause, stance) or _unlike_others(sentence, clause):
        return True
    if clause.all("homonym") or spared(sentence):
        return True
    if no_spaces(scene.text, stance) and any(e.start > stance.start for e in clause.all("warn")):
        return True
    return sentence.any("why") and sentence.question


def _unlike_others(sentence: Sentence, clause: Clause) -> bool:
    """ "Some factories refuse it, we never do": the refusal before is somebody else's, this one is of refusing."""
    before = [c for c in sentence.clauses if c.end == clause.start]
    return bool(before and clause.escrow is None and before[0].all("you") and any(map(refuses, before[0].events)))


def _one_order(scene: Scene, stance: Event, escrow: Event) -> bool:
    """Whether a single order is spoken of: "the order is closed", "could not open the link you sent"."""
    if stance.has("again"):
        return False
    if _SENT.match(scene.text, escrow.end):
        return True
    said_after = escrow.end <= stance.start and stance.has("refuse") and not stance.negated
    return said_after and bool(_THE.search(scene.text, max(0, escrow.start - 16), escrow.start))


def _unneeded(scene: Scene, sentence: Sentence, clause: Clause, pair: tuple[Event, Event]) -> bool:
    """ "No escrow needed for samples", "we do not need it to be paid at once": it may be had all the same."""
    if not clause.all("need") or sentence.any("bank", "gain", *PAYING):
        return False
    after = [c for c in sentence.clauses if c.start >= clause.end and c.all("yet")]
    if any(c.plain("able", "handle") for c in after):
        return True
    return bool(_PURPOSE.match(scene.text, max(event.end for event in pair), clause.end))


def spared(sentence: Sentence) -> bool:
    """ "Nothing but the escrow", "without it we do not sell": what is refused is everything else."""
    for escrow in sentence.all(*ESCROW):
        for word in sentence.all("except"):
            if 0 <= escrow.start - word.end <= 12 or 0 <= word.start - escrow.end <= 2:
                return True
    return False


def supposed(scene: Scene, clause: Clause, stance: Event) -> bool:
    """Whether the clause only says "if"; where the verb comes last, the "if" may follow."""
    late = no_spaces(scene.text, stance)
    return any(late or event.start < stance.start for event in clause.all("if"))


def _reason(scene: Scene, sentence: Sentence, clause: Clause, stance: Event) -> bool:
    """Whether a reason beyond the seller's will is given, or the buyer's own wish."""
    if any(e.start < stance.start for e in clause.all("asked")) or _as_asked(sentence, clause):
        return True
    place = sentence.number
    near = scene.sentences[max(0, place - 1) : place + 2]
    if any(s.any("unwilling") for s in near):
        return False
    return any(s.any("reason") or (s.any("standing") and s.any("halted")) for s in near)


def _as_asked(sentence: Sentence, clause: Clause) -> bool:
    """Whether the clause before only says "as you asked", and not what was asked for."""
    before = [c for c in sentence.clauses if c.end <= clause.start]
    return any(c.all("asked") and c.escrow is None for c in before)

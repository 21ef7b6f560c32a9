"""The trade_assurance detector: what the reading of clauses says, as hits."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property

from scanner.detect.base import Context
from scanner.detect.trade_assurance.clauses import one_breath
from scanner.detect.trade_assurance.condition import conditions
from scanner.detect.trade_assurance.conduct import Conduct, Scene
from scanner.detect.trade_assurance.cuetable import CueTable
from scanner.detect.trade_assurance.dismissal import dismissals, halts, sent_away
from scanner.detect.trade_assurance.events import ESCROW, gather
from scanner.detect.trade_assurance.excuse import excuses, pressed
from scanner.detect.trade_assurance.lures import lures
from scanner.detect.trade_assurance.payment import bypasses, payments
from scanner.detect.trade_assurance.short import is_short_name
from scanner.detect.trade_assurance.stance import refusals
from scanner.detect.trade_assurance.talk import read
from scanner.lexicon.found import Found
from scanner.lexicon.pack import Pack
from scanner.model import Hit

_MOST = 30
"""Finds of one text that are read; more is a text made to be slow, and the first ones tell enough."""
_WHY = {
    "refusal": "the seller will not take an order through the platform's escrow",
    "conditional_use": "the seller puts a price or a condition on the platform's escrow",
    "off_platform_payment": "the seller asks to be paid round the platform's escrow",
    "objective_reason": "the seller says that the escrow cannot be used, for a reason that may be valid",
}


class TradeAssuranceDetector:
    """Turns finds of category trade_assurance into hits."""

    category = "trade_assurance"

    def __init__(self, packs: Sequence[Pack]) -> None:
        self._packs = tuple(packs)

    @cached_property
    def _table(self) -> CueTable:
        """The cue words, compiled when the first text needs them."""
        return CueTable(self._packs)

    def detect(self, context: Context) -> Iterable[Hit]:
        """Refusals, conditions and payments round the platform that a seller writes; a buyer's are let off."""
        finds = [f for f in context.of(self.category) if is_short_name(f, context.reading)][:_MOST]
        if not finds:
            return
        scene = self._scene(context, finds)
        for conduct in _conducts(scene):
            hit = self._hit(context, conduct, finds)
            yield hit.let_off("buyer_role") if context.message.role == "buyer" else hit

    def _scene(self, context: Context, finds: Sequence[Found]) -> Scene:
        view = context.reading.folded
        events = gather(view, finds, self._table)
        own = view.index(context.reading.own_start)
        text = one_breath(view.text) if context.message.messages else view.text
        named = [event for event in events if event.has(*ESCROW)]
        return Scene(text, read(text, events), named, context.message.kind == "listing", own)

    def _hit(self, context: Context, conduct: Conduct, finds: Sequence[Found]) -> Hit:
        reading = context.reading
        span = reading.folded.span(conduct.start, conduct.end)
        found = conduct.found or finds[0]
        return Hit(
            rule=found.rule.id,
            category=self.category,
            term=conduct.term,
            level=conduct.level,
            span=span,
            text=reading.slice(span),
            score=round(min(conduct.score, found.score), 2),
            evasion=found.evasion,
            why=_WHY[conduct.term],
        )


def _in_doubt(conduct: Conduct, scene: Scene) -> Conduct:
    """The conduct, at review when all it rests on is a vague name and the platform is not spoken of."""
    if scene.has("platform"):
        return conduct
    vague = conduct.found is not None and conduct.found.rule.extra.get("strength") == "vague"
    return conduct.milder() if vague else conduct


def _conducts(scene: Scene) -> Iterator[Conduct]:
    """The conduct in a text, gravest kinds first; complaints count only where nothing plainer is said."""
    said = [*sent_away(scene), *refusals(scene), *dismissals(scene), *conditions(scene)]
    refused = any(c.level == "violation" or c.term == "refusal" for c in said)
    refused = refused or bypasses(scene) or pressed(scene)
    said += [*payments(scene, refused=refused), *lures(scene)]
    yield from (_in_doubt(conduct, scene) for conduct in said)
    said = [conduct for conduct in said if conduct.end > scene.own]
    if all(conduct.term == "objective_reason" for conduct in said):
        yield from halts(scene)
    if not said:
        yield from excuses(scene)

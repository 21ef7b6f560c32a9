"""Any category that is only lists: names, weak names with cues, phrases that let off. No code of its own.

A folder of packs is a new category. Strong forms and patterns count at their rule's level; weak forms only with
one of their rule's `need` phrases near or in the goods path; a phrase of `unless` (the rule's own, or the cue set
`innocent` of any pack of the category) that overlaps or touches the hit lets it off.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from scanner.detect.base import Context
from scanner.lexicon.found import Found
from scanner.lexicon.pack import Pack
from scanner.match.cues import Cue, CueBook
from scanner.model import Hit, Span
from scanner.text.fold import fold

_REACH = 60
"""Code points within which a needed phrase stands near."""
_INNOCENT = "innocent"
_WEAK_SCORE = 0.8


class ListedDetector:
    """One open category (tobacco, weapons ...), driven by its packs alone."""

    def __init__(self, packs: Sequence[Pack]) -> None:
        self.category = packs[0].category
        self._book = CueBook(_cue_sets(packs))
        self._needs = {
            rule.id: tuple(fold(phrase) for phrase in pack.expand(rule.need))
            for pack in packs
            for rule in pack.rules
            if rule.need
        }

    def detect(self, context: Context) -> Iterable[Hit]:
        """Strong forms at their rule's level; weak ones with one of their cues near."""
        finds = context.of(self.category)
        if not finds:
            return
        cues = self._book.find(context.reading.folded)
        goods = fold(context.message.category or "")
        for found in finds:
            if found.weak and not self._needed(found, cues, goods):
                continue
            excused = _touched(cues, (_INNOCENT, f"unless:{found.rule.id}"), found.span)
            if not (excused and found.weak):
                yield self._hit(found, context, excused=excused)

    def _needed(self, found: Found, cues: Sequence[Cue], goods: str) -> bool:
        """Whether a weak find has what its rule needs (a rule that needs nothing has it)."""
        needs = self._needs.get(found.rule.id)
        if needs is None or any(phrase in goods for phrase in needs):
            return True
        name = f"need:{found.rule.id}"
        return any(
            cue.name == name and not cue.span.overlaps(found.span) and _gap(cue.span, found.span) <= _REACH
            for cue in cues
        )

    def _hit(self, found: Found, context: Context, *, excused: bool) -> Hit:
        rule = found.rule
        return Hit(
            rule=rule.id,
            category=self.category,
            term=rule.term,
            level="info" if excused else rule.level,
            span=found.span,
            text=context.reading.slice(found.span),
            score=min(found.score, _WEAK_SCORE) if found.weak else found.score,
            evasion=found.evasion,
            tags=rule.tags,
            why=rule.why or f"names goods of the category {self.category}",
            exception="homonym" if excused else None,
        )


def _cue_sets(packs: Sequence[Pack]) -> dict[str, list[str]]:
    """The innocent phrases of the category, and each rule's needs and let-offs as `need:ID` and `unless:ID`."""
    return dict(_sets(packs))


def _sets(packs: Sequence[Pack]) -> Iterator[tuple[str, list[str]]]:
    yield _INNOCENT, [phrase for pack in packs for phrase in pack.cues.get(_INNOCENT, ())]
    for pack in packs:
        for rule in pack.rules:
            if rule.unless:
                yield f"unless:{rule.id}", list(pack.expand(rule.unless))
            if rule.weak and rule.need:
                yield f"need:{rule.id}", list(pack.expand(rule.need))


def _touched(cues: Sequence[Cue], names: tuple[str, ...], span: Span) -> bool:
    return any(cue.name in names and _gap(cue.span, span) <= 1 for cue in cues)


def _gap(one: Span, other: Span) -> int:
    return max(0, other.start - one.end, one.start - other.end)

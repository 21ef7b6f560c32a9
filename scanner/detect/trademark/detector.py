"""Finds of marks become hits: each judged where it stands."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cached_property

from scanner.detect.base import Context
from scanner.detect.trademark.around import Around
from scanner.detect.trademark.judge import judge
from scanner.detect.trademark.lookup import Lookup
from scanner.detect.trademark.profile import Profiles
from scanner.detect.trademark.scene import Place, Scene
from scanner.detect.trademark.verdict import Verdict
from scanner.detect.trademark.wording import Wording
from scanner.lexicon.found import Found
from scanner.lexicon.pack import Pack
from scanner.model import Hit

_MOST = 60
"""Marks judged in one text, at most; beyond that the first ones say enough."""


_AND = re.compile(r"\s[&/+|]\s")


class TrademarkDetector:
    """Protected marks in text. Built from the packs' rules, phrase sets and wording; immutable."""

    category = "trademark"

    def __init__(self, packs: Sequence[Pack]) -> None:
        self._profiles = Profiles(packs)
        self._wording = Wording(packs)

    @cached_property
    def _lookup(self) -> Lookup:
        """Every phrase set, compiled when the first mark is met."""
        return Lookup(self._profiles.sets)

    def detect(self, context: Context) -> Iterable[Hit]:
        """One hit for each mark that means something where it stands."""
        found = context.of(self.category)
        if not found:
            return []
        scene = Scene(context, self._lookup, self._wording)
        named = [f for f in found if not (f.pattern or _number_beside(scene, f) or _taken_apart(scene, f))]
        hits = list(self._hits(scene, _best(named)[:_MOST]))
        return [*hits, *self._apart(scene, found, hits)]

    def _hits(self, scene: Scene, found: Iterable[Found]) -> Iterator[Hit]:
        for find in found:
            around = self._around(scene, find)
            verdict = judge(around)
            if verdict is not None:
                yield _hit(scene, around.place, verdict)

    def _around(self, scene: Scene, find: Found) -> Around:
        return Around(scene, scene.place(find), self._profiles.of(find.rule))

    def _apart(self, scene: Scene, found: Iterable[Found], hits: Sequence[Hit]) -> Iterator[Hit]:
        """Talk of sending a logo apart counts against the mark named before it, or with words of concealment."""
        patterns = _best([find for find in found if find.pattern])
        named = [hit for hit in hits if hit.level != "info"]
        for find in patterns[:1]:
            around = self._around(scene, find)
            term = next((hit.term for hit in reversed(named) if hit.span.start <= find.span.start), None)
            if term or around.conceals:
                hit = _hit(
                    scene, around.place, Verdict("review", "The logo is to travel apart from the goods.", ("replica",))
                )
                yield replace(hit, term=term or find.rule.term)


def _best(found: Sequence[Found]) -> list[Found]:
    """Of the finds of one rule that overlap, the surest; the longest of equals."""
    ranked = sorted(found, key=lambda f: (f.weak, -f.score, len(f.evasion), -len(f.span)))
    kept: list[Found] = []
    for find in ranked[: _MOST * 4]:
        if not any(k.rule.id == find.rule.id and k.span.overlaps(find.span) for k in kept):
            kept.append(find)
    return sorted(kept, key=lambda f: f.span)


def _number_beside(scene: Scene, found: Found) -> bool:
    """Whether "letters" of a disguise are a number that follows a word: `scan 10` is no SCANIA."""
    if " " in found.form or "leet" not in found.evasion:
        return False
    tokens = scene.original(found.span).split()
    return max(map(len, tokens)) > 1 and any(not any(map(str.isalpha, token)) for token in tokens)


def _taken_apart(scene: Scene, found: Found) -> bool:
    """Whether a mark joined with its goods, or one of two ordinary words, stands there as two words of their own.

    In the first case the mark itself is found and judged as well; `quiet & comfort` is no mark at all.
    """
    if "spaced" not in found.evasion:
        return False
    if found.rule.extra.get("joined") is True:
        return True
    return found.weak and " " in found.form and bool(_AND.search(scene.original(found.span)))


def _hit(scene: Scene, place: Place, verdict: Verdict) -> Hit:
    rule, found = place.found.rule, place.found
    return Hit(
        rule=rule.id,
        category="trademark",
        term=rule.term,
        level=verdict.level,
        span=found.span,
        text=scene.original(found.span),
        score=found.score,
        evasion=found.evasion,
        tags=verdict.tags,
        why=verdict.why,
        exception=verdict.exception,
    )

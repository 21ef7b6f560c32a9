"""The drug detector: names, street names, pictures and CAS numbers of what must not be sold."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from scanner.detect.base import Context
from scanner.detect.drug.excuse import excuse
from scanner.detect.drug.level import level_of
from scanner.detect.drug.nearby import Nearby
from scanner.detect.drug.scene import Scene
from scanner.detect.drug.spelled import SpelledBook
from scanner.detect.drug.units import UnitBook
from scanner.detect.drug.weigh import counts
from scanner.lexicon.found import Found
from scanner.lexicon.pack import Pack, Rule
from scanner.model import Hit
from scanner.text.cas import find_cas, has_cas_signal, is_cas

_EXCUSE_TAGS = {"test_kit": ("test-kit",), "refusal": ("refusal",)}
_SPELLED = "drug.wake.cas.spelled"
_DEALING_REACH = 160
_FORM_REACH = 12


class DrugDetector:
    """Turns finds of category drug into hits: strong names at once, weak ones when enough speaks for them."""

    category = "drug"

    def __init__(self, packs: Sequence[Pack]) -> None:
        self._by_cas = _cas_table(packs)
        self._book = UnitBook(_cue_sets(packs))
        self._spelled = SpelledBook(pack.settings["figures"] for pack in packs if "figures" in pack.settings)
        self._paths = tuple(path for pack in packs for path in pack.cues.get("benign_path", ()))

    def detect(self, context: Context) -> Iterable[Hit]:
        """Hits in any order; names let off come out as `info` with the reason."""
        finds = context.of(self.category)
        folded = context.reading.folded.text
        numbers = list(self._numbers(context, finds)) if finds or has_cas_signal(folded) else []
        named = [found for found in finds if not _is_number(found) and found.rule.extra.get("kind") != "wake"]
        if not named and not numbers:
            return []
        scene = Scene(context, _outermost([*named, *numbers]), self._book, excuse=excuse, benign_paths=self._paths)
        return [hit for found in scene.finds if (hit := self._judge(found, scene)) is not None]

    def _numbers(self, context: Context, finds: Sequence[Found]) -> Iterator[Found]:
        """Finds of CAS numbers of the table, however they are broken up."""
        view = context.reading.folded
        spelled = self._spelled.find(view.text) if any(found.rule.id == _SPELLED for found in finds) else ()
        for cas in (*find_cas(view.text), *spelled):
            rule = self._by_cas.get(cas.number)
            if rule is not None and rule.in_force(context.at):
                yield Found(rule, cas.number, view.span(cas.start, cas.end), cas.evasion, score=0.98)

    def _judge(self, found: Found, scene: Scene) -> Hit | None:
        if found.weak and _is_form_of_goods(found, scene):
            return None
        if found.weak and found.rule.extra.get("route") != "solvent" and not counts(found, scene):
            return None
        reason = scene.reason(found) or (scene.let_off(found.span) if found.weak else None)
        if reason is not None:
            return None if found.weak else self._hit(found, scene, reason)
        return self._hit(found, scene, None)

    def _hit(self, found: Found, scene: Scene, reason: str | None) -> Hit | None:
        level = "info" if reason else level_of(found, scene)
        if level is None:
            return None
        return Hit(
            rule=found.rule.id,
            category=self.category,
            term=found.rule.term,
            level=level,
            span=found.span,
            text=scene.context.reading.slice(found.span),
            value=found.form if is_cas(found.form) else None,
            score=min(found.score, _weak_score(found)) if found.weak else found.score,
            evasion=found.evasion,
            tags=_tags(found, scene, level, reason),
            why=found.rule.why or "uses a street name of a banned substance where it is offered",
            exception=reason,
        )


def _outermost(finds: Sequence[Found]) -> list[Found]:
    """The finds without those inside a longer strong name: a spore syringe is no mushroom."""
    strong = Nearby(found for found in finds if not found.weak)
    return [
        found
        for found in finds
        if not any(
            other.span != found.span and other.span.contains(found.span) for other in strong.within(found.span, 0)
        )
    ]


def _is_form_of_goods(found: Found, scene: Scene) -> bool:
    """Whether a street name only says how a named substance comes: "ketamine crystal", "MDMA pills"."""
    return scene.overlapping("form", found.span) and any(
        named.span.end <= found.span.start for named in scene.strong.within(found.span, _FORM_REACH)
    )


def _tags(found: Found, scene: Scene, level: str, reason: str | None) -> tuple[str, ...]:
    tags = [*found.rule.tags, *_EXCUSE_TAGS.get(reason or "", ())]
    if grade := found.rule.extra.get("grade"):
        tags.append(f"grade:{grade}")
    if _is_number(found):
        tags.append("cas")
    if found.weak and found.rule.extra.get("kind") in ("street", "foreign", "rare", "sure", "emoji"):
        tags.append("slang")
    if scene.near("dealing", found.span, _DEALING_REACH):
        tags.append("selling-cue")
    if level == "review":
        tags.append("restricted")
    return tuple(dict.fromkeys(tags))


def _weak_score(found: Found) -> float:
    """How sure a weak name is at most: less where its rule names no substance."""
    return float(found.rule.extra.get("score", 0.9))


def _is_number(found: Found) -> bool:
    return not found.weak and is_cas(found.form.replace("_", "-").replace("o", "0"))


def _cas_table(packs: Sequence[Pack]) -> dict[str, Rule]:
    """CAS number -> the rule of its substance."""
    return {
        number: rule
        for pack in packs
        for rule in pack.rules
        for number in str(rule.extra.get("cas", "")).split(";")
        if number
    }


def _cue_sets(packs: Sequence[Pack]) -> dict[str, list[str]]:
    """Cue sets of all packs by name, and each rule's own needs and let-offs as `need:ID` and `unless:ID`."""
    sets: dict[str, list[str]] = {}
    for pack in packs:
        for name, phrases in pack.cues.items():
            if pack.name.endswith("-context"):
                sets.setdefault(name, []).extend(phrases)
        for rule in pack.rules:
            if rule.unless:
                sets[f"unless:{rule.id}"] = list(pack.expand(rule.unless))
            if rule.weak and rule.need:
                sets[f"need:{rule.id}"] = list(pack.expand(_own(rule.need)))
    return sets


def _own(need: tuple[str, ...]) -> tuple[str, ...]:
    """A rule's needs without the sets that only wake it: words of dealing count elsewhere."""
    return tuple(name for name in need if name not in ("@deal", "@world") and not name.startswith("@hand"))

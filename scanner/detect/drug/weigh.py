"""How much it takes for a street name, a code or a picture to mean a drug: points for what stands around it.

Three kinds of evidence count: the rule's own cues, a dealer's words, other drugs in company. Amounts and soft
words add halves; innocent goods take points away. A word that qualifies other goods ("ice maker", "BZP bolts")
counts for nothing. The table of points is in lexicons/drug/README.md; the words are in its packs.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from scanner.detect.drug.scene import Scene
from scanner.lexicon.found import Found
from scanner.model import Span

NEEDED = {"street": 1.5, "rare": 1.5, "code": 1.5, "emoji": 2.0, "sure": 1.0}
"""Points from which on a weak find of a kind counts."""
_WORTH = {"street": 0.5, "emoji": 0.5, "rare": 1.0, "sure": 1.0}
"""What another street name in company is worth, by its kind."""
_TELLING = ("rare", "sure")
_FOREIGN = "foreign"
"""A street name of a language whose adjectives follow the noun."""
_ANY = "drugs"
"""The term of rules that hold street names of many drugs."""
_NEAR, _CLOSE, _TEXT, _AMOUNT = 60, 40, 160, 35
_HIDDEN = 4
"""Letters of the shortest street name whose disguise says something."""
_PAPERS = re.compile(
    r"(?:\b(?:po|no|nr|inv\w*|order|sku|lot|number|job|serial|code|tel|ref|item|part|model|art)|[#+-])\W{0,3}$"
)
"""What stands before the number of a paper or a part."""


def counts(found: Found, scene: Scene) -> bool:
    """Whether the text gives a weak find its drug meaning."""
    kind = kind_of(found)
    if kind not in ("emoji", "sure") and _qualifies(found, scene):
        return False
    reach = _CLOSE if kind == "code" else 1
    if scene.near(f"unless:{found.rule.id}", found.span, reach):
        return False
    if found.form.isdigit() and _is_on_paper(found.span, scene):
        return False
    return _points(found, scene, kind) >= NEEDED.get(kind, NEEDED["code"])


def kind_of(found: Found) -> str:
    """The kind of a weak find: street, rare, emoji, or code (the weak names of the table)."""
    kind = str(found.rule.extra.get("kind", "code"))
    return "street" if kind == _FOREIGN else kind


def _qualifies(found: Found, scene: Scene) -> bool:
    """Whether a find only qualifies the word behind it, unless that is an adjective: "weed californienne"."""
    return found.rule.extra.get("kind") != _FOREIGN and scene.qualifies_goods(found)


def points(found: Found, scene: Scene) -> float:
    """Points for and against the drug meaning of a weak find."""
    return _points(found, scene, kind_of(found))


def _points(found: Found, scene: Scene, kind: str) -> float:
    span = found.span
    own, dealing = _cue_points(found, scene)
    company = _company(found, scene, kind)
    apart = _set_apart(found, kind)
    if not (own or company or apart or dealing > 1 or kind == "sure"):
        return 0
    total = min(3 if kind == "code" else 2, own) + min(2, dealing) + company + apart
    halves = (scene.distinct("soft", span, _CLOSE) > 0) + scene.small_amount_near(span, _AMOUNT)
    total += 0.5 * (min(1, halves) if kind in ("street", "sure") else halves)
    against: float = min(2, scene.distinct("benign", span, _CLOSE))
    if kind in ("street", "emoji") and not scene.strong.items:
        against += 0.5 * _benign_path(scene)
    return total - against


def _cue_points(found: Found, scene: Scene) -> tuple[float, float]:
    """Points of the rule's own cues and of a dealer's words.

    A word in both sets counts once and a half; words that any shop says count half a point, together.
    """
    span = found.span
    needs = scene.phrases(f"need:{found.rule.id}", span, _NEAR)
    dealing = scene.phrases("dealing", span, _TEXT)
    plain = scene.phrases("plain", span, _TEXT) & (needs | dealing)
    own = len(needs - plain) + 0.5 * min(2, len(plain & needs))
    return own, len(dealing - needs - plain) + 0.5 * len((dealing & needs) - plain) + 0.5 * bool(plain - needs)


def _set_apart(found: Found, kind: str) -> int:
    """A point for a name whose letters are set apart or swapped: nobody hides an ordinary word."""
    hidden = {"spaced", "leet", "lookalike"} & set(found.evasion)
    return int(kind in ("street", "rare", "sure") and len(found.form) >= _HIDDEN and bool(hidden))


def _company(found: Found, scene: Scene, kind: str) -> float:
    """Other names of drugs around: strong ones tell most, street names of other drugs half a point each."""
    strong = any(
        not other.span.overlaps(found.span) and other.rule.level == "violation" and not other.rule.extra.get("route")
        for other in scene.strong.within(found.span, _TEXT)
    )
    worth, alike = _street_names(found, scene)
    lonely = not strong and len(worth) + len(alike) < 2 and 1.0 not in worth.values()
    if kind == "street" and lonely and not scene.near("dealing", found.span, _TEXT):
        worth, alike = {}, set()
    total = min(1.0, sum(worth.values()) + 0.5 * len(alike))
    if kind == "sure" and worth:
        total = 1.0
    if len(worth) + len(alike) >= 2 and (kind in _TELLING or 1.0 in worth.values()):
        total += 0.5
    return (1.5 if kind != "street" else 1.0) * strong + total


def _street_names(found: Found, scene: Scene) -> tuple[dict[str, float], set[str]]:
    """Street names close by: what those of other drugs are worth, and the other words for the same one.

    Given names say nothing about each other: Molly, Tina and Charlie may be three people.
    """
    worth: dict[str, float] = {}
    alike: set[str] = set()
    for others in _places(found, scene):
        same = next((other for other in others if other.rule.id == found.rule.id), None)
        if same is not None:
            if same.form != found.form:
                alike.add(same.form)
        elif not any(other.rule.term == found.rule.term != _ANY for other in others):
            best = max(others, key=lambda other: (_WORTH.get(kind_of(other), 0), other.rule.term != _ANY))
            if value := _WORTH.get(kind_of(best)):
                name = best.rule.term if best.rule.term != _ANY else best.form
                worth[name] = max(value, worth.get(name, 0))
    return worth, alike


def _places(found: Found, scene: Scene) -> Iterable[list[Found]]:
    """The street names close by, those of one place together: one word is one neighbour, whoever lists it."""
    places: dict[int, list[Found]] = {}
    person = scene.overlapping("given", found.span)
    for other in scene.named.within(found.span, _CLOSE):
        if not other.weak or other.span.overlaps(found.span) or _qualifies(other, scene):
            continue
        if (person and scene.overlapping("given", other.span)) or scene.near(f"unless:{other.rule.id}", other.span, 1):
            continue
        places.setdefault(other.span.start, []).append(other)
    return places.values()


def _is_on_paper(span: Span, scene: Scene) -> bool:
    """Whether a bare number is that of an order, a part, a telephone."""
    before = scene.between(max(0, span.start - 12), span.start)
    after = scene.text[span.end : span.end + 2]
    return _PAPERS.search(before) is not None or (after[:1] in "-./" and after[1:].isdigit())


def _benign_path(scene: Scene) -> bool:
    """Whether the goods path names goods in which a street word is only a word."""
    return any(word in scene.goods for word in scene.benign_paths)

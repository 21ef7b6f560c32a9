"""How much it takes for a street name, a code or a picture to mean a drug: points for what stands around it.

The table of points is in lexicons/drug/README.md; the words are in its packs.
"""

from __future__ import annotations

from scanner.detect.drug.scene import Scene, gap
from scanner.lexicon.found import Found
from scanner.model import Span

NEEDED = {"street": 3, "rare": 2, "code": 2, "emoji": 3}
"""Points from which on a weak find of a kind counts."""
_NEAR, _CLOSE, _TEXT = 60, 40, 160


def counts(found: Found, scene: Scene) -> bool:
    """Whether the text gives a weak find its drug meaning."""
    kind = str(found.rule.extra.get("kind", "code"))
    if scene.touching(f"unless:{found.rule.id}", found.span):
        return False
    return points(found, scene) >= NEEDED.get(kind, 2)


def points(found: Found, scene: Scene) -> int:
    """Points for and against the drug meaning of a weak find."""
    span = found.span
    own = min(3, scene.distinct(f"need:{found.rule.id}", span, _NEAR))
    dealing = min(2, scene.distinct("dealing", span, _TEXT))
    soft = min(2, scene.distinct("soft", span, _CLOSE))
    amount = 1 if scene.small_amount_near(span, 25) else 0
    company = _company(found, scene)
    against = min(2, scene.distinct("benign", span, _CLOSE)) + (1 if _benign_path(scene) else 0)
    return (own + 1 if own else 0) + 2 * dealing + (1 if soft else 0) + amount + company - 2 * against


def _company(found: Found, scene: Scene) -> int:
    """Other names of drugs around: two points for a strong one, one for each street name of another rule."""
    strong = 2 if any(_apart(f.span, found.span, _TEXT) for f in scene.strong) else 0
    others = {
        other.rule.id
        for other in scene.finds
        if other.weak
        and other.rule.id != found.rule.id
        and other.rule.term != found.rule.term
        and other.rule.extra.get("kind") != "wake"
        and _apart(other.span, found.span, _CLOSE)
    }
    return strong + min(3, len(others))


def _apart(one: Span, other: Span, distance: int) -> bool:
    return not one.overlaps(other) and gap(one, other) <= distance


def _benign_path(scene: Scene) -> bool:
    """Whether the goods path names goods in which a street word is only a word."""
    return any(word in scene.goods for word in scene.benign_paths)

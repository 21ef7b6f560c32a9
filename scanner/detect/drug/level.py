"""How grave a drug find is: banned, or restricted and in honest company."""

from __future__ import annotations

from scanner.detect.drug.scene import Scene
from scanner.lexicon.found import Found
from scanner.model import Level

_SOLVENT_REACH = 45


def level_of(found: Found, scene: Scene) -> Level | None:
    """The level of a find that is not let off; None for a common solvent that is not itself on sale.

    Routes of the table: `industrial` (a chemical with honest users), `vet` (animal medicines and premixes),
    `solvent` (a bulk chemical that half of all goods are proof against).
    """
    rule = found.rule
    route = rule.extra.get("route")
    if route == "solvent":
        return _solvent(found, scene)
    if scene.suspicious:
        return "violation"
    if route == "industrial":
        return "review" if rule.level == "review" or scene.has("industrial") else rule.level
    if route == "vet":
        return _animal_medicine(scene)
    return "review" if rule.level == "violation" and _lawful(str(rule.extra.get("class")), scene) else rule.level


_LICENSED_CLASSES = ("rx", "antibiotic", "hormone", "vet", "ed", "biologic")
"""Medicines that licensed traders trade; narcotics are banned whatever licence is claimed."""
_PAPER_CLASSES = ("precursor", "opioid", "benzo", "barbiturate", "anaesthetic", "dissociative", "hypnotic")
"""Chemicals and medicines that have lawful users: worth a look where the seller demands the buyer's papers."""


def _lawful(kind: str, scene: Scene) -> bool:
    """Whether the text says whose trade it is: licensed medicines, papers asked of the buyer, laboratory standards."""
    if kind in _LICENSED_CLASSES and scene.has("licensed"):
        return True
    if kind in _PAPER_CLASSES and scene.has("papers"):
        return True
    return kind != "precursor" and scene.has("standard")


def _solvent(found: Found, scene: Scene) -> Level | None:
    span = found.span
    if scene.near("solvent_not", span, 25) or not scene.near("solvent", span, _SOLVENT_REACH):
        return None
    return "violation" if scene.suspicious and _hard_company(scene) else "review"


def _hard_company(scene: Scene) -> bool:
    return any(f.rule.level == "violation" for f in scene.strong.items)


def _animal_medicine(scene: Scene) -> Level:
    return "violation" if scene.has("human") and not scene.has("veterinary") else "review"

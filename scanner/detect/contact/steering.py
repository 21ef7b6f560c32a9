"""Steers that name no channel: "outside this platform", a code in a picture, "give me your number"."""

from __future__ import annotations

from collections.abc import Sequence

from scanner.detect.contact import innocent
from scanner.detect.contact.assemble import Piece
from scanner.detect.contact.scene import Scene
from scanner.lexicon.found import Found

EXCUSE = 0.68
"""Rules that score less tell only why one should talk elsewhere."""


class Steering:
    """Turns finds of steering rules into pieces."""

    def pieces(self, scene: Scene, finds: Sequence[Found], contacts: Sequence[Piece]) -> list[Piece]:
        """Steers of a text, one a sentence; what merely introduces a contact of the same sentence is dropped."""
        guilty = [scene.place(piece.span) for piece in contacts if piece.exception is None]
        best: dict[tuple[str, int, bool], Piece] = {}
        for found in finds:
            start, end = scene.place(found.span)
            if scene.excused(found.rule, start, end):
                continue
            if _kind(found) in ("steer", "qr") and _leads_to(scene, end, start, guilty):
                continue
            piece = self._piece(scene, found, start, end)
            key = (piece.term, scene.sentence(start, end)[0], piece.exception is None)
            if key not in best or _weight(piece) > _weight(best[key]):
                best[key] = piece
        return list(best.values())

    def _piece(self, scene: Scene, found: Found, start: int, end: int) -> Piece:
        exception = innocent.reason(scene, start, end)
        kind = _kind(found)
        low, high = scene.sentence(start, end)
        if exception is None and kind == "qr" and scene.cues.any("refuse", start, end):
            exception = "refusal"
        if exception is None and kind in ("solicit", "pointer") and _beside(scene, "third", start, end):
            exception = "third_party"
        if exception is None and kind in ("solicit", "qr") and scene.cues.any("platform", low, high):
            exception = "platform_process"
        if exception is None and kind == "solicit" and scene.follows("other_number", end, 2):
            exception = "product"
        if exception is None and kind == "acceptance" and scene.cues.any("fair", low, high):
            exception = "story"
        if (
            exception is None
            and scene.message.role == "buyer"
            and not (kind == "solicit" and found.rule.term == "phone")
        ):
            exception = "buyer_asks"
        return Piece(
            rule=found.rule.id,
            term=found.rule.term,
            level=found.rule.level,
            span=found.span,
            why=found.rule.why,
            score=min(found.score, 0.8),
            evasion=found.evasion,
            tags=found.rule.tags,
            exception=exception,
        )


def _weight(piece: Piece) -> tuple[bool, int]:
    """Which of the steers of a sentence is told: an excuse ("this place has ears") yields to what it excuses."""
    return piece.score >= EXCUSE, len(piece.span)


def _beside(scene: Scene, name: str, start: int, end: int) -> bool:
    """Whether a cue of the set stands in the sentence, outside the words themselves."""
    low, high = scene.sentence(start, end)
    return scene.cues.any(name, low, start) or scene.cues.any(name, end, high)


def _kind(found: Found) -> str:
    return str(found.rule.extra.get("kind", "steer"))


def _leads_to(scene: Scene, end: int, start: int, guilty: Sequence[tuple[int, int]]) -> bool:
    """Whether a guilty contact stands in the same sentence."""
    low, high = scene.sentence(start, end)
    return any(low <= s < high for s, _ in guilty)

"""What excuses a mark: a refusal, a condition, a party to the documents, talk about the rules."""

from __future__ import annotations

from scanner.detect.trademark.around import Around
from scanner.detect.trademark.scene import CLAUSE
from scanner.detect.trademark.verdict import Verdict, excused

_TAIL = 60
"""Code points beyond the sentence in which second thoughts are looked for."""
_REBUTTAL = 120
"""Code points after a refusal in which an offer takes it back."""


def excuse(around: Around) -> Verdict | None:
    """The excuse that the text gives; None when it gives none."""
    if _refuses(around):
        return excused("refusal", "The text refuses to deal in the mark.", "refusal")
    buyer = around.scene.message.role == "buyer"
    if around.near("dispute") or (buyer and around.near("buyer_care", tail=_TAIL)):
        return excused("condition", "The text sets a condition against copies.")
    if around.before("negated_before") and not (around.replica or around.logo_talk):
        return excused("refusal", "The text says that the goods are without the mark.", "refusal")
    return None if around.scene.listing else _talk(around)


def _talk(around: Around) -> Verdict | None:
    """Excuses that only chat gives."""
    if around.near("party"):
        return excused("party", "The name is that of a party to the documents.")
    if not around.near("policy", tail=_TAIL) or around.near("but_offer", tail=2 * _TAIL):
        return None
    if around.near("price", tail=_TAIL) or around.replica:
        return None
    return excused("policy_talk", "The text talks about the rules on marks.")


def _refuses(around: Around) -> bool:
    """Whether the mark is refused: in its own clause, or in the sentence when nothing there is priced."""
    refused = around.near("refusal", tail=_TAIL) or _no_copies(around)
    if refused is None:
        return False
    scene, place, end = around.scene, around.place, refused[1]
    if scene.near("but_offer", end, min(len(scene.text), end + _REBUTTAL)):
        return False
    between = scene.text[min(end, place.end) : max(refused[0], place.start)]
    return not CLAUSE.search(between) or not around.near("price", tail=_TAIL)


def _no_copies(around: Around) -> tuple[int, int] | None:
    """Where copies are ruled out; "original, not a copy" rules out nothing."""
    return None if around.near("genuine") else around.near("no_replica")

"""The judgement of one mark in one text: a violation, worth a look, or excused, and why."""

from __future__ import annotations

from scanner.detect.trademark.around import Around
from scanner.detect.trademark.claim import claim
from scanner.detect.trademark.evidence import gather
from scanner.detect.trademark.excuse import excuse
from scanner.detect.trademark.verdict import Verdict, excused
from scanner.model import LEVELS


def judge(around: Around) -> Verdict | None:
    """The verdict; None when an ordinary word is just that."""
    scene, place, profile = around.scene, around.place, around.profile
    plain = place.found.weak or profile.risk in ("high", "code")
    sets = profile.unless if scene.listing else profile.unless | profile.chat
    if sets & scene.names_round(place):
        return None if plain else excused("homonym", "The word means something else here.")
    if profile.risk == "medium" and around.person:
        return None if plain else excused("homonym", "The name is that of a person.")
    verdict = claim(around, gather(scene, place, profile))
    if verdict is None:
        return None if plain else excused("out_of_scope", "Nothing here points to the protected goods.")
    return excuse(around) or _limit(around, _qualify(around, verdict))


def _qualify(around: Around, verdict: Verdict) -> Verdict:
    """What the wording makes of a claim."""
    if around.replica:
        return Verdict("violation", "A protected mark with words for a copy.", ("replica",))
    if not around.refers and _offered_as_like(around, verdict):
        return Verdict("violation", "Goods are offered as like those of a protected mark.", ("replica",))
    if around.after("shape_after"):
        return Verdict("review", "An ordinary word that is a mark for these goods describes them.")
    if around.near("authorised") and not around.near("no_authority"):
        return Verdict("review", "The text claims a licence; it has to be proved.", ("authorised-claim",))
    if around.refers:
        return Verdict("review", "The mark names another's goods: what this fits or compares to.", ("nominative",))
    return verdict


def _offered_as_like(around: Around, verdict: Verdict) -> bool:
    """Whether goods are like those of the mark; of a common word (`like plexiglass`) that says nothing."""
    if "generic-use" in verdict.tags:
        return False
    return around.alike or (verdict.level == "violation" and around.logo_talk)


def _limit(around: Around, verdict: Verdict) -> Verdict:
    """The verdict within what its rule and the writer's role allow."""
    found = around.place.found
    most = found.rule.level
    if most == "review" and found.weak and around.replica:
        most = "violation"
    tags = (*verdict.tags, *(tag for tag in found.rule.tags if tag not in verdict.tags))
    if around.scene.message.role == "buyer":
        most, tags = ("info" if most == "info" else "review"), (*tags, "buyer")
    level = min(verdict.level, most, key=LEVELS.index)
    return Verdict(level, verdict.why, tags, verdict.exception)

"""The judgement of one mark in one text: a violation, worth a look, or excused, and why."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from scanner.detect.trademark.evidence import Evidence, gather
from scanner.detect.trademark.profile import Profile
from scanner.detect.trademark.scene import CLAUSE, Place, Scene
from scanner.detect.trademark.wording import Wording
from scanner.model import LEVELS, Level

_REPLICA_REACH, _SPARE_REACH, _TAIL = 110, 60, 60
"""Code points from the mark in which copies, spare parts and second thoughts are looked for."""
_ENOUGH, _SUSPECT = 3, 2
"""Points of evidence for a violation and for a look."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a mark in its place amounts to; an excused one is `info` with the reason in `exception`."""

    level: Level
    why: str
    tags: tuple[str, ...] = ()
    exception: str | None = None


def _excused(reason: str, why: str, *tags: str) -> Verdict:
    return Verdict("info", why, tags, reason)


class Judge:
    """Judges places by the packs' wording. Immutable."""

    def __init__(self, wording: Wording) -> None:
        self.wording = wording

    def judge(self, scene: Scene, place: Place, profile: Profile) -> Verdict | None:
        """The verdict; None when an ordinary word is just that."""
        plain = place.found.weak or profile.risk in ("high", "code")
        sets = profile.unless if scene.listing else profile.unless | profile.chat
        if sets & scene.names_round(place):
            return None if plain else _excused("homonym", "The word means something else here.")
        if profile.risk == "medium" and self._person(scene, place):
            return None if plain else _excused("homonym", "The name is that of a person.")
        evidence = gather(scene, place, profile, self.wording)
        verdict = self._claim(scene, place, profile, evidence)
        if verdict is None:
            return None if plain else _excused("out_of_scope", "Nothing here points to the protected goods.")
        excuse = self._excuse(scene, place)
        if excuse is not None:
            return excuse
        return self._limit(scene, place, self._qualify(scene, place, profile, verdict))

    def conceals(self, scene: Scene, place: Place) -> bool:
        """Whether a text says why a logo is kept off the goods: customs, risk, inspection."""
        own = scene.near(self.wording, "own_label", place.start - _REPLICA_REACH, place.end + _REPLICA_REACH)
        return own is None and scene.near(self.wording, "conceal", place.low, place.high) is not None

    # -- is the word used as a mark ------------------------------------------------------------------------

    def _claim(self, scene: Scene, place: Place, profile: Profile, evidence: Evidence) -> Verdict | None:
        risk = profile.risk
        if place.found.weak and risk in ("low", "medium"):
            risk = "high"
        if risk == "low":
            return self._distinctive(scene, place, evidence)
        if risk == "medium":
            return self._borne_by_others(scene, place, evidence)
        if risk == "code":
            return self._code(scene, place, evidence)
        if risk == "generic":
            return self._generic(scene, place, evidence)
        return self._ordinary(scene, place, profile, evidence)

    def _distinctive(self, scene: Scene, place: Place, evidence: Evidence) -> Verdict | None:
        if evidence.elsewhere and evidence.goods < 3 and not (evidence.brand or evidence.beside or evidence.disguised):
            return Verdict("review", "A protected mark is named beside other goods.") if scene.listing else None
        if not evidence.in_scope and not (evidence.brand or evidence.disguised) and _misspelled(place):
            return Verdict("review", "What may be a protected mark, misspelt, is named.") if scene.listing else None
        offered = scene.listing or evidence.goods or evidence.disguised or evidence.brand or evidence.beside
        if offered or scene.near(self.wording, "offer", place.low, place.high):
            return Verdict("violation", "A protected mark is used for goods on offer.")
        return Verdict("review", "A protected mark is named without a word on goods.")

    def _borne_by_others(self, scene: Scene, place: Place, evidence: Evidence) -> Verdict | None:
        if evidence.elsewhere and evidence.goods < 2 and not (evidence.beside or evidence.disguised):
            return None
        if evidence.goods >= 2 or evidence.beside or (evidence.goods and (evidence.category or not evidence.elsewhere)):
            return Verdict("violation", "A protected name is used for the goods it protects.")
        if evidence.category or (evidence.goods and evidence.disguised):
            return Verdict("violation", "A protected name stands in a listing of the goods it protects.")
        if (scene.listing and not evidence.elsewhere and not _misspelled(place)) or evidence.disguised:
            return Verdict("review", "A protected name is used, for goods other than those it protects.")
        return None

    def _code(self, scene: Scene, place: Place, evidence: Evidence) -> Verdict | None:
        if not evidence.in_scope:
            return None
        copied = self._replica(scene, place) or self._alike(scene, place)
        if evidence.brand or copied or evidence.disguised or evidence.hashtag:
            return Verdict("violation", "A rating is used as a brand on the goods.")
        if (evidence.goods >= 2 or evidence.beside) and self._spare(scene, place):
            return Verdict("review", "A rating stands by a part made to fit another brand's tools.")
        return None

    def _generic(self, scene: Scene, place: Place, evidence: Evidence) -> Verdict | None:
        if evidence.elsewhere and evidence.goods < 3:
            return None
        sold = scene.listing and not place.found.weak
        if not (evidence.in_scope or sold or evidence.brand or evidence.disguised or evidence.hashtag):
            return None
        if _as_name(scene, place) or evidence.brand or evidence.disguised or evidence.hashtag or evidence.beside:
            return Verdict("violation", "A mark that many take for a common word is used as a name.")
        return Verdict("review", "A mark is used as the common name of a kind of goods.", ("generic-use",))

    def _ordinary(self, scene: Scene, place: Place, profile: Profile, evidence: Evidence) -> Verdict | None:
        copied = self._replica(scene, place) or (bool(evidence.goods or evidence.capital) and self._alike(scene, place))
        if not evidence.in_scope:
            return self._copy_of_unnamed_goods(place, profile, evidence) if copied else None
        shown = evidence.disguised or evidence.beside or evidence.brand or evidence.hashtag
        if evidence.elsewhere and not shown:
            return None
        if evidence.adjective and not (shown or evidence.capital or copied):
            return _descriptive(evidence) if profile.loose and scene.listing else None
        points = evidence.points + 2 * bool(copied)
        if points >= _ENOUGH and (evidence.firm or copied):
            return Verdict("violation", "An ordinary word is used as the name of the goods it is protected for.")
        loose = profile.loose or evidence.capital or evidence.leads or copied
        if points >= _SUSPECT and (loose or (evidence.firm and scene.listing)):
            return Verdict("review", "An ordinary word that is a mark for these goods stands by them.")
        return None

    def _copy_of_unnamed_goods(self, place: Place, profile: Profile, evidence: Evidence) -> Verdict | None:
        """Words for a copy beside a mark of two words, or one set off as a name, need no goods."""
        known = profile.risk == "medium"
        if " " in place.found.rule.term and (evidence.capital or evidence.brand):
            return Verdict("violation", "Words for a copy stand beside a protected mark.")
        if evidence.brand or evidence.disguised or (evidence.capital and known):
            return Verdict("review", "Words for a copy stand beside a word that is a protected mark.")
        return None

    # -- what the wording makes of it ----------------------------------------------------------------------

    def _qualify(self, scene: Scene, place: Place, profile: Profile, verdict: Verdict) -> Verdict:
        if self._replica(scene, place):
            return Verdict("violation", "A protected mark with words for a copy.", ("replica",))
        referring = self._refers(scene, place, profile)
        if not referring and self._offered_as_like(scene, place, verdict):
            return Verdict("violation", "Goods are offered as like those of a protected mark.", ("replica",))
        if self.wording.after("shape_after", scene.text, place.end, place.high):
            return Verdict("review", "An ordinary word that is a mark for these goods describes them.")
        if scene.near(self.wording, "authorised", place.low, place.high):
            return Verdict("review", "The text claims a licence; it has to be proved.", ("authorised-claim",))
        if referring:
            return Verdict("review", "The mark names another's goods: what this fits or compares to.", ("nominative",))
        return verdict

    def _replica(self, scene: Scene, place: Place) -> bool:
        low, high = place.start - _REPLICA_REACH, place.end + _REPLICA_REACH
        seen = scene.near(self.wording, "replica", low, high)
        return seen is not None and not scene.near(self.wording, "no_replica", low, high)

    def _offered_as_like(self, scene: Scene, place: Place, verdict: Verdict) -> bool:
        """Whether goods are like those of the mark; of a common word (`like plexiglass`) that says nothing."""
        if "generic-use" in verdict.tags:
            return False
        return self._alike(scene, place) or (verdict.level == "violation" and self._logo_talk(scene, place))

    def _copies(self, scene: Scene, place: Place) -> bool:
        return self._replica(scene, place) or self._logo_talk(scene, place)

    def _logo_talk(self, scene: Scene, place: Place) -> bool:
        low, high = place.start - _REPLICA_REACH, place.end + _REPLICA_REACH
        return scene.near(self.wording, "logo_talk", low, high) is not None

    def _alike(self, scene: Scene, place: Place) -> bool:
        return self.wording.before("like_before", scene.text, place.start, place.low) or self.wording.after(
            "like_after", scene.text, place.end, place.high
        )

    def _spare(self, scene: Scene, place: Place) -> bool:
        low, high = max(place.low, place.start - _SPARE_REACH), min(place.high, place.end + _SPARE_REACH)
        return scene.near(self.wording, "spare", low, high) is not None or self._fits(scene, place)

    def _fits(self, scene: Scene, place: Place) -> bool:
        text, wording = scene.text, self.wording
        return (
            wording.before("compat_before", text, place.start, place.low)
            or wording.after("compat_after", text, place.end, place.high)
            or wording.before("compare_before", text, place.start, place.low)
        )

    def _refers(self, scene: Scene, place: Place, profile: Profile) -> bool:
        """Whether the mark only says what the goods fit, or what they are compared with."""
        if self._spare(scene, place) or self._fits_goods(scene, place, profile):
            return True
        covers = [p for p in place.of(profile.covers) if 0 <= p.start - place.end <= 20]
        if any((gap := scene.gap(place, p)) is not None and len(gap.split()) <= 2 for p in covers):
            return True
        if not self.wording.before("plain_before", scene.text, place.start, place.low):
            return False
        if self.wording.before("sale_before", scene.text, place.start, place.low):
            return False
        following = [p for p in place.of(profile.goods) if 0 <= p.start - place.end <= 15]
        return not following or self._parts(place, profile)

    def _fits_goods(self, scene: Scene, place: Place, profile: Profile) -> bool:
        """Whether the mark is read with goods before it that something fits: `for trucks Scania`."""
        for phrase in place.of(profile.goods):
            gap = scene.gap(place, phrase) if phrase.end <= place.start else None
            if gap is None or len(gap.split()) > 2 or phrase.start <= place.low:
                continue
            if self.wording.before("compat_before", scene.text, phrase.start, place.low):
                return True
            plain = self.wording.before("plain_before", scene.text, phrase.start, place.low)
            if plain and self._parts(place, profile) and not phrase.text.isdigit():
                return True
        return False

    def _parts(self, place: Place, profile: Profile) -> bool:
        return any(place.low <= p.start < place.high for p in place.of(profile.parts))

    # -- what excuses it -----------------------------------------------------------------------------------

    def _excuse(self, scene: Scene, place: Place) -> Verdict | None:
        text, low = scene.text, place.low
        high = min(len(text), place.high + _TAIL)
        if self._refuses(scene, place, high):
            return _excused("refusal", "The text refuses to deal in the mark.", "refusal")
        buyer = scene.message.role == "buyer"
        if scene.near(self.wording, "dispute", low, place.high) or (
            buyer and scene.near(self.wording, "buyer_care", low, high)
        ):
            return _excused("condition", "The text sets a condition against copies.")
        if self.wording.before("negated_before", text, place.start, low) and not self._copies(scene, place):
            return _excused("refusal", "The text says that the goods are without the mark.", "refusal")
        if not scene.listing and scene.near(self.wording, "party", low, place.high):
            return _excused("party", "The name is that of a party to the documents.")
        talk = None if scene.listing else scene.near(self.wording, "policy", low, high)
        if talk is None or scene.near(self.wording, "but_offer", low, high + _TAIL):
            return None
        if scene.near(self.wording, "price", low, high) or self._replica(scene, place):
            return None
        return _excused("policy_talk", "The text talks about the rules on marks.")

    def _refuses(self, scene: Scene, place: Place, high: int) -> bool:
        """Whether the mark is refused: in its own clause, or in the sentence when nothing there is priced."""
        refused = scene.near(self.wording, "refusal", place.low, high) or self._no_copies(scene, place)
        if refused is None or scene.near(self.wording, "but_offer", refused[1], refused[1] + 120):
            return False
        between = scene.text[min(refused[1], place.end) : max(refused[0], place.start)]
        return not CLAUSE.search(between) or not scene.near(self.wording, "price", place.low, high)

    def _no_copies(self, scene: Scene, place: Place) -> tuple[int, int] | None:
        """Where copies are ruled out; "original, not a copy" rules out nothing."""
        if scene.near(self.wording, "genuine", place.low, place.high):
            return None
        return scene.near(self.wording, "no_replica", place.low, place.high)

    def _person(self, scene: Scene, place: Place) -> bool:
        """Whether a name in chat is somebody's: after a title or a role, or before what people do."""
        if scene.listing:
            return False
        return self.wording.before("person_before", scene.text, place.start, place.low) or self.wording.after(
            "person_after", scene.text, place.end, place.high
        )

    def _limit(self, scene: Scene, place: Place, verdict: Verdict) -> Verdict:
        """The verdict within what its rule and the writer's role allow."""
        most = place.found.rule.level
        if most == "review" and place.found.weak and self._replica(scene, place):
            most = "violation"
        tags = (*verdict.tags, *(t for t in place.found.rule.tags if t not in verdict.tags))
        if scene.message.role == "buyer":
            most, tags = ("info" if most == "info" else "review"), (*tags, "buyer")
        level = min(verdict.level, most, key=LEVELS.index)
        return replace(verdict, level=level, tags=tags)


def _misspelled(place: Place) -> bool:
    return "misspelled" in place.found.evasion


def _descriptive(evidence: Evidence) -> Verdict | None:
    if evidence.goods and (evidence.category or evidence.goods >= 2):
        return Verdict("review", "An ordinary word that is a mark for these goods describes them.")
    return None


def _as_name(scene: Scene, place: Place) -> bool:
    """Whether a mark that doubles as a common word is written as a name: capitals, or its words joined."""
    words = re.findall(r"[^\W\d_]+", scene.original(place.found.span))
    if not words or scene.text[place.end : place.end + 1].isalpha():
        return False
    if " " in place.found.rule.term:
        return (not place.found.weak and len(words) == 1) or all(word[0].isupper() for word in words)
    return all(word.isupper() for word in words)

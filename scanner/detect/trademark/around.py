"""The wording round one mark: what is said of copies, of fitting, of likeness."""

from __future__ import annotations

import re
from functools import cached_property

from scanner.detect.trademark.profile import Profile
from scanner.detect.trademark.scene import Place, Scene

_REPLICA_REACH, _SPARE_REACH = 110, 60
"""Code points from the mark in which copies and spare parts are looked for."""
_COVER_REACH, _GOODS_REACH = 20, 15
"""Code points after the mark in which a cover or the goods themselves are looked for."""


class Around:
    """One place of one scene, with its profile, and the questions that its wording answers."""

    def __init__(self, scene: Scene, place: Place, profile: Profile) -> None:
        self.scene = scene
        self.place = place
        self.profile = profile

    def near(self, kind: str, *, reach: int | None = None, tail: int = 0) -> tuple[int, int] | None:
        """Where a kind of wording stands in the sentence (and `tail` beyond), or within `reach` of the mark."""
        place = self.place
        low, high = (place.low, place.high) if reach is None else (place.start - reach, place.end + reach)
        return self.scene.near(kind, low, min(len(self.scene.text), high + tail))

    def before(self, kind: str) -> bool:
        """Whether a kind of wording leads up to the mark."""
        return self.scene.before(kind, self.place.start, self.place.low)

    def after(self, kind: str) -> bool:
        """Whether a kind of wording follows the mark at once."""
        return self.scene.after(kind, self.place.end, self.place.high)

    # -- copies --------------------------------------------------------------------------------------------

    @cached_property
    def replica(self) -> bool:
        """Words for a copy, unless copies are ruled out."""
        return bool(self.near("replica", reach=_REPLICA_REACH)) and not self.near("no_replica", reach=_REPLICA_REACH)

    @cached_property
    def alike(self) -> bool:
        """Goods in the style of the mark, or like it."""
        return self.before("like_before") or self.after("like_after")

    @cached_property
    def logo_talk(self) -> bool:
        """A logo that can be added, left out or sent along."""
        return self.near("logo_talk", reach=_REPLICA_REACH) is not None

    @property
    def conceals(self) -> bool:
        """Whether the text says why a logo is kept off the goods: customs, risk, inspection."""
        return self.near("own_label", reach=_REPLICA_REACH) is None and self.near("conceal") is not None

    # -- names of others' goods ----------------------------------------------------------------------------

    @cached_property
    def spare(self) -> bool:
        """A spare part, or something made to fit."""
        low = max(self.place.low, self.place.start - _SPARE_REACH)
        high = min(self.place.high, self.place.end + _SPARE_REACH)
        if self.scene.near("spare", low, high) is not None:
            return True
        return self.before("compat_before") or self.after("compat_after") or self.before("compare_before")

    @cached_property
    def refers(self) -> bool:
        """Whether the mark only says what the goods fit, or what they are compared with."""
        if self.spare or self._fits_goods() or self._covers():
            return True
        if not self.before("plain_before") or self.before("sale_before"):
            return False
        goods = self.place.of(self.profile.goods)
        following = any(0 <= p.start - self.place.end <= _GOODS_REACH for p in goods)
        return not following or self._parts()

    def _covers(self) -> bool:
        covers = [p for p in self.place.of(self.profile.covers) if 0 <= p.start - self.place.end <= _COVER_REACH]
        gaps = (self.scene.gap(self.place, phrase) for phrase in covers)
        return any(gap is not None and len(gap.split()) <= 2 for gap in gaps)

    def _fits_goods(self) -> bool:
        """Whether the mark is read with goods before it that something fits: `for trucks Scania`."""
        for phrase in self.place.of(self.profile.goods):
            gap = self.scene.gap(self.place, phrase) if phrase.end <= self.place.start else None
            if gap is None or len(gap.split()) > 2 or phrase.start <= self.place.low:
                continue
            if self.scene.before("compat_before", phrase.start, self.place.low):
                return True
            plain = self.scene.before("plain_before", phrase.start, self.place.low)
            if plain and self._parts() and not phrase.text.isdigit():
                return True
        return False

    def _parts(self) -> bool:
        return any(self.place.low <= p.start < self.place.high for p in self.place.of(self.profile.parts))

    # -- names ---------------------------------------------------------------------------------------------

    @property
    def person(self) -> bool:
        """Whether a name in chat is somebody's: after a title or a role, or before what people do."""
        return not self.scene.listing and (self.before("person_before") or self.after("person_after"))

    @property
    def misspelled(self) -> bool:
        """Whether the mark is written with a letter wrong."""
        return "misspelled" in self.place.found.evasion

    @property
    def as_name(self) -> bool:
        """Whether a mark that doubles as a common word is written as a name: capitals, or its words joined."""
        found = self.place.found
        words = re.findall(r"[^\W\d_]+", self.scene.original(found.span))
        if not words or self.scene.text[self.place.end : self.place.end + 1].isalpha():
            return False
        if " " in found.rule.term:
            return (not found.weak and len(words) == 1) or all(word[0].isupper() for word in words)
        return all(word.isupper() for word in words)

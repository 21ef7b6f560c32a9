"""How strongly a text uses a word as the name of protected goods: the evidence, counted."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from scanner.detect.trademark.lookup import Phrase
from scanner.detect.trademark.profile import Profile
from scanner.detect.trademark.scene import Place, Scene, words_between
from scanner.text.fold import fold

_DISGUISES = frozenset(
    ("zero_width", "styled", "lookalike", "leet", "spaced", "repeated", "reversed", "split_messages")
)
_STYLES = frozenset(("styled", "zero_width", "marks"))
_TIGHT, _BESIDE, _AROUND = 3, 40, 200
"""Words between a mark and its goods; code points to its own vocabulary; code points that count as near."""
_FOLLOWER = re.compile(r"[^\S\n]+([a-z]{2,})")
_WORD = re.compile(r"[^\W\d_]{2,}")


class Evidence(NamedTuple):
    """What speaks for use as a mark. `goods`: 0 none, 1 somewhere near, 2 close by, 3 side by side."""

    goods: int
    category: bool
    elsewhere: bool
    disguised: bool
    brand: bool
    beside: bool
    capital: bool
    leads: bool
    hashtag: bool
    foreign: bool
    adjective: bool

    @property
    def in_scope(self) -> bool:
        """Whether the protected goods are in sight at all."""
        return bool(self.goods) or self.category or self.beside

    @property
    def points(self) -> int:
        """The sum: two for what is hardly chance, one for what may be."""
        twos = (self.disguised, self.brand, self.beside, self.hashtag, self.foreign)
        ones = (self.category, self.capital, self.leads)
        return self.goods + 2 * sum(twos) + sum(ones)

    @property
    def firm(self) -> bool:
        """Whether anything ties the word to the goods as their name, beyond standing in one text with them."""
        shown = self.disguised or self.brand or self.beside or self.hashtag or self.foreign
        return self.goods >= 2 or shown or (self.category and self.capital)


def gather(scene: Scene, place: Place, profile: Profile) -> Evidence:
    """The evidence round one place."""
    text = scene.text
    other = place.of(profile.other)
    goods = _clear(place.of(profile.goods), [*other, *place.of(profile.unless)])
    level = _goods_level(scene, place, goods)
    scope = profile.goods | profile.scope
    return Evidence(
        goods=level,
        category=bool(scene.category & scope),
        elsewhere=_explained(place, goods, other) or bool(scene.category & profile.other and level < 2),
        disguised=_disguised(scene, place, code=profile.risk == "code"),
        brand=_branded(scene, place, code=profile.risk == "code"),
        beside=_beside(scene, place, profile),
        foreign=_foreign(scene, place),
        adjective=bool(profile.follow) and _qualifies_a_noun(scene, place, profile),
        capital=_stands_out(scene, place),
        leads=scene.leads(place) and _lead_is_name(scene, place),
        hashtag=(place.start > 0 and text[place.start - 1] == "#") or text[place.start] == "#",
    )


def _branded(scene: Scene, place: Place, *, code: bool) -> bool:
    """Whether words by the mark say that it is a brand, or is put on the goods; for a rating only the former."""
    before = ("brand_before",) if code else ("brand_before", "genuine_before", "placed_before")
    after = ("brand_after",) if code else ("brand_after", "placed_after")
    return any(scene.before(kind, place.start, place.low) for kind in before) or any(
        scene.after(kind, place.end, place.high) for kind in after
    )


def _beside(scene: Scene, place: Place, profile: Profile) -> bool:
    """Whether the mark's own vocabulary is near; as part of the find itself it counts with a capital only."""
    named = scene.original(place.found.span)[:1].isupper()
    distances = [_distance(place, phrase) for phrase in place.of(profile.beside)]
    return any(distance <= _BESIDE and (distance > 0 or named) for distance in distances)


def _clear(goods: list[Phrase], hiding: list[Phrase]) -> list[Phrase]:
    """The goods phrases that are no part of a longer phrase for something else."""
    return [g for g in goods if not any(h.start <= g.start and g.end <= h.end and h != g for h in hiding)]


def _goods_level(scene: Scene, place: Place, goods: Iterable[Phrase]) -> int:
    best = 0
    for phrase in goods:
        if _distance(place, phrase) > _AROUND:
            continue
        best = max(best, 1)
        gap = scene.gap(place, phrase)
        if gap is None or scene.blocked(gap):
            continue
        words = words_between(gap)
        after = phrase.start >= place.end
        if words <= (1 if after else 0):
            return 3
        if words <= (_TIGHT if after else 2):
            best = 2
    return best


def _explained(place: Place, goods: Iterable[Phrase], other: Iterable[Phrase]) -> bool:
    """Whether other goods stand nearer than the protected ones."""
    nearest = min((_distance(place, phrase) for phrase in goods), default=10_000)
    return any(_distance(place, phrase) < min(nearest, _AROUND) for phrase in other)


def _distance(place: Place, phrase: Phrase) -> int:
    return max(0, phrase.start - place.end, place.start - phrase.end)


def _disguised(scene: Scene, place: Place, *, code: bool) -> bool:
    """Whether the mark is written to be missed: not when a hyphen parts it, or when all around it is styled as well."""
    evasion = _DISGUISES & set(place.found.evasion)
    if code or _same_style(scene, place):
        evasion -= _STYLES
    if evasion == {"spaced"}:
        return sum(not c.isalnum() for c in scene.text[place.start : place.end]) > 1
    return bool(evasion)


def _same_style(scene: Scene, place: Place) -> bool:
    """Whether the letters round the mark are styled (full width, bold) like the mark."""
    span, text = place.found.span, scene.reading.text
    around = text[max(0, span.start - 40) : span.start] + text[span.end : span.end + 40]
    if around.isascii():
        return False
    letters = [c for c in around if c.isalpha() and fold(c).isascii()]
    return sum(not c.isascii() for c in letters) * 2 > len(letters)


def _lead_is_name(scene: Scene, place: Place) -> bool:
    """Whether a word at the head of a listing may be its name: not when it alone is in small letters there."""
    head = scene.reading.text[scene.reading.own_start : place.found.span.start].strip()
    return not head[:1].isupper() or not scene.original(place.found.span)[:1].islower()


def _qualifies_a_noun(scene: Scene, place: Place, profile: Profile) -> bool:
    """Whether a word follows that makes the mark an adjective; not when the goods stand right before it."""
    follower = _FOLLOWER.match(scene.text, place.end)
    if follower is None:
        return False
    named = scene.original(place.found.span)[:1].isupper()
    for phrase in place.of(profile.goods):
        gap = scene.gap(place, phrase) if phrase.end <= place.start else None
        if gap is not None and "\n" not in gap and words_between(gap) <= int(named) and not scene.blocked(gap):
            return False
    return all(phrase.start != follower.start(1) for phrase in place.of(profile.follow))


def _foreign(scene: Scene, place: Place) -> bool:
    """Whether a Latin word stands in a text of another script, where it is hardly an ordinary word."""
    if not scene.text[place.start].isascii():
        return False
    around = scene.text[max(0, place.start - 80) : place.end + 80]
    if around.isascii():
        return False
    letters = [c for c in around if c.isalpha()]
    return 2 * len([c for c in letters if not c.isascii()]) > len(letters)


def _stands_out(scene: Scene, place: Place) -> bool:
    """Whether the mark is written with capitals in a text that is mostly not."""
    span = place.found.span
    own = "".join(c for c in scene.original(span) if c.isalpha())
    if not own or not own[0].isupper():
        return False
    around = (
        scene.reading.text[max(0, span.start - 120) : span.start] + " " + scene.reading.text[span.end : span.end + 120]
    )
    words: list[str] = _WORD.findall(around)
    if own.isupper() and len(own) >= 3:
        return sum(word.isupper() for word in words) * 3 <= len(words)
    begins = not scene.text[place.low : place.start].strip()
    return not begins and sum(word[0].isupper() for word in words) * 3 <= len(words)

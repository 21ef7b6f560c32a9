"""Joints: whether a chat message needs a look because of the messages before it.

Every message goes through the gate by itself, once, however many windows it is read in. A window is looked at only
when its last message stirs, or when something begun in an earlier message can end in it: a word or a number written
over both, a handle behind a channel's name, a phrase, an ordinary word whose context is there. Hits that end in
earlier messages are theirs and were reported with them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from scanner.lexicon.gate import Gate
from scanner.lexicon.ordinary import ordinary_words
from scanner.lexicon.patterns import Work
from scanner.lexicon.traits import SEAM, Traits, traits_of
from scanner.text.signals import has_signals
from scanner.text.skeleton import collapse, skeleton_of

LONGEST = 8_000
"""Characters of a window up to which its messages are asked one by one; a longer one is asked as a whole."""
_NAMED, _BEGUN = 64, 160
"""Characters before a message in which a name may introduce a handle, and in which a pattern may begin."""
_OPENING = 48
"""Characters of a message in which a handle must begin."""
_TOKEN = re.compile(r"@?[a-z0-9][a-z0-9._\-]{2,}|@")
_DIGIT = re.compile(r"\d")
_SIGN = re.compile(r"[@/=]|\.(?=\s*\Z)|[.:](?=\S)")
"""What an address or a link has, or ends in before it goes on."""
_REPEATED = re.compile(r"([^\W\d_])\1\1")
_PIECE, _SYLLABLE = 16, 8
"""Characters of a message that may be a piece of something, and letters of one that may be a piece of a word."""
_TAIL = re.compile(r"\s*[a-z0-9._\-]{1,24}\s*")
"""A message that may be the rest of a handle."""
_SHORTEST = 7
"""Digits of a number that words of the message before may make one."""
_SHORTEST_ID = 5
"""Digits of an account that a name before introduces."""


class Joints:
    """Asks a gate about messages and the windows they are read in. Immutable."""

    def __init__(self, gate: Gate) -> None:
        self._gate = gate

    def traits(self, texts: Iterable[str]) -> dict[str, Traits]:
        """The traits of each distinct text."""
        return traits_of(self._gate, texts)

    def stirs(self, earlier: Sequence[Traits], own: Traits) -> bool:
        """Whether a message needs a look, after these of the same sender."""
        if own.stirs:
            return True
        return (
            (_is_short(own.folded) and self._completes(earlier, own))
            or (own.figured and self._counts_on(earlier, own))
            or (earlier[-1].hangs and has_signals(_joined(earlier, own)))
            or self._worded_over(earlier, own)
            or self._phrase_over(earlier, own)
            or self._word_over(earlier, own)
        )

    def _completes(self, earlier: Sequence[Traits], own: Traits) -> bool:
        """Whether a short message is the last piece of a word, of an address or of a handle."""
        if _TAIL.fullmatch(own.folded) and any(t.stirs for t in _within(earlier, _BEGUN)):
            return True
        word = own.folded.strip()
        if not word.isalpha():
            return False
        if len(word) <= _SYLLABLE and self._gate.stirs_over(_joined(earlier, own).split("\n")):
            return True
        told = own.hinted > 0 or any(t.hinted or _SIGN.search(t.folded) for t in earlier)
        return told and has_signals(_joined(earlier, own))

    def _counts_on(self, earlier: Sequence[Traits], own: Traits) -> bool:
        """Whether figures are a number together with those before, with a name before or with words for numbers."""
        digits = len(_DIGIT.findall(own.folded))
        if digits >= _SHORTEST_ID or own.leads or not digits:
            if any(t.stirs for t in _within(earlier, _BEGUN)):
                return True
            if self._ends_name(earlier) and self._gate.stirs(_joined(earlier, own)):
                return True
        enough = digits >= _SHORTEST or (own.leads and any(t.figured for t in earlier))
        return enough and has_signals(_joined(earlier, own))

    def _worded_over(self, earlier: Sequence[Traits], own: Traits) -> bool:
        """Whether a word gets here what it needs: a handle behind a name, context, a refusal."""
        near = list(_within(earlier, _NAMED))
        worded, hidden = any(t.worded for t in near), any(t.hides for t in near)
        named = worded or hidden or self._ends_name(earlier)
        handle = named and _opens_with_handle(own.folded[:_OPENING])
        if handle and (hidden or (self._ends_name(earlier) and self._gate.stirs(_joined(earlier, own)))):
            return True
        if any(t.hides and (own.worded or t.talks) for t in earlier):
            return True
        asks = (handle and worded) or own.worded or any(t.talks for t in earlier)
        return asks and self._may_get(earlier, own) and self._gate.forms_stir(_joined(earlier, own))

    def _ends_name(self, earlier: Sequence[Traits]) -> bool:
        """Whether the message before may end a name that is written over several."""
        last = earlier[-1].folded
        return _is_short(last) and (last.strip().isalpha() or self._word_over(earlier[:-1], earlier[-1]))

    def _may_get(self, earlier: Sequence[Traits], own: Traits) -> bool:
        """Whether a message holds what a word of another one needs, or something that needs nothing."""
        if own.free or any(t.stirs or t.free for t in earlier):
            return True
        givers = (own, *earlier) if own.anchors else earlier  # a pattern may begin in the message before
        if own.asks and any(not own.asks.isdisjoint(self._met(t)) for t in givers):
            return True
        return any(t.asks and not t.asks.isdisjoint(self._met(own)) for t in earlier)

    def _met(self, traits: Traits) -> frozenset[int]:
        if traits.met is None:
            traits.met = self._gate.tables.needs.met(traits.folded)
        return traits.met

    def _phrase_over(self, earlier: Sequence[Traits], own: Traits) -> bool:
        """Whether a pattern whose atom stands in the text before matches over the joint."""
        if not any(t.anchors for t in earlier):
            return False
        before = "\n".join([t.folded for t in earlier])
        anchors: dict[int, list[int]] = {}
        end = len(before)
        for traits in _within(earlier, _BEGUN):
            start = end - len(traits.folded)
            for pattern, place in traits.anchors:
                anchors.setdefault(pattern, []).append(start + place)
            end = start - 1
        joined, work = f"{before}\n{own.folded[:_BEGUN]}", Work()
        return any(
            end > len(before) + 1
            for pattern, places in anchors.items()
            for _, end in self._gate.tables.patterns[pattern].matches(joined, places, work)
        )

    def _word_over(self, earlier: Sequence[Traits], own: Traits) -> bool:
        """Whether a word in disguise reaches over the joint."""
        if not earlier:
            return False
        last = earlier[-1]
        whole = len(last.folded) >= SEAM or len(earlier) == 1
        tail = "" if whole else "\n".join([t.folded for t in earlier])[-SEAM:]
        bones = last.tail if whole else skeleton_of(tail)
        if _REPEATED.search(own.folded[:SEAM]) and self._stretched_over(bones, own.head):
            return True
        crossing = self._gate.tables.skeleton.find(bones + own.head)
        if not any(start < len(bones) < end for _, start, end in crossing):
            return False
        return self._gate.disguise_in(f"{tail or last.folded[-SEAM:]}\n{own.folded[:SEAM]}")

    def _stretched_over(self, tail: str, head: str) -> bool:
        """Whether a word with letters repeated reaches over the joint of two skeletons."""
        joint = len(collapse(tail))  # one less where the same letter goes on behind it
        found = self._gate.tables.collapsed.find(collapse(tail + head))
        return any(start < joint <= end for _, start, end in found)


def _joined(earlier: Sequence[Traits], own: Traits) -> str:
    return "\n".join([*(t.folded for t in earlier), own.folded])


def _within(earlier: Sequence[Traits], reach: int) -> Iterator[Traits]:
    """The messages that lie at least in part within so many characters before the last."""
    for traits in reversed(earlier):
        if reach <= 0:
            return
        yield traits
        reach -= len(traits.text) + 1


def _opens_with_handle(opening: str) -> bool:
    """Whether a token near a message's beginning may be a handle: nobody's word, or one with digits or signs."""
    for match in _TOKEN.finditer(opening):
        token = match[0].rstrip("._-")
        if not token.isalpha() or (len(token) >= 5 and token not in ordinary_words()):
            return True
    return False


def _is_short(text: str) -> bool:
    """Whether a message is so short that it may be a piece of a word written over several."""
    return len(text) <= _PIECE


__all__ = ["LONGEST", "Joints", "Traits"]

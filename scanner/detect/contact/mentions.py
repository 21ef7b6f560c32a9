"""Channels named in a text: which finds are mentions, and how much each proves by itself."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from scanner.detect.contact.scene import Scene
from scanner.lexicon.found import Found
from scanner.lexicon.pack import Rule
from scanner.text.fold import fold


@dataclass(frozen=True, slots=True)
class Mention:
    """A channel named at folded[start:end]; `strength` says what it still needs (see channels.toml)."""

    found: Found
    start: int
    end: int
    strength: str

    @property
    def rule(self) -> Rule:
        """The rule that names the channel."""
        return self.found.rule

    @property
    def term(self) -> str:
        """The channel."""
        return self.found.rule.term


_WEAKER = {"name": "code", "social": "code", "nick": "word"}
_RANK = {"name": 0, "social": 1, "nick": 2, "code": 3, "word": 4}


def is_channel(found: Found) -> bool:
    """Whether a find names a channel (other finds of the category are steers)."""
    return "strength" in found.rule.extra


def mentions_of(scene: Scene, finds: Iterable[Found]) -> list[Mention]:
    """The channels a text names, in order, none overlapping another: the longer and the surer name wins."""
    all_mentions = [_mention(scene, found) for found in finds if is_channel(found)]
    real = [m for m in all_mentions if not _inside_innocent(scene, m)]
    kept: list[Mention] = []
    for mention in sorted(real, key=_priority):
        if not any(mention.start < other.end and other.start < mention.end for other in kept):
            kept.append(mention)
    return sorted(kept, key=lambda m: m.start)


def _mention(scene: Scene, found: Found) -> Mention:
    start, end = scene.place(found.span)
    strength = str(found.rule.extra["strength"])
    return Mention(found, start, end, _WEAKER.get(strength, strength) if found.weak else strength)


def _priority(mention: Mention) -> tuple[int, int, float, int]:
    length = mention.end - mention.start
    return (-length, _RANK.get(mention.strength, 5), -mention.found.score, mention.start)


def _inside_innocent(scene: Scene, mention: Mention) -> bool:
    return any(contains(scene.text, phrase, mention.start, mention.end) for phrase in _unless(mention.rule))


def _unless(rule: Rule) -> Sequence[str]:
    return [" ".join(fold(phrase).split()) for phrase in rule.unless]


def contains(text: str, phrase: str, start: int, end: int) -> bool:
    """Whether `phrase` stands in the text so that it covers [start, end)."""
    at = text.find(phrase, max(0, end - len(phrase)), start + len(phrase))
    return 0 <= at <= start and end <= at + len(phrase)

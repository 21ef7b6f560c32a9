"""Channels named in a text: which finds are mentions, and how much each proves by itself."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from scanner.detect.contact.scene import Scene
from scanner.lexicon.found import Found
from scanner.lexicon.pack import Rule


class Mention(NamedTuple):
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
    named = [_mention(scene, found) for found in finds if is_channel(found)]
    kept: list[Mention] = []
    taken = bytearray(len(scene.text))
    for mention in sorted(named, key=_priority):
        free = not any(taken[mention.start : mention.end])
        if free and not _inside_innocent(scene, mention) and not _in_compound(scene.text, mention):
            taken[mention.start : mention.end] = b"\1" * (mention.end - mention.start)
            kept.append(mention)
    return sorted(kept, key=lambda m: m.start)


def _mention(scene: Scene, found: Found) -> Mention:
    start, end = scene.place(found.span)
    strength, _, weaker = str(found.rule.extra["strength"]).partition("/")
    if found.weak:
        strength = weaker or _WEAKER.get(strength, strength)
    return Mention(found, start, end, strength)


def _priority(mention: Mention) -> tuple[int, int, float, int]:
    length = mention.end - mention.start
    return (-length, _RANK.get(mention.strength, 5), -mention.found.score, mention.start)


_COMPOUND_AFTER = re.compile(r"[-_/.][^\W_]")
_COMPOUND_BEFORE = re.compile(r"[^\W_][-_/.]$")
_FILE_NAME = re.compile(
    r"[\w\-]{0,40}\.(?:pdf|jpe?g|png|gif|webp|docx?|xlsx?|pptx?|zip|rar|7z|ai|eps|psd|cdr|dwg|dxf|ste?p|stl|igs|mp4|mov|avi|txt|csv)\b"
)
"""The rest of a file's name: a channel's name in it names the file."""
_OWN_COMPOUND = re.compile(
    r"[-_/](?:id|app|seit|page|fanp|prof|grup|no|nu|nr|acc|me|us|call|chat|chan|gr|ko|kan|an|na|vid|mes|msg|link|ном|чат|гр|кан|ник|акк|\+?\d{6}|@)"
)
"""Beginnings of words (number, account, group, channel, call ...) that leave the name a name: `WhatsApp-Nummer`."""


def _in_compound(text: str, mention: Mention) -> bool:
    """Whether an ambiguous name is a piece of a longer code or word: `sc-pt660`, `break-ins`, `viber-board`."""
    if "spaced" in mention.found.evasion or mention.found.pattern:
        return False
    if _FILE_NAME.match(text, mention.end):
        return True
    after = _COMPOUND_AFTER.match(text, mention.end) and not _OWN_COMPOUND.match(text, mention.end)
    if mention.strength in ("name", "social", "nick"):
        return bool(after) and text[mention.end] == "-"
    before = _COMPOUND_BEFORE.search(text, max(0, mention.start - 2), mention.start)
    return bool(before and text[mention.start - 1] != "/") or bool(after and text[mention.end] != "/")


def _inside_innocent(scene: Scene, mention: Mention) -> bool:
    return scene.excused(mention.rule, mention.start, mention.end)

"""How much the words round a channel's name prove: an invitation, a construction, or nothing."""

from __future__ import annotations

import re

from scanner.detect.contact.mentions import Mention
from scanner.detect.contact.scene import Scene
from scanner.match.script import is_unspaced

_SHORT = 45
"""A sentence of so few code points that names a chat service is about talking there."""
_FAR = 40
_SHORT_DENSE = 9
"""The same in scripts of few characters to the word."""


class Evidence:
    """Judges mentions without a handle."""

    def invited(self, scene: Scene, mention: Mention) -> bool:
        """Whether the words around invite to the channel; how near they must be depends on the name."""
        start, end = mention.start, mention.end
        if scene.leads("onto", start):
            return True
        followed = scene.follows("afterwards", end, 1)
        if mention.strength == "word":
            return followed and scene.near("invite", start, end, 20)
        if followed or (mention.strength != "social" and scene.leads("own", start, 3)):
            return True
        return scene.near("invite", start, end, _reach(scene, mention))

    def worth(self, scene: Scene, mention: Mention) -> bool:
        """Whether a network people also talk about is named as a way to talk."""
        labelled = scene.text[mention.end :].lstrip()[:1] in (":", "：") and scene.message.kind == "message"
        owned = scene.leads("possess", mention.start, 2)
        return labelled or owned or _disguised(scene, mention) or self.invited(scene, mention)

    def numbered(self, scene: Scene, mention: Mention) -> bool:
        """Whether an ordinary word is counted or numbered: "line 3", "2 lines"."""
        return mention.strength == "word" and _NUMBERED.match(scene.text, mention.end) is not None

    def stands(self, scene: Scene, mention: Mention) -> bool:
        """Whether a mention without a handle counts at all."""
        if mention.strength in ("name", "nick") or _disguised(scene, mention):
            return True
        if mention.strength == "word":
            return self._word_stands(scene, mention)
        if self.numbered(scene, mention):
            return False
        return self.invited(scene, mention) and not self.for_sale(scene, mention)

    def _word_stands(self, scene: Scene, mention: Mention) -> bool:
        if self.numbered(scene, mention):
            return False
        return self.invited(scene, mention) and not self.for_sale(scene, mention)

    def certain(self, scene: Scene, mention: Mention) -> bool:
        """Whether a mention without a handle is a violation and not only worth a look."""
        if self.invited(scene, mention):
            return True
        if mention.strength not in ("name", "social") or scene.message.kind != "message":
            return False
        if _disguised(scene, mention):
            return True
        low, high = scene.sentence(mention.start, mention.end)
        return high - low <= (_SHORT_DENSE if _dense(scene, mention) else _SHORT)

    def for_sale(self, scene: Scene, mention: Mention) -> bool:
        """Whether the name belongs to goods or to a feature of goods."""
        start, end = mention.start, mention.end
        if scene.follows("goods", end, 2) or scene.follows("paint", end, 1) or scene.leads("goods", start, 6):
            return True
        led = scene.leads("onto", start)
        if scene.message.kind == "listing":
            strong = led or (mention.strength in ("name", "nick") and scene.near("summons", start, end, 30))
            return not strong
        if mention.strength in ("code", "word"):
            return not led and scene.near("goods", start, end, 20)
        if not self.invited(scene, mention):
            return scene.near("goods", start, end, 40)
        low, high = scene.sentence(start, end)
        return not led and not scene.near("summons", start, end, 30) and _count(scene, "goods", low, high) > 1

    def told(self, scene: Scene, mention: Mention) -> bool:
        """Whether somebody's story or the market is told, not a way to talk offered."""
        if _asked_what(scene, mention):
            return True
        low, high = scene.sentence(mention.start, mention.end)
        return scene.cues.any("story", low, high) and not scene.leads("onto", mention.start)


def _asked_what(scene: Scene, mention: Mention) -> bool:
    """Whether somebody asks what the service is: "what is WeChat?", "a program called Discord?"."""
    rest = scene.text[mention.end : mention.end + 20].lstrip(" \"'”»」")
    ends = not rest or rest[0] in "?？؟.!\n"
    asked = scene.follows("meaning_after", mention.end, 2) or (ends and scene.leads("meaning", mention.start, 2))
    return asked and not scene.near("invite", mention.start, mention.end, _FAR)


def _disguised(scene: Scene, mention: Mention) -> bool:
    """Whether an ordinary word was taken apart or respelt on purpose: nobody hides the word "line"."""
    shown = scene.text[mention.start : mention.end]
    return (
        len(mention.found.form) >= 4
        and _APOSTROPHES.isdisjoint(shown)
        and not _HIDING.isdisjoint(mention.found.evasion)
    )


def _count(scene: Scene, name: str, low: int, high: int) -> int:
    return sum(1 for _ in scene.cues.within(name, low, high))


def _dense(scene: Scene, mention: Mention) -> bool:
    """Whether the name is written in a script of few characters to the word."""
    return any(is_unspaced(char) for char in scene.text[mention.start : mention.end])


def _reach(scene: Scene, mention: Mention) -> int:
    """How near an invitation must stand, in code points."""
    far, near = (40, 14) if not _dense(scene, mention) else (12, 6)
    return far if mention.strength in ("name", "nick") else near


_NUMBERED = re.compile(r"\s*(?:#|no\.?\s*|nr\.?\s*)?\d{1,3}(?!\d)")
_APOSTROPHES = frozenset("'’‘`´")
_HIDING = frozenset(("split_messages", "spaced", "lookalike", "leet", "styled", "zero_width", "repeated", "reversed"))

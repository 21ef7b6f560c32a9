"""How much the words round a channel's name prove: an invitation, a construction, or nothing."""

from __future__ import annotations

from scanner.detect.contact.mentions import Mention
from scanner.detect.contact.scene import Scene

_SHORT = 45
"""A message of so few code points that names a chat service is about talking there."""
_TINY = 24


class Evidence:
    """Judges mentions without a handle."""

    def invited(self, scene: Scene, mention: Mention) -> bool:
        """Whether the words around invite to the channel; how near they must be depends on the name."""
        start, end = mention.start, mention.end
        if scene.leads("onto", start) or (mention.strength != "word" and scene.follows("afterwards", end, 1)):
            return True
        if mention.strength == "word":
            return False
        reach = 40 if mention.strength in ("name", "nick") else 14
        return scene.near("invite", start, end, reach)

    def stands(self, scene: Scene, mention: Mention) -> bool:
        """Whether a mention without a handle counts at all."""
        if mention.strength in ("name", "nick"):
            return True
        if mention.strength == "word":
            return self._word_stands(scene, mention)
        return self.invited(scene, mention) and not self.for_sale(scene, mention)

    def _word_stands(self, scene: Scene, mention: Mention) -> bool:
        led, followed = scene.leads("onto", mention.start, 3), scene.follows("afterwards", mention.end, 1)
        near = scene.near("invite", mention.start, mention.end, 20)
        return (led or (followed and near)) and not self.for_sale(scene, mention)

    def certain(self, scene: Scene, mention: Mention) -> bool:
        """Whether a mention without a handle is a violation and not only worth a look."""
        if self.invited(scene, mention):
            return True
        low, high = scene.sentence(mention.start, mention.end)
        return mention.strength == "name" and high - low <= _SHORT and scene.message.kind == "message"

    def for_sale(self, scene: Scene, mention: Mention) -> bool:
        """Whether the name belongs to goods or to a feature of goods."""
        start, end = mention.start, mention.end
        if scene.follows("goods", end, 2) or scene.leads("goods", start, 6):
            return True
        led = scene.leads("onto", start)
        if scene.message.kind == "listing":
            strong = led or (mention.strength in ("name", "nick") and scene.near("summons", start, end, 30))
            return not strong
        return not led and scene.near("goods", start, end, 25)

    def told(self, scene: Scene, mention: Mention) -> bool:
        """Whether somebody's story or the market is told, not a way to talk offered."""
        low, high = scene.sentence(mention.start, mention.end)
        return scene.cues.any("story", low, high) and not scene.leads("onto", mention.start)

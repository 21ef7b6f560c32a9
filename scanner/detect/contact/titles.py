"""Pages, groups and channels given by a name of several words: "FB page: Mistral Soap Works, inbox us".

No handle shows there; what tells is the channel, a colon or a word for "called", and somebody asked to come.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cached_property

from scanner.detect.contact import innocent
from scanner.detect.contact.handles import Handle, words_of
from scanner.detect.contact.mentions import Mention
from scanner.detect.contact.scene import Scene

_CUES = ("page", "ours", "called", "lead_page", "nameless", "state")
_ASKED = 110
"""Code points behind a name in which the reader is asked to come to the page."""
_LED = 60
_BESIDE = 16
_NUMBERED = ("phone", "live", "meeting", "line", "qq", "wechat")
"""Kinds of handles of services that have no pages with names."""
_LOOKED_UP = re.compile(
    r"\b(?:type|search|look up|look for|enter|find|busca|buscar|busque|procure|cherchez|suchen sie|cerca|найдите|ищите|"
    r"cari|tim)\s+(?:for\s+)?[\"'“«„](?P<name>[^\"'”»“\n]{3,60})[\"'”»“]\s+(?:in|on|at|en|no|na|sur|auf|su|в|на|di|tren)"
    r"\s+(?:the\s+)?$"
)
_NAME = re.compile(r"[\"'“”«»『「]?(?P<name>[^\W\d_][^\n.,;:!?|、，。！？；：()\"”»」』]{2,70})")
_MOST_WORDS = 5


class TitleReader:
    """Reads names of pages. Built from cue sets of the packs."""

    def __init__(self, cues: Mapping[str, Iterable[str]]) -> None:
        self._cues = {name: tuple(cues.get(name, ())) for name in _CUES}

    @cached_property
    def _link(self) -> re.Pattern[str]:
        """What stands between a channel and the name of its page."""
        filler = "|".join(words_of(self._cues[name]) for name in ("page", "ours"))
        return re.compile(
            rf"(?P<filler>(?>(?:[ \-'’]{{0,2}}(?:{filler})){{0,4}}))\w{{0,4}}"
            rf"\s{{0,2}}(?:[:：=]|(?P<called>[\-–—](?=\s)|{words_of(self._cues['called'])}))\s{{0,2}}"
        )

    @cached_property
    def _leads(self) -> re.Pattern[str]:
        """ "Follow our", "look for": the page's name may follow with nothing between."""
        return re.compile(rf"{words_of(self._cues['lead_page'])}\s{{0,2}}(?:\w+\s)?$")

    @cached_property
    def _behind(self) -> re.Pattern[str]:
        return re.compile(rf"\s{{0,2}}(?:{words_of(self._cues['page'])})?\s")

    @cached_property
    def _page(self) -> re.Pattern[str]:
        return re.compile(words_of(self._cues["page"]))

    @cached_property
    def _nameless(self) -> re.Pattern[str]:
        return re.compile(words_of(self._cues["nameless"]))

    @cached_property
    def _state(self) -> re.Pattern[str]:
        return re.compile(words_of(self._cues["state"]))

    def after(self, scene: Scene, mention: Mention, stop: int) -> Handle | None:
        """The name of the page that a mention introduces, if somebody is asked to come there."""
        if mention.rule.extra.get("handle") in _NUMBERED or mention.strength == "word":
            return None
        link = self._link.match(scene.text, mention.end, min(len(scene.text), mention.end + 60))
        at, told = (link.end(), link["called"] is not None) if link else self._led(scene, mention)
        found = _NAME.match(scene.text, at) if 0 <= at < stop else None
        if found is None or self._nameless.match(found["name"]) or (told and self._state.match(found["name"])):
            return None
        start, end = found.start("name"), _name_end(scene, found)
        page = self._page.search(scene.text, max(0, mention.start - 12), start) is not None
        if (told and not page) or not self._asks(scene, mention, end) or self._sold(scene, mention, start):
            return None
        return Handle(start, end, scene.text[start:end].strip(), True)

    def before(self, scene: Scene, mention: Mention) -> Handle | None:
        """The name in quotation marks that is to be looked up on the service."""
        if mention.rule.extra.get("handle") in _NUMBERED or mention.strength == "word":
            return None
        found = _LOOKED_UP.search(scene.text, max(0, mention.start - 100), mention.start)
        if found is None or innocent.refused(scene, mention.start, mention.end):
            return None
        return Handle(found.start("name"), found.end("name"), found["name"].strip(), True)

    def _led(self, scene: Scene, mention: Mention) -> tuple[int, bool]:
        """Where a name begins right behind "follow our FB page", -1 where none does."""
        page = self._behind.match(scene.text, mention.end)
        leads = self._leads.search(scene.text, max(0, mention.start - 30), mention.start)
        return (page.end() if page and leads else -1), True

    def _asks(self, scene: Scene, mention: Mention, end: int) -> bool:
        cues = scene.cues
        return cues.any("title_ask", mention.end, min(len(scene.text), end + _ASKED)) or cues.any(
            "title_ask", max(0, mention.start - _LED), mention.start
        )

    def _sold(self, scene: Scene, mention: Mention, start: int) -> bool:
        """Whether the page is refused, or words on goods: print, stickers, neon signs."""
        low = max(scene.sentence(mention.start, mention.end)[0], mention.start - _BESIDE)
        return scene.cues.any("goods", low, _word_end(scene.text, start)) or innocent.refused(
            scene, mention.start, mention.end
        )


def _word_end(text: str, at: int) -> int:
    """Where the word that begins there ends."""
    while at < len(text) and text[at].isalpha():
        at += 1
    return at


def _name_end(scene: Scene, found: re.Match[str]) -> int:
    """Where the name ends: before the words that ask, after five words at most."""
    start, end = found.span("name")
    asks = [low for low, _ in scene.cues.within("title_ask", start, end) if low > start + 2]
    end = min([end, *asks])
    words = list(re.finditer(r"\S+", scene.text[start:end]))[:_MOST_WORDS]
    return start + words[-1].end() if words else end


__all__ = ["TitleReader"]

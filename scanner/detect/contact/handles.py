"""Handles: what a channel word introduces, or what stands before it; each with its canonical value.

A handle is a token that looks like nobody's word (digits among letters, an underscore, `@`), or any token that
an id word or a colon announces and no dictionary knows.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import NamedTuple

from scanner.detect.contact.mentions import Mention
from scanner.detect.contact.scene import Scene
from scanner.lexicon.ordinary import ordinary_words
from scanner.match.script import is_unspaced, script_of
from scanner.text.fold import fold

_TOKEN = re.compile(
    r"@?(?:live:[\w.:\-]{3,60}|\.cid\.[0-9a-f]{4,20}|[a-z0-9][a-z0-9._\-]{1,40}(?:#\d{4})?|\*[a-z0-9]{7})"
)
_DIGITS = re.compile(r"[1-9](?:[ \-]?\d){4,10}(?![\d.,/])|[1-9](?:[ \-]?\d){4,10}(?=[.,](?!\d))")
_MEETING = re.compile(r"\d{3}[ \-]?\d{3,4}[ \-]?\d{3,4}(?!\d)")
_NUMERIC_ID = re.compile(r"[1-9]\d{7,10}(?![\d.,/\w])")
_NUMBERS = {"qq": _DIGITS, "meeting": _MEETING, "wechat": _NUMERIC_ID}
_PUNCT = r"[:：=\-–—>→⇒➡~|/\\,，、.·•()（）\[\]【】<>《》\"'“”‘’「」『』#*☞👉👇⬇✅💚📱📞📲☎✈💬🆔ㅣ!！?？+&;；]"
_AMOUNT = re.compile(
    r"\d+(?:[.,]\d+)?(?:pcs|pc|x|k|h|hr|hrs|hours?|mins?|s|sec|mm|cm|m|km|inch|in|ft|kgs?|g|gr|mg|lbs?|oz|ml|l|days?|d|"
    r"weeks?|months?|years?|yrs?|w|kw|v|kv|a|ma|mah|hz|mhz|ghz|gb|tb|mb|usd|rmb|cny|eur|th|st|nd|rd|am|pm|sets?|units?|"
    r"tons?|mt|cbm|pa|bar|psi|rpm|%|p|fps|db|dpi|mp|hp|ah|va|nm|um|gsm|tpi|in1|in-1|d|colou?rs?)(?:[./\-]\w+)?"
)
_DATE = re.compile(r"\d{1,4}[.\-/]\d{1,2}(?:[.\-/]\d{1,4})?")
_CODE = re.compile(r"\d+[a-z]{1,3}|[a-z]{1,2}\d{1,3}[a-z]?|iso\d+|mpeg-?\d|mp\d|h\.?26\d|ip\d\d")
_DOTTED = re.compile(r"[a-z]{2,}(?:\.[a-z]{2,})+(?<!\.com)(?<!\.net)(?<!\.org)(?<!\.cn)")
_TAIL = re.compile(r"[a-z0-9._\-]{1,24}")
_MAX_GLUE = 48
_FURTHEST = 48
_NEARBY = 16


class Handle(NamedTuple):
    """A handle at folded[start:end]; `sure` when it was announced or looks like nothing else."""

    start: int
    end: int
    value: str
    sure: bool


class HandleReader:
    """Reads handles beside channel words. Built from the cue sets `glue`, `introduces` and `belongs`."""

    def __init__(self, cues: Mapping[str, Iterable[str]], stop_words: Iterable[str]) -> None:
        self._cues = {name: tuple(cues.get(name, ())) for name in ("glue", "introduces", "belongs")}
        self._stop = frozenset(stop_words)

    @cached_property
    def _glue(self) -> re.Pattern[str]:
        return re.compile(rf"(?>(?:\s*+(?:{_PUNCT}|{words_of(self._cues['glue'])})){{0,9}})\s*+")

    @cached_property
    def _introducer(self) -> re.Pattern[str]:
        return re.compile(rf"(?:{words_of(self._cues['introduces'])})|[:：=@→>#]|[\"“«「『'‘]\\s*$")

    @cached_property
    def _belongs(self) -> re.Pattern[str]:
        words = words_of(self._cues["belongs"])
        return re.compile(rf"\s*+(?>(?:[(（\[【\-–—:：,，/|=>→]\s*+|{words}\s*+){{1,4}})")

    def after(self, scene: Scene, mention: Mention, stop: int) -> Handle | None:
        """The handle that follows a mention and begins before `stop` (where the next channel is named)."""
        glue = self._glue.match(scene.text, mention.end, min(len(scene.text), mention.end + _MAX_GLUE))
        at = glue.end() if glue else mention.end
        # A glue word may be the beginning of the handle ("no_limit88"): go back to where the token begins.
        while (
            at > mention.end
            and _is_token_char(scene.text[at - 1])
            and at < len(scene.text)
            and (_is_token_char(scene.text[at]))
        ):
            at -= 1
        near = self._directly(scene, mention, at) if at < stop and at < len(scene.text) else None
        return near or self._further(scene, mention, stop)

    def _further(self, scene: Scene, mention: Mention, stop: int) -> Handle | None:
        """A handle a few words on: one that an id word, a colon or `@` announces, or that has an underscore."""
        high = scene.sentence(mention.start, mention.end)[1]
        for match in _TOKEN.finditer(scene.text, mention.end, min(high, stop, mention.end + _FURTHEST)):
            at, end = match.span()
            if match[0].isalpha() and scene.text[end : end + 1] != "\n":
                continue  # a word
            token, end = self._whole(scene, match[0], end)
            if not _looks(token) or _is_token_char(scene.text[at - 1]) or scene.text[end : end + 1] in ("@", "＠"):
                continue
            announced = token.startswith("@") or self._announces(scene.text[max(mention.end, at - 12) : at])
            if not token.startswith("@") and not _bound(mention, token, at):
                continue
            if (announced or "_" in token) and self.is_handle(token, announced=announced):
                return Handle(at, end, token.removeprefix("@").strip(), sure=True)
        return None

    def _announces(self, before: str) -> bool:
        ends = [found.end() for found in self._introducer.finditer(before)]
        return bool(ends) and not before[ends[-1] :].strip(" \t:：\"'“”‘’=-")

    def _directly(self, scene: Scene, mention: Mention, at: int) -> Handle | None:
        between = scene.text[mention.end : at]
        wanted = _NUMBERS.get(str(mention.rule.extra.get("handle")))
        if wanted is not None and (digits := wanted.match(scene.text, at)):
            return Handle(at, digits.end(), re.sub(r"\D", "", digits.group()), True)
        return self._token(scene, mention, at, between)

    def _token(self, scene: Scene, mention: Mention, at: int, between: str) -> Handle | None:
        text = scene.text
        match = _TOKEN.match(text, at)
        if match is None or text[match.end() : match.end() + 1] in ("@", "＠"):
            return None
        token, end = self._whole(scene, match.group(), match.end())
        if end < len(text) and text[end].isalpha() and not is_unspaced(text[end]) and script_of(text[end]) != "HANGUL":
            return None
        lead = text[max(mention.start, mention.end - 8) : at] if mention.end - mention.start > 4 else between
        announced = self._introducer.search(lead) is not None or token.startswith("@")
        close = len(between) <= 2
        # A Latin token right behind a name in another script is no word of that sentence.
        set_off = close and mention.strength == "name" and not text[mention.start].isascii()
        if not self.is_handle(token, announced=announced or set_off):
            return None
        if not announced and not self._stands_out(scene, mention, token, at=at):
            return None
        return Handle(at, end, token.removeprefix("@").strip(), announced or _looks(token))

    def _whole(self, scene: Scene, token: str, end: int) -> tuple[str, int]:
        """The token with the rest of it, where that is the whole of the sender's next messages; and where it ends."""
        view, text = scene.reading.folded, scene.text
        while end < len(text) and text[end] == "\n" and view.starts[end] in scene.reading.joints:
            rest = _TAIL.match(text, end + 1)
            if rest is None or (rest.end() < len(text) and text[rest.end()] != "\n") or rest.group() in self._stop:
                break
            if token[-1] not in "._-" and not re.search(r"[\d_]|^[.\-]", rest.group()):
                break
            token, end = token + rest.group(), rest.end()
        bare = token.rstrip("._-")
        return bare, end - (len(token) - len(bare))

    def _stands_out(self, scene: Scene, mention: Mention, token: str, *, at: int) -> bool:
        """Whether a token that nothing announces is a handle all the same, beside a name of that strength."""
        close = at - mention.end <= 2
        foreign = not scene.text[mention.start].isascii()
        if mention.strength == "word":
            first = scene.text[mention.start]
            picture = is_unspaced(first) or not first.isalnum()
            return picture and close and ("_" in token or _mixed(token))
        if "_" in token or "#" in token or (_mixed(token) and scene.message.kind == "message"):
            return True
        dotted = _DOTTED.fullmatch(token) is not None
        owned = dotted and scene.cues.any("ours", mention.start, at)
        if mention.strength in ("name", "social"):
            return owned or scene.message.kind == "message" or (foreign and close)
        return owned or (close and dotted and scene.leads("own", mention.start, 3))

    def is_glue(self, between: str) -> bool:
        """Whether only connecting words and marks stand between a channel and a contact."""
        return self._glue.fullmatch(between) is not None

    def is_handle(self, token: str, *, announced: bool) -> bool:
        """Whether a folded token can be a handle; `announced` when an id word or a colon stands before it."""
        bare = token.removeprefix("@").strip()
        if len(bare) < 3 or bare in self._stop:
            return False
        if bare[0].isdigit() and (_AMOUNT.fullmatch(bare) or _DATE.fullmatch(bare)):
            return False
        if _CODE.fullmatch(bare) and not token.startswith("@"):
            return False
        if token.startswith(("live:", "wxid_", ".cid.")) or (token.startswith("@") and len(bare) >= 4):
            return True
        if not any(c.isalpha() for c in bare):
            return False
        pieces = [piece for piece in re.split(r"[._\-\d#]+", bare) if piece]
        if _looks(bare):
            known = all(self._is_word(piece) for piece in pieces)
            odd = not known or "_" in bare or any(c.isdigit() for c in bare)
            return announced or odd or _DOTTED.fullmatch(bare) is not None
        return announced and len(bare) >= 5 and not self._is_word(bare)

    def _is_word(self, piece: str) -> bool:
        return piece in self._stop or piece in ordinary_words()

    def before(self, scene: Scene, mention: Mention, floor: int) -> Handle | None:
        """The handle that stands before a mention ("fake_lin88 is my wechat"), not before `floor`."""
        low = max(floor, mention.start - 70)
        for match in reversed(list(_TOKEN.finditer(scene.text, low, mention.start))):
            token = match.group().rstrip("._-")
            end = match.start() + len(token)
            link = self._belongs.fullmatch(scene.text, end, mention.start)
            if link is None and scene.text[end : mention.start].strip():
                if mention.start - end > 24:
                    return None
                continue
            if match.start() > 0 and _is_token_char(scene.text[match.start() - 1]):
                continue
            said = link is not None and any(w in link.group() for w in (" my", " our", "是我", "мой", " mi", " meu"))
            looks = (_looks(token) and "_" in token) or token.startswith("@") or _mixed(token)
            if mention.strength in ("code", "word") and not (said or token.startswith("@")):
                return None
            if (looks or said) and self.is_handle(token, announced=said or token.startswith("@")):
                return Handle(match.start(), end, token.removeprefix("@").strip(), True)
        return None


def _bound(mention: Mention, token: str, at: int) -> bool:
    """Whether a token some words on may be the handle of a name of that strength."""
    if mention.strength == "word":
        return False
    return mention.strength != "code" or ("_" in token and at - mention.end <= _NEARBY)


def _is_token_char(char: str) -> bool:
    return char.isascii() and (char.isalnum() or char in "_")


def _looks(token: str) -> bool:
    """Whether a token looks like a handle: letters with digits, `_`, `#` or an inner dot or hyphen."""
    if token.isalpha() or token.isdigit():
        return False
    return any(c.isalpha() for c in token) and any(c.isdigit() or c in "._-#" for c in token.strip("._-"))


def _mixed(token: str) -> bool:
    """Letters first, then digits, four letters at least: `lucysales88`, not `m8` or `3mm`."""
    return re.fullmatch(r"[a-z]{4,}[._\-]?[a-z]*\d{1,6}", token) is not None


def words_of(phrases: Iterable[str]) -> str:
    """An alternation of folded phrases, longest first, each ending where a word of its script ends."""
    tables: dict[str, set[str]] = {"latin": set(), "spaced": set(), "unspaced": set()}
    for phrase in phrases:
        folded = " ".join(fold(phrase).split())
        run_on = is_unspaced(folded[-1]) or script_of(folded[-1]) == "HANGUL"
        kind = "unspaced" if run_on else "latin" if folded.isascii() else "spaced"
        tables[kind].add(re.escape(folded).replace(r"\ ", r"\s+"))
    joined = {kind: "|".join(sorted(words, key=lambda w: (-len(w), w))) for kind, words in tables.items()}
    parts = [
        rf"(?<![a-z0-9])(?:{joined['latin']})(?![a-z0-9])",
        rf"(?<![^\W_])(?:{joined['spaced']})(?![^\W_])",
        joined["unspaced"],
    ]
    filled = [part for part, words in zip(parts, joined.values(), strict=True) if words]
    return rf"(?:{'|'.join(filled)})"

"""Why a channel or a steer is innocent: refused, warned of, told about, for sale, the platform's own business."""

from __future__ import annotations

import re

from scanner.detect.contact.scene import Scene

_TURN = re.compile(
    r"[,，、]|\b(?:but|so|then|instead|just|pero|mas|mais|aber|sondern|ama|tapi|nhung|но)\b|但|所以|請|请"
)
_CLAUSE = re.compile(r"[,，、،;؛:：(（]|\b(?:but|so|and|pero|mas|mais|aber|und|et|но|а)\b")
_REACH = 70
"""How far before a name a refusal may begin, in code points."""
_AFTER = 45
_BESIDE = 60
"""How far from a quotation the words stand that say what it is."""


def reason(scene: Scene, start: int, end: int, *, contact: bool = False) -> str | None:
    """Why what stands at folded[start:end] is let off, or None. `contact`: a handle or a number is in it."""
    if contact:
        return None
    if refused(scene, start, end):
        return "refusal"
    low, high = scene.sentence(start, end)
    if scene.cues.any("warning", low, high):
        return "warning"
    return _quoted(scene, start, end)


def _quoted(scene: Scene, start: int, end: int) -> str | None:
    """Words in quotation marks: what is printed on goods, or what somebody else said."""
    quotation = scene.quotation(start, end)
    if quotation is None:
        return None
    sides = (max(0, quotation[0] - _BESIDE), quotation[0]), (quotation[1], quotation[1] + _BESIDE)
    if any(scene.cues.any(name, low, high) for name in ("printed", "goods") for low, high in sides):
        return "product"
    return (
        "story" if any(scene.cues.any(name, low, high) for name in ("said", "story") for low, high in sides) else None
    )


def refused(scene: Scene, start: int, end: int) -> bool:
    """Whether the sentence refuses what stands at folded[start:end]."""
    low, high = scene.sentence(start, end)
    return (
        _none(scene, start, end)
        or _refused_before(scene, max(low, start - _REACH), start, end)
        or _refused_after(scene, start, end, min(high, end + _AFTER))
    )


def _refused_before(scene: Scene, low: int, start: int, stop: int) -> bool:
    refusals = ((begin, end) for begin, end in scene.cues.within("refuse", low, stop) if begin < start)
    ends = [end for begin, end in refusals if not _cancelled(scene, begin, end)]
    ends += _negated(scene, low, start)
    if any(not _turns(scene, end, start) for end in ends):
        return True
    return _bare(scene, low, start) or _denied(scene, low, start)


_NO = re.compile(r"(?:^|[,.;:!?\n]\s*|\b(?:so|sorry|have|with|and|please|say|or|use|means?|dear|sir)\s+)no\s+$")
_THEN = re.compile(
    r"(?:\s+(?:page|group|account|channel|profile|id|number|store|shop)s?)?"
    r"\s*(?:$|[,.!:;\n]|sorry|please|pls|only|and|or|no|need|necess|requir|here|in this|"
    r"for|from|at all|sir|dear|thanks?)"
)


_DECLINED = re.compile(
    r"\s*[?？]\s*(?:(?:no|nope|sorry|not|never)(?![a-z])|不|没有|沒有|いいえ|아니|"
    r"[^.!?\n]{0,16}?(?<![^\W_])(?:nao|нет|nein|non|не|hayir|khong|tidak|لا)(?![^\W_]))"
)


def _none(scene: Scene, start: int, end: int) -> bool:
    """Whether an English "no" refuses the name ("no WhatsApp, sorry"); a Portuguese "no" only leads to it."""
    if _DECLINED.match(scene.text, end):
        return True
    if not _NO.search(scene.text, max(0, start - 20), start):
        return False
    return _THEN.match(scene.text, end) is not None


def _bare(scene: Scene, low: int, start: int) -> bool:
    """Whether "不能", "别" and the like stand at most a verb away."""
    return any(
        start - end <= 3 and not _CLAUSE.search(scene.text, end, start) and not _cancelled(scene, begin, end)
        for begin, end in scene.cues.within("refuse_bare", max(low, start - 8), start)
    )


def _denied(scene: Scene, low: int, start: int) -> bool:
    """Whether a negation particle governs the name, in its clause, and nothing is asked."""
    _, high = scene.sentence(start, start + 1)
    if scene.text[start:high].rstrip().endswith(("?", "？", "؟")):
        return False
    return any(
        not _CLAUSE.search(scene.text, end, start) and not _cancelled(scene, begin, end)
        for name in ("negation", "lacking")
        for begin, end in scene.cues.within(name, max(low, start - 34), start)
    )


def _refused_after(scene: Scene, start: int, end: int, high: int) -> bool:
    if scene.leads("onto", start) and not scene.text[end:high].lstrip().startswith(("is ", "are ")):
        return False
    begins = [
        begin
        for name in ("refuse", "refuse_after", "negation")
        for begin, stop in scene.cues.within(name, end, high)
        if not _cancelled(scene, begin, stop)
    ]
    begins += _negated(scene, end, high)
    if scene.negative is not None:
        begins += [match.start() for match in scene.negative.finditer(scene.text, end, high)]
    asked = scene.text[end:high].rstrip().endswith(("?", "？", "؟", "か"))
    return not asked and any(not re.search(r"[,，、،\n]", scene.text[end:begin]) for begin in begins)


def _negated(scene: Scene, low: int, high: int) -> list[int]:
    """Where each negation with its verb ends in [low, high)."""
    out = []
    for begin, end in scene.cues.within("refuse_neg", low, high):
        if _cancelled(scene, begin, end):
            continue
        if 0 <= high - end <= 3 and high < len(scene.text):
            out.append(end)
        for at, stop in scene.cues.within("refuse_verb", end, min(high, end + 26)):
            if at - end <= 14 and not re.search(r"[,，،.]", scene.text[end:at]):
                out.append(stop)
                break
    return out


def _cancelled(scene: Scene, begin: int, end: int) -> bool:
    """Whether a phrase that only looks like a refusal covers the beginning of the words."""
    return any(s <= begin < e for s, e in scene.cues.within("not_refusal", max(0, begin - 30), end + 30))


def _turns(scene: Scene, end: int, start: int) -> bool:
    """Whether the sentence turns to an invitation between the refusal and the name."""
    if end >= start:
        return False
    turns = [turn.end() for turn in _TURN.finditer(scene.text, end, start)]
    return bool(turns) and (scene.cues.any("onto", turns[-1], start) or scene.cues.any("turned", turns[-1], start))

"""Why a drug's name in a text is no offer of the drug: homonym, test kit, "free from", refusal, talk about it."""

from __future__ import annotations

import re

from scanner.detect.drug.absence import absent
from scanner.detect.drug.scene import Scene
from scanner.lexicon.found import Found
from scanner.model import Span
from scanner.text.cas import is_cas

_NEGATION_REACH = 3
_PARTING = (",", ":", "-", "，", "：")
_LIST_REACH = 40
_REFUSAL_REACH = 90
_VERDICT_REACH = 60
_KIT_REACH = 60
_TALK_REACH = 45
_WARY_REACH = 22
_MADE_FOR_REACH = 12
_NEWS_REACH = 60
_OFFERED = (("dealing", 60), ("hiding", 60), ("offer", 40))
"""Sets of words that make a name more than talk, and how near they do."""
_AMOUNT_REACH, _ANSWER_REACH = 25, 30
_ASKED = re.compile(r"(?:[?？]|ไหม|か。)[\s,¿]*\Z")
_OBJECT_REACH = 12
"""Where the thing stands that a drug's name only labels, decorates or colours: "cannabis leaf badge"."""
_CODE, _CODE_REACH = 3, 40


def excuse(found: Found, scene: Scene) -> str | None:
    """The reason a find is let off, or None: `homonym`, `free_from`, `refusal`, `test_kit`, `device`, `talk`."""
    if _is_homonym(found, scene):
        return "homonym"
    free, reason = scene.told_of(found.span, _told)
    if free and not is_cas(found.form):
        return "free_from"
    return "talk" if reason is None and not scene.suspicious and _by_the_way(found, scene) else reason


def _told(span: Span, scene: Scene) -> tuple[bool, str | None]:
    """Whether the place says "free from", and what else it says, whichever name stands there."""
    return _free_from(span, scene), _reason(span, scene)


def _reason(span: Span, scene: Scene) -> str | None:
    if absent(span, scene):
        return "free_from"
    if _refused(span, scene) or (not scene.suspicious and scene.near("refuse_it", span, _VERDICT_REACH)):
        return "refusal"
    if not scene.suspicious and scene.before("wants_papers", span, _MADE_FOR_REACH):
        return "talk"
    if not scene.suspicious and scene.before("made_for", span, _MADE_FOR_REACH):
        return "device"
    if not scene.suspicious and _spoken_of(span, scene):
        return "talk"
    if not scene.suspicious and scene.after("object", span, _OBJECT_REACH):
        return "device"
    if _sold_as_such(span, scene):
        return None
    wary = scene.suspicious
    if wary and scene.near("kit_says", span, _WARY_REACH):
        return None
    if scene.near("kit", span, _WARY_REACH if wary else _KIT_REACH) or (not wary and scene.in_title("kit")):
        return "test_kit"
    reach = _WARY_REACH if wary else _TALK_REACH
    if scene.near("device", span, reach):
        return "device"
    hides = scene.near("hiding", span, _NEWS_REACH)
    return "talk" if not hides and scene.near("media", span, reach) else None


def _spoken_of(span: Span, scene: Scene) -> bool:
    """News and accidents of which no form of the goods is part: "jailed over fentanyl pills"; not what is on offer."""
    return scene.near("news", span, _NEWS_REACH) and not scene.near("dealing", span, _NEWS_REACH)


def _by_the_way(found: Found, scene: Scene) -> bool:
    """Whether a name is only quoted, told of or printed on other goods, and nothing by it offers or asks for any.

    Names that count with other words only have been weighed; precursors go about under the names of other goods.
    """
    span, rule = found.span, found.rule
    if found.weak or found.pattern or is_cas(found.form) or _sold_as_such(span, scene):
        return False
    if _denied(span, scene):
        return True
    if rule.level != "violation" or any(scene.near(name, span, reach) for name, reach in _OFFERED):
        return False
    if scene.small_amount_near(span, _AMOUNT_REACH):
        return False
    if scene.quoted(span) or scene.near("speech", span, _NEWS_REACH):
        return True
    return rule.extra.get("class") != "precursor" and scene.near("benign", span, _TALK_REACH)


def _denied(span: Span, scene: Scene) -> bool:
    """Whether the name is asked back and the answer is no: "Tramadol? No, we sell cables"."""
    after = (cue for cue in scene.cues("denied").within(span, _ANSWER_REACH) if cue.span.start >= span.end)
    return any(_ASKED.search(scene.text, span.end, cue.span.start) for cue in after)


def _is_homonym(found: Found, scene: Scene) -> bool:
    """Whether a phrase of the rule's `unless` holds the find, or a code of three letters only qualifies goods."""
    name = f"unless:{found.rule.id}"
    code = found.form.split(" ")[0]
    if found.weak or found.pattern or not (len(code) <= _CODE and code.isascii()):
        return scene.near(name, found.span, 1)
    if scene.near(name, found.span, _CODE_REACH):
        return True
    return (
        found.form == code and not scene.has_company(found) and (scene.qualifies_goods(found) or scene.is_model(found))
    )


def _sold_as_such(span: Span, scene: Scene) -> bool:
    """Whether the form of the goods follows the name, or ends it: "fentanyl powder"."""
    return any(
        cue.span.start >= span.end or (cue.span.end == span.end and cue.span.start > span.start)
        for cue in scene.cues("form").within(span, 1)
    )


def _free_from(span: Span, scene: Scene) -> bool:
    """codeine-free, free of codeine, without codeine or ephedrine, 不含西布曲明."""
    if any(not scene.between(span.end, cue.span.start).strip(" -") for cue in scene.after("free_after", span, 2)):
        return True
    for cue in scene.before("free_before", span, _LIST_REACH):
        between = scene.between(cue.span.end, span.start)
        reach = _NEGATION_REACH if len(cue.phrase) > 1 else 0
        if len(between.strip()) <= reach or _is_list(between):
            return True
    return False


def _is_list(between: str) -> bool:
    """Whether the words between a negation and a name are a list it governs: "no steroids, codeine or ..."."""
    if between.lstrip()[:1] in _PARTING:
        return False
    words = between.replace(",", " , ").replace("/", " / ").replace("、", " 、 ").split()
    joints = {",", "or", "and", "/", "、", "nor", "oder", "und", "ni", "y", "o", "ou", "или", "и", "&", "或", "和"}
    return bool(joints & set(words)) and len(words) <= 6


def _refused(span: Span, scene: Scene) -> bool:
    """We do not sell X; X is prohibited. Not: we do not sell fakes, but X is original."""
    for cue in scene.before("refuse_before", span, _REFUSAL_REACH):
        if not any(
            cue.span.end <= but.span.start < span.start for but in scene.cues("but").within(span, _REFUSAL_REACH)
        ):
            return True
    return bool(scene.after("refuse_after", span, _VERDICT_REACH))

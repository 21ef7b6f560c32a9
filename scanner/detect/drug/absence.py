"""Reports that a drug is not there: "sildenafil, tadalafil: not detected", "ephedrine < LOD", "未检出 西布曲明"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from scanner.detect.drug.scene import Scene
from scanner.match.cues import Cue
from scanner.model import Span

_REACH = 90
_STRANGERS = 4
"""Words between a name and its verdict that may be names this scanner does not know."""
_ARTICLE = 3
"""Letters of an article that is written with the name, at most."""
_STOP = re.compile(r"[.!?。！？\n|](?:\s|$)|[。！？\n]")
_PART = re.compile(r"[;；]")
_WORD = re.compile(r"[^\W\d_]+")
_BOUND = r"[<≤]\s*(?:lod|loq|\d[\d.,]*\s*(?:ppb|ppm|[uµm]g/kg|ng/g))"
_LIMIT = re.compile(rf"\s*(?:content|level|residues?)?\s*[:=：]?\s*(?:{_BOUND}|[:=：]\s*n\.?/?d\b)", re.IGNORECASE)
_CODE = re.compile(r"\s*\(?N\.?D\.?(?=[\s,;.)]|$)")


_GOES_ON = re.compile(r"\s+(?!(?:in|and|or|at|per|y|e|ni|und|et|ou)\b)[a-z]", re.I)
"""A verdict that goes on is none: "negative customs", "not found anywhere"."""


def absent(span: Span, scene: Scene) -> bool:
    """Whether a report says that the named thing was not found."""
    if _LIMIT.match(scene.text, span.end) or (scene.has("report") and _CODE.match(scene.text, span.end)):
        return True
    return any(
        _governs(between, scene, across=cue.name == "absent_all")
        and (between.start == span.end or _begins_with_name(between, scene))
        for cue, between in _verdicts(span, scene)
    )


def _verdicts(span: Span, scene: Scene) -> Iterator[tuple[Cue, Span]]:
    """Verdicts near a name, and what stands between the two."""
    for name in ("absent_after", "absent_all"):
        for cue in scene.cues(name).within(span, _REACH):
            if cue.span.start >= span.end and not _GOES_ON.match(scene.text, cue.span.end):
                yield cue, Span(span.end, cue.span.start)
    for cue in scene.cues("absent_before").within(span, _REACH):
        if cue.span.end <= span.start and not (scene.suspicious and cue.phrase.endswith("for")):
            yield cue, Span(cue.span.end, span.start)


def _governs(between: Span, scene: Scene, *, across: bool) -> bool:
    """Whether nothing but a list of names lies between a name and a verdict."""
    text = _without_names(between, scene)
    if _STOP.search(text) or (_PART.search(text) and not across):
        return False
    if any(scene.near(name, between, 0) and _inside(name, between, scene) for name in ("soft", "dealing")):
        return False
    return len(_WORD.findall(text)) <= (_STRANGERS if len(text) > 1 else 0)


def _begins_with_name(between: Span, scene: Scene) -> bool:
    """Whether a list behind a verdict begins with a drug or a colon: "free of charge" frees of no drug."""
    text = scene.between(between.start, between.end).lstrip()
    first = _WORD.search(_without_names(between, scene))
    return len(text.strip()) <= _ARTICLE or text[:1] == ":" or first is None or not text.startswith(first[0].casefold())


def _inside(name: str, between: Span, scene: Scene) -> bool:
    return any(between.contains(cue.span) for cue in scene.cues(name).within(between, 0))


def _without_names(between: Span, scene: Scene) -> str:
    """The text of an interval, the names found in it blanked."""
    text = list(scene.text[between.start : between.end])
    for found in scene.named.within(between, 0):
        for at in range(max(found.span.start, between.start), min(found.span.end, between.end)):
            text[at - between.start] = " "
    return "".join(text)

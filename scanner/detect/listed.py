"""Any category that is only lists: names, weak names with cues, phrases that let off. No code of its own.

A folder of packs is a new category. Strong forms and patterns count at their rule's level; weak forms only with
one of their rule's `need` phrases near or in the goods path; a phrase of `unless` (the rule's own, or the cue set
`innocent` of any pack of the category) that overlaps or touches the hit lets it off; one written with a leading
`+` does so only right after the hit ("+lighter"). The cue sets `made_for` ("case for", "holds") and `refusal`
("we do not sell") let off what follows them, `vessels` ("ashtray") what the same clause names later.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from scanner.detect.base import Context
from scanner.lexicon.found import Found
from scanner.lexicon.pack import Pack
from scanner.match.cues import Cue, CueBook
from scanner.match.script import is_unspaced
from scanner.model import Hit, Span
from scanner.text.fold import fold

_REACH = 60
"""Code points within which a needed phrase stands near."""
_INNOCENT, _MADE_FOR, _REFUSAL, _VESSELS = "innocent", "made_for", "refusal", "vessels"
_LEADS = {_MADE_FOR: 14, _REFUSAL: 24}
"""Code points that may stand between a phrase of such words and the name; a single word must touch it."""
_TOUCH, _TOUCH_UNSPACED = 1, 3
_TAIL, _HEAD = 28, 44
"""Code points read behind and before a name."""
_AFTER = "+"
_STOPS = frozenset(".;!?|\n。；！？｜")
_WEAK_SCORE = 0.8


class ListedDetector:
    """One open category (tobacco, weapons ...), driven by its packs alone."""

    def __init__(self, packs: Sequence[Pack]) -> None:
        self.category = packs[0].category
        self._book = CueBook(_cue_sets(packs))
        self._needs = {
            rule.id: tuple(fold(phrase) for phrase in pack.expand(rule.need))
            for pack in packs
            for rule in pack.rules
            if rule.need
        }
        self._after = {
            rule.id: tuple(fold(phrase[1:]) for phrase in pack.expand(rule.unless) if phrase[0] == _AFTER)
            for pack in packs
            for rule in pack.rules
        }
        self._made_for = tuple(map(fold, _phrases(packs, _MADE_FOR)))
        self._vessels = tuple(map(fold, _phrases(packs, _VESSELS)))
        self._refusal = tuple(map(fold, _phrases(packs, _REFUSAL)))

    def detect(self, context: Context) -> Iterable[Hit]:
        """Strong forms at their rule's level; weak ones with one of their cues near."""
        finds = context.of(self.category)
        if not finds:
            return
        cues = self._book.find(context.reading.folded)
        goods = fold(context.message.category or "")
        for found in finds:
            if found.weak and not self._needed(found, cues, goods):
                continue
            excuse = self._excuse(found, cues, context.reading.text)
            if not (excuse and found.weak) and not _torn(found, context.reading.text):
                yield self._hit(found, context, excuse)

    def _needed(self, found: Found, cues: Sequence[Cue], goods: str) -> bool:
        """Whether a weak find has what its rule needs (a rule that needs nothing has it)."""
        needs = self._needs.get(found.rule.id)
        if needs is None or any(phrase in goods for phrase in needs):
            return True
        name = f"need:{found.rule.id}"
        return any(
            cue.name == name and not cue.span.overlaps(found.span) and _gap(cue.span, found.span) <= _REACH
            for cue in cues
        )

    def _excuse(self, found: Found, cues: Sequence[Cue], text: str) -> str | None:
        """Why the goods, or the sentence, are innocent."""
        if _touched(cues, (_INNOCENT, f"unless:{found.rule.id}"), found.span):
            return "homonym"
        tail = fold(text[found.span.end : found.span.end + _TAIL])
        if any(_begins(tail, phrase) for phrase in self._after.get(found.rule.id, ())):
            return "homonym"
        head = fold(text[max(0, found.span.start - _HEAD) : found.span.start])
        if any(_leads(head, phrase, _LEADS[_REFUSAL]) for phrase in self._refusal):
            return "refusal"
        made = any(_leads(head, phrase, _LEADS[_MADE_FOR]) for phrase in self._made_for)
        return "homonym" if made or any(_serves(head, noun) for noun in self._vessels) else None

    def _hit(self, found: Found, context: Context, excuse: str | None) -> Hit:
        rule = found.rule
        return Hit(
            rule=rule.id,
            category=self.category,
            term=rule.term,
            level="info" if excuse else rule.level,
            span=found.span,
            text=context.reading.slice(found.span),
            score=min(found.score, _WEAK_SCORE) if found.weak else found.score,
            evasion=found.evasion,
            tags=rule.tags,
            why=rule.why or f"names goods of the category {self.category}",
            exception=excuse,
        )


def _phrases(packs: Sequence[Pack], name: str) -> Iterator[str]:
    """The phrases of a cue set, of every pack."""
    return (phrase for pack in packs for phrase in pack.cues.get(name, ()))


def _cue_sets(packs: Sequence[Pack]) -> dict[str, list[str]]:
    """The innocent phrases of the category, and each rule's needs and let-offs as `need:ID` and `unless:ID`."""
    return dict(_sets(packs))


def _sets(packs: Sequence[Pack]) -> Iterator[tuple[str, list[str]]]:
    yield _INNOCENT, list(_phrases(packs, _INNOCENT))
    for pack in packs:
        for rule in pack.rules:
            if rule.unless:
                yield f"unless:{rule.id}", [phrase for phrase in pack.expand(rule.unless) if phrase[0] != _AFTER]
            if rule.weak and rule.need:
                yield f"need:{rule.id}", list(pack.expand(rule.need))


def _begins(tail: str, phrase: str) -> bool:
    """Whether the words right behind a name are this phrase."""
    rest = tail.removeprefix(" ").removeprefix("-")
    after = rest[len(phrase) : len(phrase) + 1]
    return rest.startswith(phrase) and (is_unspaced(phrase[-1]) or not after.isalnum())


def _leads(head: str, phrase: str, reach: int) -> bool:
    """Whether a phrase stands before a name, near and in one sentence with it; a single word must touch it."""
    at = head.rfind(phrase)
    if at < 0:
        return False
    far = _TOUCH_UNSPACED if is_unspaced(phrase[-1]) else reach if " " in phrase else _TOUCH
    between = head[at + len(phrase) :]
    whole = is_unspaced(phrase[0]) or not (head[at - 1 : at].isalnum() or between[:1].isalnum())
    return whole and len(between) <= far and _STOPS.isdisjoint(between)


def _serves(head: str, noun: str) -> bool:
    """Whether the sentence speaks of goods that serve what is named later: "posacenere in cristallo per sigari"."""
    at = head.rfind(noun)
    whole = at == 0 or (at > 0 and not head[at - 1].isalnum()) or is_unspaced(noun[0])
    return at >= 0 and whole and _STOPS.isdisjoint(head[at:]) and "," not in head[at:]


def _torn(found: Found, text: str) -> bool:
    """Whether a name of two letters set apart is only the end of one word and the beginning of the next."""
    if not found.evasion or len(found.form) > 2:
        return False
    around = text[max(0, found.span.start - 1) : found.span.start] + text[found.span.end : found.span.end + 1]
    return len(around) == 2 and all(map(is_unspaced, around))


def _touched(cues: Sequence[Cue], names: tuple[str, ...], span: Span) -> bool:
    return any(cue.name in names and _gap(cue.span, span) <= 1 for cue in cues)


def _gap(one: Span, other: Span) -> int:
    return max(0, other.start - one.end, one.start - other.end)

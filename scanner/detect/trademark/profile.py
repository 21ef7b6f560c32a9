"""What is known of one mark: how ordinary a word it is, which goods it protects, what explains it away."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from scanner.lexicon.ordinary import ordinary_words
from scanner.lexicon.pack import Pack, Rule

Risk = Literal["low", "medium", "high", "code", "generic"]
RISKS: tuple[Risk, ...] = ("low", "medium", "high", "code", "generic")
_SHORT = 5
"""A mark with fewer letters is too often a word, a unit or a code."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """Names of phrase sets that bear on one mark.

    risk      low: made-up, counts anywhere. medium: a name that others bear too, counts with its goods.
              high: an ordinary word, counts when used as a name for its goods. code: a rating or a
              number, counts only with brand wording. generic: also the goods' everyday name.
    goods     goods it protects        scope    further words of category paths
    beside    models and lines of the mark: its own vocabulary
    unless    phrases round the mark that make it something else
    chat      phrases that do so in chat only (an address: `thanks mate`)
    other     goods and topics that explain the word as an ordinary one
    parts     parts and accessories that are named by the mark they fit
    covers    accessories so common that the mark right before them names what they fit
    follow    words that may come right after an ordinary word used as a name; after others it is an adjective
    loose     whether the plain word near the goods, used as a word, is still worth a look
    """

    risk: Risk = "low"
    goods: frozenset[str] = field(default_factory=frozenset)
    scope: frozenset[str] = field(default_factory=frozenset)
    beside: frozenset[str] = field(default_factory=frozenset)
    unless: frozenset[str] = field(default_factory=frozenset)
    chat: frozenset[str] = field(default_factory=frozenset)
    other: frozenset[str] = field(default_factory=frozenset)
    parts: frozenset[str] = field(default_factory=frozenset)
    covers: frozenset[str] = field(default_factory=frozenset)
    follow: frozenset[str] = field(default_factory=frozenset)
    loose: bool = False


_SETS = ("goods", "scope", "beside", "unless", "chat", "other", "parts", "covers", "follow")


class Profiles:
    """The profile of every rule, and every phrase set they name. Sets are named `pack/name`."""

    def __init__(self, packs: Iterable[Pack]) -> None:
        self.sets: dict[str, tuple[str, ...]] = {}
        self._of: dict[str, Profile] = {}
        for pack in packs:
            marks = pack.settings.get("mark", {})
            for rule in pack.rules:
                table = marks.get(str(rule.extra.get("mark", "")), {})
                self._of[rule.id] = self._profile(pack, rule, table)

    def of(self, rule: Rule) -> Profile:
        """The profile of a rule of these packs."""
        return self._of[rule.id]

    def _profile(self, pack: Pack, rule: Rule, table: Mapping[str, Any]) -> Profile:
        own = f"{pack.name}/mark.{rule.extra.get('mark')}"
        sets = {name: self._names(pack, f"{own}.{name}", table.get(name, ())) for name in _SETS}
        if not table:
            goods = [*rule.need, *_pieces(rule.extra.get("goods"))]
            sets["goods"] = self._names(pack, f"{rule.id}.goods", goods)
            sets["unless"] = self._names(pack, f"{rule.id}.unless", rule.unless)
        risk = rule.extra.get("risk") or table.get("risk") or guess_risk(rule)
        return Profile(risk=risk if risk in RISKS else "high", loose=table.get("loose") is True, **sets)

    def _names(self, pack: Pack, own: str, references: Iterable[str]) -> frozenset[str]:
        """The set names that references stand for: `@name` is the pack's, loose phrases make one of their own."""
        names, loose = set(), []
        for reference in references:
            if reference.startswith("@") and reference[1:] in pack.cues:
                name = f"{pack.name}/{reference[1:]}"
                self.sets[name] = pack.cues[reference[1:]]
                names.add(name)
            else:
                loose.append(reference)
        if loose:
            self.sets[own] = tuple(loose)
            names.add(own)
        return frozenset(names)


def _pieces(goods: object) -> Iterator[str]:
    """Loose goods phrases: a list, or a text whose pieces are parted by semicolons."""
    pieces = goods.split(";") if isinstance(goods, str) else goods if isinstance(goods, list | tuple) else ()
    yield from (str(piece).strip() for piece in pieces if str(piece).strip())


def guess_risk(rule: Rule) -> Risk:
    """How ordinary a mark is that nobody has described: by its form, and whether English has the word."""
    if rule.weak and not rule.forms:
        return "high"
    words = [word for form in rule.forms for word in form.lower().split() if word.isascii()]
    letters = max((sum(c.isalpha() for c in form) for form in rule.forms), default=0)
    if words and (letters < _SHORT or all(word in ordinary_words() or len(word) < _SHORT for word in words)):
        return "high"
    return "low"

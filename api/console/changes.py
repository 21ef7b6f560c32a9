"""What one set of packs says otherwise than another: packs, rules and names, added, removed, changed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from scanner.lexicon import Lexicon
from scanner.lexicon.pack import Pack, Rule


@dataclass(frozen=True, slots=True, kw_only=True)
class PackChange:
    """One pack: its versions, and its rules by id. An absent pack has version None."""

    name: str
    old: str | None
    new: str | None
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()

    @property
    def silent(self) -> bool:
        """Whether nothing differs."""
        return self.old == self.new and not (self.added or self.removed or self.changed)


def between(old: Lexicon, new: Lexicon) -> list[PackChange]:
    """Every pack that differs."""
    left, right = _named(old.packs), _named(new.packs)
    found = (_pack(name, left.get(name), right.get(name)) for name in sorted({*left, *right}))
    return [change for change in found if not change.silent]


def _named(packs: Iterable[Pack]) -> dict[str, Pack]:
    return {pack.name: pack for pack in packs}


def _pack(name: str, old: Pack | None, new: Pack | None) -> PackChange:
    left, right = _rules(old), _rules(new)
    return PackChange(
        name=name,
        old=old.version if old else None,
        new=new.version if new else None,
        added=tuple(rule for rule in right if rule not in left),
        removed=tuple(rule for rule in left if rule not in right),
        changed=tuple(rule for rule in right if rule in left and _said(left[rule]) != _said(right[rule])),
    )


def _rules(pack: Pack | None) -> dict[str, Rule]:
    return {} if pack is None else {rule.id: rule for rule in pack.rules}


def _said(rule: Rule) -> tuple[object, ...]:
    """What a rule looks for, and how grave it is; not where it stands in its file."""
    return (
        rule.term, rule.level, rule.stage, rule.since, rule.until, rule.tags, rule.forms, rule.weak, rule.atoms,
        rule.patterns, rule.misspell, rule.need, rule.unless, dict(rule.extra),
    )  # fmt: skip
